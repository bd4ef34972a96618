"""What was found in the document, in the names of the generated client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from simloom.newprovider import clientnames

if TYPE_CHECKING:
    from pathlib import Path

    from simloom.newprovider.clientnames import Module
    from simloom.newprovider.inspection import Found, Inspection, Record

ODD = "the generated client types its request or answer in another way than expected"


@frozen(kw_only=True)
class Reader:
    """One function that maps a model of the client: members of `Sim` to its attributes."""

    model: str
    members: dict[str, str]
    status: str | None
    record: Record


@frozen(kw_only=True)
class Bound:
    """One verb. `number` and `size` are arguments, `container` is an attribute, of the client."""

    found: Found
    module: Module
    reader: Reader | None = None
    container: str | None = None
    answer: str | None = None
    number: str = ""
    size: str = ""


@frozen(kw_only=True)
class Bindings:
    """The verbs that are written, and the reasons for the others."""

    verbs: dict[str, Bound] = field(factory=dict)
    undecided: dict[str, str] = field(factory=dict)


def bind(inspection: Inspection, client: Path) -> Bindings:
    """Look every name up in the folder of the generated client."""
    verbs: dict[str, Bound] = {}
    undecided = dict(inspection.undecided)
    for verb in ("list", "get", "suspend", "resume"):
        found = inspection.verbs.get(verb)
        if found is None:
            continue
        bound = _bind(verb, found, client)
        if bound is None or (verb in {"suspend", "resume"} and "get" not in verbs):
            undecided[verb] = f"{found.method} {found.path}: {ODD}"
        else:
            verbs[verb] = bound
    return Bindings(verbs=verbs, undecided=undecided)


def _bind(verb: str, found: Found, client: Path) -> Bound | None:
    module = clientnames.find_module(client, found.method, found.path)
    if module is None:
        return None
    if verb in {"suspend", "resume"}:
        return Bound(found=found, module=module) if len(module.arguments) == 1 else None
    if verb == "get":
        reader = _reader(client, module.model, found.record)
        fits = reader is not None and len(module.arguments) == 1
        return Bound(found=found, module=module, reader=reader) if fits else None
    return _bind_list(found, module, client)


def _bind_list(found: Found, module: Module, client: Path) -> Bound | None:
    container: str | None = None
    listed = module.listed
    if found.container is not None:
        if module.model is None:
            return None
        container = clientnames.member(client, module.model, found.container)
        listed = None if container is None else clientnames.entry(client, module.model, container)
    reader = _reader(client, listed, found.record)
    number = module.query.get(found.paging.number, "")
    size = module.query.get(found.paging.size, "")
    paged = found.paging.kind == "none" or (number and size)
    if reader is None or not paged or set(module.arguments) - {number, size}:
        return None
    return Bound(
        found=found,
        module=module,
        reader=reader,
        container=container,
        answer=module.model,
        number=number,
        size=size,
    )


def _reader(client: Path, model: str | None, record: Record) -> Reader | None:
    if model is None:
        return None
    members = {
        name: attribute
        for name, wire in record.members.items()
        if (attribute := clientnames.member(client, model, wire)) is not None
    }
    if "iccid" not in members:
        return None
    status = None if record.status is None else clientnames.member(client, model, record.status)
    return Reader(model=model, members=members, status=status, record=record)
