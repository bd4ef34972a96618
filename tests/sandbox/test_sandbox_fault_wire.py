"""What each fault puts on the wire, seen by raw sockets and by httpx."""

from __future__ import annotations

import gzip
import json
import socket
import time

import httpx
import pytest

from simloom.sandbox import Fault, ManualClock, Sandbox
from simloom.sandbox.faults.wire import gzip_bomb

KEY = "App sandbox-infobip-api-key"
LIST = "/infobip/iot/2/sims?limit=3"


@pytest.fixture(scope="module")
def running():
    with Sandbox(seed=7, clock=ManualClock()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.emulator.reset()
    return running


@pytest.fixture
def client(sandbox):
    headers = {"Authorization": KEY}
    with httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as opened:
        yield opened


@pytest.fixture
def body(client):
    """Return the bytes of the list as it is without a fault."""
    return client.get(LIST).content


def talk(sandbox, path=LIST, *, method="GET", version="1.1"):
    """Send one request over a socket and return all bytes that come back, and how it ended."""
    request = f"{method} {path} HTTP/{version}\r\nHost: x\r\nAuthorization: {KEY}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
        connection.sendall(request.encode())
        return read_all(connection)


def read_all(connection):
    received = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return received, "reset"
        if not piece:
            return received, "closed"
        received += piece


def parts(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, body


def effects(sandbox):
    return [one["operation"] for one in sandbox.emulator.ledger()["effects"]]


def active(client):
    sims = client.get("/infobip/iot/2/sims?limit=25").json()["sims"]
    return next(sim["iccid"] for sim in sims if sim["status"] == "Active")


@pytest.mark.parametrize(("how", "ending"), [("reset", "reset"), ("close", "closed")])
@pytest.mark.parametrize("effect", ["reset-before", "reset-after"])
def test_a_connection_ends_without_a_byte(sandbox, effect, how, ending, caplog):
    sandbox.faults.add(Fault(effect=effect, how=how))
    assert talk(sandbox) == (b"", ending)
    assert sandbox.faults.report()["unconsumed"] == 0
    (entry,) = sandbox.emulator.requests()["requests"]
    assert entry["status"] == (0 if effect == "reset-before" else 200)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(("effect", "happened"), [("reset-before", []), ("reset-after", ["sms"])])
def test_a_lost_answer_tells_nothing_of_the_effect(sandbox, client, effect, happened):
    iccid = active(client)
    sandbox.faults.add(Fault(effect=effect, operation="send_sms", iccid=iccid))
    with pytest.raises(httpx.ReadError):
        client.post(f"/infobip/iot/1/sims/{iccid}/sms", json={"text": "x"})
    done = sandbox.emulator.ledger(iccid=iccid)["effects"]
    assert [name for one in done for name in one["changed"]] == happened


def test_the_connection_of_a_lost_answer_is_not_the_one_of_the_next(sandbox, client):
    sandbox.faults.add(Fault(effect="reset-before", nth=2))
    assert client.get(LIST).status_code == 200
    with pytest.raises(httpx.ReadError):
        client.get(LIST)
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("keep", [None, 0, 7, 10**6])
def test_a_body_is_cut_while_its_length_promises_more(sandbox, body, keep):
    sandbox.faults.add(Fault(effect="truncate", keep=keep))
    answer, ending = talk(sandbox)
    status, headers, sent = parts(answer)
    assert (status, headers["content-length"], ending) == (200, str(len(body)), "closed")
    expected = len(body) // 2 if keep is None else min(keep, len(body) - 1)
    assert sent == body[:expected]


def test_an_answer_without_a_body_is_cut_as_well(sandbox, client):
    iccid = active(client)
    sandbox.faults.add(Fault(effect="truncate", operation="send_sms"))
    with pytest.raises(httpx.RemoteProtocolError, match="received 0 bytes, expected 64"):
        client.post(f"/infobip/iot/1/sims/{iccid}/sms", json={"text": "x"})
    assert effects(sandbox) == ["send_sms"]


def test_broken_json_has_the_right_length_and_type(sandbox, client, body):
    sandbox.faults.add(Fault(effect="malformed"))
    answer = client.get(LIST)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.content == body[:-1] + b","
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_bytes_that_are_no_utf8_stand_in_a_text(sandbox, client, body):
    sandbox.faults.add(Fault(effect="invalid-utf8"))
    answer = client.get(LIST).content
    with pytest.raises(UnicodeDecodeError):
        answer.decode()
    assert answer.replace(b"\xff\xc3", b"") == body


@pytest.mark.parametrize("given", [None, "application/xml"])
def test_the_content_type_is_another_one(sandbox, client, body, given):
    sandbox.faults.add(Fault(effect="content-type", content_type=given))
    answer = client.get(LIST)
    assert answer.headers.get_list("content-type") == [given or "text/html; charset=utf-8"]
    assert answer.content == body


def test_a_bomb_is_small_on_the_wire_and_valid_when_unpacked(sandbox, client, body):
    sandbox.faults.add(Fault(effect="gzip-bomb", size=20_000_000))
    with client.stream("GET", LIST) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) < 30_000
    unpacked = gzip.decompress(packed)
    assert len(unpacked) == 20_000_000
    assert unpacked.rstrip() == body


@pytest.mark.parametrize("size", [1, 2, 3, 2**20, 2**20 + 2, 3_500_000])
def test_a_bomb_of_any_size_is_whole(size):
    unpacked = gzip.decompress(b"".join(gzip_bomb(b"{}", size)))
    assert (unpacked.strip(), len(unpacked)) == (b"{}", max(2, size))


def test_a_bomb_of_the_usual_size_stops_when_nobody_reads(sandbox, client):
    sandbox.faults.add(Fault(effect="gzip-bomb"))
    with client.stream("GET", LIST) as answer:
        next(answer.iter_raw())
    assert client.get(LIST).status_code == 200


def dechunked(raw):
    pieces = []
    while raw:
        size, _, rest = raw.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        assert rest[length : length + 2] == b"\r\n"
        raw = rest[length + 2 :]
    assert pieces.pop() == b""
    return pieces


@pytest.mark.parametrize(
    ("script", "lengths"),
    [
        ({"at": [1, 2, 100]}, [1, 1, 98]),
        ({"at": [10, 10**6]}, [10]),
        ({"every_bytes": 64}, [64]),
        ({"every_bytes": 10**6}, []),
    ],
)
def test_a_body_comes_in_the_chunks_that_were_asked_for(sandbox, body, script, lengths):
    sandbox.faults.add(Fault(effect="chunks", **script))
    request = f"GET {LIST} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {KEY}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
        connection.sendall(request.encode())
        _, headers, raw = parts(read_all(connection)[0])
    assert headers["transfer-encoding"] == "chunked"
    pieces = dechunked(raw)
    assert b"".join(pieces) == body
    sizes = [len(piece) for piece in pieces]
    assert sizes[: len(lengths)] == lengths
    if "every_bytes" in script and lengths:
        assert set(sizes[:-1]) == {64}


def test_chunks_end_with_the_connection_for_a_client_of_http_1_0(sandbox, body):
    sandbox.faults.add(Fault(effect="chunks", every_bytes=50))
    answer, ending = talk(sandbox, version="1.0")
    assert (parts(answer)[2], ending) == (body, "closed")


def test_pauses_separate_the_chunks(sandbox, client):
    sandbox.faults.add(Fault(effect="chunks", at=[5, 9], pause=0.03))
    before = time.monotonic()
    with client.stream("GET", LIST) as answer:
        sizes = [len(piece) for piece in answer.iter_raw()]
    assert sizes[:2] == [5, 4]
    assert time.monotonic() - before >= 0.06


def test_a_slow_answer_comes_byte_by_byte(sandbox, client):
    sandbox.faults.add(Fault(effect="slow-loris", pause=0.001))
    with client.stream("GET", "/infobip/iot/2/sims?limit=1") as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 20
    assert b"".join(pieces) == client.get("/infobip/iot/2/sims?limit=1").content


def test_a_gateways_page_is_sent_as_it_is(sandbox, client):
    page = "<h1>Bad Gateway, später</h1>"
    headers = {"Retry-After": "120", "X-Gateway": "7"}
    script = {"status": 502, "body": page, "content_type": "text/html", "headers": headers}
    assert client.post("/_sandbox/faults", json={"effect": "status", **script}).status_code == 201
    answer = client.get(LIST)
    assert (answer.status_code, answer.text) == (502, page)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (
        headers.items() <= {name.title(): value for name, value in answer.headers.items()}.items()
    )
    assert answer.headers["x-sandbox-reason"] == "fault 1: status"


@pytest.mark.parametrize(("given", "sent"), [(None, b""), ({"a": "ü"}, '{"a": "ü"}'.encode())])
def test_a_status_has_the_body_that_the_script_gives(sandbox, client, given, sent):
    sandbox.faults.add(Fault(effect="status", status=418, body=given))
    assert client.get(LIST).content == sent


@pytest.mark.parametrize("effect", ["truncate", "malformed", "gzip-bomb", "content-type"])
def test_an_answer_that_can_have_no_body_is_sent_as_it_is(sandbox, client, effect):
    address = sandbox.provider("telekom-bsc")
    pair = (address.settings["username"], address.settings["password"])
    form = {"grant_type": "client_credentials"}
    token = client.post(address.token_url, data=form, auth=pair).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    sims = f"{address.base_url}/v1/sims"
    listed = client.get(sims, headers=headers).json()
    iccid = next(sim["iccid"] for sim in listed if sim["status"] == "Enabled")
    sms = f"{sims}/{iccid}/sms"
    assert client.post(sms, json={"payload": "x"}, headers=headers).status_code == 201
    number = client.get(sms, headers=headers).json()[0]["id"]
    sandbox.faults.add(Fault(effect=effect, operation="cancel_sms"))
    answer = client.delete(f"{sms}/{number}", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sandbox.faults.report()["unconsumed"] == 0
