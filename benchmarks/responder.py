"""A cheap HTTP server in a process of its own: what it does is not counted as the client's work.

`python -m benchmarks.responder` prints its port and serves until its standard input ends. The
first two parts of every path say how it answers: `/20/60/...` waits 20 ms, and a list has 60 pages.
After them come the paths of the vendors:

- `token/NAME/SECONDS`: a token of the account NAME; the first one lives SECONDS, later ones 300.
- `issued/NAME`: how many tokens the account got. `revoke/NAME`: refuse those with 401 from now on.
- `v1/sims`: the page of 25 members per SIM that everything is measured with.
- anything that ends in `/sims`, with `page=`: a list of 100 SIMs that fits two vendors at once.
- anything else: one SIM.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.measure import BenchmarkError
from benchmarks.payload import SIMS_PER_PAGE, page_json

if TYPE_CHECKING:
    from collections.abc import Iterator

ICCID = "8949020000000000012"
_LIFETIME = 300


def sim(index: int) -> dict[str, Any]:
    """Return a SIM with the members of an Infobip SIM and of one in Telekom's list."""
    return {
        "iccid": f"894902{index:013d}",
        "imsi": f"26201{index:010d}",
        "msisdn": f"4915{index:010d}",
        "euiccid": None,
        "imei": f"356845{index:09d}",
        "name": f"Temperature sensor {index}",
        "remarks": f"Temperature sensor {index}",
        "status": "Active",
        "createdAt": "2024-05-06T07:08:09.123",
        "updatedAt": "2024-06-07T08:09:10.456",
        "serviceProfileId": "8a2b0c4d",
    }


class _Answers:
    """What is sent for a path; keeps the tokens of each account."""

    def __init__(self) -> None:
        self._page = page_json()
        self._sims = b",".join(orjson.dumps(sim(index)) for index in range(SIMS_PER_PAGE))
        self._issued: dict[str, int] = {}
        self._revoked: set[bytes] = set()

    def answer(self, rest: str, query: str, pages: int, head: bytes) -> tuple[int, bytes]:
        """Return status and JSON."""
        kind, _, more = rest.partition("/")
        if kind == "token":
            return 200, self._token(*more.split("/"))
        if kind == "issued":
            return 200, b"%d" % self._issued.get(more, 0)
        if kind == "revoke":
            self._revoked.update(_value(more, n) for n in range(1, self._issued[more] + 1))
            return 200, b"null"
        if self._revoked and _bearer(head) in self._revoked:
            return 401, b'{"status": "UNAUTHORIZED"}'
        if rest == "v1/sims":
            return 200, self._page
        if rest.endswith("/sims"):
            return 200, self._list(int(query.partition("page=")[2].partition("&")[0]), pages)
        return 200, _DETAILS if rest.startswith("partners/") else _ONE

    def _token(self, account: str, first: str) -> bytes:
        number = self._issued[account] = self._issued.get(account, 0) + 1
        lifetime = int(first) if number == 1 else _LIFETIME
        value = _value(account, number).decode()
        return orjson.dumps({"access_token": value, "token_type": "Bearer", "expires_in": lifetime})

    def _list(self, page: int, pages: int) -> bytes:
        """Write a page whose first ICCID tells its number, so that no two pages are alike."""
        first = orjson.dumps(sim(page * SIMS_PER_PAGE))
        sims = self._sims.partition(b",{")[2] if page < pages else b""
        full = (
            b'{"sims":[' + first + (b",{" + sims if sims else b"") + b'],"limit":%d' % SIMS_PER_PAGE
        )
        return full + b',"page":%d,"totalPages":%d}' % (page, pages)


_ONE = orjson.dumps(sim(12) | {"iccid": ICCID})
_DETAILS = orjson.dumps({"SimDetails": sim(12) | {"iccid": ICCID}})


def _value(account: str, number: int) -> bytes:
    return f"{account}-{number}".encode()


def _bearer(head: bytes) -> bytes:
    return head.lower().partition(b"authorization: bearer ")[2].partition(b"\r\n")[0]


class _Connection(asyncio.Protocol):
    """Reads requests and writes answers; just enough of HTTP/1.1 for clients of good manners."""

    def __init__(self, answers: _Answers) -> None:
        self._answers = answers
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, separator, body = self._read.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if not separator or len(body) < int(length or 0):
            return
        self._read = b""
        path, _, query = head.split(b" ", 2)[1].decode().partition("?")
        _, wait, pages, rest = path.split("/", 3)
        status, content = self._answers.answer(rest, query, int(pages), head)
        answer = (
            b"HTTP/1.1 %d OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            % (status, len(content))
        ) + content
        if wait == "0":
            self._transport.write(answer)
        else:
            loop = asyncio.get_running_loop()
            loop.call_later(int(wait) / 1000, self._transport.write, answer)


async def _serve() -> None:
    loop, answers = asyncio.get_running_loop(), _Answers()
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def responder() -> Iterator[str]:
    """Run the server until the block ends; yield its address without the two first parts."""
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "benchmarks.responder"]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port:
            raise BenchmarkError("the responder did not start")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve())
