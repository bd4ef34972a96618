"""The JSON that the vendors' documents print: how each is read, and that nothing of it is lost."""

from __future__ import annotations

import json
from collections import Counter
from importlib import import_module

import pytest

from cassettes.recording.documented import examples, verbatim
from simloom.errors import DecodeError, WebhookRejected
from simloom.events import types
from simloom.events.jsontext import without_trailing_commas
from simloom.events.sse import JSON_STREAMS, EventDecoder, Fault
from simloom.events.webhooks import parse
from simloom.runtime import Secret
from simloom.runtime.decoding import decode, parse_json
from simloom.runtime.encoding import encode_json
from simloom_plugins.telekom_m2m.events import read_event

ALL = examples()
IDS = [f"{one.provider}-{one.name}" for one in ALL]
BODIES = [one for one in ALL if one.model]
EVENTS = [one for one in ALL if one.provider == "telekom-m2m" and one.name.endswith("-event")]
WEBHOOKS = [one for one in ALL if one.name.endswith("-webhook")]


def named(provider, name):
    (found,) = (one for one in ALL if (one.provider, one.name) == (provider, name))
    return found


def model_of(example):
    package = example.provider.replace("-", "_")
    return getattr(import_module(f"simloom_clients.{package}.models"), example.model)


def test_none_is_missing():
    counted = Counter((one.provider, one.reading) for one in ALL)
    assert counted == {
        ("infobip", "strict"): 9,
        ("infobip", "lenient"): 1,
        ("telcoapi", "strict"): 15,
        ("telekom-bsc", "pseudo"): 7,
        ("telekom-m2m", "strict"): 7,
        ("telekom-m2m", "lenient"): 3,
        ("telekom-m2m", "pseudo"): 1,
    }
    assert len({(one.provider, one.name) for one in ALL}) == len(ALL) == 43


@pytest.mark.parametrize("example", ALL, ids=IDS)
def test_how_it_is_read(example):
    content = example.text.encode()
    if example.reading == "strict":
        assert parse_json(content) == json.loads(example.text) == example.value
        return
    with pytest.raises(DecodeError):
        parse_json(content)
    repaired = without_trailing_commas(example.text)
    if example.reading == "lenient":
        assert parse_json(repaired.encode()) == example.value
    else:
        assert repaired is None
        assert isinstance(example.value, dict)


@pytest.mark.parametrize("example", BODIES, ids=[f"{one.provider}-{one.name}" for one in BODIES])
def test_nothing_of_a_body_is_lost(example, same):
    written = json.dumps(example.value).encode()
    value, problems = decode(written, model_of(example))
    assert problems == ()
    assert same(json.loads(encode_json(value)), example.value)


@pytest.mark.parametrize("example", BODIES, ids=[f"{one.provider}-{one.name}" for one in BODIES])
def test_a_member_that_nobody_documents_does_no_harm(example):
    odd = {**example.value, "xNobodyKnows": [{"a": None}]}
    value, problems = decode(json.dumps(odd).encode(), model_of(example))
    assert value == decode(json.dumps(example.value).encode(), model_of(example))[0]
    assert problems == ()


@pytest.mark.parametrize("media_type", ["text/event-stream", *sorted(JSON_STREAMS)])
@pytest.mark.parametrize("example", EVENTS, ids=[one.name for one in EVENTS])
def test_an_event_arrives_as_it_is_printed(example, media_type):
    decoder = EventDecoder(media_type)
    text = example.text
    if media_type == "text/event-stream":
        text = "".join(f"data: {line}\n" for line in text.rstrip("\n").split("\n")) + "\n"
    heard = [*decoder.feed(text.encode()), *decoder.close()]
    assert [fault for fault in decoder.errors if fault is not Fault.TRAILING_COMMA] == []
    (one,) = heard
    repaired = without_trailing_commas(one.data)
    raw = parse_json((repaired or one.data).encode())
    assert raw == example.value
    assert not isinstance(read_event(raw), types.UnknownEvent)


def read(name):
    return read_event(named("telekom-m2m", name).value)


def test_what_the_events_tell():
    action = read("sim-action-event")
    assert (type(action), action.signup_id) == (types.SimAction, "708855306")
    steps = [
        read(f"transfer-{step}-event").step.value
        for step in ("requested", "rejected", "cancelled", "completed")
    ]
    assert steps == ["requested", "rejected", "cancelled", "completed"]
    for name, apn in (("zone", None), ("apn", "b2b.dtag.test")):
        limit = read(f"session-limit-of-a{'n' if apn else ''}-{name}-event")
        # The examples spell the key with a colon at its end.
        assert (limit.restriction, limit.level, limit.apn) == ("Speed Step-down", 2, apn)
    pool, cost = read("pool-limit-event"), read("cost-limit-event")
    assert (pool.limit, pool.offering_id) == (50, "800206106")
    assert (cost.limit, cost.iccid) == (25, "8925475978255758883")


@pytest.mark.parametrize("example", WEBHOOKS, ids=[one.name for one in WEBHOOKS])
def test_a_webhook_is_read_as_json_and_refused_as_it_is_printed(example):
    headers = {"content-type": "application/json"}
    method = "PATCH" if example.name == "delivery-report-webhook" else "POST"
    event = parse(example.provider, method, headers, json.dumps(example.value).encode())
    assert not isinstance(event, types.UnknownEvent)
    if example.reading == "strict":
        assert parse(example.provider, method, headers, example.text.encode()) == event
        return
    with pytest.raises(WebhookRejected) as refused:
        parse(example.provider, method, headers, example.text.encode())
    assert refused.value.status == 400


def test_an_unknown_status_is_kept():
    example = named("infobip", "update-sim-status-request")
    value, _ = decode(json.dumps(example.value).encode(), model_of(example))
    assert value.status == "Active/Suspended"


def test_secrets_of_the_examples_are_masked_when_shown():
    for name in ("get-sim-response", "provision-sim-request"):
        example = named("telcoapi", name)
        value, _ = decode(json.dumps(example.value).encode(), model_of(example))
        for secret in ("pin1", "pin2", "puk1", "puk2", "ki", "opc"):
            assert getattr(value, secret) == Secret(example.value[secret])
            assert f"{secret}=Secret(***)" in repr(value)


def test_examples_are_found_again_in_exchanges():
    def exchange(request, response):
        headers = {"content-type": ["application/json"]}
        return [
            {
                "request": {"headers": headers, "body": request},
                "response": {"headers": headers, "body": {"string": response}},
            }
        ]

    state = named("telcoapi", "update-sim-state-request").text
    found = list(verbatim("telcoapi", exchange(state, '{"state": "ACTIVE"}')))
    assert found == ["request 1 is update-sim-state-request (Update SIM State)"]
    masked = '{"pin_type": "PIN1", "current_pin": "***", "new_pin": "***"}'
    assert list(verbatim("telcoapi", exchange(masked, ""))) == [
        "request 1 is reset-pin-request (Reset PIN), secrets masked"
    ]
    assert list(verbatim("infobip", exchange(state, "no JSON"))) == []
    event = named("telekom-m2m", "sim-action-event").value
    stream = f"data: {json.dumps({**event, 'httpHeaders': {}})}\n\n"
    streamed = exchange(None, stream)
    streamed[0]["response"]["headers"] = {"content-type": ["text/event-stream"]}
    assert list(verbatim("telekom-m2m", streamed)) == [
        "response 1 is sim-action-event (Event Documentation, SIM Action)"
    ]
