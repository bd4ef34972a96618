"""Which members of a vendor's record are which of `simloom.models.Sim`.

A path is a tuple of wire names, from the record, or from the answer, inwards.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve, field, frozen

from simloom.newprovider.document import properties, resolved
from simloom.newprovider.words import STATUS_MEMBERS, plain, read_statuses

if TYPE_CHECKING:
    from simloom.models import SimStatus

Path: TypeAlias = tuple[str, ...]

_DEEPEST = 6
_ICCIDS = frozenset({"iccid", "simiccid", "cardiccid", "simcardiccid", "iccidnumber", "icc"})
_SAYS_ICCID = re.compile(
    r"(?:the |a |an |sim'?s? |card'?s? |simcard'?s? |unique |its )*iccid"
    r"(?: number)?(?: (?:of|for) [a-z ']{1,40})?\.?",
    re.IGNORECASE,
)
_OTHERS = {
    "imsi": {"imsi", "simimsi"},
    "msisdn": {"msisdn", "simmsisdn"},
    "imei": {"imei", "simimei"},
    "eid": {"eid", "simeid"},
    "label": {"label", "simlabel", "alias", "nickname"},
}
_WRAPPERS = frozenset({"attributes", "sim", "simcard", "data", "item", "result", "content", "card"})
_CODE = frozenset({"code", "value", "name", "status", "state", "description", "key"})


@frozen(kw_only=True)
class Record:
    """Where a record has what a SIM is made of, by wire name."""

    members: dict[str, str]
    """Of `iccid`, `imsi`, `msisdn`, `imei`, `eid`, `label`: those that the record has."""
    inner: Path = ()
    """The way from the record to the object with these members; JSON:API has `attributes`."""
    status: Path = ()
    """The way from the record to the vendor's word; empty where that is not certain."""
    key: Path = ()
    """The way from the record to the vendor's own id of the SIM, if it has one."""
    key_number: bool = False
    """Whether that id is a number."""
    statuses: dict[str, SimStatus] = field(factory=dict)
    """The vendor's words that are simloom's own."""
    unread: tuple[str, ...] = ()
    """The vendor's words that a person has to map."""
    left_out: tuple[str, ...] = ()
    """Members that could be read, and are not, each with the reason."""


def is_iccid(name: object) -> bool:
    """Whether a name means an ICCID in any vendor's API."""
    return plain(name) in _ICCIDS


def takes_iccid(parameter: dict[str, Any]) -> bool:
    """Whether a parameter is an ICCID, by its name or because its description says just that."""
    if is_iccid(parameter.get("name")):
        return True
    told = parameter.get("description")
    return isinstance(told, str) and _SAYS_ICCID.fullmatch(" ".join(told.split())) is not None


def kind_of(document: dict[str, Any], schema: Any, depth: int = 0) -> tuple[str, str]:
    """Return type and format of a scalar, `null` left out; empty where it is not one type."""
    whole = resolved(document, schema)
    for choice in ("oneOf", "anyOf", "allOf"):
        parts = whole.get(choice)
        if isinstance(parts, list) and parts and "type" not in whole and depth < _DEEPEST:
            told = {kind_of(document, one, depth + 1) for one in parts} - {("null", "")}
            return told.pop() if len(told) == 1 else ("", "")
    kind = whole.get("type")
    if isinstance(kind, list):
        kinds = [one for one in kind if one != "null"]
        kind = kinds[0] if len(kinds) == 1 else ""
    return (kind if isinstance(kind, str) else "", str(whole.get("format", "")))


def words_of(document: dict[str, Any], schema: Any, depth: int = 0) -> list[str]:
    """Return the words of an enumeration of texts; empty for anything else."""
    whole = resolved(document, schema)
    for choice in ("oneOf", "anyOf", "allOf"):
        parts = whole.get(choice)
        if isinstance(parts, list) and "enum" not in whole and depth < _DEEPEST:
            found = [words for one in parts if (words := words_of(document, one, depth + 1))]
            return found[0] if len(found) == 1 else []
    told = [whole["const"]] if "const" in whole else whole.get("enum")
    return [word for word in told if isinstance(word, str)] if isinstance(told, list) else []


