"""Canaries in every secret: no log, repr, error or traceback may hold one."""

from __future__ import annotations

import logging
import re
import traceback

import pytest
from attrs import fields

from simloom.config import Common, is_secret
from simloom.connection import prepare
from simloom.errors import SimloomError
from simloom.plugins.loader import load

ICCID = "8949000000000000001"
CANARY = "canary-7f3a"
PROVIDERS = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]
ANSWERS = [
    (401, {}, '{"message":"no"}'),
    (403, {}, "{}"),
    (500, {}, "<html>"),
    (200, {}, '{"access_token": "canary-7f3a-token", "expires_in": "soon"}'),
    (200, {"content-type": "application/json"}, "not json"),
    (302, {"location": "https://evil.example"}, ""),
    None,
]


def filled(provider, url):
    """Settings with a canary in each secret."""
    given = {}
    for item in fields(load(provider).settings_class):
        if is_secret(item):
            given[item.name] = f"{CANARY}-{item.name}"
        elif item.name.endswith("_url"):
            given[item.name] = f"{url}/token" if item.name == "token_url" else url
        elif item.name in {"username", "client_id"}:
            given[item.name] = "me"
    if provider == "telekom-m2m":
        given["partner_id"] = "1"
    return given


def everything(error):
    """The text of an error, its chain and its attributes, as a crash report would have them."""
    parts = ["".join(traceback.format_exception(error))]
    while error is not None:
        parts += [repr(error), str(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    return "".join(parts)


def outcome(call):
    """Return all that a call shows, and the raw answer as `masked_content` shows it."""
    try:
        return repr(call()), ""
    except SimloomError as error:
        # error.content is the raw answer, kept on purpose
        told = everything(error).replace("canary-7f3a-token", "")
        return told, getattr(error, "masked_content", "")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: str(answer and answer[0]))
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_secret_shows_whatever_the_vendor_answers(both, vendor, caplog, provider, answer):
    caplog.set_level(logging.DEBUG)
    vendor.answer = lambda _: answer
    connection = prepare(provider, **filled(provider, vendor.url))
    client = both.client(connection)
    seen = [repr(client), repr(connection), repr(client.provider), repr(connection.common)]
    seen += [repr(connection.provider.settings), str(connection.provider.settings)]
    for call in (
        lambda: client.get(ICCID),
        lambda: list(client.sims()),
        lambda: client.suspend(ICCID),
    ):
        told, masked = outcome(call)
        assert CANARY not in masked
        seen.append(told)
    assert any("Traceback" in told for told in seen)
    assert vendor.asked
    sent = "".join(f"{one.headers}{one.body!r}" for one in vendor.asked)
    assert CANARY in sent or "Basic " in sent
    assert CANARY not in "".join(seen)
    assert CANARY not in caplog.text.replace("canary-7f3a-token", "")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_there_is_a_secret_to_look_for(provider):
    assert any(is_secret(item) for item in fields(load(provider).settings_class))
    assert is_secret(fields(Common).proxy)


def test_one_line_per_attempt_without_identifiers(both, vendor, caplog):
    caplog.set_level(logging.DEBUG, "simloom")
    vendor.script((503, {}, ""), "ok", None)
    client = both.acme(vendor)
    client.get(ICCID)
    with pytest.raises(SimloomError):
        client.send_sms(ICCID, "the text")
    ours = [one for one in caplog.records if one.name.startswith("simloom")]
    assert {(one.name, one.levelno) for one in ours} == {("simloom.http", logging.INFO)}
    lines = [re.sub(r"\d+ ms", "N ms", one.getMessage()) for one in ours]
    assert lines == [
        "GET /sims/{iccid} 503 N ms attempt 1",
        "GET /sims/{iccid} 200 N ms attempt 2",
        "POST /sims/{iccid}/sms no answer N ms attempt 1",
    ]


def test_tokens_do_not_show_either(both, sandbox, sandbox_settings, caplog):
    caplog.set_level(logging.DEBUG)
    for provider in ("telekom-m2m", "telekom-bsc"):
        client = both.client(prepare(provider, **sandbox_settings(provider)))
        next(client.sims())
        auth = client._session.client._auth
        token = auth._held.state.token.reveal()
        assert len(token) > 10
        assert token not in caplog.text + repr(vars(auth)) + repr(client)


def test_a_failing_observer_does_not_make_secrets_show(both, vendor, caplog):
    from simloom.plugins import hookimpl

    class Fails:
        @hookimpl
        def simloom_request(self, request):
            raise ValueError(f"{request!r} {request.operation!r}")

    caplog.set_level(logging.DEBUG, "simloom")
    both.acme(vendor, plugins=[Fails()]).get(ICCID)
    assert "Fails" in caplog.text or "simloom_request" in caplog.text
    assert ICCID not in caplog.text
    assert "acme-key-canary" not in caplog.text
