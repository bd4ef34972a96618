"""What a store of the ledger does, for memory, SQLite, and what is to follow.

Every method is one transaction: two processes never see each other half way. A store reads the
clock after it has the lock, so that no time is spent between the reading and the decision. It keeps
bucket keys, times and numbers; no identifier, no name, no secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from simloom.transport.quota.buckets import Bucket
    from simloom.transport.quota.clock import QuotaClock
    from simloom.transport.quota.rules import Closure


@frozen(kw_only=True)
class Grant:
    """Leave to send one request that counts `cost`; settle it, give it back, or let it lapse."""

    number: int
    bucket: str
    cost: int
    begun: float
    ends: float
    """The latest moment at which the vendor can count it; the ledger holds it a window longer."""


@frozen(kw_only=True)
class Wait:
    """No room before `seconds` have passed, as far as is known.

    `again_in` is when to ask again, with `ticket`, to keep the place in the queue: sooner, so that
    others see that the caller is still there.
    """

    seconds: float
    again_in: float
    ticket: int


@frozen(kw_only=True)
class Ask:
    """A question for room: `hold` and `lease` in seconds, `ticket` of the answer before."""

    bucket: Bucket
    cost: int
    hold: float
    lease: float
    ticket: int | None = None


@frozen(kw_only=True)
class WindowUse:
    """How full a window is at this moment."""

    limit: int
    seconds: float
    used: int

    @property
    def free(self) -> int:
        """What fits in; 0 when another ledger with a larger share has used more."""
        return max(0, self.limit - self.used)


@frozen(kw_only=True)
class Usage:
    """The state of a bucket.

    `under_way` is what was sent and has no answer; `waiting` what processes ask for; `closed_for`
    the seconds until the vendor may be asked again; `refusals` how often it said "limit exceeded".
    """

    bucket: str
    windows: tuple[WindowUse, ...]
    under_way: int
    waiting: int
    closed_for: float
    refusals: int

    @property
    def free(self) -> int:
        """What could be sent at this moment."""
        if self.closed_for > 0:
            return 0
        return max(0, min(window.free for window in self.windows) - self.waiting)


class QuotaStore(Protocol):
    """Where a ledger keeps its grants. Errors: `QuotaStoreError`; then nothing has changed."""

    blocking: bool
    """Whether calls wait for a disk or a network, so that coroutines make them in a thread."""

    @property
    def salt(self) -> bytes:
        """Random bytes, the same for everyone who shares the store."""
        ...

    def ask(self, ask: Ask, clock: QuotaClock) -> Grant | Wait:
        """Grant, or put the question into the queue and say how long to wait.

        Granted is what leaves room for everyone who asked before and still waits. A question that
        is not repeated within its lease has left the queue; its ticket still gives its old place.
        """
        ...

    def settle(self, grant: Grant, clock: QuotaClock) -> None:
        """Let a grant end at this moment, even if it was forgotten since; once is enough."""
        ...

    def give_back(self, grant: Grant) -> None:
        """Forget a grant of which nothing was sent."""
        ...

    def leave(self, ticket: int) -> None:
        """Take a question out of the queue."""
        ...

    def close(self, bucket: Bucket, seconds: float | None, clock: QuotaClock) -> Closure:
        """Note a refusal of the vendor's and grant nothing for a window."""
        ...

    def usage(self, bucket: Bucket, clock: QuotaClock) -> Usage:
        """Return the state of a bucket."""
        ...
