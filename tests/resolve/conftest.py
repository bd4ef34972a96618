"""One account in the sandbox, both kinds of client as one, and what the vendor saw."""

from __future__ import annotations

import asyncio
import inspect
import os
from typing import TYPE_CHECKING, Any

import pytest

from simloom.resolve.index import SimIndex
from simloom.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings from outside; the index is below the folder returned."""
    for name in list(os.environ):
        if name.startswith("SIMLOOM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def index(state: Path) -> SimIndex:
    return SimIndex()


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox(seed=7, sims=230, limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.emulator.reset()
    return running


class Waited:
    """An awaited client used like a blocking one."""

    def __init__(self, wrapped: Any, runner: asyncio.Runner) -> None:
        self._wrapped = wrapped
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._wrapped, name)
        if not callable(value):
            return value

        def called(*arguments: Any, **named: Any) -> Any:
            result = value(*arguments, **named)
            if inspect.isasyncgen(result):
                return self._runner.run(_listed(result))
            return self._runner.run(result) if inspect.iscoroutine(result) else result

        return called


async def _listed(items: Any) -> list[Any]:
    return [item async for item in items]


@pytest.fixture(params=["blocking", "awaited"])
def connect(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Callable[..., Any]]:
    """Return what connects to a vendor of the sandbox, closed at the end."""
    runner = asyncio.Runner() if request.param == "awaited" else None
    opened: list[Any] = []

    def make(provider: str, **settings: Any) -> Any:
        if runner is None:
            made = sandbox.connect(provider, **settings)
        else:
            made = Waited(sandbox.aconnect(provider, **settings), runner)
        opened.append(made)
        return made

    yield make
    for client in opened:
        client.close() if runner is None else client.aclose()
    if runner is not None:
        runner.close()


@pytest.fixture
def sent(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return what tells the operations that arrived since the last time, tokens left out."""
    told = 0

    def tell() -> list[str]:
        nonlocal told
        requests = sandbox.emulator.requests()["requests"]
        found = [entry["operationId"] for entry in requests if entry["number"] > told]
        told = requests[-1]["number"] if requests else 0
        return [name for name in found if "token" not in name]

    return tell
