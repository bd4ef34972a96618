from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.sandbox import ManualClock, Sandbox
from simloom.sandbox.journal import Journal, Masker
from simloom.sandbox.messages import Call, Reply

MASKER = Masker(names={"pin1", "clientKey"}, values={"open sesame", "open"})


def body(text: bytes, media_type: str = "application/json") -> Any:
    call = Call(method="POST", path="/", body=text, headers={"content-type": media_type})
    return MASKER.body(call)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", "Bearer abc", "Bearer ***"),
        ("authorization", "basic abc", "basic ***"),
        ("authorization", "App abc", "App ***"),
        ("authorization", "abc", "***"),
        ("authorization", "abc def", "***"),
        ("X-API-Key", "abc", "***"),
        ("Cookie", "a=b", "***"),
        ("client_key", "abc", "***"),
        ("accept", "text/plain", "text/plain"),
        ("x-note", "say open sesame", "say ***"),
    ],
)
def test_headers(name, value, shown):
    assert MASKER.member(name, value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"", None),
        (b'{"pin1": "1234", "iccid": "89"}', {"pin1": "***", "iccid": "89"}),
        (
            b'{"a": [{"PIN_1": 1234}, "open"], "b": null}',
            {"a": [{"PIN_1": "***"}, "***"], "b": None},
        ),
        (b'{"pin1": {"deep": ["1234"]}}', {"pin1": "***"}),
        (b'{"open": 1}', {"***": 1}),
        (b'{"pin1": "1234"', "<15 bytes that are neither JSON nor a form>"),
        (b"[" * 5000, "<5000 bytes that are neither JSON nor a form>"),
        (b"\xff", "<1 bytes that are neither JSON nor a form>"),
    ],
)
def test_json_bodies(text, shown):
    assert body(text) == shown


def test_form_bodies():
    form = "application/x-www-form-urlencoded; charset=utf-8"
    assert body(b"user=a&password=b&note=open+it", form) == {
        "user": "a",
        "password": "***",
        "note": "*** it",
    }


def test_other_bodies_are_not_shown():
    assert body(b"password: b", "text/plain") == "<11 bytes that are neither JSON nor a form>"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("pin1"), inner),
    max_leaves=20,
)


@settings(max_examples=50)
@given(json_values)
def test_a_known_secret_never_survives(value):
    text = json.dumps({"before": value, "secret holder": "xx open sesame yy", "pin1": value})
    shown = json.dumps(body(text.encode()), ensure_ascii=False)
    assert "open" not in shown


def test_the_journal_keeps_the_last_ones_and_counts_the_others():
    journal = Journal(MASKER, capacity=2)
    for number in range(5):
        journal.record("infobip", None, Call(method="GET", path=f"/{number}"), Reply(), "now")
    assert [entry["path"] for entry in journal.entries()] == ["/3", "/4"]
    assert [entry["number"] for entry in journal.entries()] == [4, 5]
    assert (journal.count, journal.dropped) == (5, 3)
    journal.reset()
    assert (journal.entries(), journal.count, journal.dropped) == ([], 0, 0)


@pytest.fixture(scope="module")
def started():
    with (
        Sandbox(seed=3, sims=4, clock=ManualClock()) as sandbox,
        httpx.Client(base_url=sandbox.url, verify=False, trust_env=False) as client,
    ):
        yield sandbox, client


@pytest.fixture
def running(started):
    started[0].emulator.reset()
    return started


def token(sandbox: Sandbox, client: httpx.Client) -> str:
    settings = sandbox.provider("telekom-m2m").settings
    form = {"grant_type": "client_credentials", "client_id": settings["client_id"]}
    form["client_secret"] = settings["client_secret"]
    answer = client.post(sandbox.provider("telekom-m2m").token_url or "", data=form)
    return str(answer.json()["access_token"])


