"""Comparing where requests go and what they must prove: servers and security."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from simloom_codegen.diff.change import Code, Level
from simloom_codegen.diff.references import join
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import canonical, mapping, members, same, sequence

if TYPE_CHECKING:
    from simloom_codegen.diff.operations import Operation
    from simloom_codegen.diff.walk import Walk

_Demand: TypeAlias = frozenset[str]


def compare_servers(walk: Walk, old: Part, new: Part) -> None:
    """Compare two lists of servers, with each variable at its default.

    Breaking if no old address is left, since a client sticks to the address it was built with.
    """
    before, after = _addresses(old.value), _addresses(new.value)
    if before == after:
        return
    level = Level.HARMLESS
    if before - after:
        level = Level.NOTABLE if before & after else Level.BREAKING
    gone, come = sorted(before - after), sorted(after - before)
    text = "; ".join(
        f"{word} {', '.join(urls)}" for word, urls in (("gone:", gone), ("new:", come)) if urls
    )
    message = f"servers changed ({text})"
    walk.report(level, Code.SERVER_CHANGED, new.pointer, message, old=gone, new=come)


def _addresses(servers: Any) -> set[str]:
    found = set()
    for server in sequence(servers):
        url = str(mapping(server).get("url", ""))
        for name, variable in members(mapping(server).get("variables")):
            url = url.replace(f"{{{name}}}", str(mapping(variable).get("default", "")))
        found.add(url.rstrip("/") or "/")
    return found or {"/"}


def compare_operation_servers(walk: Walk, old: Operation, new: Operation) -> None:
    """Compare servers that an operation or its path has of its own."""
    before, after = (_own(operation, "servers") for operation in (old, new))
    if before is not None or after is not None:
        root = Part(walk.old.root.get("servers"), "/servers")
        other = Part(walk.new.root.get("servers"), "/servers")
        at = after.pointer if after is not None else new.part.pointer
        wanted = after if after is not None else other
        compare_servers(walk, before if before is not None else root, Part(wanted.value, at))


def _own(operation: Operation, name: str) -> Part | None:
    for owner in (operation.part, operation.item):
        if name in mapping(owner.value):
            return Part(mapping(owner.value)[name], join(owner.pointer, name))
    return None


def compare_security(walk: Walk, old: Operation, new: Operation) -> None:
    """Compare which credentials an operation accepts. Who calls a webhook proves it to us."""
    if new.inbound:
        return
    before, after = _demands(walk.old.root, old), _demands(walk.new.root, new)
    if before == after:
        return
    lost = [one for one in before if not any(other <= one for other in after)]
    level = Level.BREAKING if lost else Level.NOTABLE
    was, now = (sorted(" + ".join(sorted(one)) or "none" for one in way) for way in (before, after))
    text = f"accepted {' or '.join(was)} and accepts {' or '.join(now)}"
    at = join(new.part.pointer, "security")
    if "security" not in mapping(old.part.value) and "security" not in mapping(new.part.value):
        at = "/security"
    walk.report(level, Code.SECURITY_CHANGED, at, text, old=was, new=now)


def _demands(root: Any, operation: Operation) -> set[_Demand]:
    """Give the alternatives; each is the set of schemes, with scopes, that it needs together."""
    declared = mapping(operation.part.value).get("security")
    if declared is None:
        declared = mapping(root).get("security")
    alternatives = {
        frozenset(
            item
            for scheme, scopes in members(one)
            for item in [scheme, *(f"{scheme}:{scope}" for scope in sequence(scopes))]
        )
        for one in sequence(declared)
    }
    return alternatives or {frozenset()}


def compare_security_schemes(walk: Walk) -> None:
    """Compare how each credential that both documents know is presented and obtained."""
    before, after = (
        dict(members(mapping(document.root.get("components")).get("securitySchemes")))
        for document in (walk.old, walk.new)
    )
    for name in sorted(before.keys() & after.keys()):
        at = join("/components/securitySchemes", name)
        old, new = Part(before[name], at), Part(after[name], at)
        walk.texts(old, new, ("description",))
        was, now = _functional(old.value), _functional(new.value)
        if not same(was, now):
            text = f"security scheme {name} changed"
            level, code = Level.BREAKING, Code.SECURITY_SCHEME_CHANGED
            walk.report(level, code, at, text, old=canonical(was), new=canonical(now))


def _functional(value: Any) -> Any:
    """Keep what a client acts on: scopes are compared where an operation asks for them."""
    if isinstance(value, list):
        return [_functional(item) for item in value]
    if not mapping(value):
        return value
    return {
        name: _functional(member)
        for name, member in members(value)
        if name not in {"description", "scopes"} and not name.startswith("x-")
    }
