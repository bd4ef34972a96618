"""The operation that lists all SIMs."""

from __future__ import annotations

from typing import Any

from simloom.newprovider.document import (
    answer_headers,
    answer_schema,
    operations,
    properties,
    resolved,
)
from simloom.newprovider.found import (
    SLOT,
    Found,
    asks_for,
    bare,
    deprecated,
    needed,
    one_of,
    slots_of,
)
from simloom.newprovider.hints import hints_of
from simloom.newprovider.paging import paging_of
from simloom.newprovider.records import Path, Record, record_of, takes_iccid
from simloom.newprovider.samples import sample
from simloom.newprovider.words import STATUS_MEMBERS, plain

_DEEPEST = 2
_NOTHING = (
    "no GET of a collection answers with one list of objects that have an ICCID: decide which "
    "operation lists all SIMs, or take `list` out when the vendor has none"
)


def find_list(document: dict[str, Any]) -> Found | str:
    """Return the list of all SIMs, or the decision that a person has to take."""
    found: list[Found] = []
    reasons: dict[str, str] = {}
    old: list[str] = []
    paths = {path for path, method, _ in operations(document) if method == "GET"}
    for path, method, operation in operations(document):
        account, slots = slots_of(path)
        if method != "GET" or slots:
            continue
        schema = answer_schema(document, operation)
        lists = _lists(document, schema)
        if not lists:
            continue
        if operation.get("deprecated") is True:
            old.append(deprecated(f"GET {path}"))
            continue
        if len(lists) > 1:
            which = " or ".join(".".join(place) for place, _, _ in lists)
            reasons[path] = f"GET {path}: decide which list of the answer has all SIMs: {which}"
            continue
        container, record, entry = lists[0]
        hints = hints_of(document, schema)
        paging = paging_of(operation["parameters"], hints, answer_headers(document, operation))
        missing = needed(operation, paging.parameters)
        why = paging.reason or (asks_for(missing) if missing else _hidden(operation))
        if why:
            reasons[path] = f"GET {path}: {why}"
            continue
        one = Found(
            method=method,
            path=path,
            record=record,
            container=container,
            paging=paging,
            account=account,
            filter=_filter(operation),
            sample=sample(document, entry),
            answer=sample(document, schema) if container else [],
        )
        found.append(one)
    return _chosen(found, reasons, paths) if found or reasons or not old else "; ".join(old[:3])


def _chosen(found: list[Found], reasons: dict[str, str], paths: set[str]) -> Found | str:
    """Of several lists, the one whose entries have a path of their own below it."""
    if len(found) + len(reasons) > 1:
        above = [one for one in found if any(_below(path, one.path) for path in paths)]
        told = [why for path, why in reasons.items() if any(_below(one, path) for one in paths)]
        if len(above) == 1 and not told:
            return above[0]
        if len(told) == 1 and not above:
            return told[0]
        all_ = [*(one.name for one in found), *reasons.values()]
        return "decide which operation lists all SIMs: " + "; ".join(all_[:5])
    if reasons:
        return next(iter(reasons.values()))
    return one_of(found, "lists all SIMs") if found else _NOTHING


def _below(path: str, collection: str) -> bool:
    rest = bare(path).removeprefix(bare(collection) + "/")
    return rest != bare(path) and bool(SLOT.fullmatch(rest))


def _hidden(operation: dict[str, Any]) -> str:
    """Return the decision about a status that is chosen where nobody chooses one."""
    for one in operation["parameters"]:
        inner = one.get("schema")
        if plain(one.get("name")) in STATUS_MEMBERS and "default" in (
            inner if isinstance(inner, dict) else one
        ):
            return f"decide how to ask for all SIMs: {one.get('name')} chooses some by default"
    return ""


def _filter(operation: dict[str, Any]) -> str:
    found = [
        str(one.get("name"))
        for one in operation["parameters"]
        if one.get("in") == "query" and takes_iccid(one)
    ]
    return found[0] if len(found) == 1 else ""


def _lists(
    document: dict[str, Any], schema: dict[str, Any], before: Path = ()
) -> list[tuple[Path, Record, Any]]:
    if schema.get("type") == "array":
        record = record_of(document, schema.get("items"))
        return [] if record is None else [(before, record, schema["items"])]
    found: list[tuple[Path, Record, Any]] = []
    for name, member in properties(document, schema).items() if len(before) < _DEEPEST else ():
        found += _lists(document, resolved(document, member), (*before, name))
    return found
