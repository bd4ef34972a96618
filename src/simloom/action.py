"""What a write came to, and how to wait for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Self

from attrs import evolve

from simloom.errors import ActionTimeout
from simloom.events.actionwatch import ActionWatch
from simloom.models import ActionState, ActionStatus
from simloom.plugins.results import follow

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Generator

    from simloom.plugins.provider import Provider

FIRST_POLL = 1.0
LONGEST_POLL = 15.0
REPAIR_POLL = 120.0
"""Seconds between two looks: they double from the first to the longest, which is the last of these
while a stream of events is open that tells when an action is over. Events can be lost."""


class _Known:
    """What both kinds of action know."""

    def __init__(self, state: ActionState, provider: Provider, watch: ActionWatch | None) -> None:
        self.state = state
        self._provider = provider
        self._watch = ActionWatch() if watch is None else watch

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

    state: ActionState

    def __init__(
        self,
        state: ActionState,
        provider: Provider,
        run: Callable[[Any], Any],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        watch: ActionWatch | None = None,
    ) -> None:
        super().__init__(state, provider, watch)
        self._run = run
        self._sleep = sleep
        self._clock = clock

    def refresh(self) -> Self:
        """Ask the vendor where it is."""
        self.state = self._run(follow(self._provider, "refresh", self.state))
        return self

    def cancel(self) -> Self:
        """Cancel it where the vendor allows; raise `UnsupportedOperation` elsewhere."""
        self.state = self._run(follow(self._provider, "cancel", self.state))
        return self

    def wait(self, timeout: float = 60.0) -> Self:
        """Look until it is no longer pending; raise `ActionTimeout` after `timeout` seconds.

        A failed action is returned, not raised: look at `status` and `message`. So is one that
        nobody can tell more about: it becomes unknown at once. While the client has a stream open
        that tells of actions, an event brings the next look forward, and there are fewer others.
        """
        self.state = without_asking(self.state, self._provider)
        looks = pauses(self.state, timeout, self._clock, self._watch)
        bell = threading.Event()
        with self._watch.waiting(self.id, bell.set):
            pause = next(looks, None)
            while pause is not None:
                rung = self._pause(bell, pause)
                if self.refresh().status is not ActionStatus.PENDING:
                    break
                pause = looks.send(rung)
        return self

    def _pause(self, bell: threading.Event, seconds: float) -> bool:
        """Sleep, or wait for the bell; tell whether it rang."""
        if not self._watch.is_live:
            self._sleep(seconds)
            return False
        rung = bell.wait(seconds)
        bell.clear()
        return rung


class AsyncAction(_Known):
    """An action of an awaited client."""

    state: ActionState

    def __init__(
        self,
        state: ActionState,
        provider: Provider,
        run: Callable[[Any], Awaitable[Any]],
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
        watch: ActionWatch | None = None,
    ) -> None:
        super().__init__(state, provider, watch)
        self._run = run
        self._sleep = sleep
        self._clock = clock

    async def refresh(self) -> Self:
        """Ask the vendor where it is."""
        self.state = await self._run(follow(self._provider, "refresh", self.state))
        return self

    async def cancel(self) -> Self:
        """Cancel it where the vendor allows; raise `UnsupportedOperation` elsewhere."""
        self.state = await self._run(follow(self._provider, "cancel", self.state))
        return self

    async def wait(self, timeout: float = 60.0) -> Self:  # noqa: ASYNC109  (as `Action.wait`)
        """Look until it is no longer pending; raise `ActionTimeout` after `timeout` seconds."""
        self.state = without_asking(self.state, self._provider)
        from asyncio import Event  # noqa: PLC0415  (slow to import)

        looks = pauses(self.state, timeout, self._clock, self._watch)
        bell = Event()
        with self._watch.waiting(self.id, bell.set):
            pause = next(looks, None)
            while pause is not None:
                rung = await self._pause(bell, pause)
                if (await self.refresh()).status is not ActionStatus.PENDING:
                    break
                pause = looks.send(rung)
        return self

    async def _pause(self, bell: asyncio.Event, seconds: float) -> bool:
        """Sleep, or wait for the bell; tell whether it rang."""
        import asyncio  # noqa: PLC0415  (slow to import)

        if not self._watch.is_live:
            await self._sleep(seconds)
            return False
        try:
            await asyncio.wait_for(bell.wait(), seconds)
        except TimeoutError:
            return False
        bell.clear()
        return True


def without_asking(state: ActionState, provider: Provider) -> ActionState:
    """Return an action as unknown, with a text, where the provider has nothing to ask the vendor.

    That shows in a `refresh` that ends without a request. Otherwise the action is as it was.
    """
    if state.status is not ActionStatus.PENDING:
        return state
    flow = follow(provider, "refresh", state)
    try:
        next(flow)
    except StopIteration as end:
        known: ActionState = end.value
    else:
        flow.close()
        return state
    if known.status not in {ActionStatus.PENDING, ActionStatus.UNKNOWN}:
        return known
    said = f"{known.message}; " if known.message else ""
    text = f"{said}{state.provider} has no way to ask about it: look at the SIM"
    return evolve(known, status=ActionStatus.UNKNOWN, message=text)


def pauses(
    state: ActionState,
    timeout: float,
    clock: Callable[[], float],
    watch: ActionWatch | None = None,
) -> Generator[float, bool | None, None]:
    """Yield the seconds to sleep before each look; raise `ActionTimeout` when time is up.

    Nothing is yielded for an action that is over, or that nobody can tell anything about. It is
    sent whether an event ended the pause: the vendor may need another moment to say the same.
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
        rung = yield min(pause, left)
        longest = REPAIR_POLL if watch is not None and watch.is_live else LONGEST_POLL
        pause = FIRST_POLL if rung else min(pause * 2, longest)
