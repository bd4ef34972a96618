"""The vendor's list of jobs: as a list, and to find out what became of a lost answer."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from simloom.capabilities import Verb
from simloom.models import ActionState
from simloom.plugins import call
from simloom.plugins.values import records, text
from simloom.runtime import UNSET, Unset
from simloom_acme import mapping
from simloom_acme_client import models
from simloom_acme_client.api.jobs import list_jobs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from simloom.plugins import Flow, Provider

Asked: TypeAlias = tuple[list[ActionState], str | None]

KINDS: dict[Verb, str] = {
    Verb.TERMINATE: models.JobKind.END,
    Verb.SUSPEND: models.JobKind.PAUSED,
    Verb.ACTIVATE: models.JobKind.LIVE,
    Verb.RESUME: models.JobKind.LIVE,
}
PAGES = 50
"""Pages of the list that are looked through at most."""


def jobs_asked(cursor: str | Unset) -> Flow[Asked]:
    """Read the jobs that a cursor leads to, and the cursor behind them."""
    answer = yield from call(list_jobs.request(cursor=cursor))
    name = list_jobs.OPERATION.id
    found = records(answer.jobs, models.Job, name, required=True)
    return [mapping.to_job(job, name) for job in found], text(answer.next_cursor)


def find_actions(
    _: Provider, verb: Verb, iccids: Collection[str], since: dt.datetime
) -> Flow[list[ActionState] | None]:
    """Return the jobs for exactly these SIMs since a moment.

    None where there are none: a small change makes no job, so an empty list would prove nothing.
    """
    found: list[ActionState] = []
    cursor: str | Unset | None = UNSET
    for page in count(1):
        actions, cursor = yield from jobs_asked(cursor or UNSET)
        found += [action for action in actions if _fits(action, verb, iccids, since)]
        is_older = any(one.requested_at and one.requested_at < since for one in actions)
        if not cursor or is_older or page == PAGES:
            break
    return found or None


def _fits(action: ActionState, verb: Verb, iccids: Collection[str], since: dt.datetime) -> bool:
    recent = action.requested_at is None or action.requested_at >= since
    kind = text(getattr(action.raw, "kind", None))
    return recent and kind == KINDS.get(verb) and set(action.iccids) == set(iccids)