def test_requests_are_shown_with_operation_status_and_masked_secrets(running):
    sandbox, client = running
    bearer = token(sandbox, client)
    client.get(
        "/telekom-m2m/iot/connectivity/management/v1/partners/100013/sims?pageSize=2",
        headers={"Authorization": f"Bearer {bearer}"},
    )
    client.get("/infobip/nowhere?password=hunter2", auth=("sandbox-user", "hunter2"))
    answer = client.get("/_sandbox/requests")
    first, second, third = answer.json()["requests"]
    assert first["operationId"] == "create_token"
    assert first["body"] == {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client",
        "client_secret": "***",
    }
    assert first["time"] == "2026-01-01T00:00:00+00:00"
    assert second["provider"] == "telekom-m2m"
    assert second["operationId"] == "list_sims"
    assert second["method"] == "GET"
    assert second["path"] == "/iot/connectivity/management/v1/partners/100013/sims"
    assert second["query"] == [["pageSize", "2"]]
    assert second["headers"]["authorization"] == "Bearer ***"
    assert (second["status"], second["body"], second["reason"]) == (200, None, None)
    assert third["operationId"] is None
    assert (third["status"], third["reason"]) == (404, "nothing has this path")
    assert third["query"] == [["password", "***"]]
    for secret in (bearer, "sandbox-m2m-client-secret", "hunter2", "c2FuZGJveC11c2Vy"):
        assert secret not in answer.text


def test_state_counts_and_reset_forgets(running):
    sandbox, client = running
    bearer = token(sandbox, client)
    state = client.get("/_sandbox/state").json()
    assert (state["seed"], state["requests"]) == (3, 1)
    m2m = state["providers"]["telekom-m2m"]
    assert (m2m["sims"], m2m["simsByPartner"]) == (4, {"100013": 4, "100017": 0})
    assert (m2m["tokensIssued"], m2m["tokensLive"], m2m["operations"]) == (1, 1, 47)
    assert "get_sim_details" in m2m["emulated"]
    assert client.post("/_sandbox/reset").status_code == 204
    state = client.get("/_sandbox/state").json()
    assert state["requests"] == 0
    assert state["providers"]["telekom-m2m"]["tokensLive"] == 0
    answer = client.get(
        "/telekom-m2m/iot/connectivity/management/v1/partners/100013/sims",
        headers={"Authorization": f"Bearer {bearer}"},
    )
    assert answer.status_code == 401


def test_after_a_reset_everything_happens_again_in_the_same_way(running):
    sandbox, client = running
    first = token(sandbox, client)
    client.post("/_sandbox/reset")
    assert token(sandbox, client) == first


def test_expired_tokens_are_not_counted_as_live(running):
    sandbox, client = running
    token(sandbox, client)
    sandbox.emulator.world.clock.advance(300)
    m2m = client.get("/_sandbox/state").json()["providers"]["telekom-m2m"]
    assert (m2m["tokensIssued"], m2m["tokensLive"]) == (1, 0)


@pytest.mark.parametrize("path", ["/telekom", "/_sandbox", "/_sandbox/reset", "/infobip2/x"])
def test_outside_the_mounts_there_is_a_signpost(running, path):
    _, client = running
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["providers"] == ["/telekom-m2m", "/telekom-bsc", "/telcoapi", "/infobip"]
    assert "POST /_sandbox/reset" in answer.json()["admin"]


def test_a_body_that_is_too_large_is_refused(running):
    _, client = running
    answer = client.post("/infobip/iot/2/sims", content=b"x" * (8 * 1024 * 1024 + 1))
    assert answer.status_code == 413


def test_nonsense_in_a_path_reaches_header_and_journal_safely(running):
    _, client = running
    answer = client.get("/infobip/iot/2/sims?l%0d%0aX-Evil:%201=%C3%BC", auth=("a", "b"))
    assert answer.status_code == 401
    key = {"Authorization": "App sandbox-infobip-api-key"}
    answer = client.get("/infobip/iot/2/sims?l%0d%0aX-Evil:%201=%C3%BC%ED%A0%80", headers=key)
    assert answer.status_code == 400
    assert answer.headers["x-sandbox-reason"] == "unknown parameter l??X-Evil: 1"
    assert "x-evil" not in answer.headers
    deep = client.post(
        "/infobip/nowhere",
        content=b'{"a": "\\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert deep.status_code == 404
    assert client.get("/_sandbox/requests").json()["requests"][-1]["body"] == {"a": "?"}
