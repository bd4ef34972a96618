"""The operation that reads one SIM."""

from __future__ import annotations

from typing import Any

from simloom.newprovider.document import answer_schema, operations, properties
from simloom.newprovider.found import Found, asks_for, bare, deprecated, needed, one_of, slots_of
from simloom.newprovider.records import Path, Record, record_of, takes_iccid
from simloom.newprovider.samples import sample
from simloom.newprovider.words import plain

KEYS = frozenset({"id", "simid", "simcardid", "cardid"})
_NOTHING = (
    "no GET of one path by ICCID answers with an object that has an ICCID: decide how one SIM is "
    "read"
)


def find_get(document: dict[str, Any], listed: Found | None) -> Found | str:
    """Return how one SIM is read, or the decision that a person has to take."""
    found: list[Found] = []
    reasons: list[str] = []
    old: list[str] = []
    for path, method, operation in operations(document):
        account, slots = slots_of(path)
        if method != "GET" or len(slots) != 1 or not bare(path).endswith("}"):
            continue
        schema = answer_schema(document, operation)
        told = _record(document, schema)
        if told is None:
            continue
        container, record = told
        missing = needed(operation)
        if operation.get("deprecated") is True:
            old.append(deprecated(f"GET {path}"))
            continue
        keyed = not by_iccid(operation, slots[0])
        why = _unclear_key(path, slots[0], listed) if keyed else ""
        if keyed and plain(slots[0]) not in KEYS:
            why = f"decide what {slots[0]} is: nothing says that it is an ICCID"
        if why or missing:
            reasons.append(f"GET {path}: {why or asks_for(missing)}")
            continue
        found.append(
            Found(
                method=method,
                path=path,
                record=record,
                container=container,
                account=account,
                keyed=keyed,
                sample=sample(document, _at(document, schema, container)),
                answer=sample(document, schema) if container else None,
            )
        )
    direct = [one for one in found if not one.keyed]
    if direct or found:
        return one_of(direct or found, "reads one SIM")
    return "; ".join((reasons or old)[:3]) or _NOTHING


def by_iccid(operation: dict[str, Any], slot: str) -> bool:
    """Whether a slot of the path takes an ICCID."""
    told = [one for one in operation["parameters"] if one.get("in") == "path"]
    given = next((one for one in told if one.get("name") == slot), {"name": slot})
    return takes_iccid(given)


def _unclear_key(path: str, slot: str, listed: Found | None) -> str:
    """Return why the vendor's own id of a SIM cannot be found by its ICCID; empty if it can."""
    if listed is None:
        return f"{slot} is the vendor's own id: decide where it comes from, as no list is certain"
    if bare(bare(path).rpartition("/")[0]) != bare(listed.path):
        return f"decide whether {slot} is the id that {listed.name} tells of a SIM"
    if not listed.record.key:
        return f"decide which member of the records of {listed.name} is {slot}"
    if not listed.filter:
        return (
            f"{slot} is the vendor's own id, and {listed.name} has no parameter that takes an "
            "ICCID: decide how to find it without reading the whole list for each SIM"
        )
    return ""


def _record(document: dict[str, Any], schema: Any) -> tuple[Path, Record] | None:
    direct = record_of(document, schema, deep=False)
    if direct is not None:
        return (), direct
    within = [
        ((name,), record)
        for name, member in properties(document, schema).items()
        if properties(document, member) and (record := record_of(document, member)) is not None
    ]
    if len(within) == 1 and plain(within[0][0][0]) != "attributes":
        return within[0]
    whole = record_of(document, schema)
    return None if whole is None else ((), whole)


def _at(document: dict[str, Any], schema: Any, container: Path) -> Any:
    for name in container:
        schema = properties(document, schema)[name]
    return schema
