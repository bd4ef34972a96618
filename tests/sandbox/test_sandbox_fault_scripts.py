"""Fault scripts: what may be written, which request they are for, what the report proves."""

from __future__ import annotations

import pytest

from simloom.sandbox import Effect, Fault
from simloom.sandbox.faults import BadFault, Faults, fault_from_json
from simloom.sandbox.faults.script import KNOWN, allowed_members
from simloom.sandbox.messages import Call

OPERATIONS = {"infobip": ("get_sim", "send_sms"), "telcoapi": ("get_sim", "provision_sim")}
SIM = "8949023000854173484"


def registry(*faults, seed=1):
    made = Faults(OPERATIONS, seed)
    made.add(*faults)
    return made


def ask(faults, operation="get_sim", *, provider="infobip", is_login=False, **call):
    call = Call(**{"method": "GET", "path": f"/iot/2/sims/{SIM}", **call})
    fired = faults.for_request(provider, operation, call, is_login=is_login)
    return None if fired is None else fired.number


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([], "a fault is an object"),
        ("status", "a fault is an object"),
        ({}, "effect is missing; it is one of status, latency"),
        ({"effect": "explode"}, "effect is one of status, latency"),
        ({"effect": ["status"]}, "effect is one of status, latency"),
        ({"effect": "status", "colour": 1}, "colour is not known; there are: body, content_type"),
        ({"effect": "status", "copies": 2}, "copies is no option of status"),
        ({"effect": "truncate", "status": 503}, "status is no option of truncate"),
        ({"effect": "drop-events", "operation": "get_sim"}, "operation is no option of drop"),
        ({"effect": "drop-events", "latency": 1}, "latency is no option of drop-events"),
        ({"effect": "status", "event": "x"}, "event is no option of status"),
        ({"effect": "status", "status": 199}, "status is a whole number from 200 to 599"),
        ({"effect": "status", "status": 600}, "status is a whole number from 200 to 599"),
        ({"effect": "status", "status": 503.0}, "status is a whole number"),
        ({"effect": "status", "status": True}, "status is a whole number"),
        ({"effect": "status", "status": "503"}, "status is a whole number"),
        ({"effect": "status", "times": 0}, "times is a whole number from 1 to 1000000"),
        ({"effect": "status", "nth": 0}, "nth is a whole number from 1"),
        ({"effect": "status", "every": 0}, "every is a whole number from 1"),
        ({"effect": "status", "probability": 0}, "probability is above 0"),
        ({"effect": "status", "probability": 1.1}, "probability is a number from 0 to 1"),
        ({"effect": "status", "probability": "half"}, "probability is a number from 0 to 1"),
        ({"effect": "status", "latency": 61}, "latency is a number from 0 to 60"),
        ({"effect": "status", "latency": -1}, "latency is a number from 0 to 60"),
        ({"effect": "status", "latency": 10**400}, "latency is a number from 0 to 60"),
        ({"effect": "latency"}, "latency: say how many seconds"),
        ({"effect": "status", "iccid": ""}, "iccid is a text that is not empty"),
        ({"effect": "status", "path": 7}, "path is a text that is not empty"),
        ({"effect": "status", "provider": "acme"}, "provider is one of infobip, telcoapi"),
        ({"effect": "status", "operation": "get_sin"}, "did you mean get_sim?"),
        (
            {"effect": "status", "provider": "infobip", "operation": "provision_sim"},
            "no 'provision_sim' in infobip",
        ),
        ({"effect": "status", "headers": ["a"]}, "headers is an object of texts"),
        ({"effect": "status", "headers": {"a b": "c"}}, "a name is no token"),
        ({"effect": "status", "headers": {"a": 1}}, "the value of a is not printable"),
        ({"effect": "status", "headers": {"a": "b\r\nc: d"}}, "the value of a is not printable"),
        ({"effect": "status", "headers": {"a": "b "}}, "the value of a is not printable"),
        ({"effect": "status", "headers": {"Content-Length": "9"}}, "Content-Length is the busin"),
        ({"effect": "status", "status": 204, "body": {}}, "an answer with status 204 has none"),
        ({"effect": "status", "body": "text"}, "a text needs a content_type that is not JSON"),
        ({"effect": "content-type", "content_type": "a\nb"}, "content_type is a media type"),
        ({"effect": "content-type", "content_type": 7}, "content_type is a media type"),
        ({"effect": "reset-after", "how": "gently"}, "how is one of reset, close"),
        ({"effect": "truncate", "keep": -1}, "keep is a whole number from 0"),
        ({"effect": "gzip-bomb", "size": 2**40}, "size is a whole number from 1 to 4294967296"),
        ({"effect": "chunks"}, "give either at or every_bytes"),
        ({"effect": "chunks", "at": [1], "every_bytes": 1}, "give either at or every_bytes"),
        ({"effect": "chunks", "at": [2, 1]}, "at is a list of byte positions above 0 that rise"),
        ({"effect": "chunks", "at": [0]}, "at is a list of byte positions above 0"),
        ({"effect": "chunks", "at": "12"}, "at is a list of byte positions"),
        ({"effect": "duplicate-events", "copies": 1}, "copies is a whole number from 2 to 1000"),
        ({"effect": "delayed-apply", "delay": -1}, "delay is a number from 0 to 86400"),
    ],
)
def test_a_script_that_cannot_be_is_refused_with_its_reason(wrong, told):
    faults = registry()
    with pytest.raises(BadFault) as refused:
        faults.add(fault_from_json(wrong))
    assert told in str(refused.value)
    assert faults.report() == {"faults": [], "unconsumed": 0}


