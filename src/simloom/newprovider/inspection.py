"""What an OpenAPI document makes certain about a provider, and what a person has to decide.

Pure functions. A guess that could lose SIMs, or change a SIM in another way than asked, is none: it
becomes a decision in words instead.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

from simloom.newprovider.changing import RESUMING, SUSPENDING, find_change
from simloom.newprovider.found import Found
from simloom.newprovider.listing import find_list
from simloom.newprovider.reading import find_get
from simloom.newprovider.records import Record, is_iccid
from simloom.newprovider.refusal import CannotCreate

__all__ = ["Found", "Inspection", "Record", "inspect"]


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
    listed = find_list(document)
    got = find_get(document, listed if isinstance(listed, Found) else None)
    read = got if isinstance(got, Found) else None
    outcomes = {
        "list": listed,
        "get": got,
        "suspend": find_change(document, SUSPENDING, read),
        "resume": find_change(document, RESUMING, read),
    }
    return Inspection(
        verbs={verb: one for verb, one in outcomes.items() if isinstance(one, Found)},
        undecided={verb: one for verb, one in outcomes.items() if isinstance(one, str)},
    )


def _mentions_sims(value: Any) -> bool:
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        if isinstance(item, dict):
            seen.add(id(item))
            if any("iccid" in str(key).lower() or is_iccid(key) for key in item):
                return True
            if "iccid" in str(item.get("name", "")).lower() or is_iccid(item.get("name", "")):
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            seen.add(id(item))
            waiting.extend(item)
    return False
