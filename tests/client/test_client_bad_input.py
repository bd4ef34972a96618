"""Whatever a vendor answers: a typed error that says what to do, nothing sent twice, nothing shown.

Every provider, both kinds of client. What arrived is counted at the server.
"""

from __future__ import annotations

import gzip
import logging
import traceback
import zlib
from collections import Counter

import pytest
from attrs import fields

from simloom.config import is_secret
from simloom.connection import prepare
from simloom.errors import (
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    DecodeError,
    InvalidIdentifier,
    InvalidParameter,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    QuotaExceeded,
    ServerError,
    SimloomError,
)
from simloom.models import Sim
from simloom.plugins.loader import load
from simloom.transport.quota import MemoryStore, metering

ICCID = "8949000000000000001"
CANARY = "canary-b41d"
PROVIDERS = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]
JSON = {"content-type": "application/json"}
PROBLEM = {"content-type": "application/problem+json"}
TOKEN = (200, JSON, f'{{"access_token":"{CANARY}-token","expires_in":300}}')
DROP = None
SIM = f'{{"iccid":"{ICCID}","status":"Enabled","label":"north"}}'


def bomb(size):
    """Return gzip of so many zeros: after a full flush, each block is the same few bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * (size >> 20)


ERRORS = [
    # answer; the error of a read, its tries; the error of a write, its tries; words of the text
    ((400, JSON, '{"message":"bad"}'), BadRequest, 1, BadRequest, 1, "correct the request"),
    ((403, JSON, '{"message":"Limit exceeded"}'), QuotaExceeded, 1, QuotaExceeded, 1, "window"),
    ((403, JSON, '{"message":"read-only user"}'), PermissionDenied, 1, PermissionDenied, 1, "writ"),
    ((403, {}, "<h1>Forbidden</h1>"), PermissionDenied, 1, PermissionDenied, 1, "IP whitelist"),
    (
        (403, PROBLEM, '{"title":"Forbidden","status":403,"detail":"not yours"}'),
        PermissionDenied,
        1,
        PermissionDenied,
        1,
        "not yours",
    ),
    ((404, JSON, '{"message":"no such SIM"}'), NotFound, 1, NotFound, 1, "check the identifier"),
    ((408, {}, ""), BadRequest, 3, OutcomeUnknown, 1, "looked up first|look up"),
    ((409, JSON, '{"message":"busy"}'), Conflict, 1, Conflict, 1, "present state"),
    ((422, JSON, '{"errorCode":"SimExpired"}'), BadRequest, 1, BadRequest, 1, "SimExpired"),
    ((425, {}, ""), BadRequest, 3, BadRequest, 1, "a little later"),
    ((429, {}, ""), QuotaExceeded, 3, QuotaExceeded, 3, "wait for the vendor's window"),
    ((429, {"retry-after": "0"}, ""), QuotaExceeded, 3, QuotaExceeded, 3, "HTTP 429"),
    ((429, {"retry-after": "3600"}, ""), QuotaExceeded, 1, QuotaExceeded, 1, "HTTP 429"),
    ((500, {}, "<html>"), ServerError, 3, ServerError, 1, "the vendor failed"),
    ((503, {}, "busy"), ServerError, 3, OutcomeUnknown, 1, "HTTP 503|unknown"),
    ((504, {}, ""), ServerError, 3, OutcomeUnknown, 1, "HTTP 504|unknown"),
    (DROP, ConnectionFailed, 3, OutcomeUnknown, 1, "ProtocolError|unknown"),
]

BROKEN = [
    "<html><body>Sign in</body></html>",
    '{"iccid":"894900',
    "[" * 100_000,
    '{"a":' * 5_000,
    '{"a":1' + "0" * 5_000 + "}{",
    '{"a":NaN}',
    b"\xff\xfe{}",
    b"",
]


def settings(provider, url):
    """Settings with a canary in each secret."""
    given = {"base_url": url}
    names = {item.name: item for item in fields(load(provider).settings_class)}
    for name, item in names.items():
        if is_secret(item):
            given[name] = f"{CANARY}-{name}"
    more = {"username": "me", "client_id": "me", "partner_id": "1", "token_url": f"{url}/token"}
    return given | {name: value for name, value in more.items() if name in names}


def is_token(asked):
    return asked.target.endswith("/token")


def answering(vendor, answer):
    vendor.asked.clear()
    vendor.answer = lambda asked: TOKEN if is_token(asked) else answer


def sent(vendor):
    """How often each request of the API itself arrived."""
    return Counter((one.method, one.target, one.body) for one in vendor.asked if not is_token(one))


def failure(call):
    with pytest.raises(SimloomError) as caught:
        call()
    error = caught.value
    shown = ["".join(traceback.format_exception(error))]
    chain = error
    while chain is not None:
        raw = {"content", "body"}  # the answer itself, kept on purpose
        shown += [repr(chain), str({k: v for k, v in vars(chain).items() if k not in raw})]
        chain = chain.__cause__ or chain.__context__
    assert CANARY not in "".join(shown)
    assert str(error).isprintable()
    return error


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_error_status_of_a_read(both, vendor, caplog, provider, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for answer, kind, tries, _, _, words in ERRORS:
        monkeypatch.setattr(metering, "_OWN", MemoryStore())  # a refusal closes the limit
        client = both.client(prepare(provider, **settings(provider, vendor.url)))
        answering(vendor, answer)
        error = failure(lambda client=client: client.get(ICCID))
        assert type(error) is kind, answer
        assert any(word in str(error) for word in words.split("|")), (answer, str(error))
        assert set(sent(vendor).values()) == {tries}, answer
    assert CANARY not in caplog.text


@pytest.mark.parametrize("provider", ["infobip", "telekom-bsc", "telekom-m2m"])
def test_every_error_status_of_a_write(both, vendor, caplog, provider, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for answer, _, _, kind, tries, words in ERRORS:
        monkeypatch.setattr(metering, "_OWN", MemoryStore())  # a refusal closes the limit
        client = both.client(prepare(provider, **settings(provider, vendor.url)))
        answering(vendor, answer)
        if provider == "telekom-bsc":  # it reads before it writes
            vendor.answer = lambda asked, answer=answer: (
                TOKEN if is_token(asked) else (200, JSON, SIM) if asked.method == "GET" else answer
            )
        error = failure(lambda client=client: client.suspend(ICCID))
        assert type(error) is kind, answer
        assert any(word in str(error) for word in words.split("|")), (answer, str(error))
        writes = [times for (method, *_), times in sent(vendor).items() if method != "GET"]
        assert writes == [tries], answer
    assert CANARY not in caplog.text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_cannot_be_read_is_a_decode_error_and_asked_for_once(both, vendor, provider):
    for body in BROKEN:
        client = both.client(prepare(provider, **settings(provider, vendor.url)))
        answering(vendor, (200, JSON, body))
        error = failure(lambda client=client: client.get(ICCID))
        assert type(error) is DecodeError, body[:20]
        assert len(str(error)) < 1000
        assert set(sent(vendor).values()) == {1}, body[:20]


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "null",
        '""',
        "0",
        "[null]",
        "[[]]",
        '{"items":null}',
        '{"data":{}}',
        '{"sims":[1]}',
    ],
)
def test_json_that_is_not_as_documented_is_an_error_of_ours_or_read(both, vendor, body):
    for provider in PROVIDERS:
        client = both.client(prepare(provider, **settings(provider, vendor.url)))
        for call in (client.get, client.suspend):
            answering(vendor, (200, JSON, body))
            try:
                found = call(ICCID)
            except SimloomError:
                pass
            else:
                assert isinstance(found, Sim) or found.status is not None
            assert set(sent(vendor).values()) <= {1}


def test_a_sim_full_of_nulls_and_unknown_values_is_read(both, vendor):
    body = '{"iccid":"8949000000000000001","state":"HIBERNATING","label":null,"unheard":{"of":1}}'
    client = both.client(prepare("telcoapi", **settings("telcoapi", vendor.url)))
    answering(vendor, (200, JSON, body))
    sim = client.get(ICCID)
    assert sim.iccid == ICCID
    assert sim.label is None


@pytest.mark.parametrize("provider", ["telcoapi", "telekom-m2m"])
def test_a_gzip_bomb_of_300_megabytes(both, vendor, provider):
    client = both.client(prepare(provider, **settings(provider, vendor.url)))
    answering(vendor, (200, {**JSON, "content-encoding": "gzip"}, bomb(300 << 20)))
    error = failure(lambda: client.get(ICCID))
    assert type(error) is DecodeError
    assert "larger than 33,554,432 bytes" in str(error)
    assert set(sent(vendor).values()) == {1}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_storm_of_401s_costs_one_more_token_and_one_more_try(both, vendor, provider):
    client = both.client(prepare(provider, **settings(provider, vendor.url)))
    tokens = iter(range(99))
    vendor.answer = lambda asked: (
        (200, JSON, f'{{"access_token":"{CANARY}-{next(tokens)}","expires_in":300}}')
        if is_token(asked)
        else (401, JSON, '{"message":"no"}')
    )
    calls = 10
    for _ in range(calls):
        error = failure(lambda: client.get(ICCID))
        assert type(error) is AuthenticationError
        assert "check the credentials of this provider" in str(error)
    with_token = provider.startswith("telekom")
    assert sum(map(is_token, vendor.asked)) == 2 * with_token
    assert sum(sent(vendor).values()) == calls + with_token


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("telekom-m2m", (401, JSON, '{"error":"invalid_client"}')),
        ("telekom-bsc", (400, JSON, '{"statusCode":400,"errorCode":"BadCredentials"}')),
    ],
)
def test_wrong_credentials_are_offered_once(both, vendor, provider, answer):
    client = both.client(prepare(provider, **settings(provider, vendor.url)))
    vendor.answer = lambda _: answer
    for call in (client.get, client.suspend, client.get):
        error = failure(lambda call=call: call(ICCID))
        assert type(error) is AuthenticationError
        assert error.operation == "create_token"
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("answer", [(500, {}, ""), (503, {}, "x"), DROP])
@pytest.mark.parametrize("call", ["get", "suspend"])
def test_a_token_server_that_fails_is_asked_three_times_in_all(both, vendor, answer, call):
    client = both.client(prepare("telekom-m2m", **settings("telekom-m2m", vendor.url)))
    vendor.answer = lambda _: answer
    error = failure(lambda: getattr(client, call)(ICCID))
    assert type(error) in {ServerError, ConnectionFailed}
    assert [one.target for one in vendor.asked] == ["/token"] * 3
    assert len(both.slept) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "iccid", ["..", ".", "", "\uff18\uff19" + "0" * 17, "8949000000000000001\r\nx: y", "89/../../x"]
)
def test_what_is_no_iccid_reaches_no_vendor(both, vendor, provider, iccid):
    client = both.client(prepare(provider, **settings(provider, vendor.url)))
    for call in (client.get, client.suspend, lambda one: client.set_label(one, "x")):
        with pytest.raises(InvalidIdentifier):
            call(iccid)
    assert vendor.asked == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_line_break_in_a_label_adds_no_header(both, vendor, provider):
    client = both.client(prepare(provider, **settings(provider, vendor.url)))
    answering(vendor, (400, JSON, "{}"))
    with pytest.raises(SimloomError):
        client.set_label(ICCID, "north\r\nx-evil: 1\r\n\r\nGET /evil")
    for one in vendor.asked:
        assert "x-evil" not in one.headers
        assert b"\n" not in one.body
        assert "evil" not in one.target


def test_a_line_break_in_a_user_agent_is_refused(both, vendor):
    given = settings("telcoapi", vendor.url)
    with pytest.raises(InvalidParameter):
        both.client(prepare("telcoapi", user_agent="a\r\nx-evil: 1", **given))
    assert vendor.asked == []
