"""Python types for the generator's properties."""

from __future__ import annotations

from typing import Any

from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.enum_property import EnumProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.literal_enum_property import LiteralEnumProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from simloom_codegen.render.text import literal

# A UUID stays text: its form is the vendor's business, and a malformed one must not lose a page.
_SIMPLE: list[tuple[type[Any], str]] = [
    (StringProperty, "str"),
    (IntProperty, "int"),
    (FloatProperty, "float"),
    (BooleanProperty, "bool"),
    (DateTimeProperty, "Timestamp"),
    (DateProperty, "Date"),
    (UuidProperty, "str"),
    (FileProperty, "bytes"),
    (NoneProperty, "None"),
    (AnyProperty, "Any"),
]


def type_of(prop: Any, *, prefix: str = "") -> str:
    """Return the annotation of a property that is there; `prefix` goes before model names."""
    for kind, text in _SIMPLE:
        if isinstance(prop, kind):
            return text
    if isinstance(prop, (ModelProperty, EnumProperty, LiteralEnumProperty)):
        return f"{prefix}{prop.class_info.name}"
    if isinstance(prop, ListProperty):
        return f"list[{type_of(prop.inner_property, prefix=prefix)}]"
    if isinstance(prop, ConstProperty):
        return f"Literal[{literal(prop.value.raw_value)}]"
    if isinstance(prop, UnionProperty):
        return union(type_of(inner, prefix=prefix) for inner in prop.inner_properties)
    raise TypeError(f"no Python type for {type(prop).__name__}")


def union(parts: Any) -> str:
    """Join types with `|`, each once, None last; `Any` swallows the others."""
    flat = list(dict.fromkeys(piece for part in parts for piece in split_union(part)))
    if "Any" in flat:
        return "Any"
    ordered = [part for part in flat if part != "None"] + ["None"] * ("None" in flat)
    return " | ".join(ordered)


def split_union(annotation: str) -> list[str]:
    """Split at the `|` that are not inside brackets."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(annotation):
        depth += (character == "[") - (character == "]")
        if character == "|" and depth == 0:
            parts.append(annotation[start:index].strip())
            start = index + 1
    return [*parts, annotation[start:].strip()]


def models_in(prop: Any) -> list[Any]:
    """Return the model and enum properties that a property's annotation names."""
    if isinstance(prop, (ModelProperty, EnumProperty, LiteralEnumProperty)):
        return [prop]
    if isinstance(prop, ListProperty):
        return models_in(prop.inner_property)
    if isinstance(prop, UnionProperty):
        return [found for inner in prop.inner_properties for found in models_in(inner)]
    return []
