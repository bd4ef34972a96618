"""From a request to the bucket it counts against, and the gates in front of a session."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.transport.quota.agate import AsyncQuotaGate
from simloom.transport.quota.buckets import Bucket, Limit, cost_of, limit_of
from simloom.transport.quota.gate import QuotaGate
from simloom.transport.quota.ledger import Ledger
from simloom.transport.quota.memory import MemoryStore
from simloom.transport.quota.sqlite import SqliteStore
from simloom.transport.quota.store import Wait

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simloom.runtime import Operation, Request
    from simloom.transport.quota.store import Grant, QuotaStore

_OWN = MemoryStore()
"""Shared by every client of this process: two clients of one account share the vendor's limit."""
_FILES: dict[Path, SqliteStore] = {}
_LOCK = Lock()


def store_at(path: Path | None) -> QuotaStore:
    """Return the store at a file, or this process's own; one per file, however many clients."""
    if path is None:
        return _OWN
    with _LOCK:
        key = path.absolute()
        if key not in _FILES:
            _FILES[key] = SqliteStore(path)
        return _FILES[key]


class Meter:
    """Knows the bucket of every operation of one account. Thread-safe: it only adds what it found.

    `longest` is the most seconds that a single call waits for room in a limit.
    """

    def __init__(
        self, store: QuotaStore, *, provider: str, account: str, share: float, longest: float
    ) -> None:
        self.ledger: Ledger = Ledger(store, share=share)
        self.longest = longest
        self._provider = provider
        self._account = account
        self._buckets: dict[str, tuple[Bucket, Limit] | None] = {}

    def bucket(self, operation: Operation[Any]) -> tuple[Bucket, Limit] | None:
        """Return what an operation counts against, None where the vendor states no limit."""
        try:
            return self._buckets[operation.id]
        except KeyError:
            limit = limit_of(operation)
            found = None
            if limit is not None:
                bucket = self.ledger.bucket(limit, provider=self._provider, account=self._account)
                found = bucket, limit
            self._buckets[operation.id] = found
            return found

    def of_verb(self, operations: Iterable[Operation[Any]]) -> BulkLimits | None:
        """Return the limit by SIMs of what a bulk job sends; None where the vendor states none.

        A limit of requests per second is kept by the session, request by request.
        """
        for operation in operations:
            found = self.bucket(operation)
            if found is not None and found[1].counts == "sims":
                return BulkLimits(self.ledger, found[0])
        return None


class BulkLimits:
    """The limit that a bulk job asks before it writes a chunk into its journal."""

    def __init__(self, ledger: Ledger, bucket: Bucket) -> None:
        self._ledger = ledger
        self._bucket = bucket
        self._ticket: int | None = None

    def ask(self, cost: int) -> Grant | float:
        """Return a grant for so many SIMs, or the seconds after which to ask again."""
        answer = self._ledger.acquire(self._bucket, cost, ticket=self._ticket)
        if isinstance(answer, Wait):
            self._ticket = answer.ticket
            return float(answer.again_in)
        self._ticket = None
        return answer

    def largest(self) -> int:
        """Return how many SIMs fit into the limit at once."""
        return self._bucket.capacity


@frozen
class Held:
    """A grant in use: what it was given for, and by which ledger."""

    bucket: Bucket
    grant: Grant


class SessionMeter:
    """In front of a blocking session: waits for room, and ends each grant as its request ended."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._gate = QuotaGate(meter.ledger, longest=meter.longest)

    def begin(self, request: Request[Any], grant: Grant | None) -> Held | None:
        """Return the grant for one attempt, `grant` if it is one for this request."""
        found = self.meter.bucket(request.operation)
        if found is None:
            return None
        bucket, limit = found
        if grant is None or grant.bucket != bucket.key:
            grant = self._gate.acquire(bucket, cost_of(request, limit))
        return Held(bucket, grant)

    def end(self, held: Held | None, error: BaseException | None, operation: str) -> None:
        """End a grant; nothing is raised, the answer matters more."""
        if held is not None:
            self._gate.end(held.bucket, held.grant, error, operation)


class AsyncSessionMeter:
    """The same in front of an awaited session."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self._gate = AsyncQuotaGate(meter.ledger, longest=meter.longest)

    async def begin(self, request: Request[Any], grant: Grant | None) -> Held | None:
        """Return the grant for one attempt, `grant` if it is one for this request."""
        found = self.meter.bucket(request.operation)
        if found is None:
            return None
        bucket, limit = found
        if grant is None or grant.bucket != bucket.key:
            grant = await self._gate.acquire(bucket, cost_of(request, limit))
        return Held(bucket, grant)

    async def end(self, held: Held | None, error: BaseException | None, operation: str) -> None:
        """End a grant; nothing is raised, the answer matters more."""
        if held is not None:
            await self._gate.end(held.bucket, held.grant, error, operation)

    def shut(self) -> None:
        """End the thread of a store on a disk."""
        self._gate.shut()
