"""The words by which vendors' documents call identifiers, statuses and what changes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EIDS = {"eid", "euiccid", "simeid", "cardeid"}
_PHONES = {"phonenumber", "mobilenumber"}
_SIM_WORDS = {
    *("sim", "sims", "esim", "esims", "simcard", "simcards", "card", "cards", "euicc", "euiccs"),
    *("subscription", "subscriptions", "subscriber", "subscribers", "device", "devices"),
    *("line", "lines", "profile", "profiles", "endpoint", "endpoints", "thing", "things"),
}
_ON = ("active", "activated", "live", "enabled", "inuse", "productive", "online")
_OFF = ("suspended", "paused", "disabled", "inactive", "stopped", "offline")
_FITTING: dict[str, tuple[str, ...]] = {
    "activate": _ON,
    "activation": _ON,
    "reactivate": _ON,
    "enable": ("enabled", *_ON),
    "resume": ("resumed", *_ON),
    "unsuspend": _ON,
    "unpause": _ON,
    "restore": _ON,
    "start": ("started", *_ON),
    "unblock": ("unblocked", *_ON),
    "unlock": ("unlocked", *_ON),
    "unbar": ("unbarred", *_ON),
    "suspension": ("suspended", "paused", "disabled", "inactive"),
    "suspend": ("suspended", "paused", "disabled", "inactive"),
    "pause": ("paused", "suspended", "inactive"),
    "disable": ("disabled", "deactivated", "inactive", "suspended"),
    "deactivate": ("deactivated", "inactive", "disabled"),
    "stop": ("stopped", *_OFF),
    "block": ("blocked", "barred", "locked"),
    "bar": ("barred", "blocked"),
    "lock": ("locked", "blocked"),
    "termination": ("terminated", "cancelled", "canceled", "retired"),
    "terminate": ("terminated", "cancelled", "canceled", "retired", "deactivated"),
    "cancel": ("cancelled", "canceled", "terminated"),
    "retire": ("retired", "terminated"),
    "purge": ("purged", "terminated"),
    "delete": ("deleted", "terminated"),
}
# What taking back one of these asks for, such as DELETE /sims/{iccid}/suspension.
_TAKEN_BACK = {
    "suspension": "resume",
    "suspend": "resume",
    "block": "unblock",
    "lock": "unlock",
    "bar": "unbar",
    "activation": "deactivate",
}
_VERSION = re.compile(r"v?[0-9]+([._-][0-9]+)*")


def plain(name: str) -> str:
    """Return a name in lower case without anything but letters and digits."""
    return re.sub("[^a-z0-9]", "", name.lower())


def identifier_kind(name: str) -> str | None:
    """Return which of the five identifiers a member with this name is, or None."""
    word = plain(name)
    if word in _EIDS:
        return "eid"
    if word in _PHONES:
        return "msisdn"
    return next((kind for kind in ("iccid", "imsi", "msisdn", "imei") if word.endswith(kind)), None)


def is_sim_word(segment: str) -> bool:
    """Tell whether a part of a path names SIMs or what holds one."""
    return plain(segment) in _SIM_WORDS


def is_version(segment: str) -> bool:
    """Tell whether a part of a path is a version, such as `v2` or `1.0`."""
    return _VERSION.fullmatch(segment.lower()) is not None


def is_status(name: str) -> bool:
    """Tell whether a member with this name tells a status."""
    return plain(name).endswith(("status", "state"))


def best_status(names: Iterable[str]) -> list[str]:
    """Return the names of statuses, those first that are the item's own."""
    first = ("status", "state", "simstatus", "simstate", "lifecyclestatus", "lifecyclestate")
    found = [name for name in names if is_status(name)]
    rank = {word: number for number, word in enumerate(first)}
    return sorted(found, key=lambda name: rank.get(plain(name), len(first)))


def fitting(action: str, words: Sequence[str]) -> str | None:
    """Return the status that an action leads to: `suspend` to `Suspended`, if there is one."""
    known = {plain(word): word for word in words}
    stem = plain(action).removesuffix("sims").removesuffix("sim")
    return next((known[word] for word in _FITTING.get(stem, ()) if word in known), None)


def taken_back(action: str) -> str:
    """Return the action that undoes another one, or the word itself."""
    return _TAKEN_BACK.get(plain(action), action)


def is_action(segment: str) -> bool:
    """Tell whether a word asks for another status."""
    return plain(segment).removesuffix("sims").removesuffix("sim") in _FITTING


def singular(segment: str) -> str:
    """Return a plural without its ending, as far as the commonest rules go."""
    word = plain(segment)
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s")


def id_member(variable: str, segment: str, members: Iterable[str]) -> str | None:
    """Return the member that a path parameter means, or the nearest one.

    `thing_id` is `thingId`, or else `id`; `iccid` is also `simIccid`. `segment` is the part of
    the path before it: of `/cards/{id}`, `cardId` is taken if there is no `id`.
    """
    known = {plain(name): name for name in reversed(list(members))}
    wanted, noun = plain(variable), singular(segment)
    kind = identifier_kind(variable)
    if wanted in known:
        return known[wanted]
    if kind is not None:
        return next((name for name in known.values() if identifier_kind(name) == kind), None)
    nearest = ("id", f"{noun}id", "uuid", "sid", f"{noun}uuid", f"{noun}number", f"{noun}no")
    ends = ("id", "uuid", "key", "name", "number", "no", "code", "reference", "ref", noun)
    if not wanted.endswith(ends):
        return None
    for word in (wanted.removeprefix(noun), *nearest):
        if word in known:
            return known[word]
    return None
