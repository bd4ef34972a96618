"""What the templates of the provider, its mapping and its stand-in are given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from simloom.models import SimStatus
from simloom.newprovider.words import read_statuses

if TYPE_CHECKING:
    from simloom.newprovider.bindings import Bindings, Bound, Reader

VERBS = ("list", "get", "suspend", "resume")
_UNTOLD = "no member of a record is certain to be its status: which one is it?"
_WALKS = frozenset({"offset", "cursor", "link", "header"})
_KINDS = ("iccid", "imsi", "msisdn", "imei", "eid")


def facts(bindings: Bindings) -> tuple[str, ...]:
    """Return what a person has to decide about records, each with its module."""
    readers = _readers(bindings).values()
    found: list[str] = []
    for reader in readers:
        found += reader.record.left_out
        if reader.status is None and not any("status" in one for one in reader.record.left_out):
            found.append(_UNTOLD)
    found += [f"what is the vendor's status {word!r}?" for word in _unread(bindings)]
    return tuple(f"mapping.py: {one}" for one in dict.fromkeys(found))


def walks(bindings: Bindings) -> bool:
    """Whether pages follow from one another, so that the repository needs `pages.py`."""
    listed = bindings.verbs.get("list")
    return listed is not None and _walks(listed)


def _walks(listed: Bound) -> bool:
    paging = listed.found.paging
    return paging.kind in _WALKS or (paging.kind == "page" and paging.first is None)


def provided(bindings: Bindings) -> dict[str, Any]:
    """Return the names that the templates use."""
    readers = _readers(bindings)
    listed = bindings.verbs.get("list")
    statuses = _statuses(bindings)
    bound = {verb: bindings.verbs.get(verb) for verb in VERBS}
    words = {status: word for word, status in reversed(statuses.items())}
    active, suspended = words.get(SimStatus.ACTIVE, ""), words.get(SimStatus.SUSPENDED, "")
    reader = None if listed is None else listed.reader
    changed = {"suspend": (active, suspended), "resume": (suspended, active)}
    return {
        "verbs": list(bindings.verbs),
        "bound": SimpleNamespace(**bound),  # not a dict: its own `get` would hide the verb
        "walks": walks(bindings),
        "keyed": any(one.found.keyed for one in bindings.verbs.values()),
        "undecided": bindings.undecided,
        "statuses": statuses,
        "words": [*statuses, *_unread(bindings)],
        "listed_kinds": [kind for kind in _KINDS if reader is not None and kind in reader.members],
        "account": next((one.account for one in bindings.verbs.values() if one.account), ""),
        "readers": list(readers.items()),
        "function_of": {
            verb: function
            for verb, one in bindings.verbs.items()
            for function, reader in readers.items()
            if one.reader is not None and one.reader.model == reader.model
        },
        "served": SimpleNamespace(**_served(bindings, changed)),
    }


def _statuses(bindings: Bindings) -> dict[str, SimStatus]:
    """Return the words of the records; where those are not told, the words of the changes."""
    found: dict[str, SimStatus] = {}
    readers = _readers(bindings).values()
    for reader in readers:
        found |= reader.record.statuses
    if any(one.status and not (one.record.statuses or one.record.unread) for one in readers):
        for bound in bindings.verbs.values():
            if bound.found.word:
                found |= read_statuses([bound.found.word])
    return found


def _unread(bindings: Bindings) -> list[str]:
    return list(
        dict.fromkeys(word for one in _readers(bindings).values() for word in one.record.unread)
    )


def _readers(bindings: Bindings) -> dict[str, Reader]:
    """Return one function per model; the record of a SIM alone has the plain name."""
    found: dict[str, Reader] = {}
    for verb, function in (("get", "to_sim"), ("list", "to_listed_sim")):
        one = bindings.verbs.get(verb)
        if one is None or one.reader is None:
            continue
        if one.reader.model not in {reader.model for reader in found.values()}:
            found[function] = one.reader
    return found


def _served(bindings: Bindings, words: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Return what the stand-in answers, as plain values."""
    served: dict[str, Any] = {"list": None, "get": None, "changes": []}
    for verb, one in bindings.verbs.items():
        found = one.found
        common = {
            "method": found.method,
            "path": _path(one),
            "keyed": found.keyed,
        }
        if verb in words:
            before, after = words[verb]
            served["changes"].append(
                {
                    **common,
                    "body": {found.member: found.word} if found.member else None,
                    "status": found.status,
                    "answer": found.sample,
                    "before": before,
                    "after": after,
                }
            )
            continue
        record = found.record
        served[verb] = {
            **common,
            "answer": found.answer,
            "container": list(found.container),
            "record": found.sample,
            "inner": list(record.inner),
            "members": record.members,
            "status": list(record.status) if one.reader is not None and one.reader.status else [],
            "key": list(record.key),
        }
        if verb == "list":
            served[verb] |= _served_pages(one)
    return served


def _served_pages(one: Bound) -> dict[str, Any]:
    paging = one.found.paging
    hints = paging.hints
    told = ("more", "last", "pages", "total", "cursor", "link")
    return {
        "kind": paging.kind,
        "number": paging.number,
        "size": paging.size,
        "first": 1 if paging.first is None else paging.first,
        "most": paging.most,
        "filter": one.found.filter,
        "hints": {name: list(getattr(hints, name)) for name in told if getattr(hints, name)},
    }


def _path(one: Bound) -> str:
    path = one.module.path
    if not one.account:
        return path
    first = path.index("{")
    return path[:first] + "stand-in" + path[path.index("}", first) + 1 :]
