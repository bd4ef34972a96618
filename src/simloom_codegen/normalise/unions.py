"""A choice with properties of its own: the generator would forget the properties.

    Pet: {properties: {name}, oneOf: [Cat, Dog]}

becomes `PetBase` with the properties, and `Pet` the choice between variants that include it. A
variant that already has `allOf: [Pet]`, the usual way to write this, includes `PetBase` instead,
and the circle is gone; another variant gets the properties itself if it is used nowhere else, or a
component `PetCat` puts the two together.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import (
    UNIONS,
    Shape,
    is_annotation,
    is_null,
    is_object,
    is_union,
    ref_to,
    referred,
    resolved,
    shape_of,
    stand_in,
    union_members,
)
from simloom_codegen.normalise.naming import ComponentNames, pascal
from simloom_codegen.normalise.simplify import absorb
from simloom_codegen.normalise.walk import Node, copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

_OF_OBJECTS = (
    *("type", "properties", "required", "additionalProperties", "allOf"),
    *("minProperties", "maxProperties"),
)


def repair(tree: Tree, note: Note) -> None:
    """Part every choice from the properties beside it."""
    _Unions(tree, note).run()


class _Unions:
    def __init__(self, tree: Tree, note: Note) -> None:
        self._tree = tree
        self._components = tree.components
        self._free = ComponentNames(self._components)
        self._note = note
        self._uses: Counter[str] = Counter()

    def _tell(self, name: str, detail: str) -> None:
        self._note(pointer.join(("components", "schemas", name)), detail)

    def run(self) -> None:
        for name, schema in list(self._components.items()):
            if "allOf" in schema:
                self._lift(name, schema)
        bases = {
            name: base
            for name, schema in list(self._components.items())
            if is_union(schema) and (base := self._part(name, schema)) is not None
        }
        if not bases:
            return
        for site in self._tree.schemas():
            used = referred(site.node)
            if used is None:
                continue
            if used in bases and site.field == "allOf":
                used = bases[used]
                site.node["$ref"] = ref_to(used)
            self._uses[used] += 1
        for name, base in bases.items():
            self._complete(name, base)

    def _lift(self, name: str, schema: Node) -> None:
        """Turn `allOf: [object, choice]` into a choice with the object beside it."""
        members = schema["allOf"]
        shapes = [shape_of(member, self._components) for member in members]
        if Shape.OBJECT not in shapes and not is_object(schema):
            return
        kept: list[Node] = []
        for member, shape in zip(members, shapes, strict=True):
            union = resolved(member, self._components) if shape is Shape.UNION else None
            if union is None or is_object(union) or "allOf" in union or not is_union(union):
                kept.append(member)
                continue
            offered = [option for option in union_members(union) if not is_null(option)]
            if len(offered) == 1:
                kept.append(copied(offered[0]))
                self._tell(name, "a member of allOf that may be null must be there here")
            elif is_union(schema) or self._reaches(union, name):
                self._tell(name, "a choice in allOf is left out: one choice is all a class can be")
            else:
                schema["oneOf"] = copied(offered)
                if "discriminator" in union:
                    schema.setdefault("discriminator", copied(union["discriminator"]))
                self._tell(name, "a choice in allOf is now a choice of the whole")
        if kept:
            schema["allOf"] = kept
        else:
            del schema["allOf"]

    def _reaches(self, union: Node, name: str) -> bool:
        """Tell whether a choice offers a component, at any depth."""
        seen: set[str] = set()
        waiting = [union]
        while waiting:
            for option in union_members(waiting.pop()):
                other = stand_in(option)
                if other == name:
                    return True
                if other is not None and other not in seen and other in self._components:
                    seen.add(other)
                    waiting.append(self._components[other])
                elif other is None:
                    waiting.append(option)
        return False

    def _part(self, name: str, schema: Node) -> str | None:
        """Move the object part of a choice to a component; return its name."""
        part = {key: schema.pop(key) for key in _OF_OBJECTS if key in schema}
        others = {key: value for key, value in part.items() if key != "type"}
        if shape_of(part, self._components) is not Shape.OBJECT or not others:
            if "allOf" in part:
                self._tell(name, "allOf beside a choice describes no object: left out")
                del part["allOf"]
            schema.update({key: value for key, value in part.items() if key == "required"})
            return None
        direct = stand_in(part) if set(part) == {"allOf"} else None
        if direct is not None:
            self._tell(name, f"every variant includes {direct}")
            return direct
        if not any("$ref" in member for member in part.get("allOf", ())):
            inline = part.pop("allOf", ())
            left = [member for member in inline if not absorb(part, member)]
            if left:
                part["allOf"] = left
            if set(part) <= {"type"}:
                return None
        if "allOf" not in part or "properties" in part:
            part["type"] = "object"
        base = self._free.claim(f"{name}Base")
        self._components[base] = part
        self._tell(name, f"the properties beside the choice moved to {base}")
        return base

    def _complete(self, name: str, base: str) -> None:
        """Let each variant that is an object include the base."""
        schema = self._components[name]
        mapping = schema.get("discriminator", {}).get("mapping", {})
        for key in UNIONS:
            for option in schema.get(key, ()):
                variant = referred(option)
                if variant is None or shape_of(option, self._components) is not Shape.OBJECT:
                    continue
                if self._includes(variant, base):
                    continue
                if self._uses[variant] == 1:
                    self._include(variant, base)
                    continue
                whole = self._free.claim(f"{name}{pascal(variant.removeprefix(name)) or 'Option'}")
                self._components[whole] = {"allOf": [{"$ref": ref_to(base)}, dict(option)]}
                self._tell(name, f"{whole} is {variant} with the properties of {base}")
                option.clear()
                option["$ref"] = ref_to(whole)
                for tag, value in mapping.items():
                    if value == ref_to(variant):
                        mapping[tag] = ref_to(whole)

    def _include(self, name: str, base: str) -> None:
        """Put the base into a component that only one choice uses."""
        schema = self._components[name]
        words = {key: schema.pop(key) for key in list(schema) if not is_annotation(key)}
        inner = words.pop("allOf", [])
        if "additionalProperties" in words:
            schema["additionalProperties"] = words.pop("additionalProperties")
        schema["allOf"] = [{"$ref": ref_to(base)}, *inner, *([words] if words else [])]
        self._tell(name, f"includes {base}")

    def _includes(self, name: str, base: str) -> bool:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current == base:
                return True
            if current not in seen and current in self._components:
                seen.add(current)
                members = self._components[current].get("allOf", ())
                waiting.extend(filter(None, map(stand_in, members)))
        return False