@pytest.mark.parametrize("effect", Effect)
def test_every_effect_is_written_and_read_again(effect):
    needed = {Effect.LATENCY: {"latency": 2.5}, Effect.CHUNKS: {"at": [3, 7]}}.get(effect, {})
    written = {"effect": effect.value, "provider": "infobip", "times": 3, **needed}
    fault = fault_from_json(written)
    assert fault.to_json() == written
    assert fault_from_json(fault.to_json()) == fault
    assert set(written) <= allowed_members(effect) <= set(KNOWN)


def test_what_a_script_leaves_out_is_chosen_by_its_effect():
    assert Fault(effect="status").status == 503
    assert Fault(effect="delayed-apply").status == 504
    assert (Fault(effect="slow-loris").pause, Fault(effect="chunks", at=[1]).pause) == (1, 0)
    assert [Fault(effect="status", every=3).nth, Fault(effect="status").nth] == [3, 1]


MATCHES = [
    ({}, {}),
    ({"provider": "infobip"}, {"provider": "telcoapi"}),
    ({"operation": "get_sim"}, {"operation": "send_sms"}),
    ({"operation": "get_sim"}, {"operation": None}),
    ({"method": "get"}, {"method": "POST"}),
    ({"path": "/iot/2/sims/*"}, {"path": "/iot/1/sims/1"}),
    ({"path": f"/iot/?/sims/{SIM}"}, {"path": f"/iot/2/sims/{SIM}/usage"}),
    ({"iccid": SIM}, {"path": f"/iot/2/sims/{SIM}0"}),
    ({"iccid": SIM}, {"path": f"/iot/2/sims/0{SIM}"}),
    ({"iccid": SIM}, {"path": "/iot/2/sims"}),
]


@pytest.mark.parametrize(("wanted", "other"), MATCHES)
def test_a_script_takes_the_requests_that_it_describes_and_no_others(wanted, other):
    faults = registry(Fault(effect="status", times=None, **wanted))
    if other:
        assert ask(faults, **other) is None
        assert faults.report()["faults"][0]["matched"] == 0
    assert ask(faults) == 1


@pytest.mark.parametrize(
    "call",
    [
        {"path": f"/iot/2/sims/%38{SIM[1:]}"},
        {"path": "/x", "query": (("iccid", SIM),)},
        {"path": "/x", "query": (("q", f"iccid:{SIM},a:b"),)},
        {"path": "/x", "body": b'{"sims": [{"iccid": "%s"}]}' % SIM.encode()},
        {"path": "/x", "body": b'\xff["%s"]' % SIM.encode()},
    ],
)
def test_an_iccid_is_found_wherever_the_request_has_it(call):
    faults = registry(Fault(effect="status", iccid=SIM))
    assert ask(faults, **call) == 1


@pytest.mark.parametrize(
    ("script", "fires_at"),
    [
        ({}, [1]),
        ({"times": 3}, [1, 2, 3]),
        ({"times": None}, list(range(1, 11))),
        ({"nth": 4}, [4]),
        ({"nth": 4, "times": 2}, [4, 5]),
        ({"every": 3, "times": None}, [3, 6, 9]),
        ({"every": 3, "nth": 2, "times": 2}, [2, 5]),
    ],
)
def test_a_script_fires_when_it_says(script, fires_at):
    faults = registry(Fault(effect="status", **script))
    fired = [place for place in range(1, 11) if ask(faults)]
    assert fired == fires_at
    (report,) = faults.report()["faults"]
    assert (report["matched"], report["fired"], report["consumed"]) == (10, len(fires_at), True)


