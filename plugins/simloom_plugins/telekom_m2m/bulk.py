"""Bulk requests of the M2M Service Portal: up to 1,000 SIMs in one action, all of them or none.

The action list is what makes a request without an answer safe: it tells whether the portal has
taken it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.capabilities import Verb
from simloom.errors import UnsupportedOperation
from simloom.plugins.flows import call
from simloom.plugins.values import count
from simloom_clients.telekom_m2m.api.sim_actions import get_sim_action_status, list_sim_actions
from simloom_plugins.telekom_m2m import bodies, mapping

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from simloom.models import ActionState
    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider
    from simloom_plugins.telekom_m2m.actions import Acting

_PAGES = 100
"""Pages of the action list that are read at most; 100 actions each by default (inferred)."""


def send_many(
    provider: Provider, verb: Verb, iccids: Sequence[str], **parameters: Any
) -> Flow[ActionState]:
    """Start an action for several SIMs."""
    method = provider.flow(verb)
    if method is None or verb is Verb.BIND_EID:  # every SIM has an EID of its own
        raise UnsupportedOperation(verb.value, provider.id, note="not for several SIMs at once")
    flow: Flow[ActionState] = method(tuple(iccids), **parameters)
    return (yield from flow)


def find_actions(
    provider: Acting, verb: Verb, iccids: Collection[str], since: dt.datetime
) -> Flow[list[ActionState] | None]:
    """Return the partner's actions of this kind since then that are about exactly these SIMs.

    An action whose SIMs the portal does not tell counts when their number fits: better one
    candidate too many than a request sent twice.
    """
    found: list[ActionState] = []
    for number in range(1, _PAGES + 1):
        answer = yield from call(
            list_sim_actions.request(provider.partner, page=number, date_from=bodies.day(since))
        )
        page = mapping.action_page(answer, number, None, list_sim_actions.OPERATION.id)
        for action in page.items:
            fits = yield from _fits(provider, action, verb, iccids, since)
            found += [action] if fits else []
        if not page.more or not page.items:
            break
    return found


def _fits(
    provider: Acting,
    action: ActionState,
    verb: Verb,
    iccids: Collection[str],
    since: dt.datetime,
) -> Flow[bool]:
    told = count(action.raw.sim_count)
    if action.verb != verb.value or told not in (None, len(iccids)):
        return False
    if action.requested_at is not None and action.requested_at < since:
        return False
    answer = yield from call(get_sim_action_status.request(provider.partner, action.id))
    sims = mapping.progress(action, answer).sims
    return not sims or set(sims) == set(iccids)
