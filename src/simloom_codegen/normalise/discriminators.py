"""Discriminators: the generator ignores them and takes the first variant that fits.

With a constant in the tag property only the right variant fits. A single-valued enumeration would
not do: ours accept values they do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.facts import (
    UNIONS,
    Shape,
    is_annotation,
    ref_to,
    referred,
    shape_of,
    stand_in,
    type_names,
)
from simloom_codegen.normalise.flatten import flatten, members_of
from simloom_codegen.normalise.naming import ComponentNames, pascal
from simloom_codegen.normalise.walk import Node, Site, copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree


def repair(tree: Tree, note: Note) -> None:
    """Give each variant of a choice with a discriminator its tag as a constant."""
    tagger = _Tagger(tree, note)
    for site in tree.schemas():
        if site.parsed and "discriminator" in site.node and any(key in site.node for key in UNIONS):
            tagger.choice(site)


class _Tagger:
    def __init__(self, tree: Tree, note: Note) -> None:
        self._components = tree.components
        self._free = ComponentNames(self._components)
        self._note = note
        # What a choice has already made constant: component, property, tag.
        self._constants: dict[tuple[str, str], str] = {}

    def choice(self, site: Site) -> None:
        discriminator = site.node["discriminator"]
        key: str = discriminator["propertyName"]
        mapping: dict[str, str] = discriminator.get("mapping", {})
        used: set[str] = set()
        for tag, value in list(mapping.items()):
            name = referred({"$ref": value})
            option = self._option(site.node, name)
            if name is None or option is None:
                continue
            variant = self._object(name)
            if variant is None:
                continue
            is_copy = variant in used or self._constants.get((variant, key), tag) != tag
            if is_copy:
                variant = self._copy(site, variant, tag, option, again=name in used)
                mapping[tag] = ref_to(variant)
            used.update({variant, name})
            self._constants[variant, key] = tag
            self._set_constant(site, variant, key, tag, is_copy=is_copy)

    def _option(self, union: Node, name: str | None) -> Node | None:
        """Return the member of a choice that is this component."""
        options = [option for key in UNIONS for option in union.get(key, ())]
        return next((option for option in options if stand_in(option) == name), None)

    def _object(self, name: str) -> str | None:
        """Return the component that becomes the class for this one, None if there is no class."""
        while (other := stand_in(self._components[name])) is not None:
            if other not in self._components:
                return None
            name = other
        is_object = shape_of(self._components[name], self._components) is Shape.OBJECT
        return name if is_object else None

    def _copy(self, site: Site, variant: str, tag: str, option: Node, *, again: bool) -> str:
        """Copy a variant for a further tag; the choice gets it as well, or instead."""
        name = self._free.claim(f"{variant}{pascal(tag)}")
        self._components[name] = copied(self._components[variant])
        self._note(site.pointer, f"{variant} is copied to {name} for the tag {tag!r}")
        if again:
            key = next(key for key in UNIONS if option in site.node.get(key, ()))
            site.node[key].append({"$ref": ref_to(name)})
        else:
            option.clear()
            option["$ref"] = ref_to(name)
        return name

    def _set_constant(self, site: Site, variant: str, key: str, tag: str, *, is_copy: bool) -> None:
        schema = self._components[variant]
        found = members_of(variant, self._components).properties.get(key, {})
        # A copy has the constant of what it was copied from.
        value = None if is_copy else self._own_constant(found)
        if value is None:
            value = _typed(tag, found)
        if found.get("const") == value and key in _own_properties(schema):
            return
        if "allOf" in schema:
            flatten(variant, self._components)
        kept = {word: text for word, text in found.items() if is_annotation(word)}
        schema.setdefault("properties", {})[key] = {**kept, "const": value}
        self._note(site.pointer, f"{key} of {variant} is always {value!r}")

    def _own_constant(self, schema: Node) -> Any:
        """Return the only value a property allows already: it counts more than the mapping."""
        if "const" in schema:
            return schema["const"]
        name = stand_in(schema)
        if name is not None:
            schema = self._components.get(name, {})
        values = schema.get("enum", ())
        return values[0] if len(values) == 1 else None


def _own_properties(schema: Node) -> Node:
    """Return the properties written in a schema or in inline members of its `allOf`."""
    inline = [part for part in schema.get("allOf", ()) if "$ref" not in part]
    return {
        name: found
        for part in (schema, *inline)
        for name, found in part.get("properties", {}).items()
    }


def _typed(tag: str, schema: Node) -> Any:
    types = type_names(schema)
    kind = type(schema.get("const"))
    if ("integer" in types or kind is int) and tag.lstrip("-").isdecimal():
        return int(tag)
    if ("boolean" in types or kind is bool) and tag in {"true", "false"}:
        return tag == "true"
    return tag
