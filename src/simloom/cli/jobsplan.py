"""What a job costs: requests, the vendor's limit, and the time that it takes at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import fields, frozen

from simloom.bulk.estimate import least_seconds, requests_for, span
from simloom.bulk.journal import Journal
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import entries
from simloom.cli.sheets import Shape
from simloom.common import Common
from simloom.config import configure
from simloom.errors import MissingCredentials
from simloom.plugins.loader import load
from simloom.plugins.verbs import unsupported
from simloom.transport.quota import bucket_for, limit_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.capabilities import Verb
    from simloom.identifiers.sheets import ReadLine

_SHARE = float(fields(Common).quota_share.default or 0)
"""Where there are no settings yet."""


@frozen(kw_only=True)
class Pace:
    """How a job is cut and let through; `windows` are `(limit, seconds)` of our share.

    `by_sim` tells that the limit counts SIMs, not requests.
    """

    size: int
    windows: tuple[tuple[int, float], ...] = ()
    by_sim: bool = True

    def requests(self, sims: int) -> int:
        """Return how many requests so many SIMs need."""
        return requests_for(sims, self.size)

    def seconds(self, sims: int) -> float | None:
        """Return the least time, None where the vendor states no limit."""
        if not self.windows:
            return None
        return least_seconds(sims if self.by_sim else self.requests(sims), self.windows)

    def told(self, sims: int) -> str:
        """Return the least time in words."""
        seconds = self.seconds(sims)
        return "as fast as the vendor answers" if seconds is None else span(seconds)


@frozen(kw_only=True)
class Plan:
    """A job before it is begun. `least_seconds` is None where the vendor states no limit."""

    provider: str
    verb: str
    sims: int
    duplicates: int
    invalid: int
    requests: int
    sims_per_request: int
    limit: str
    least_seconds: float | None
    takes_at_least: str


PLAN = Shape.of(Plan)


def pace_of(provider_id: str, profile: str | None, verb: Verb) -> Pace:
    """Return the pace of a verb, from the capability table and the share in the settings."""
    provider = load(provider_id)
    capability = provider.capabilities()[verb]
    unset = object.__new__(provider)  # what is asked of it needs no settings
    if not capability.usable:
        raise unsupported(unset, verb)
    size = capability.bulk_max or 1
    limit = next(filter(None, map(limit_of, unset.operations(verb))), None)
    if limit is None:
        return Pace(size=size)
    try:
        share = configure(provider, profile, {}).common.quota_share
    except MissingCredentials:
        share = _SHARE
    bucket = bucket_for(limit, provider=provider_id, account="", salt=b"", share=share)
    by_sim = limit.counts == "sims"
    return Pace(
        size=min(size, bucket.capacity) if by_sim else size,
        windows=tuple((each.limit, each.seconds) for each in bucket.windows),
        by_sim=by_sim,
    )


def plan_of(provider_id: str, profile: str | None, verb: Verb, lines: Iterable[ReadLine]) -> Plan:
    """Read the inputs as a job would, into a file that disappears, and count."""
    pace = pace_of(provider_id, profile, verb)
    book = Journal()
    try:
        book.begin(provider_id, "", verb.value, {})
        book.read(entries(lines))
        invalid = book.results.counts()[OutcomeStatus.REJECTED]
        sims = book.results.total() - invalid
        job = book.job()
    finally:
        book.close()
    counted = "SIMs" if pace.by_sim else "requests"
    return Plan(
        provider=provider_id,
        verb=verb.value,
        sims=sims,
        duplicates=0 if job is None else job.duplicates,
        invalid=invalid,
        requests=pace.requests(sims),
        sims_per_request=pace.size,
        limit=", ".join(f"{most} {counted} in {span(each)}" for most, each in pace.windows),
        least_seconds=pace.seconds(sims),
        takes_at_least=pace.told(sims),
    )
