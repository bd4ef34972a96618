"""What was found in the document, in the names of the generated client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from simloom.newprovider.clientnames import ClientNames
from simloom.newprovider.reaching import Part, Ways

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as Folder

    from simloom.newprovider.clientnames import Module
    from simloom.newprovider.found import Found
    from simloom.newprovider.inspection import Inspection
    from simloom.newprovider.records import Record

_HINTS = ("more", "last", "pages", "total", "cursor", "link")
_READ = {
    "none": (),
    "page": ("more", "last", "pages", "total", "link"),
    "offset": ("more", "last", "link"),
    "cursor": ("more", "last", "cursor"),
    "link": ("more", "last", "link"),
    "header": ("more", "last"),
}
_READ_IN_A_WALK = frozenset({"more", "last", "link"})
"""What a list whose first page has no certain number reads: its pages follow from one another."""


@frozen(kw_only=True)
class Reader:
    """One function that maps a model of the client; all but `model` and `record` is Python."""

    model: str
    parts: list[Part]
    members: dict[str, str]
    status: str | None
    key: str | None
    key_parts: list[Part]
    record: Record


@frozen(kw_only=True)
class Bound:
    """One verb. What is not of the inspection is Python: arguments, or ways from `answer`."""

    found: Found
    module: Module
    reader: Reader | None = None
    parts: list[Part] = field(factory=list)
    container: str = "answer"
    hints: Mapping[str, str] = field(factory=dict)
    account: str = ""
    body: str = ""
    number: str = ""
    size: str = ""
    filter: str = ""
    number_text: bool = False
    size_text: bool = False
    key_number: bool = False


@frozen(kw_only=True)
class Bindings:
    """The verbs that are written, and the reasons for the others."""

    verbs: dict[str, Bound] = field(factory=dict)
    undecided: dict[str, str] = field(factory=dict)


class _Odd(Exception):
    """The client differs from the document; its text says in what."""


def bind(inspection: Inspection, client: Folder) -> Bindings:
    """Look every name up in the folder of the generated client."""
    names = ClientNames(client)
    verbs: dict[str, Bound] = {}
    undecided = dict(inspection.undecided)
    for verb in ("list", "get", "suspend", "resume"):
        found = inspection.verbs.get(verb)
        if found is None:
            continue
        try:
            verbs[verb] = _bind(verb, found, names, verbs)
        except _Odd as odd:
            undecided[verb] = f"{found.name}: the generated client {odd}: decide how it is read"
    return Bindings(verbs=verbs, undecided=undecided)


def _bind(verb: str, found: Found, names: ClientNames, verbs: Mapping[str, Bound]) -> Bound:
    module = names.operation(found.method, found.path)
    if module is None:
        raise _Odd("has no operation of this method and path, or several")
    account = _account(found, module)
    known = next((one.account for one in verbs.values() if one.account), account)
    if account and account != known:
        raise _Odd(f"names the account {account}, and {known} elsewhere")
    if verb == "list":
        return _bind_list(found, module, names, account)
    slots = module.places[1:] if account else module.places
    kinds = module.kinds.get(slots[0], frozenset()) if len(slots) == 1 else frozenset()
    if not kinds & {"str", "int"} or ("str" not in kinds and not found.keyed):
        raise _Odd("takes another place in the path than a text")
    if found.keyed:
        _check_key(verbs.get("list"))
    number = "str" not in kinds
    if verb == "get":
        _complete(module, frozenset())
        return _bind_get(found, module, names, account, key_number=number)
    if "get" not in verbs:
        raise _Odd("has no `get` that tells when it is done")
    _complete(module, frozenset({"body"} if found.member else ()))
    body = _body(found, module, names)
    return Bound(found=found, module=module, account=account, body=body, key_number=number)


def _account(found: Found, module: Module) -> str:
    if not found.account:
        return ""
    if not module.places or module.kinds.get(module.places[0]) != frozenset({"str"}):
        raise _Odd(f"takes {found.account} as something else than a text")
    return module.places[0]


def _complete(module: Module, given: frozenset[str]) -> None:
    missing = module.needed - given
    if missing:
        raise _Odd(f"asks for {', '.join(sorted(missing))}, too")


def _bind_get(
    found: Found, module: Module, names: ClientNames, account: str, *, key_number: bool
) -> Bound:
    parts: list[Part] = []
    container, model = "answer", module.model
    if found.container:
        ways = _ways(names, module)
        container = _told(ways.to(found.container), found.container)
        model = ways.model_of(found.container)
        parts = ways.parts(container)
    return Bound(
        found=found,
        module=module,
        reader=_reader(names, model, found.record),
        parts=parts,
        container=container,
        account=account,
        key_number=key_number,
    )


def _bind_list(found: Found, module: Module, names: ClientNames, account: str) -> Bound:
    container, model = "answer", module.listed
    paging = found.paging
    parts: list[Part] = []
    hints = dict.fromkeys(_HINTS, "")
    if found.container:
        ways = _ways(names, module)
        container = _told(ways.to(found.container), found.container)
        model = ways.entry_of(found.container)
        for name in _READ[paging.kind]:
            if paging.first is None and name not in _READ_IN_A_WALK:
                continue
            path = getattr(paging.hints, name)
            way = ways.to(path, absent="UNSET" if name == "link" else "None") if path else None
            if way is not None:
                hints[name] = way
        parts = ways.parts(container, *hints.values())
    way_on = {"cursor": "cursor", "link": "link"}.get(paging.kind)
    if way_on and not hints[way_on]:
        raise _Odd("has no attribute for the way to the next page")
    number = _argument(module, paging.number, texts_only=paging.kind == "cursor")
    size = _argument(module, paging.size)
    if paging.number and not number and paging.kind != "header":
        raise _Odd(f"takes {paging.number} as something else than a number or text")
    if paging.size and not size and paging.size_needed:
        raise _Odd(f"takes {paging.size} as something else than a number or text")
    _complete(module, frozenset({number, size}))
    return Bound(
        found=found,
        module=module,
        reader=_reader(names, model, found.record),
        parts=parts,
        container=container,
        hints=hints,
        account=account,
        number=number,
        size=size,
        filter=_argument(module, found.filter, texts_only=True),
        number_text=not module.kinds.get(number, frozenset()) & {"int", "float"},
        size_text=not module.kinds.get(size, frozenset()) & {"int", "float"},
    )


def _argument(module: Module, wire: str, *, texts_only: bool = False) -> str:
    """Return the name of an argument that takes a number or a text; empty without one."""
    name = module.query.get(wire, "") if wire else ""
    usable = frozenset({"str"}) if texts_only else frozenset({"int", "float", "str"})
    return name if module.kinds.get(name, frozenset()) & usable else ""


def _ways(names: ClientNames, module: Module) -> Ways:
    if module.model is None:
        raise _Odd("types its answer in another way than as one object")
    return Ways(names, "answer", module.model)


def _told(way: str | None, path: tuple[str, ...]) -> str:
    if way is None:
        raise _Odd(f"has no attribute for {'.'.join(path)}")
    return way


def _check_key(listed: Bound | None) -> None:
    reader = None if listed is None else listed.reader
    if listed is None or reader is None or reader.key is None:
        raise _Odd("does not tell the vendor's own id in the list")
    if not listed.filter or listed.module.needed:
        raise _Odd("has no list that can be asked for one ICCID alone")


def _reader(names: ClientNames, model: str | None, record: Record) -> Reader:
    if model is None:
        raise _Odd("types its records in another way than as objects")
    ways = Ways(names, "record", model)
    members = {
        name: way
        for name, wire in record.members.items()
        if (way := ways.to((*record.inner, wire))) is not None
    }
    if "iccid" not in members:
        raise _Odd("has no attribute for the ICCID")
    status = ways.to(record.status) if record.status else None
    key = ways.to(record.key) if record.key else None
    return Reader(
        model=model,
        parts=ways.parts(*members.values(), status),
        members=members,
        status=status,
        key=key,
        key_parts=ways.parts(key),
        record=record,
    )


def _body(found: Found, module: Module, names: ClientNames) -> str:
    """Return the body as Python; empty for an operation without one."""
    if not found.member:
        return ""
    model = module.body
    attribute = None if model is None else names.member(model, found.member)
    if model is None or attribute is None:
        raise _Odd(f"takes another body than an object with {found.member}")
    kinds = names.kinds(model, attribute)
    words = [kind for kind in kinds if names.is_words(kind)]
    if words:
        return f"models.{model}({attribute}=models.{words[0]}({found.word!r}))"
    if "str" in kinds:
        return f"models.{model}({attribute}={found.word!r})"
    raise _Odd(f"types {found.member} in another way than as a text")