def record_of(document: dict[str, Any], schema: Any, *, deep: bool = True) -> Record | None:
    """Return how a record is read; None for one without a text that is its ICCID.

    With `deep`, the members may be in one object within it, as JSON:API has them.
    """
    told = properties(document, schema)
    found = _members(document, told)
    if found is not None:
        members, left_out = found
        status, words, more = _status(document, told)
        statuses = read_statuses(words)
        key, number = _key(document, told)
        return Record(
            members=members,
            status=status,
            key=key,
            key_number=number,
            statuses=statuses,
            unread=tuple(word for word in words if word not in statuses),
            left_out=(*left_out, *more),
        )
    if not deep:
        return None
    within = [
        (name, record)
        for name, member in told.items()
        if plain(name) in _WRAPPERS and _is_object(document, member)
        if (record := record_of(document, member, deep=False)) is not None
    ]
    return _outside(document, told, *within[0]) if len(within) == 1 else None


def _outside(document: dict[str, Any], told: dict[str, Any], name: str, inner: Record) -> Record:
    key, number = _key(document, told)
    if not key and inner.key:
        key, number = (name, *inner.key), inner.key_number
    status = (name, *inner.status) if inner.status else ()
    return evolve(inner, inner=(name,), status=status, key=key, key_number=number)


def _members(
    document: dict[str, Any], told: dict[str, Any]
) -> tuple[dict[str, str], list[str]] | None:
    iccids = [wire for wire in told if is_iccid(wire)]
    exact = [wire for wire in iccids if plain(wire) == "iccid"]
    iccids = exact or iccids
    if len(iccids) != 1 or kind_of(document, told[iccids[0]])[0] not in {"string", ""}:
        return None
    if _is_object(document, told[iccids[0]]):
        return None
    members, left_out = {"iccid": iccids[0]}, []
    for name, names in _OTHERS.items():
        exact = [wire for wire in told if plain(wire) == name]
        fitting = exact or [wire for wire in told if plain(wire) in names]
        if len(fitting) != 1:
            continue
        kind = kind_of(document, told[fitting[0]])[0]
        if kind == "string" or not (kind or _is_object(document, told[fitting[0]])):
            members[name] = fitting[0]
        elif kind == "integer":
            left_out.append(f"{fitting[0]} is a number, which loses leading zeros: is it a {name}?")
    return members, left_out


def _is_object(document: dict[str, Any], schema: Any) -> bool:
    return bool(properties(document, schema)) or kind_of(document, schema)[0] == "object"


def _key(document: dict[str, Any], told: dict[str, Any]) -> tuple[Path, bool]:
    fitting = [wire for wire in told if plain(wire) in {"id", "simid", "simcardid"}]
    exact = [wire for wire in fitting if plain(wire) == "id"]
    fitting = exact or fitting
    kind = kind_of(document, told[fitting[0]])[0] if len(fitting) == 1 else ""
    return ((fitting[0],), kind == "integer") if kind in {"string", "integer"} else ((), False)


def _status(document: dict[str, Any], told: dict[str, Any]) -> tuple[Path, list[str], list[str]]:
    """Return the way to the status, its words, and why there is none."""
    fitting = [wire for wire in told if plain(wire) in STATUS_MEMBERS]
    if len(fitting) != 1:
        which = " or ".join(fitting)
        return (), [], [f"which member is the status of the SIM: {which}?"] if fitting else []
    member = told[fitting[0]]
    if not _is_object(document, member):
        words = words_of(document, member)
        if words or kind_of(document, member)[0] == "string":
            return (fitting[0],), words, []
        return (), [], [f"what are the values of {fitting[0]}?"]
    inner = properties(document, member)
    coded = [
        (wire, words)
        for wire, one in inner.items()
        if plain(wire) in _CODE and (words := words_of(document, one))
    ]
    if len(coded) == 1:
        return (fitting[0], coded[0][0]), coded[0][1], []
    return (), [], [f"which member of {fitting[0]} is the status of the SIM?"]
