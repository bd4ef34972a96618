"""Searches as generators: they say which flows to run, and hear what came of them.

A search yields flows that may run at the same time and is sent one answer for each, in their order.
Threads, tasks and bulk jobs drive the same searches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simloom.plugins.flows import Flow

T = TypeVar("T")


@frozen(kw_only=True)
class Answer:
    """What a flow returned, or the error that ended it."""

    value: Any = None
    error: Exception | None = None


class Told(Protocol):
    """What a search needs of an answer; bulk jobs have answers of their own."""

    @property
    def value(self) -> Any:
        """What the flow returned."""
        ...

    @property
    def error(self) -> Exception | None:
        """What ended the flow instead."""
        ...


Steps: TypeAlias = Generator["Sequence[Flow[Any]]", "Sequence[Told]", T]


def taken(answer: Told) -> Any:
    """Return the value, or raise the error."""
    if answer.error is not None:
        raise answer.error
    return answer.value


def drive(steps: Steps[T], run: Callable[[Flow[Any]], Any]) -> T:
    """Carry out a search with threads where it asks for several answers at once."""
    try:
        flows = next(steps)
        while True:
            flows = steps.send(_together(flows, run))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


def _together(flows: Sequence[Flow[Any]], run: Callable[[Flow[Any]], Any]) -> list[Answer]:
    def one(flow: Flow[Any]) -> Answer:
        try:
            return Answer(value=run(flow))
        except Exception as error:  # noqa: BLE001  (the search decides what it means)
            return Answer(error=error)

    if len(flows) < 2:
        return [one(flow) for flow in flows]
    with ThreadPoolExecutor(len(flows), thread_name_prefix="simloom-find") as pool:
        return list(pool.map(one, flows))


async def adrive(steps: Steps[T], run: Callable[[Flow[Any]], Awaitable[Any]]) -> T:
    """Carry out a search with tasks; its own work touches the disk and runs in a thread."""

    async def one(flow: Flow[Any]) -> Answer:
        try:
            return Answer(value=await run(flow))
        except Exception as error:  # noqa: BLE001  (the search decides what it means)
            return Answer(error=error)

    answers: Sequence[Answer] | None = None
    try:
        while True:
            done, value = await asyncio.to_thread(_advance, steps, answers)
            if done:
                return value  # type: ignore[no-any-return]
            answers = await asyncio.gather(*(one(flow) for flow in value))
    finally:
        with suppress(ValueError):  # cancelled while its thread is at work: that ends it
            steps.close()


def _advance(steps: Steps[Any], answers: Sequence[Answer] | None) -> tuple[bool, Any]:
    try:
        return False, next(steps) if answers is None else steps.send(answers)
    except StopIteration as end:
        return True, end.value
