"""What an inspection finds: operations that carry out a verb."""

from __future__ import annotations

import re
from typing import Any

from attrs import field, frozen

from simloom.newprovider.paging import Paging
from simloom.newprovider.records import Path, Record
from simloom.newprovider.words import plain

SLOT = re.compile(r"\{([^{}]*)\}")
_ACCOUNTS = {"account", "partner", "customer", "organization", "organisation", "org", "tenant"} | {
    *("company", "enterprise")
}


@frozen(kw_only=True)
class Found:
    """One operation that carries out a verb."""

    method: str
    path: str
    record: Record = field(factory=lambda: Record(members={}))
    container: Path = ()
    """The way from the answer to the list, or to the record; empty where the answer is it."""
    paging: Paging = field(factory=Paging)
    account: str = ""
    """The slot of the path that is the same for all SIMs, and so a setting."""
    keyed: bool = False
    """Whether the path has the vendor's own id of the SIM in place of the ICCID."""
    filter: str = ""
    """The parameter of a list that takes an ICCID."""
    member: str = ""
    """The one member of the body of a change, and its value."""
    word: str = ""
    sample: Any = None
    """An example of the record, or of the answer of a change; for the stand-in."""
    answer: Any = None
    """An example of the answer that a list or a record is within."""
    status: int = 200

    @property
    def name(self) -> str:
        """Method and path, as people name an operation."""
        return f"{self.method} {self.path}"


def bare(path: str) -> str:
    """Return a path without the slash that some vendors end it with."""
    return path.rstrip("/")


def last_of(path: str) -> str:
    """Return the last word of a path, plain; `/sims/{id}:suspend` has one behind the colon."""
    return plain(re.split(r"[/:]", bare(path))[-1])


def slots_of(path: str) -> tuple[str, list[str]]:
    """Return the slot for the account, empty without one, and the other slots of a path."""
    slots = SLOT.findall(path)
    accounts = [slot for slot in slots if re.sub(r"(?:id|number)$", "", plain(slot)) in _ACCOUNTS]
    if len(accounts) == 1 and accounts[0] == slots[0]:
        return accounts[0], slots[1:]
    return "", slots


def one_of(found: list[Found], what: str) -> Found | str:
    """Return the only one; else which decision several of them leave."""
    if len(found) == 1:
        return found[0]
    return f"decide which operation {what}: {', '.join(one.name for one in found[:5])}"


def needed(operation: dict[str, Any], known: frozenset[str] = frozenset()) -> list[str]:
    """Return the parameters besides those of the path that have to be sent and are not known."""
    return [
        str(one.get("name"))
        for one in operation["parameters"]
        if one.get("in") in {"query", "header", "cookie"}
        and one.get("required") is True
        and one.get("name") not in known
    ]


def deprecated(name: str) -> str:
    """Return the decision about an operation that the vendor has deprecated."""
    return f"{name} is deprecated: decide whether it is still to be used"


def asks_for(names: list[str]) -> str:
    """Return the decision about parameters that have to be sent."""
    what = ", ".join(names)
    return f"asks for {what}: decide what to send for {'it' if len(names) == 1 else 'them'}"
