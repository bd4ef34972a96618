"""Fields of the right type: one wrong flag makes the generator refuse the whole document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen import pointer
from simloom_codegen.normalise.changes import shown
from simloom_codegen.normalise.kinds import (
    EVERY_KEY,
    FIELDS,
    METHODS,
    REFERABLE,
    Child,
    Kind,
    Many,
    Value,
)
from simloom_codegen.normalise.values import MISSING, repaired

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree

Node = dict[str, Any]
Place = tuple[object, ...]

# What an object is not complete without, and what to put there.
_REQUIRED: dict[Kind, dict[str, Callable[[Node], Any]]] = {
    Kind.DOCUMENT: {"info": lambda _: {}, "paths": lambda _: {}},
    Kind.INFO: {"title": lambda _: "API", "version": lambda _: "0"},
    Kind.LICENSE: {"name": lambda _: ""},
    Kind.SERVER: {"url": lambda _: "/"},
    Kind.SERVER_VARIABLE: {"default": lambda node: (node.get("enum") or [""])[0]},
    Kind.OPERATION: {"responses": lambda _: {}},
    Kind.RESPONSE: {"description": lambda _: ""},
    Kind.REQUEST_BODY: {"content": lambda _: {}},
}
# Objects that mean nothing without this field: they are removed.
_USELESS_WITHOUT = {
    Kind.TAG: "name",
    Kind.EXTERNAL_DOCS: "url",
    Kind.DISCRIMINATOR: "propertyName",
}
# What Swagger 2 writes on a parameter itself.
_SWAGGER_WORDS = (
    *("type", "format", "items", "enum", "minimum", "maximum", "pattern", "nullable", "default"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
)
_LOCATIONS = ("query", "path", "header", "cookie")


def repair(tree: Tree, note: Note) -> None:
    """Go through the document by the table of kinds and repair what has the wrong type."""
    _Shaper(note).node(Kind.DOCUMENT, tree.document, ())


class _Shaper:
    def __init__(self, note: Note) -> None:
        self._note = note

    def _tell(self, place: Place, detail: str) -> None:
        self._note(pointer.join(place), detail)

    def node(self, kind: Kind, node: Node, place: Place) -> None:
        """Repair one object and everything below it."""
        self._before(kind, node, place)
        fields = FIELDS[kind]
        for name in list(node):
            field = fields.get(name) or fields.get(EVERY_KEY)
            if name == "$ref" and kind is not Kind.RESPONSES:
                continue
            if name.startswith("x-") or name == "$ref":
                if EVERY_KEY in fields:
                    # The generator takes each key here for one of the others.
                    self._drop(node, name, (*place, name), f"an extension among {kind.value}")
            elif isinstance(field, Child):
                self._child(kind, field, node, name, place)
            elif field is not None:
                self._value(field, node, name, place)
        if "$ref" in node:
            return
        for name, make in _REQUIRED.get(kind, {}).items():
            if name not in node:
                node[name] = make(node)
                self._tell((*place, name), f"added: {kind.value} without {name}")
                if isinstance(node[name], dict):
                    self._child(kind, FIELDS[kind][name], node, name, place)

    def _value(self, field: Value, node: Node, name: str, place: Place) -> None:
        given = node[name]
        value = repaired(field, given)
        if value is MISSING:
            self._drop(node, name, (*place, name), f"{shown(given)} has no meaning here")
        elif value is not given:
            self._tell((*place, name), f"{shown(given)} is now {shown(value)}")
            node[name] = value

    def _child(self, kind: Kind, field: Any, node: Node, name: str, place: Place) -> None:
        place = (*place, name)
        value = node[name]
        if field.many is Many.ONE:
            if kind is Kind.SCHEMA and name == "additionalProperties":
                value = {"true": True, "false": False}.get(str(value).lower(), value)
                if value is None or isinstance(value, bool):
                    self._set(node, name, value, place)
                    return
            self._one(field.kind, node, name, place)
        elif field.many is Many.LIST:
            self._list(field.kind, node, name, place)
        elif isinstance(value, dict):
            for key in list(value):
                self._one(field.kind, value, key, (*place, key))
        else:
            self._drop(node, name, place, f"{shown(value)} is no mapping")

    def _set(self, node: Node, name: str, value: Any, place: Place) -> None:
        if value is None:
            self._drop(node, name, place, "null has no meaning here")
        elif value is not node[name]:
            self._tell(place, f"{shown(node[name])} is now {shown(value)}")
            node[name] = value

    def _list(self, kind: Kind, node: Node, name: str, place: Place) -> None:
        value = node[name]
        if isinstance(value, dict) and kind is Kind.SCHEMA:
            self._tell(place, "one schema is now a list of one")
            value = node[name] = [value]
        if not isinstance(value, list):
            self._drop(node, name, place, f"{shown(value)} is no list")
            return
        if kind is Kind.SCHEMA and name in {"oneOf", "anyOf"}:
            for index, item in enumerate(value):
                if item is None:
                    self._tell((*place, index), "null is now the null type")
                    value[index] = {"type": "null"}
        if kind is Kind.TAG:
            node[name] = value = [
                {"name": item} if isinstance(item, str) else item for item in value
            ]
        slots: Node = {str(index): item for index, item in enumerate(value)}
        for key in list(slots):
            if kind is Kind.SCHEMA and slots[key] is None:
                self._drop(slots, key, (*place, key), "null has no meaning here")
            else:
                self._one(kind, slots, key, (*place, key))
        if len(slots) != len(value) or any(
            new is not old for new, old in zip(slots.values(), value, strict=True)
        ):
            node[name] = list(slots.values())

    def _one(self, kind: Kind, node: Node, name: str, place: Place) -> None:
        """Repair the object that `node[name]` must be."""
        value = node[name]
        if not isinstance(value, dict):
            made = _object_from(kind, value)
            if made is None:
                self._drop(node, name, place, f"{shown(value)} is no {kind.value}")
                return
            self._tell(place, f"{shown(value)} is now {shown(made)}")
            value = node[name] = made
        if "$ref" in value and (kind not in REFERABLE or not isinstance(value["$ref"], str)):
            self._reference(kind, value, place)
        self.node(kind, value, place)
        needed = _USELESS_WITHOUT.get(kind)
        if needed is not None and needed not in value:
            self._drop(node, name, place, f"{kind.value} without {needed}")
        elif kind is Kind.PARAMETER and "$ref" not in value:
            self._parameter(node, name, place)

    def _reference(self, kind: Kind, node: Node, place: Place) -> None:
        ref = node["$ref"]
        if kind is Kind.MEDIA_TYPE and isinstance(ref, str) and "schema" not in node:
            node["schema"] = {"$ref": node.pop("$ref")}
            self._tell(place, "the reference is that of the schema")
        else:
            self._drop(node, "$ref", (*place, "$ref"), f"{shown(ref)} is no reference here")

    def _parameter(self, node: Node, name: str, place: Place) -> None:
        parameter = node[name]
        if not parameter.get("name"):
            if place[:2] != ("components", "parameters"):
                self._drop(node, name, place, "parameter without a name")
                return
            parameter["name"] = name
            self._tell(place, f"parameter without a name is now {name!r}")
        given = parameter.get("in")
        if given in _LOCATIONS:
            return
        if str(given).lower() in {"body", "formdata"}:
            self._drop(node, name, place, f"parameters in {given} are of Swagger 2")
            return
        in_path = any("{" + parameter["name"] + "}" in str(token) for token in place)
        lowered = str(given).lower()
        found = lowered if lowered in _LOCATIONS else "path" if in_path else "query"
        self._tell((*place, "in"), f"{shown(given)} is now {found!r}")
        parameter["in"] = found

    def _before(self, kind: Kind, node: Node, place: Place) -> None:
        """Repair what must be seen as a whole before the fields are gone through."""
        if kind is Kind.SCHEMA:
            if isinstance(node.get("items"), list):
                node["prefixItems"] = node.pop("items")
                self._tell((*place, "items"), "a list of schemas is now prefixItems")
            if isinstance(node.get("discriminator"), str):
                node["discriminator"] = {"propertyName": node["discriminator"]}
                self._tell((*place, "discriminator"), "a name is now a discriminator object")
            self._required_flags(node, place)
        elif kind is Kind.PARAMETER and not {"schema", "content", "$ref"}.intersection(node):
            words = {word: node.pop(word) for word in _SWAGGER_WORDS if word in node}
            if words:
                node["schema"] = words
                self._tell(place, f"{', '.join(words)} moved to a schema")
        elif kind in {Kind.RESPONSE, Kind.REQUEST_BODY}:
            if isinstance(node.get("schema"), dict) and "content" not in node:
                node["content"] = {"application/json": {"schema": node.pop("schema")}}
                self._tell((*place, "schema"), "moved to content, as application/json")
        elif kind is Kind.PATHS:
            for path, item in node.items():
                if isinstance(item, dict) and not path.startswith("x-"):
                    _drop_empty_methods(item)

    def _required_flags(self, schema: Node, place: Place) -> None:
        """Read `required: true` on a property as the parent's list of required properties."""
        properties = schema.get("properties")
        for name, child in properties.items() if isinstance(properties, dict) else ():
            flag = child.get("required") if isinstance(child, dict) else None
            if isinstance(flag, bool) or flag in ("true", "false"):
                del child["required"]
                if str(flag).lower() == "true":
                    listed = schema.get("required")
                    names = listed if isinstance(listed, list) else []
                    schema["required"] = names if name in names else [*names, name]
                self._tell(
                    (*place, "properties", name, "required"), f"{flag} belongs to the parent"
                )

    def _drop(self, node: Node, name: str, place: Place, why: str) -> None:
        del node[name]
        self._tell(place, f"removed: {why}")


def _object_from(kind: Kind, value: Any) -> Node | None:
    if kind is Kind.SCHEMA:
        return {}  # null, true and false, and whatever else says nothing about the value
    if kind is Kind.EXAMPLE:
        return {"value": value}
    if kind is Kind.RESPONSE:
        return {"description": value if isinstance(value, str) else ""}
    if kind is Kind.MEDIA_TYPE:
        return {}
    return None


def _drop_empty_methods(item: Node) -> None:
    """Remove operations that are null: the vendor did not write them."""
    for method in METHODS:
        if method in item and item[method] is None:
            del item[method]
