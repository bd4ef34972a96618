"""The ledger of one client: what it asks of a store, without sleeping."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from simloom.errors import QuotaCostTooLarge
from simloom.transport.quota.buckets import Bucket, bucket_for
from simloom.transport.quota.clock import host_clock
from simloom.transport.quota.store import Ask

if TYPE_CHECKING:
    from simloom.transport.quota.buckets import Limit
    from simloom.transport.quota.clock import QuotaClock
    from simloom.transport.quota.rules import Closure
    from simloom.transport.quota.store import Grant, QuotaStore, Usage, Wait

log: logging.Logger = logging.getLogger("simloom.quota")

HOLD = 300.0
"""Seconds after which no vendor can still count a request that was never answered."""


class Ledger:
    """Grants and waits. Errors: `QuotaCostTooLarge`, `QuotaStoreError`.

    `share` is our part of a vendor's limit, which portal and other tools of the customer use too.
    `hold` is the most seconds between a grant and the vendor's counting: longer than any time-out
    of a request. `lease` is how long a place in the queue is kept for a caller who does not ask
    again.
    """

    def __init__(
        self,
        store: QuotaStore,
        *,
        clock: QuotaClock | None = None,
        share: float = 0.9,
        hold: float = HOLD,
        lease: float = 5.0,
    ) -> None:
        self.store = store
        self.share = share
        self._clock = clock or host_clock()
        self._hold = hold
        self._lease = lease

    def bucket(self, limit: Limit, *, provider: str, account: str) -> Bucket:
        """Return the bucket of a customer; see `bucket_for`."""
        return bucket_for(
            limit, provider=provider, account=account, salt=self.store.salt, share=self.share
        )

    def acquire(self, bucket: Bucket, cost: int = 1, *, ticket: int | None = None) -> Grant | Wait:
        """Grant a request that counts `cost`, or say how long to wait.

        Questions are answered in their order: repeat one with the `ticket` of its `Wait`, within
        `again_in` seconds, or `withdraw` it. A grant is settled with its answer, or given back when
        nothing was sent; after a lost answer leave it alone.
        """
        self.check(bucket, cost)
        ask = Ask(bucket=bucket, cost=cost, hold=self._hold, lease=self._lease, ticket=ticket)
        return self.store.ask(ask, self._clock)

    def check(self, bucket: Bucket, cost: int) -> None:
        """Raise `QuotaCostTooLarge` for a cost that can never be granted."""
        if cost > bucket.capacity:
            raise QuotaCostTooLarge(bucket.key, cost, bucket.capacity)
        if cost < 1:
            raise ValueError(f"a request counts at least 1, not {cost}")

    def settle(self, grant: Grant) -> None:
        """Note that the answer was seen at this moment."""
        self.store.settle(grant, self._clock)

    def give_back(self, grant: Grant) -> None:
        """Forget a grant: nothing of the request can have reached the vendor."""
        self.store.give_back(grant)

    def withdraw(self, wait: Wait) -> None:
        """Leave the queue."""
        self.store.leave(wait.ticket)

    def close(self, bucket: Bucket, *, seconds: float | None = None) -> Closure:
        """Note the vendor's own "limit exceeded" and grant nothing for a full window.

        `seconds` is the vendor's `Retry-After`; a longer one wins. Someone else uses the limit, or
        the vendor counts otherwise: that is logged as a warning and kept in `usage().refusals`.
        """
        closure = self.store.close(bucket, seconds, self._clock)
        log.warning(
            "%s: the vendor says its limit is exceeded, and we are within it; nothing is sent for"
            " %.0f s (refusal number %d; others use the limit too, or lower the share %.2f)",
            bucket.key,
            closure.seconds,
            closure.refusals,
            self.share,
        )
        return closure

    def usage(self, bucket: Bucket) -> Usage:
        """Return how full a bucket is, who waits, and what the vendor said."""
        return self.store.usage(bucket, self._clock)