def test_the_seed_decides_about_probabilities():
    def fired(seed):
        faults = registry(Fault(effect="status", probability=0.3, times=None), seed=seed)
        return [place for place in range(1000) if ask(faults)]

    first = fired(1)
    assert first == fired(1) != fired(2)
    assert 250 < len(first) < 350


def test_scripts_for_the_same_request_are_a_sequence():
    faults = registry(
        Fault(effect="status", status=503, times=2),
        Fault(effect="reset-before"),
        Fault(effect="status", status=500, nth=2),
    )
    assert [ask(faults) for _ in range(5)] == [1, 1, 2, 3, None]


def test_the_report_tells_what_was_not_consumed():
    faults = registry(
        Fault(effect="status"),
        Fault(effect="reset-after", operation="send_sms", times=2),
        Fault(effect="drop-events", times=None),
    )
    assert (ask(faults), ask(faults, "send_sms")) == (1, 2)
    report = faults.report()
    assert report["unconsumed"] == 2
    assert [(one["number"], one["consumed"]) for one in report["faults"]] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert report["faults"][1]["fault"] == {
        "effect": "reset-after",
        "operation": "send_sms",
        "times": 2,
    }
    faults.clear()
    assert faults.report() == {"faults": [], "unconsumed": 0}
    assert ask(faults) is None
    assert faults.add(Fault(effect="status")) == (1,)


def test_a_revoked_token_spares_the_request_for_a_new_one():
    faults = registry(Fault(effect="token-revoked", times=None))
    assert ask(faults, is_login=True) is None
    assert ask(faults) == 1


def test_scripts_are_added_all_or_none_and_not_without_end():
    faults = registry()
    with pytest.raises(BadFault, match="provider is one of"):
        faults.add(Fault(effect="status"), Fault(effect="status", provider="acme"))
    assert faults.add(*[Fault(effect="status")] * 1000) == tuple(range(1, 1001))
    with pytest.raises(BadFault, match="there may be 1000 scripts"):
        faults.add(Fault(effect="status"))
    assert len(faults.report()["faults"]) == 1000


def stream(faults, kind="GET_LOCATION", iccid=None, provider="telcoapi"):
    return faults.for_stream(provider, kind, iccid=iccid)


def test_a_stream_is_told_what_to_do_with_each_event():
    faults = registry(
        Fault(effect="duplicate-events", copies=3, nth=2),
        Fault(effect="reorder-events", event="USAGE"),
        Fault(effect="drop-events", iccid=SIM),
        Fault(effect="cut-stream-after", nth=5, keep=10),
        Fault(effect="status"),
    )
    assert stream(faults) is None
    duplicate = stream(faults)
    assert (duplicate.effect, duplicate.copies) == (Effect.DUPLICATE_EVENTS, 3)
    assert stream(faults, "USAGE").effect is Effect.REORDER_EVENTS
    assert stream(faults, iccid=SIM).effect is Effect.DROP_EVENTS
    cut = stream(faults)
    assert (cut.effect, cut.keep, cut.number) == (Effect.CUT_STREAM_AFTER, 10, 4)
    assert stream(faults) is None
    report = faults.report()
    assert report["unconsumed"] == 1
    assert [one["events"] for one in report["faults"]] == [[2], [1], [1], [5], []]


def test_faults_of_streams_and_of_answers_do_not_meet():
    faults = registry(Fault(effect="drop-events"), Fault(effect="status"))
    assert ask(faults) == 2
    assert stream(faults).effect is Effect.DROP_EVENTS
    assert [one["matched"] for one in faults.report()["faults"]] == [1, 1]


def test_the_journal_and_the_report_point_at_each_other(desk):
    desk.ask("infobip", "GET", "/iot/2/sims")
    desk.emulator.faults.add(Fault(effect="status", provider="infobip", every=2, times=2))
    answers = [desk.ask("infobip", "GET", "/iot/2/sims").status for _ in range(5)]
    assert answers == [200, 503, 200, 503, 200]
    (report,) = desk.emulator.faults.report()["faults"]
    assert report["requests"] == [3, 5]
    entries = desk.emulator.requests()["requests"]
    assert [(one["number"], one["fault"]) for one in entries] == [
        (1, None),
        (2, None),
        (3, 1),
        (4, None),
        (5, 1),
        (6, None),
    ]
    assert entries[2]["reason"] == "fault 1: status"
    desk.emulator.reset()
    assert desk.emulator.faults.report() == {"faults": [], "unconsumed": 0}
