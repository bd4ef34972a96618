"""Words whose meaning is certain, whatever vendor uses them.

A word that means one thing with one vendor and another elsewhere is in no table here: `DEACTIVATED`
can be undone with some and is the end with others, `INACTIVE` is a SIM that never was active or one
that is no more, `PAUSED` and `BLOCKED` differ in who may undo it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simloom.models import SimStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

STATUS_MEMBERS = frozenset(
    {"status", "state", "simstatus", "simstate", "simcardstatus", "simcardstate"}
    | {"lifecyclestatus", "lifecyclestate", "simlifecyclestatus", "simlifecyclestate"}
)
ACTION_MEMBERS = frozenset({"action", "operation", "command", "transition", "simaction"})
SUSPEND = frozenset({"suspend", "suspendsim"})
RESUME = frozenset({"resume", "unsuspend", "resumesim", "unsuspendsim"})
MAY_SUSPEND = frozenset(
    {"deactivate", "disable", "block", "pause", "bar", "lock", "stop", "deactivation"}
)
MAY_RESUME = frozenset(
    {
        "activate",
        "reactivate",
        "enable",
        "unblock",
        "unpause",
        "unbar",
        "unlock",
        "start",
        "restore",
    }
)

_CERTAIN = {
    SimStatus.ORDERED: ("ordered",),
    SimStatus.INVENTORY: ("inventory", "ininventory", "instock", "onstock"),
    SimStatus.READY: ("ready", "activationready", "readyforactivation", "readytoactivate"),
    SimStatus.TEST: ("test", "testready", "testmode", "intest", "testing"),
    SimStatus.ACTIVE: ("active", "activated"),
    SimStatus.SUSPENDED: ("suspended",),
    SimStatus.BLOCKED: ("blocked",),
    SimStatus.TERMINATED: ("terminated", "retired"),
    SimStatus.DELETED: ("deleted", "purged"),
}
_STATUSES = {word: status for status, words in _CERTAIN.items() for word in words}
_PREFIX = re.compile(r"(?:sim[ _-]?(?:card[ _-]?)?)?(?:status|state)[ _-]|sim[ _-]", re.IGNORECASE)


def plain(word: object) -> str:
    """Return a name without case and separators: `simIccid` and `sim_iccid` are one."""
    return re.sub(r"[^a-z0-9]", "", str(word).lower())


def read_statuses(words: Iterable[str]) -> dict[str, SimStatus]:
    """Return those of a vendor's status words that can mean one thing only.

    A prefix that all of them have (`SIM_STATUS_ACTIVE`) tells nothing.
    """
    given = list(words)
    prefixed = bool(given) and all(_PREFIX.match(word) for word in given)
    found: dict[str, SimStatus] = {}
    for word in given:
        status = _STATUSES.get(plain(_PREFIX.sub("", word, count=1) if prefixed else word))
        if status is not None:
            found[word] = status
    return found
