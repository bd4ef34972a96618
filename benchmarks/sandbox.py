"""What the sandbox costs: a SIM read beside a bare endpoint, and the start with a million SIMs.

The servers are processes of their own, all with uvicorn and h11. Their CPU time is taken, so the
client, and whoever else uses the machine, is not in the figures.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from benchmarks.measure import BenchmarkError, ratios
from benchmarks.processes import run
from benchmarks.report import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MANY = 1_000_000
_SANDBOX = """
import json, sys
from simloom.sandbox import Sandbox
with Sandbox(sims=1000, limits=False) as sandbox:
    print(json.dumps(sandbox.describe()), flush=True)
    sys.stdin.read()
"""
_BARE = """
import json, socket, sys, threading, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

sim = json.loads(sys.stdin.readline())

async def answer(_request):
    return JSONResponse(sim)

# With its protocol named, as the sandbox does it: otherwise every answer waits for Nagle.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
listener.listen()
config = uvicorn.Config(
    Starlette(routes=[Route("/sim", answer)]), http="h11", ws="none", loop="asyncio",
    lifespan="off", log_config=None, access_log=False, proxy_headers=False, server_header=False,
)
server = uvicorn.Server(config)
threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
print(json.dumps({"url": "http://127.0.0.1:%d" % listener.getsockname()[1]}), flush=True)
sys.stdin.read()
"""
_START = """
import resource, sys, time
begin = time.perf_counter()
from simloom.sandbox import Sandbox
with Sandbox(sims=int(sys.argv[1])) as sandbox:
    sandbox.emulator.state()
    ready = time.perf_counter() - begin
    print(ready, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


class _Line:
    """A request, and the CPU time of the process that answers it."""

    def __init__(self, url: str, path: str, headers: dict[str, str], process: int) -> None:
        address = urlsplit(url)
        assert address.hostname
        assert address.port
        self._address = (address.hostname, address.port)
        lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}", "Accept: application/json"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        # Linux makes the id of a process's CPU clock so (clock_getcpuclockid in glibc).
        self._clock = (~process << 3) | 2

    def block(self, count: int) -> float:
        """Ask so often over one connection; return the seconds of CPU per answer."""
        with socket.create_connection(self._address, timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ask(connection)
            before = time.clock_gettime(self._clock)
            for _ in range(count):
                self._ask(connection)
            return (time.clock_gettime(self._clock) - before) / count

    def body(self) -> bytes:
        """Ask once; return what is answered."""
        with socket.create_connection(self._address, timeout=30) as connection:
            return self._ask(connection)

    def _ask(self, connection: socket.socket) -> bytes:
        connection.sendall(self._request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += _more(connection)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise BenchmarkError(head.splitlines()[0].decode())
        (size,) = (line for line in head.lower().split(b"\r\n") if b"content-length" in line)
        while len(body) < int(size.partition(b":")[2]):
            body += _more(connection)
        return body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise BenchmarkError("the server hung up")
    return data


def measure_sandbox(folder: Path, rounds: int, tell: Callable[[str], None]) -> Table:
    """Read one SIM of each vendor, and start with a million."""
    if sys.platform != "linux":
        raise BenchmarkError("the CPU time of other processes is read on Linux only")
    rows = _reads(rounds, tell)
    tell("starting with a million SIMs")
    costs = [
        run(
            [sys.executable, "-c", _START, str(_MANY)],
            env=dict(os.environ),
            cwd=folder,
        )
        for _ in range(3)
    ]
    seconds, memory = zip(*(map(float, cost.output.split()) for cost in costs), strict=True)
    start = Row(
        f"start with {_MANY:,} SIMs per vendor", statistics.median(seconds), "s", target="< 10 s"
    )
    peak = Row("its memory, with Python", max(memory) / 2**20, "MiB", target="< 1536 MiB")
    return Table(
        name="sandbox",
        title="Sandbox",
        method="CPU time of the server's process per answer; ratios within each round",
        floor="a bare Starlette endpoint that answers the same SIM as JSON",
        rows=(*rows, start, peak),
    )


def _reads(rounds: int, tell: Callable[[str], None]) -> tuple[Row, ...]:
    with ExitStack() as exits:
        told, process = exits.enter_context(_server(_SANDBOX))
        questions = _questions(told)
        lines = {
            name: _Line(told["url"], path, headers, process)
            for name, (path, headers) in questions.items()
        }
        told, process = exits.enter_context(_server(_BARE, lines["infobip"].body().decode()))
        lines = {"bare Starlette": _Line(told["url"], "/sim", {}, process), **lines}
        found: dict[str, list[float]] = {name: [] for name in lines}
        for line in lines.values():
            line.block(50)
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}")
            for name, line in lines.items():
                found[name].append(line.block(300))
    base = found["bare Starlette"]
    return tuple(
        Row.with_ratio(
            name if figures is base else f"{name}, a SIM",
            1 / statistics.median(figures),
            "answers/s",
            ratios(base, figures),
            target="" if figures is base else ">= 1000/s or >= 0.50",
            note="",
        )
        for name, figures in found.items()
    )


def _questions(told: dict[str, Any]) -> dict[str, tuple[str, dict[str, str]]]:
    """Return path and credentials of a SIM read, per vendor."""
    lists = {
        "telekom-m2m": "/partners/{partner_id}/sims",
        "telekom-bsc": "/v1/sims",
        "telcoapi": "/v1/sim/physical",
        "infobip": "/iot/2/sims",
    }
    asked = {}
    with httpx.Client(trust_env=False) as client:
        for name, provider in told["providers"].items():
            settings = provider["settings"]
            form = {"grant_type": "client_credentials"}
            auth = httpx.Auth()
            if "client_id" in settings:
                form |= {key: settings[key] for key in ("client_id", "client_secret")}
            else:
                auth = httpx.BasicAuth(settings.get("username", ""), settings.get("password", ""))
            if provider["token_url"]:
                answer = client.post(provider["token_url"], data=form, auth=auth).json()
                login = f"Bearer {answer['access_token']}"
            else:
                login = f"{'App' if name == 'infobip' else 'Bearer'} {settings['api_key']}"
            headers = {"Authorization": login}
            url = provider["base_url"] + lists[name].format(**settings)
            found = client.get(url, headers=headers).json()
            first = found[0] if isinstance(found, list) else found.get("sims", found.get("data"))[0]
            asked[name] = (f"{urlsplit(url).path}/{first['iccid']}", headers)
    return asked


@contextmanager
def _server(code: str, line: str = "") -> Iterator[tuple[dict[str, Any], int]]:
    """Run a server until the block ends; yield what it says when it is ready, and its number."""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        ready = process.stdout.readline()
        if not ready:
            raise BenchmarkError("a server did not start")
        yield json.loads(ready), process.pid
    finally:
        process.communicate()
