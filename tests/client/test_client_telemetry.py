"""OpenTelemetry's instrumentation of httpx sees every request of both kinds of client."""

from __future__ import annotations

import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from simloom.connection import prepare
from simloom.errors import SimloomError

ICCID = "8949000000000000001"
SECRETS = ("secret-canary-41d7", "token-canary-41d7", "message-canary-41d7", "key-canary-91c2")
TOKEN = '{"access_token":"token-canary-41d7","expires_in":300}'


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()
    provider.shutdown()


def urls(exporter):
    found = [span.attributes for span in exporter.get_finished_spans()]
    return [one.get("url.full") or one.get("http.url") for one in found]


def test_each_attempt_is_a_span(both, vendor, spans):
    vendor.script((503, {}, ""), "north gate", "m1")
    client = both.acme(vendor)
    assert client.get(ICCID).label == "north gate"
    client.send_sms(ICCID, "message-canary-41d7")
    expected = [f"{vendor.url}/sims/{ICCID}"] * 2 + [f"{vendor.url}/sims/{ICCID}/sms"]
    assert urls(spans) == expected
    finished = spans.get_finished_spans()
    assert [span.name.partition(" ")[0] for span in finished] == ["GET", "GET", "POST"]
    shown = "".join(span.to_json() for span in finished)
    assert not [secret for secret in SECRETS if secret in shown]
    sent = [one.headers.get("traceparent", "") for one in vendor.asked]
    assert all(one for one in sent)  # the vendor can join its own spans to ours
    assert len(set(sent)) == 3


def test_the_token_request_is_a_span_without_its_secret(both, vendor, spans):
    settings = {
        "base_url": vendor.url,
        "token_url": f"{vendor.url}/token",
        "client_id": "me",
        "client_secret": "secret-canary-41d7",
        "partner_id": "1",
    }
    client = both.client(prepare("telekom-m2m", **settings))
    vendor.answer = lambda asked: (
        (200, {"content-type": "application/json"}, TOKEN)
        if asked.target == "/token"
        else (404, {}, "{}")
    )
    with pytest.raises(SimloomError):
        client.get(ICCID)
    found = urls(spans)
    assert found[0] == f"{vendor.url}/token"
    assert len(found) == len(vendor.asked) > 1
    assert b"secret-canary-41d7" in vendor.asked[0].body
    shown = "".join(span.to_json() for span in spans.get_finished_spans())
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_request_without_an_answer_is_a_span_with_an_error(both, vendor, spans):
    vendor.script(None, None, None)
    with pytest.raises(SimloomError):
        both.acme(vendor).get(ICCID)
    finished = spans.get_finished_spans()
    assert len(finished) == 3
    assert {span.status.status_code.name for span in finished} == {"ERROR"}
    shown = "".join(span.to_json() for span in finished)
    assert not [secret for secret in SECRETS if secret in shown]
