"""Commands are processes of their own, and share the vendor's limits in a file."""

from __future__ import annotations

import os
from pathlib import Path


def state():
    return Path(os.environ["SIMLOOM_STATE"])


def test_commands_share_the_limits(cli, sandbox, home, monkeypatch):
    monkeypatch.setenv("SIMLOOM_TELEKOM_M2M_QUOTA_SHARE", "0.002")  # 2 SIMs in 6 minutes
    monkeypatch.setenv("SIMLOOM_TELEKOM_M2M_QUOTA_WAIT", "0")
    listed = cli(
        *("sims", "list", "--provider", "telekom-m2m", "--status", "active"),
        *("--limit", "3", "--output", "jsonl"),
    )
    codes = []
    for row in listed.rows:
        done = cli(*("sims", "label", row["iccid"], "pump", "--provider", "telekom-m2m", "--yes"))
        codes.append(done.code)
    assert codes == [0, 0, 1]
    assert "room in the vendor's limit" in done.err
    assert [one["operationId"] for one in sandbox()].count("modify_sim_remarks") == 2
    assert (state() / "quota.db").stat().st_mode & 0o077 == 0


def test_a_file_of_the_settings_wins(cli, sandbox, home, monkeypatch):
    monkeypatch.setenv("SIMLOOM_TELEKOM_M2M_QUOTA_FILE", str(home / "shared.db"))
    iccid = cli(
        *("sims", "list", "--provider", "telekom-m2m", "--limit", "1", "--output", "jsonl")
    ).rows[0]["iccid"]
    cli("sims", "get", iccid, "--provider", "telekom-m2m")
    assert (home / "shared.db").exists()
    assert not (state() / "quota.db").exists()
