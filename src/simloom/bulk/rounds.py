"""What the engine of a bulk job says to those who send, and what they say to it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.bulk.chunktable import Chunk
    from simloom.plugins.flows import Flow


class Kind(StrEnum):
    """What a task is for."""

    LIST = "list"
    SEND = "send"
    ASK = "ask"
    LOOK = "look"


@frozen(kw_only=True)
class Task:
    """A flow to run. `grant` is the share of the vendor's limit that its first write may use.

    `began` is when it was handed out, in seconds since the epoch. After `may_write` has become
    false its first write must not be sent: others may be looking for what became of it.
    """

    kind: Kind
    flow: Flow[Any] = field(repr=False)
    chunk: Chunk | None = None
    grant: Any = None
    began: float = 0.0
    may_write: Callable[[], bool] = field(default=lambda: True, repr=False)

    @property
    def key(self) -> int:
        """The chunk's number; 0 for what concerns no chunk."""
        return self.chunk.id if self.chunk is not None else 0


@frozen(kw_only=True)
class Finished:
    """A task that ended. `wrote` tells that a write succeeded in it, or may have arrived."""

    task: Task
    value: Any = None
    error: Exception | None = None
    wrote: bool = False


@frozen(kw_only=True)
class Round:
    """Start these tasks, then come back with what finished.

    Come back as soon as something has finished, at the latest after `wait` seconds. None waits
    until something finishes.
    """

    tasks: tuple[Task, ...] = ()
    wait: float | None = None


class Limits(Protocol):
    """The vendor's limit for what a job sends, shared with everybody who uses the same account."""

    def ask(self, cost: int) -> Any | float:
        """Return a grant for so many SIMs, or the seconds until one can be had."""
        ...

    def largest(self) -> int | None:
        """Return the greatest cost that can ever be granted, None without a limit."""
        ...


class NoLimits:
    """A vendor without limits."""

    def ask(self, cost: int) -> None:  # noqa: ARG002
        """Grant it: there is nothing to hold."""
        return

    def largest(self) -> int | None:
        """Return None: anything can be granted."""
        return None
