"""Classes out of their places: each inline object and enumeration becomes a named component.

Left where they are, the generator names them after the operation or the model around them, and two
that get one name are dropped with all that use them. The name says the place: the body of
`createSim` is `CreateSimBody`, the `status` of `Sim` is `SimStatus`. It does not depend on what
else the document has, except that a number is added to a name in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.facts import is_null, is_object, ref_to, stand_in
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.naming import ComponentNames, pascal

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site


def repair(tree: Tree, note: Note) -> None:
    """Move every inline schema that becomes a class to the components."""
    components = tree.components
    free = ComponentNames(components)
    places = _Places()
    for site in tree.schemas():
        if not site.parsed or site.component is not None or site.field == "allOf":
            continue
        if not makes_class(site.node):
            continue
        name = free.claim(places.name(site) or "Inline")
        note(site.pointer, f"moved to the component {name}")
        components[name] = dict(site.node)
        places.hoisted[id(site.node)] = (name, components[name])
        kept = {key: value for key, value in site.node.items() if key.startswith("x-")}
        site.node.clear()
        site.node.update({"$ref": ref_to(name), **kept})


def makes_class(schema: Node) -> bool:
    """Tell whether the generator writes a module for a schema."""
    if stand_in(schema) is not None:
        # With one reference in `allOf` the generator passes over what stands beside it.
        beside = ("properties", "additionalProperties", "required")
        return "allOf" in schema and any(schema.get(key) for key in beside)
    return is_object(schema) or bool(schema.get("enum")) or bool(schema.get("allOf"))


class _Places:
    """Names for places, from the outermost named thing to the place itself."""

    def __init__(self) -> None:
        # By identity of the node where the schema was: its name, and its content now.
        self.hoisted: dict[int, tuple[str, Node]] = {}

    def name(self, site: Site) -> str:
        """Return the name of what is at a place."""
        if site.component is not None:
            return site.component
        if id(site.node) in self.hoisted:
            return self.hoisted[id(site.node)][0]
        parent = site.parent
        if parent is None:
            return ""
        if parent.kind is Kind.SCHEMA:
            _, content = self.hoisted.get(id(parent.node), ("", parent.node))
            return self.name(parent) + _inside(site, content)
        if parent.kind is Kind.PARAMETER:
            return self._parameter(parent)
        return self._body(parent)

    def _parameter(self, site: Site) -> str:
        name = pascal(str(site.node.get("name", ""))) or "Parameter"
        return self._owner(site) + name

    def _body(self, media_type: Site) -> str:
        holder = media_type.parent
        if holder is None:
            return ""
        if holder.kind is Kind.REQUEST_BODY:
            return self._with(holder, "Body")
        if holder.kind is Kind.RESPONSE:
            status = pascal(str(holder.key))
            is_status = status[:1].isdigit() or status == "Default"
            return self._with(holder, f"Response{status}" if is_status else "Response")
        return self._parameter(holder)

    def _with(self, site: Site, word: str) -> str:
        owner = self._owner(site)
        return owner if owner.endswith(word) else owner + word

    def _owner(self, site: Site) -> str:
        """Return the name of the operation, path or component entry something belongs to."""
        above = site.parent
        if above is not None and above.kind is Kind.COMPONENTS:
            return "" if site.kind is Kind.PARAMETER else pascal(str(site.key))
        while above is not None:
            if above.kind is Kind.OPERATION:
                return pascal(str(above.node.get("operationId") or f"{above.field}"))
            if above.kind is Kind.PATH_ITEM:
                return pascal(str(above.key)) or "Root"
            above = above.parent
        return ""


def _inside(site: Site, parent: Node) -> str:
    """Return the words for a schema inside a schema."""
    if site.field == "properties":
        return pascal(str(site.key)) or "Member"
    if site.field == "items":
        return "Item"
    if site.field == "additionalProperties":
        return "Value"
    if site.field in {"oneOf", "anyOf"}:
        classes = [member for member in parent[site.field] if not is_null(member)]
        return "" if len(classes) == 1 else f"Option{int(str(site.key)) + 1}"
    return ""
