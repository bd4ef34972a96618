"""Each `$ref` leads to where its target went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.swagger2.record import mapping

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

# What a vendor put here is data, whatever it looks like.
_DATA = frozenset({"example", "examples", "default", "enum"})
_NAMES = frozenset({"properties", "schemas", "parameters", "responses", "patternProperties"})


def redirect(made: Node, given: Node, record: Record) -> None:
    """Rewrite, in place, every reference of a converted document; `given` is the vendor's."""
    names = set(map(str, mapping(given.get("definitions"))))
    _redirect(made, (), names, record, is_names=False)


def _redirect(node: Any, place: Place, names: set[str], record: Record, *, is_names: bool) -> None:
    if isinstance(node, list):
        for index, item in enumerate(node):
            if isinstance(item, dict | list):
                _redirect(item, (*place, index), names, record, is_names=False)
        return
    ref = node.get("$ref")
    if isinstance(ref, str) and not is_names:
        node["$ref"] = _redirected(ref, place, names, record)
    for key, value in node.items():
        if key == "mapping" and place[-1:] == ("discriminator",) and isinstance(value, dict):
            node[key] = {
                name: _redirected(target, (*place, key, name), names, record)
                if isinstance(target, str)
                else target
                for name, target in value.items()
            }
        elif isinstance(value, dict | list) and (
            is_names or (key not in _DATA and not str(key).startswith("x-"))
        ):
            inside = not is_names and key in _NAMES and isinstance(value, dict)
            _redirect(value, (*place, key), names, record, is_names=inside)


def _redirected(ref: str, place: Place, names: set[str], record: Record) -> str:
    tokens = pointer.ref_tokens(ref)
    if tokens is not None:
        moved = record.moved(tokens)
        return ref if moved == tokens else pointer.ref_to(moved)
    bare = ref.removeprefix("definitions/").removeprefix("/definitions/")
    if bare in names:
        record.note(place, f"the reference {ref!r} is read as the definition {bare!r}")
        return pointer.ref_to(("components", "schemas", bare))
    return ref
