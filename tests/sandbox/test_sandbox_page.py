"""What the page of the sandbox asks for: files, SIMs, searches, changes, durations."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

import simloom.sandbox.page
from simloom.sandbox import Fault, ManualClock, Sandbox
from simloom.sandbox.page import sims as page_sims
from simloom.sandbox.page.changes import CHANGES

PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")
STATIC = Path(simloom.sandbox.page.__file__).parent / "static"
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=7, sims=60, clock=ManualClock(), limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.emulator.reset()
    return running


@pytest.fixture
def ask(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False, timeout=20) as client:
        yield client


def listed(ask, provider, **wanted):
    answer = ask.get("/_sandbox/sims", params={"provider": provider, **wanted})
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(ask, provider, iccid, name, text=""):
    body = {"provider": provider, "iccid": iccid, "change": name, "text": text}
    return ask.post("/_sandbox/sim/change", json=body)


def test_the_page_may_run_only_its_own_files(ask):
    answer = ask.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    linked = re.findall(r'(?:src|href)="(/_sandbox/page/[^"]+)"', answer.text)
    assert {ask.get(address).status_code for address in linked} == {200}


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_a_file_of_the_page_names_no_other_host_and_writes_no_markup(ask, file):
    served = ask.get(f"/_sandbox/page/{file.name}")
    text = file.read_text("utf-8")
    assert (served.status_code, served.text) == (200, text)
    assert served.headers["x-content-type-options"] == "nosniff"
    assert set(re.findall(r"https?://[^\s\"'`]+", text)) <= {"http://www.w3.org/2000/svg"}
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(forbidden, text) == []
    assert re.findall(r"<script>|<style|\son\w+=\"|\sstyle=\"", text) == []


@pytest.mark.parametrize("name", ["nothing.js", "..%2froutes.py", "__init__.py", "%2e%2e"])
def test_there_are_no_other_files(ask, name):
    assert ask.get(f"/_sandbox/page/{name}").status_code == 404


def test_the_overview_has_vendors_clock_and_what_happened(ask, sandbox):
    with sandbox.connect("infobip") as infobip:
        next(infobip.sims())
    told = ask.get("/_sandbox/overview").json()
    assert [vendor["id"] for vendor in told["vendors"]] == list(PROVIDERS)
    assert {vendor["sims"] for vendor in told["vendors"]} == {60}
    assert told["vendors"][3]["statuses"][0] == {"status": "Active", "tone": "on", "count": 30}
    assert "update_sim_status" in told["vendors"][3]["operations"]
    assert told["clock"] == {"now": "2026-01-01T00:00:00+00:00", "moves": False}
    assert told["recent"][-1]["kind"] == "request"
    assert told["recent"][-1]["data"]["operationId"] == "list_sims"
    assert told["recent"][-1]["id"] == told["last"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pages_have_every_sim_once_and_in_order(ask, provider):
    pages = [listed(ask, provider, page=page, size=7) for page in range(1, 10)]
    assert {(page["total"], page["pages"]) for page in pages} == {(60, 9)}
    iccids = [sim["iccid"] for page in pages for sim in page["sims"]]
    assert len(set(iccids)) == 60
    assert iccids == sorted(iccids)
    assert listed(ask, provider, page=1000, size=7) == pages[-1]
    (vendor,) = (
        one for one in ask.get("/_sandbox/overview").json()["vendors"] if one["id"] == provider
    )
    by_status = {
        one["status"]: [
            sim["iccid"] for sim in listed(ask, provider, status=one["status"], size=100)["sims"]
        ]
        for one in vendor["statuses"]
    }
    assert {name: len(found) for name, found in by_status.items()} == {
        one["status"]: one["count"] for one in vendor["statuses"]
    }
    assert sorted(iccid for found in by_status.values() for iccid in found) == iccids


@pytest.mark.parametrize(
    "wanted",
    [
        {"provider": "nobody"},
        {},
        {"provider": "infobip", "page": "0"},
        {"provider": "infobip", "page": "-1"},
        {"provider": "infobip", "page": "²"},
        {"provider": "infobip", "page": "1" * 40},
        {"provider": "infobip", "size": "101"},
        {"provider": "infobip", "size": ""},
        {"provider": "infobip", "q": "a", "cursor": "all--1"},
        {"provider": "infobip", "q": "a", "cursor": "9"},
    ],
)
def test_a_page_that_cannot_be_is_refused(ask, wanted):
    answer = ask.get("/_sandbox/sims", params=wanted)
    assert answer.status_code == 400
    assert re.match("provider|page|size|cursor", answer.json()["error"])


def test_a_status_that_no_sim_has_finds_nothing(ask):
    assert listed(ask, "infobip", status=HOSTILE) == {
        "total": 0, "page": 1, "pages": 1, "late": False, "sims": [],
    }  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_identifier_finds_its_sim(ask, provider):
    sim = next(sim for sim in listed(ask, provider)["sims"] if sim["msisdn"])
    for text in (sim["iccid"], f" {sim['iccid'][:6]} {sim['iccid'][6:]} ", sim["msisdn"]):
        found = listed(ask, provider, q=text)
        assert ([one["iccid"] for one in found["sims"]], found["next"]) == ([sim["iccid"]], None)
    assert listed(ask, provider, q=sim["iccid"], status="none of these")["sims"] == []
    assert sim["iccid"] in [
        one["iccid"] for one in listed(ask, provider, q=sim["iccid"][-9:])["sims"]
    ]


def test_a_search_goes_on_where_it_was_and_finds_each_once(ask, sandbox, monkeypatch):
    monkeypatch.setattr(page_sims, "_BUDGET", 0)
    monkeypatch.setattr(page_sims, "_PIECE", 7)
    sims = listed(ask, "infobip", size=100)["sims"]
    renamed = [sims[50], sims[3]]
    for sim in renamed:
        assert change(ask, "infobip", sim["iccid"], "rename", "A METER").json()["status"] == 200
    wanted = [sim["iccid"] for sim in sims if "meter" in (sim["label"] or "").casefold()]
    found, answers, cursor = [], 0, "changed-0"
    while cursor is not None:
        answer = listed(ask, "infobip", q="Meter", cursor=cursor, size=2)
        assert len(answer["sims"]) <= 2
        found += [sim["iccid"] for sim in answer["sims"]]
        cursor = answer["next"]
        answers += 1
    assert found[:2] == [sim["iccid"] for sim in renamed]
    assert sorted(found) == sorted({*wanted, *found[:2]})
    assert answers >= 60 // 7


def test_a_million_sims_are_paged_and_found_at_once():
    with (
        Sandbox(seed=7, sims=1_000_000) as sandbox,
        httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as ask,
    ):
        numbers = sandbox.emulator.vendor("infobip").live.seeded.numberings["iccid"]
        last = listed(ask, "infobip", page=40_000)["sims"][-1]["iccid"]
        assert last == numbers.at(999_999)
        assert listed(ask, "infobip", status="Suspended")["total"] == 100_000
        assert listed(ask, "infobip", q=last)["sims"][0]["iccid"] == last
        found = listed(ask, "infobip", q="no SIM is called so")
        assert 0 < found["searched"] < 1_000_000
        assert found["next"] == f"all-{found['searched']}"


def test_a_sim_shows_its_fields_without_secrets_and_its_effects(ask):
    iccid = listed(ask, "telcoapi", status="ACTIVE")["sims"][0]["iccid"]
    assert change(ask, "telcoapi", iccid, "suspend").json()["status"] == 200
    sim = ask.get("/_sandbox/sim", params={"provider": "telcoapi", "iccid": iccid}).json()
    assert (sim["status"], sim["tone"], sim["changed"]) == ("SUSPENDED", "paused", True)
    assert {sim["fields"][name] for name in ("pin1", "pin2", "puk1", "puk2", "ki", "opc")} == {
        "***"
    }
    assert [effect["changed"] for effect in sim["effects"]] == [
        {"state": {"from": "ACTIVE", "to": "SUSPENDED"}}
    ]
    assert [one["name"] for one in sim["changes"] if one["possible"]] == [
        "resume",
        "block",
        "delete",
    ]


@pytest.mark.parametrize("iccid", ["", "1", HOSTILE, "\ud800".encode("utf-8", "surrogatepass")])
def test_an_unknown_sim_is_404(ask, iccid):
    answer = ask.get("/_sandbox/sim", params={"provider": "telcoapi", "iccid": iccid})
    assert answer.status_code == 404
    assert "<" not in answer.text


EVERY_CHANGE = [(provider, change) for provider, changes in CHANGES.items() for change in changes]


@pytest.mark.parametrize(
    ("provider", "wanted"), EVERY_CHANGE, ids=[f"{name}-{one.name}" for name, one in EVERY_CHANGE]
)
def test_a_change_is_a_request_to_the_vendor_and_has_an_effect(ask, sandbox, provider, wanted):
    sims = listed(ask, provider, size=40)["sims"]
    sims = [sim for index, sim in enumerate(sims) if index % 19 not in {13, 17}]  # these fail
    statuses = wanted.statuses or {sim["status"] for sim in sims}
    iccid = next(sim["iccid"] for sim in sims if sim["status"] in statuses)
    answer = change(ask, provider, iccid, wanted.name, "A text" if wanted.ask else "").json()
    assert 200 <= answer["status"] < 300, answer
    sandbox.emulator.world.clock.advance(1)
    asked = sandbox.emulator.requests()["requests"][-1]
    assert (asked["provider"], asked["operationId"]) == (provider, wanted.operation)
    assert asked["headers"]["user-agent"] == "simloom-sandbox-page"
    assert (asked["method"], asked["status"]) == (answer["method"], answer["status"])
    effects = sandbox.emulator.ledger(provider, iccid)["effects"]
    assert [effect["operation"] for effect in effects] in ([wanted.operation], [])
    is_certain = wanted.name not in {"restrict", "unrestrict"}  # may be as wanted already
    assert len(effects) == 1 or not is_certain


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_the_page_calls_possible_is_what_the_vendor_does(ask, sandbox, provider):
    sims = list(enumerate(listed(ask, provider, size=57)["sims"]))
    by_status = {sim["status"]: sim["iccid"] for index, sim in sims if index % 19 not in {13, 17}}
    for wanted in CHANGES[provider]:
        if wanted.statuses is None:
            continue
        for status, iccid in by_status.items():
            sandbox.emulator.reset()
            answer = change(ask, provider, iccid, wanted.name, "x").json()
            is_done = 200 <= answer["status"] < 300
            if status in wanted.statuses:
                assert is_done, (wanted.name, status, answer)
            elif provider == "telekom-m2m":  # the others also take what changes nothing
                assert not is_done, (wanted.name, status)
                assert answer["reason"]
                assert sandbox.emulator.ledger(provider, iccid)["effects"] == []


def test_an_update_keeps_what_the_vendor_would_set_to_its_defaults(ask, sandbox):
    live = sandbox.emulator.vendor("telekom-bsc").live
    index = next(
        index
        for index in range(13)
        if live.record(index).get("imei_lock") and live.state(index) == "Enabled"
    )
    iccid = live.iccid(index)
    before = live.record(index)
    assert change(ask, "telekom-bsc", iccid, "disable").json()["status"] == 200
    assert change(ask, "telekom-bsc", iccid, "label", HOSTILE).json()["status"] == 200
    after = live.record(index)
    assert after == before | {"status": "Disabled", "label": HOSTILE}


def test_tokens_are_kept_and_renewed(ask, sandbox):
    sims = listed(ask, "telekom-m2m", status="Productive")["sims"]
    change(ask, "telekom-m2m", sims[0]["iccid"], "suspend")
    change(ask, "telekom-m2m", sims[1]["iccid"], "suspend")
    sandbox.emulator.world.clock.advance(3600)
    change(ask, "telekom-m2m", sims[2]["iccid"], "suspend")
    asked = sandbox.emulator.requests()["requests"]
    seen = [(entry["operationId"], entry["status"]) for entry in asked]
    # The page may have a token of a test before: it was forgotten by the reset.
    assert seen[-5:] == [
        ("suspend_sims", 202), ("suspend_sims", 202),
        ("suspend_sims", 401), ("create_token", 200), ("suspend_sims", 202),
    ]  # fmt: skip


def test_faults_and_refused_logins_are_shown_as_they_are(ask, sandbox):
    iccid = listed(ask, "telekom-bsc")["sims"][0]["iccid"]
    change(ask, "telekom-bsc", iccid, "reset")
    sandbox.faults.add(Fault(effect="token-revoked", operation="reset_connectivity"))
    sandbox.faults.add(Fault(effect="status", status=500, operation="create_token"))
    answer = change(ask, "telekom-bsc", iccid, "reset").json()
    assert (answer["status"], answer["reason"]) == (500, "fault 2: status")
    sandbox.faults.clear()
    sandbox.faults.add(Fault(effect="reset-before", operation="reset_connectivity"))
    answer = change(ask, "telekom-bsc", iccid, "reset").json()
    assert (answer["status"], answer["reason"]) == (0, "fault 1: reset-before")


def test_a_vendor_that_wants_json_gets_json():
    from simloom.sandbox import Quirks

    with (
        Sandbox(seed=7, sims=5, quirks=Quirks(bsc_token_body="json")) as sandbox,
        httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as ask,
    ):
        iccid = listed(ask, "telekom-bsc")["sims"][0]["iccid"]
        assert change(ask, "telekom-bsc", iccid, "reset").json()["status"] == 201


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        (b"", 400, "JSON"),
        (b"[]", 400, "JSON"),
        ({"provider": "nobody"}, 400, "provider"),
        ({"provider": ["infobip"]}, 400, "provider"),
        ({"provider": "infobip", "change": "explode"}, 400, "change is one of"),
        ({"provider": "infobip", "change": "rename", "text": 7}, 400, "text"),
        ({"provider": "infobip", "change": "rename", "text": "x" * 161}, 400, "text"),
        ({"provider": "infobip", "change": "rename", "surprise": 1}, 400, "surprise"),
        ({"provider": "infobip", "change": "suspend", "iccid": "1"}, 404, "no SIM"),
        ({"provider": "infobip", "change": "suspend", "iccid": None}, 404, "no SIM"),
        ({"provider": "infobip", "change": "suspend", "iccid": {"a": 1}}, 404, "no SIM"),
    ],
)
def test_a_change_that_cannot_be_is_refused(ask, sandbox, given, status, says):
    content = given if isinstance(given, bytes) else json.dumps(given)
    answer = ask.post("/_sandbox/sim/change", content=content)
    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert sandbox.emulator.requests()["requests"] == []


def test_durations_are_those_of_whole_answers(ask, sandbox):
    sandbox.faults.add(Fault(effect="latency", latency=0.08, operation="get_sim"))
    login = (sandbox.provider("infobip").settings["username"], "sandbox-infobip-password")
    iccid = listed(ask, "infobip")["sims"][0]["iccid"]
    ask.get("/infobip/iot/2/sims", auth=login)
    ask.get(f"/infobip/iot/2/sims/{iccid}", auth=login)
    told = ask.get("/_sandbox/timings").json()
    (first, quick), (second, slow) = told["took"]
    assert (first, second) == (1, 2)
    assert 0 < quick < 80 <= slow
    assert ask.get("/_sandbox/timings", params={"after": told["place"]}).json()["took"] == []
    assert ask.get("/_sandbox/timings", params={"after": "x"}).status_code == 400
    ask.post("/_sandbox/reset")
    ask.get("/infobip/iot/2/sims", auth=login)
    assert [number for number, _ in ask.get("/_sandbox/timings").json()["took"]] == [1]
