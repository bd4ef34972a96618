"""A discriminator on a base class: what promises the base may bring each of its subclasses.

    Pet: {properties: {kind}, discriminator: {propertyName: kind}}
    Cat: {allOf: [Pet, {properties: {claws}}]}

Left alone, every Pet is read as a Pet and loses its claws. So a component `AnyPet` is the choice of
Cat and Pet, and stands wherever a Pet is promised; the step for discriminators gives Cat its tag.
The base stands last, has no tag and is open: what has an unknown tag, or none, is read as the base,
with all its members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise.aliases import COMPLETE
from simloom_codegen.normalise.facts import UNIONS, Shape, ref_to, referred, shape_of, stand_in
from simloom_codegen.normalise.flatten import flatten
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.lineage import depths
from simloom_codegen.normalise.media_types import canonical, is_json
from simloom_codegen.normalise.naming import ComponentNames, pascal

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site

KEPT = "x-vendor-discriminator"
# The choice is written out in each annotation that names the base, and type checkers read it there.
MOST_SUBCLASSES = 40
_OF_A_CLASS = ("properties", "required", "additionalProperties")


def repair(tree: Tree, note: Note) -> None:
    """Offer the subclasses of each base class wherever the base is promised."""
    components = tree.components
    bases = {
        name: tags
        for name, schema in components.items()
        if "discriminator" in schema and (tags := _tags(name, components))
    }
    if not bases:
        return
    free = ComponentNames(components)
    choices = {name: free.claim(f"Any{pascal(name)}") for name in bases}
    for site in tree.schemas():
        name = referred(site.node)
        if name in choices and not _must_be_the_base(site):
            site.node["$ref"] = ref_to(choices[name])
    for name, tags in bases.items():
        _offer(name, choices[name], tags, components)
        detail = f"{choices[name]} offers {', '.join(dict.fromkeys(tags.values()))} and {name}"
        note(pointer.join(("components", "schemas", name)), detail)


def _tags(base: str, components: dict[str, Node]) -> dict[str, str]:
    """Return subclass by tag, the most special ones first; empty for what is no base class."""
    schema = components[base]
    if any(key in schema for key in UNIONS) or not _is_object(base, components):
        return {}
    mapping: dict[str, str] = schema["discriminator"].get("mapping", {})
    tags = {
        tag: name
        for tag, value in mapping.items()
        if (name := referred({"$ref": value})) not in {None, base} and _is_object(name, components)
    }
    if len(set(tags.values())) > MOST_SUBCLASSES:
        return {}
    # A subclass of a subclass inherits the tag that the latter gets: it has to have its own before.
    deep = depths(base, components)
    return dict(sorted(tags.items(), key=lambda item: -deep.get(item[1], 0)))


def _is_object(name: str, components: dict[str, Node]) -> bool:
    schema = components.get(name, {})
    return shape_of(schema, components) is Shape.OBJECT


def _must_be_the_base(site: Site) -> bool:
    """Tell whether a reference inherits, chooses by another tag, or is written as plain fields."""
    parent = site.parent
    if parent is None:
        return True
    if site.field == "allOf":
        beside = any(parent.node.get(key) for key in _OF_A_CLASS)
        if parent.component is not None or beside or len(parent.node["allOf"]) > 1:
            return True
    if site.field in UNIONS and "discriminator" in parent.node:
        return True
    if parent.kind is Kind.MEDIA_TYPE and not is_json(canonical(str(parent.key))):
        return True
    above: Site | None = parent
    while above is not None and above.kind is not Kind.PARAMETER:
        above = above.parent
    return above is not None


def _offer(base: str, choice: str, tags: dict[str, str], components: dict[str, Node]) -> None:
    schema = components[base]
    discriminator = schema[KEPT] = schema.pop("discriminator")
    for name in dict.fromkeys(tags.values()):
        variant = components[name]
        if stand_in(variant) is not None and not any(variant.get(key) for key in _OF_A_CLASS):
            flatten(name, components)  # another name of its base otherwise, without a class
    components[choice] = {
        "anyOf": [{"$ref": ref_to(name)} for name in dict.fromkeys([*tags.values(), base])],
        "discriminator": {
            "propertyName": discriminator["propertyName"],
            "mapping": {tag: ref_to(name) for tag, name in tags.items()},
            COMPLETE: True,
        },
    }
    if not isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = {}
