"""What became of one SIM of a bulk job."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class OutcomeStatus(StrEnum):
    """The words of a report. A finished job has no `PENDING` and no `NOT_ATTEMPTED`."""

    SUCCEEDED = "succeeded"
    """The vendor carried it out, or the SIM was found in the state that was wanted."""
    REJECTED = "rejected"
    """The vendor refused it, or the identifier names no SIM; the reason says why."""
    SKIPPED = "skipped"
    """The SIM was in the wanted state already; nothing was sent for it."""
    NEEDS_REVIEW = "needs_review"
    """It may have happened and nobody can tell: a person has to look. It is never repeated."""
    PENDING = "pending"
    """The vendor has accepted it, or may have; its end is not known yet. Resume the job."""
    NOT_ATTEMPTED = "not_attempted"
    """Nothing was sent for it: the job was stopped before its turn."""


FAILURES = frozenset({OutcomeStatus.REJECTED, OutcomeStatus.NEEDS_REVIEW})


@frozen(kw_only=True)
class Outcome:
    """The outcome of one input.

    `position` counts the inputs from 1, duplicates not counted. `identifier` is the input as it was
    given, `iccid` the SIM it names, None where it names none. `reason` is the vendor's text, or
    ours.
    """

    position: int
    identifier: str
    iccid: str | None
    status: OutcomeStatus
    reason: str | None = None
