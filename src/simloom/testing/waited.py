"""An awaited client used like a blocking one, so that one rule covers both."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from simloom.action import AsyncAction

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator


class Waited:
    """Every coroutine of the wrapped object is run to its end, every awaited list is read."""

    def __init__(self, wrapped: Any, runner: asyncio.Runner) -> None:
        self._wrapped = wrapped
        self._runner = runner

    def __repr__(self) -> str:
        return repr(self._wrapped)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._wrapped, name)
        if not callable(value):
            return value
        return lambda *arguments, **named: self._ended(value(*arguments, **named))

    def _ended(self, result: Any) -> Any:
        if inspect.isasyncgen(result):
            return self._items(result)
        if inspect.iscoroutine(result):
            result = self._runner.run(result)
        return Waited(result, self._runner) if isinstance(result, AsyncAction) else result

    def _items(self, items: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    item = self._runner.run(anext(items))
                except StopAsyncIteration:
                    return
                yield item
        finally:
            self._runner.run(items.aclose())
