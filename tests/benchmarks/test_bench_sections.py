"""The sections that call a server: what they say is true, and they refuse what is not."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

import simloom

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("concurrency", "listing", "measure", "responder", "tokens", "vendors")


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    return SimpleNamespace(**{name: import_module(f"benchmarks.{name}") for name in MODULES})


def quiet(_):
    pass


def test_a_herd_causes_one_token_request(bench):
    table = bench.tokens.measure_tokens(quiet)
    assert [(row.candidate, row.figure) for row in table.rows] == [
        (f"64 {kind} meet {what}", 1)
        for kind in ("threads", "tasks")
        for what in (bench.tokens.EXPIRED, bench.tokens.REVOKED)
    ]


def test_every_token_request_is_counted(bench, monkeypatch):
    """Applications that share nothing ask once each."""

    def each_for_itself(settings, after_the_first):
        for number in range(4):
            own = {**settings, "client_id": f"application-{number}"}
            with simloom.connect("telekom-m2m", **own) as client:
                client.get(bench.responder.ICCID)
            if number == 0:
                after_the_first()

    monkeypatch.setattr(bench.tokens, "_threads", each_for_itself)
    monkeypatch.setattr(bench.tokens, "_tasks", each_for_itself)
    assert [row.figure for row in bench.tokens.measure_tokens(quiet).rows] == [3] * 4


def test_pages_are_read_in_order_and_ahead_is_faster(bench):
    table = bench.listing.measure_listing(1, 1000, quiet, pages=13)
    *readings, long = table.rows
    assert [row.candidate.partition(",")[0] for row in readings] == ["blocking"] * 2 + [
        "awaited"
    ] * 2
    assert [row.ratio for row in readings[::2]] == [1.0, 1.0]
    assert all(row.ratio > 1 for row in readings[1::2])
    assert readings[0].figure > 13 * 0.020
    assert long.figure < 20


def test_a_list_that_is_read_out_of_order_is_refused(bench, monkeypatch):
    backwards = dict.fromkeys(("blocking", "awaited"), lambda *_: ["3", "2", "1"])
    monkeypatch.setattr(bench.listing, "_READ", backwards)
    with pytest.raises(bench.measure.BenchmarkError, match="was expected"):
        bench.listing.measure_listing(1, 1000, quiet, pages=3)


def test_every_contestant_is_measured(bench):
    table = bench.concurrency.measure_concurrency(1, quiet, numbers=(3,))
    names = [row.candidate for row in table.rows]
    assert names[:3] == [
        "3 at once: httpx.AsyncClient",
        "3 at once: httpx over sharded pools",
        "3 at once: simloom",
    ]
    assert [name for name in names if "aiohttp" in name] == names[3:]
    for row in table.rows:
        assert 0 < row.figure < 3 / 0.020
        assert "us CPU" in row.note
        assert ("of the transport alone" in row.note) == ("simloom" in row.candidate)


def test_the_responder_waits_counts_and_refuses(bench):
    with bench.responder.responder() as address, httpx.Client() as client:

        def get(path, **headers):
            return client.get(f"{address}/{path}", headers=headers)

        tokens = [client.post(f"{address}/0/2/token/me/0").json() for _ in range(2)]
        assert [token["expires_in"] for token in tokens] == [0, 300]
        assert get("0/2/issued/me").json() == 2
        assert get("0/2/issued/you").json() == 0
        bearer = f"Bearer {tokens[1]['access_token']}"
        one = get("0/2/iot/2/sims/1", authorization=bearer)
        assert one.json()["iccid"] == bench.responder.ICCID
        get("0/2/revoke/me")
        assert get("0/2/iot/2/sims/1", authorization=bearer).status_code == 401
        pages = [get(f"0/2/iot/2/sims?limit=100&page={page}").json() for page in (1, 2)]
        assert [len(page["sims"]) for page in pages] == [100, 1]
        assert pages[0]["sims"][0]["iccid"] != pages[1]["sims"][0]["iccid"]
        assert len(get("0/2/v1/sims?page=1").json()["data"]) == 100
        started = time.perf_counter()
        get("20/2/iot/2/sims/1")
        assert time.perf_counter() - started >= 0.02
