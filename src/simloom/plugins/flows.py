"""Flows: what a provider does, without doing it.

A flow is a generator that yields requests and is sent their answers. A driver of a few lines runs
it over a blocking client, another over an awaited one, and a test runs it over a list of answers.
Errors of a request are raised at its `yield`, so a flow catches them like any other call's.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.runtime import AsyncSender, Request, Response, Sender

T = TypeVar("T")

Flow: TypeAlias = Generator["Request[Any]", "Response[Any]", T]


def call(request: Request[T]) -> Flow[T]:
    """Send one request from within a flow; `yield from` it to get the typed answer."""
    response: Response[T] = yield request
    return response.parsed


def call_detailed(request: Request[T]) -> Flow[Response[T]]:
    """Send one request from within a flow and get status and headers too."""
    response: Response[T] = yield request
    return response


def run(flow: Flow[T], client: Sender) -> T:
    """Drive a flow over a blocking client and return its result."""
    try:
        request = next(flow)
        while True:
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
    """Drive a flow over an awaited client and return its result."""
    try:
        request = next(flow)
        while True:
            try:
                response = await client.send_detailed(request)
            except Exception as error:  # noqa: BLE001  (the flow decides what to do with it)
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()


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
