"""What an OpenAPI document makes certain about a provider, and what a person has to decide.

Pure functions. A guess that could lose SIMs, or change a SIM in another way than asked, is none: it
becomes a reason in words instead.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import field, frozen

from simloom.models import SimStatus
from simloom.newprovider.document import answer_schema, operations, properties, resolved
from simloom.newprovider.paging import Paging, paging_of
from simloom.newprovider.refusal import CannotCreate
from simloom.newprovider.samples import sample

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_STATUS_WORDS = ("status", "state", "simstatus", "simstate")
_SUSPEND = {"suspend"}
_RESUME = {"resume", "unsuspend"}


def plain(word: str) -> str:
    """Return a name without case and separators: `simIccid` and `sim_iccid` are one."""
    return re.sub(r"[^a-z0-9]", "", word.lower())


@frozen(kw_only=True)
class Record:
    """Which members of the vendor's record are which of `simloom.models.Sim`, by wire name."""

    members: dict[str, str]
    """Of `iccid`, `imsi`, `msisdn`, `imei`, `eid`, `label`: those that the record has."""
    status: str | None = None
    statuses: dict[str, SimStatus] = field(factory=dict)
    """The vendor's words that are simloom's own."""
    unread: tuple[str, ...] = ()
    """The vendor's words that a person has to map."""


@frozen(kw_only=True)
class Found:
    """One operation that carries out a verb."""

    method: str
    path: str
    record: Record = field(factory=lambda: Record(members={}))
    container: str | None = None
    """The member of the answer that has the list; None where the answer is the list."""
    paging: Paging = field(factory=Paging)
    sample: Any = None
    """An example of the record, or of the answer of a change; for the stand-in."""
    envelope: dict[str, Any] = field(factory=dict)
    """The other members that the answer of a list has to have."""
    status: int = 200


@frozen(kw_only=True)
class Inspection:
    """`verbs`: those of list, get, suspend, resume that are certain; `undecided`: why not."""

    verbs: dict[str, Found]
    undecided: dict[str, str]


def inspect(document: dict[str, Any]) -> Inspection:
    """Look for the four verbs; `CannotCreate` for a document in which nothing is a SIM."""
    if not _mentions_sims(document):
        raise CannotCreate(
            "nothing in the document looks like a SIM: no member or parameter is an ICCID",
            "check that it is the vendor's document for SIM management",
        )
    outcomes = {"get": _get(document), "list": _list(document)}
    got = outcomes["get"]
    record = got.record if isinstance(got, Found) else None
    outcomes["suspend"] = _write(document, _SUSPEND, record, SimStatus.SUSPENDED)
    outcomes["resume"] = _write(document, _RESUME, record, SimStatus.ACTIVE)
    return Inspection(
        verbs={verb: one for verb, one in outcomes.items() if isinstance(one, Found)},
        undecided={verb: one for verb, one in outcomes.items() if isinstance(one, str)},
    )


def _is_iccid(name: str) -> bool:
    return plain(name) in {"iccid", "simiccid"}


def _mentions_sims(value: Any) -> bool:
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        if isinstance(item, dict):
            seen.add(id(item))
            if any("iccid" in str(key).lower() for key in item):
                return True
            if "iccid" in str(item.get("name", "")).lower():
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            seen.add(id(item))
            waiting.extend(item)
    return False


def _record(document: dict[str, Any], schema: Any) -> Record | None:
    told = properties(document, schema)
    members: dict[str, str] = {}
    for name in ("iccid", "imsi", "msisdn", "imei", "eid", "label"):
        fitting = [wire for wire in told if plain(wire) == name]
        if len(fitting) == 1:
            members[name] = fitting[0]
    if "iccid" not in members:
        return None
    fitting = [wire for wire in told if plain(wire) in _STATUS_WORDS]
    if len(fitting) != 1:
        return Record(members=members)
    kind = resolved(document, told[fitting[0]])
    values = kind.get("enum")
    words = [word for word in values if isinstance(word, str)] if isinstance(values, list) else []
    if not words and kind.get("type") != "string":
        return Record(members=members)  # an object: a person reads it
    known = {plain(status.value): status for status in SimStatus if status is not SimStatus.UNKNOWN}
    return Record(
        members=members,
        status=fitting[0],
        statuses={word: known[plain(word)] for word in words if plain(word) in known},
        unread=tuple(word for word in words if plain(word) not in known),
    )


def _required(operation: dict[str, Any]) -> list[str]:
    return [
        str(one.get("name"))
        for one in operation["parameters"]
        if one.get("in") != "path" and one.get("required") is True
    ]


