"""What a write came to, and how to wait for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from simloom.errors import ActionTimeout
from simloom.models import ActionState, ActionStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from simloom.plugins.provider import Provider

FIRST_POLL = 1.0
LONGEST_POLL = 15.0
"""Seconds between two looks: they double from the first to the longest."""


class _Known:
    """What both kinds of action know."""

    def __init__(self, state: ActionState, provider: Provider) -> None:
        self.state = state
        self._provider = provider

    def __repr__(self) -> str:
        name = f" {self.state.id}" if self.state.id else ""
        return f"<Action{name} {self.state.verb} {self.status.value}>"

    @property
    def id(self) -> str:
        """The vendor's id, empty where it gives none."""
        return self.state.id

    @property
    def status(self) -> ActionStatus:
        """Where it is: pending, done, failed, cancelled or unknown."""
        return self.state.status

    @property
    def message(self) -> str | None:
        """What the vendor says about it."""
        return self.state.message


class Action(_Known):
    """An action of a blocking client."""

    def __init__(
        self,
        state: ActionState,
        provider: Provider,
        run: Callable[[Any], Any],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(state, provider)
        self._run = run
        self._sleep = sleep
        self._clock = clock

    def refresh(self) -> Self:
        """Ask the vendor where it is."""
        self.state = self._run(self._provider.refresh(self.state))
        return self

    def cancel(self) -> Self:
        """Cancel it where the vendor allows; raise `UnsupportedOperation` elsewhere."""
        self.state = self._run(self._provider.cancel(self.state))
        return self

    def wait(self, timeout: float = 60.0) -> Self:
        """Look until it is no longer pending; raise `ActionTimeout` after `timeout` seconds.

        A failed action is returned, not raised: look at `status` and `message`. So is one that
        became unknown, because nobody can tell more about it.
        """
        for pause in pauses(self.state, timeout, self._clock):
            self._sleep(pause)
            if self.refresh().status is not ActionStatus.PENDING:
                break
        return self


class AsyncAction(_Known):
    """An action of an awaited client."""

    def __init__(
        self,
        state: ActionState,
        provider: Provider,
        run: Callable[[Any], Awaitable[Any]],
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(state, provider)
        self._run = run
        self._sleep = sleep
        self._clock = clock

    async def refresh(self) -> Self:
        """Ask the vendor where it is."""
        self.state = await self._run(self._provider.refresh(self.state))
        return self

    async def cancel(self) -> Self:
        """Cancel it where the vendor allows; raise `UnsupportedOperation` elsewhere."""
        self.state = await self._run(self._provider.cancel(self.state))
        return self

    async def wait(self, timeout: float = 60.0) -> Self:  # noqa: ASYNC109  (as `Action.wait`)
        """Look until it is no longer pending; raise `ActionTimeout` after `timeout` seconds."""
        for pause in pauses(self.state, timeout, self._clock):
            await self._sleep(pause)
            if (await self.refresh()).status is not ActionStatus.PENDING:
                break
        return self


def pauses(state: ActionState, timeout: float, clock: Callable[[], float]) -> Iterator[float]:
    """Yield the seconds to sleep before each look; raise `ActionTimeout` when time is up.

    Nothing is yielded for an action that is over, or that nobody can tell anything about.
    """
    if state.status is not ActionStatus.PENDING:
        return
    end = clock() + timeout
    pause = FIRST_POLL
    while True:
        left = end - clock()
        if left <= 0:
            raise ActionTimeout(
                f"{state.provider}: {state.verb} is still under way after {timeout:g} s"
            )
        yield min(pause, left)
        pause = min(pause * 2, LONGEST_POLL)
