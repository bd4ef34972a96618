"""Flows: what a provider does, without doing it.

A flow is a generator that yields requests and is sent their answers. A driver of a few lines runs
it over a blocking client, another over an awaited one, and a test runs it over a list of answers.
Errors of a request are raised at its `yield`, so a flow catches them like any other call's.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from simloom.errors import PluginError
from simloom.plugins.places import kind_of, place_in
from simloom.runtime import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simloom.runtime import AsyncSender, Response, Sender

log: logging.Logger = logging.getLogger("simloom.plugins")

T = TypeVar("T")

Flow: TypeAlias = Generator["Request[Any]", "Response[Any]", T]

SLOW = 1.0
"""Seconds without a request after which a flow is told to block the event loop."""


def call(request: Request[T]) -> Flow[T]:
    """Send one request from within a flow; `yield from` it to get the typed answer."""
    response: Response[T] = yield request
    return response.parsed


def call_detailed(request: Request[T]) -> Flow[Response[T]]:
    """Send one request from within a flow and get status and headers too."""
    response: Response[T] = yield request
    return response


def run(flow: Flow[T], client: Sender) -> T:
    """Drive a flow over a blocking client and return its result.

    A flow that yields something else than a request is a `PluginError`.
    """
    try:
        request = next(flow)
        while True:
            _check(flow, request)
            try:
                response = client.send_detailed(request)
            except Exception as error:  # noqa: BLE001  (the flow decides what to do with it)
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()


async def arun(flow: Flow[T], client: AsyncSender) -> T:
    """Drive a flow over an awaited client and return its result; as `run` does.

    A flow that computes for long, or waits for something else, is logged: nothing else can go on.
    """
    try:
        request = _timed(flow, next, flow)
        while True:
            _check(flow, request)
            try:
                response = await client.send_detailed(request)
            except Exception as error:  # noqa: BLE001  (the flow decides what to do with it)
                request = _timed(flow, flow.throw, error)
            else:
                request = _timed(flow, flow.send, response)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()


def _check(flow: Flow[Any], request: object) -> None:
    """Raise `PluginError` for what cannot be sent."""
    if isinstance(request, Request):
        return
    advice = "yield what module.request(...) returns, or `yield from call(...)`"
    if inspect.isgenerator(request):
        request.close()
        advice = "write `yield from` for a flow, not `yield`"
    elif inspect.ismodule(request):
        advice = f"write {request.__name__.rpartition('.')[2]}.request(...)"
    raise PluginError(place_in(flow), f"a flow yielded {kind_of(request)}, not a request: {advice}")


_told: set[str] = set()


def _timed(flow: Flow[Any], step: Callable[[Any], Request[Any]], given: Any) -> Request[Any]:
    """Let a flow take a step; say once of each place when it held up the event loop."""
    began = time.monotonic()
    try:
        return step(given)
    finally:
        seconds = time.monotonic() - began
        if seconds > SLOW:
            place = place_in(flow)
            if place not in _told:
                _told.add(place)
                log.warning(
                    "%s took %.1f s before it yielded a request or returned; the event loop stood "
                    "still meanwhile: a provider does no I/O and does not sleep",
                    place,
                    seconds,
                )


class Script:
    """A client for tests: answers a flow's requests from a list and remembers what was asked.

    Each answer is `(status, body)` or `(status, body, headers)`, body as bytes, or an exception to
    raise. Running out of answers, or leaving some, is an `AssertionError`.
    """

    def __init__(self, answers: Iterable[tuple[Any, ...] | Exception]) -> None:
        self._answers = list(answers)
        self.requests: list[Request[Any]] = []

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Return the next answer, read as the operation documents it."""
        from simloom.runtime.answers import read_answer  # noqa: PLC0415  (tests only)

        self.requests.append(request)
        assert self._answers, f"no answer is left for {request!r}"  # noqa: S101
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, content, *rest = answer
        return read_answer(request, status, rest[0] if rest else {}, content)

    def send(self, request: Request[T], /) -> T:
        """Return the parsed part of the next answer."""
        return self.send_detailed(request).parsed

    def play(self, flow: Flow[T]) -> T:
        """Run a flow to its end; every answer must have been used."""
        result = run(flow, self)
        assert not self._answers, f"{len(self._answers)} answers were not asked for"  # noqa: S101
        return result
