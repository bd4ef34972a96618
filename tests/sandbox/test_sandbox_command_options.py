"""The options of the command, through both of its names."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from simloom.sandbox.__main__ import MODULE, _parser
from simloom.sandbox.options import OPTIONS

COMMANDS = {
    MODULE: [sys.executable, "-W", "error", "-m", "simloom.sandbox"],
    "simloom sandbox": [sys.executable, "-W", "error", "-m", "simloom.cli", "sandbox"],
}


@contextmanager
def started(command, *arguments):
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)
    finally:
        process.kill()
        process.communicate()


def ended(process, number):
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def test_both_commands_have_the_same_options():
    for name in COMMANDS:
        parser = _parser(name)
        flags = [flag for action in parser._actions for flag in action.option_strings]
        assert flags == ["-h", "--help", *(f"--{option.name}" for option in OPTIONS)]
        text = parser.format_help()
        assert text.startswith(f"usage: {name} ")
        assert f"  {name} --port 8099 --state sandbox.db\n" in text
        assert "{program}" not in text


def test_the_command_line_serves_remembers_and_ends_quietly(tmp_path):
    """`simloom sandbox`, https, a state, and Ctrl-C."""
    path = tmp_path / "state.db"
    options = ("--state", str(path), "--tls")
    shown = []
    for first in (("--sims", "3"), ()):
        with started(COMMANDS["simloom sandbox"], *first, *options) as (process, ready):
            infobip = ready["providers"]["infobip"]
            context = ssl.create_default_context(cafile=ready["ca_file"])
            login = (infobip["settings"]["username"], infobip["settings"]["password"])
            with httpx.Client(verify=context, trust_env=False, auth=login) as client:
                sim = client.get(f"{infobip['base_url']}/iot/2/sims").json()["sims"][0]
                shown.append(sim.get("name"))
                url = f"{infobip['base_url']}/iot/1/sims/{sim['iccid']}"
                assert client.patch(url, json={"name": "kept"}).status_code == 200
            status, errors = ended(process, signal.SIGINT)
        assert (status, "Traceback" in errors, "Aborted" in errors) == (0, False, False)
        assert "stopped" in errors
    assert shown[1] == "kept" != shown[0]
    done = subprocess.run(
        [*COMMANDS[MODULE], "--sims", "4", "--state", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is the state of a sandbox with sims 3, not 4" in done.stderr


@pytest.mark.parametrize(("choice", "status"), [("on", 429), ("off", 200)])
def test_limits_can_be_switched_off(choice, status):
    with started(COMMANDS[MODULE], "--limits", choice) as (_, ready):
        bsc = ready["providers"]["telekom-bsc"]
        login = (bsc["settings"]["username"], bsc["settings"]["password"])
        grant = {"grant_type": "client_credentials"}
        with httpx.Client(verify=False, trust_env=False) as client:
            admin = f"{ready['url']}/_sandbox"
            token = client.post(bsc["token_url"], data=grant, auth=login).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            # Eleven within a second: so many more of them need not be waited for.
            codes = {
                client.get(f"{bsc['base_url']}/v1/sims", headers=headers).status_code
                for _ in range(60)
            }
            told = client.get(f"{admin}/quotas").json()
    assert status in codes
    assert codes <= {200, status}
    assert told["enforced"] is (choice == "on")
    assert told["providers"]["telekom-bsc"][0]["violations"]["count"] > 0


def test_a_place_for_the_state_that_cannot_be_written_is_told_before_anything_is_lost(tmp_path):
    done = subprocess.run(
        [*COMMANDS[MODULE], "--state", str(tmp_path / "missing" / "state.db")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot start" in done.stderr
