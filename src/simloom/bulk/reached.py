"""Whether a SIM is where a verb would bring it: what the last word on an unknown outcome is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.capabilities import Verb
from simloom.models import SimStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.models import Sim

_ENDS = {
    Verb.ACTIVATE: SimStatus.ACTIVE,
    Verb.SUSPEND: SimStatus.SUSPENDED,
    Verb.RESUME: SimStatus.ACTIVE,
    Verb.BLOCK: SimStatus.BLOCKED,
    Verb.UNBLOCK: SimStatus.ACTIVE,
    Verb.TERMINATE: SimStatus.TERMINATED,
}
_OVER = frozenset({SimStatus.TERMINATED, SimStatus.DELETED})
_LIKELY_FROM = {
    Verb.ACTIVATE: {SimStatus.INVENTORY, SimStatus.READY, SimStatus.TEST, SimStatus.SUSPENDED},
    Verb.SUSPEND: {SimStatus.ACTIVE, SimStatus.TEST},
    Verb.RESUME: {SimStatus.SUSPENDED},
    Verb.UNBLOCK: {SimStatus.BLOCKED},
}


def can_tell(verb: Verb) -> bool:
    """Tell whether the state of a SIM shows if the verb was carried out."""
    return verb in _ENDS or verb is Verb.SET_LABEL


def reached(verb: Verb, sim: Sim, parameters: Mapping[str, Any]) -> bool | None:
    """Return whether a SIM is in the state that the verb leads to; None when it does not show."""
    if verb is Verb.SET_LABEL:
        return sim.label == parameters.get("label")
    if verb not in _ENDS or sim.status is SimStatus.UNKNOWN:
        return None
    return sim.status is _ENDS[verb]


def is_doubtful(verb: Verb, sim: Sim) -> bool:
    """Tell whether a vendor will hardly do this to a SIM: it must not travel with others."""
    likely = _LIKELY_FROM.get(verb)
    if likely is not None:
        return sim.status not in likely
    return sim.status in _OVER
