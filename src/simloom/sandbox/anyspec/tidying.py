"""Takes out of schemas what has no meaning there, as vendors' documents have it.

Such as `required: true` at a property, `enum: null`, or `minimum: "1"`: what is left describes more
than the vendor meant, and can be read.
"""

from __future__ import annotations

from typing import Any

_NUMBER, _WHOLE = (int, float), (int,)
_SHAPES: dict[str, tuple[type, ...]] = {
    "required": (list,),
    "enum": (list,),
    "properties": (dict,),
    "patternProperties": (dict,),
    "additionalProperties": (dict, bool),
    "items": (dict, bool),
    "allOf": (list,),
    "anyOf": (list,),
    "oneOf": (list,),
    "not": (dict, bool),
    "pattern": (str,),
    "format": (str,),
    "type": (str, list),
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "exclusiveMaximum": _NUMBER,
    "multipleOf": _NUMBER,
    "minLength": _WHOLE,
    "maxLength": _WHOLE,
    "minItems": _WHOLE,
    "maxItems": _WHOLE,
    "minProperties": _WHOLE,
    "maxProperties": _WHOLE,
}
_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_SINGLE = ("items", "additionalProperties", "not")
_DATA = {"example", "examples", "default", "enum", "value"}


def tidy(document: dict[str, Any]) -> None:
    """Change the schemas of a document in place."""
    seen: set[int] = set()
    components = document.get("components")
    named = components.get("schemas") if isinstance(components, dict) else None
    schemas: list[Any] = list(named.values()) if isinstance(named, dict) else []
    seen.add(id(named))
    others: list[Any] = [document]
    while others:
        node = others.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            others += node
            continue
        for name, value in node.items():
            if name == "schema":
                schemas.append(value)
            elif name not in _DATA or (name == "examples" and isinstance(value, list)):
                others.append(value)
    while schemas:
        schema = schemas.pop()
        if isinstance(schema, dict) and id(schema) not in seen:
            seen.add(id(schema))
            _tidy_one(schema)
            schemas += _inside(schema)


def _tidy_one(schema: dict[str, Any]) -> None:
    for name, kinds in _SHAPES.items():
        value = schema.get(name)
        is_switch = isinstance(value, bool) and not name.startswith("exclusive")
        if name in schema and (
            not isinstance(value, (*kinds, bool) if name.startswith("exclusive") else kinds)
            or (is_switch and bool not in kinds)
        ):
            del schema[name]
    for name in _MAPS:
        if name in schema:
            schema[name] = {
                member: part if isinstance(part, (dict, bool)) else {}
                for member, part in schema[name].items()
            }
    for name in _LISTS:
        if name in schema:
            schema[name] = [part for part in schema[name] if isinstance(part, (dict, bool))]
            if not schema[name]:
                del schema[name]
    if "required" in schema:
        schema["required"] = [name for name in schema["required"] if isinstance(name, str)]


def _inside(schema: dict[str, Any]) -> list[Any]:
    found = [part for name in _MAPS for part in schema.get(name, {}).values()]
    found += [part for name in _LISTS for part in schema.get(name, ())]
    return found + [schema[name] for name in _SINGLE if name in schema]
