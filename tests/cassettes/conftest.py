"""The recorder, importable from the checkout, and clients for scenes that are played."""

from __future__ import annotations

import asyncio
import inspect
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:  # cassettes/ is a folder of the repository, not of the wheel
    sys.path.append(str(ROOT))

from cassettes.recording.stage import NAP, without_ledger  # noqa: E402
from simloom.aclient import AsyncSimClient  # noqa: E402
from simloom.action import AsyncAction  # noqa: E402
from simloom.connection import prepare  # noqa: E402
from simloom.runtime.timestamps import parse_timestamp  # noqa: E402


class Waited:
    """An awaited client, or action, used like a blocking one."""

    def __init__(self, wrapped, runner):
        self._wrapped = wrapped
        self._runner = runner

    def __getattr__(self, name):
        value = getattr(self._wrapped, "aclose" if name == "close" else name)
        if not callable(value):
            return value
        return lambda *arguments, **named: self._finish(value(*arguments, **named))

    def _finish(self, result):
        if inspect.isasyncgen(result):
            return self._items(result)
        if inspect.iscoroutine(result):
            result = self._runner.run(result)
        return Waited(result, self._runner) if isinstance(result, AsyncAction) else result

    def _items(self, items):
        while True:
            try:
                yield self._runner.run(anext(items))
            except StopAsyncIteration:
                return


@pytest.fixture
def awaited():
    """Return what opens awaited clients that a scene can use without awaiting anything."""
    with asyncio.Runner() as runner:

        def connect(clock, provider, settings):
            async def sleep(_seconds):
                clock.advance(NAP)

            # vcrpy has no part in the connections of aiohttp through our own transport.
            connection = prepare(provider, **{**settings, "http_backend": "httpx"})
            client = AsyncSimClient(connection, sleep=sleep, clock=clock.monotonic)
            without_ledger(client)
            return Waited(client, runner)

        yield connect


def same_json(one, other):
    """Compare JSON values: 1.0 is 1, and a point in time may be written in another way."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    if isinstance(one, str) and isinstance(other, str) and one != other:
        moment = parse_timestamp(one)
        return not isinstance(moment, str) and moment == parse_timestamp(other)
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@pytest.fixture(scope="session")
def same():
    return same_json


@pytest.fixture(autouse=True, scope="module")
def _no_settings_from_outside(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("SIMLOOM_"):
                patch.delenv(name)
        patch.setenv("SIMLOOM_CONFIG", str(tmp_path_factory.mktemp("none") / "config.toml"))
        yield