def _has_body(operation: dict[str, Any]) -> bool:
    return "requestBody" in operation or any(
        one.get("in") in {"body", "formData"} for one in operation["parameters"]
    )


def _one(found: list[Found], nothing: str) -> Found | str:
    if len(found) == 1:
        return found[0]
    if not found:
        return nothing
    paths = ", ".join(f"{one.method} {one.path}" for one in found[:5])
    return f"several operations could be it: {paths}"


def _get(document: dict[str, Any]) -> Found | str:
    found = []
    for path, method, operation in operations(document):
        slots = _TEMPLATE.findall(path)
        if method != "GET" or len(slots) != 1 or not _is_iccid(slots[0]):
            continue
        schema = answer_schema(document, operation)
        record = _record(document, schema)
        if path.endswith("}") and record is not None and not _required(operation):
            example = sample(document, schema)
            found.append(Found(method=method, path=path, record=record, sample=example))
    return _one(found, "no GET of one path by ICCID answers with an object that has an ICCID")


def _list(document: dict[str, Any]) -> Found | str:
    found: list[Found] = []
    reasons: list[str] = []
    paths = {path for path, method, _ in operations(document) if method == "GET"}
    for path, method, operation in operations(document):
        if method != "GET" or _TEMPLATE.search(path):
            continue
        schema = answer_schema(document, operation)
        lists = _lists(document, schema)
        if len(lists) != 1:
            continue
        container, record, entry = lists[0]
        paging = paging_of(operation["parameters"], properties(document, schema))
        needed = [name for name in _required(operation) if name not in paging.parameters]
        if needed:
            reasons.append(f"{method} {path} asks for {', '.join(needed)}")
        elif paging.reason:
            reasons.append(f"{method} {path}: {paging.reason}")
        else:
            found.append(
                Found(
                    method=method,
                    path=path,
                    record=record,
                    container=container,
                    paging=paging,
                    sample=sample(document, entry),
                    envelope={} if container is None else sample(document, schema),
                )
            )
    if len(found) + len(reasons) > 1:
        items = [one for one in found if any(_below(path, one.path) for path in paths)]
        if len(items) == 1:
            return items[0]
        return "several operations could be it: " + ", ".join(
            [f"{one.method} {one.path}" for one in found] + reasons
        )
    nothing = "no GET of a collection answers with one list of objects that have an ICCID"
    return _one(found, reasons[0] if reasons else nothing)


def _below(path: str, collection: str) -> bool:
    rest = path.removeprefix(collection.rstrip("/") + "/")
    return rest != path and bool(_TEMPLATE.fullmatch(rest))


def _lists(
    document: dict[str, Any], schema: dict[str, Any]
) -> list[tuple[str | None, Record, Any]]:
    if schema.get("type") == "array":
        record = _record(document, schema.get("items"))
        return [] if record is None else [(None, record, schema["items"])]
    found: list[tuple[str | None, Record, Any]] = []
    for name, member in properties(document, schema).items():
        kind = resolved(document, member)
        record = _record(document, kind.get("items")) if kind.get("type") == "array" else None
        if record is not None:
            found.append((name, record, kind["items"]))
    return found


def _write(
    document: dict[str, Any], words: set[str], record: Record | None, expected: SimStatus
) -> Found | str:
    found = []
    for path, method, operation in operations(document):
        slots = _TEMPLATE.findall(path)
        last = path.rstrip("/").rsplit("/", 1)[-1]
        if method not in {"POST", "PUT"} or plain(last) not in words:
            continue
        if len(slots) != 1 or not _is_iccid(slots[0]) or _required(operation):
            continue
        if not _has_body(operation):
            answers = operation.get("responses")
            told = sorted(str(one) for one in answers) if isinstance(answers, dict) else []
            status = next((int(one) for one in told if one in {"200", "201", "202", "204"}), 200)
            schema = answer_schema(document, operation, status)
            example = sample(document, schema) if schema else None
            found.append(Found(method=method, path=path, sample=example, status=status))
    named = " or ".join(sorted(words))
    outcome = _one(found, f"no POST or PUT without a body is at a SIM's own path and ends {named}")
    if isinstance(outcome, str):
        return outcome
    if record is None or expected not in record.statuses.values():
        return (
            f"{outcome.method} {outcome.path} looks like it, but no word of the vendor's status is "
            f"{expected.value!r}, so nothing says when it is done"
        )
    return outcome
