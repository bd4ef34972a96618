"""Views of models and enumerations."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any

from attrs import frozen
from openapi_python_client.strings import snake_case

from simloom_codegen.render.text import docstring, literal, plain, safe, sentence
from simloom_codegen.render.types import models_in, type_of, union

if TYPE_CHECKING:
    from simloom_codegen.render.facts import Facts

# Methods of the base class, and what the class body itself uses.
_RESERVED = frozenset(
    {
        *("from_dict", "from_json", "to_dict", "additional_properties", "mro"),
        *("Any", "ClassVar", "Date", "Literal", "Mapping", "Model", "Secret", "Timestamp"),
        *("UNSET", "Unset", "define", "field", "to_secret"),
    }
)


@frozen
class FieldView:
    """One attribute: name, annotation, ` = default`, the inside of its docstring."""

    name: str
    wire: str
    annotation: str
    default: str
    docstring: str


@frozen
class ModelView:
    """One model class, or the type alias that stands for a free-form object."""

    name: str
    title: str
    docstring: str
    fields: list[FieldView]
    wire: list[tuple[str, str]]
    imports: list[str]
    alias: str
    open_type: str


@frozen
class EnumView:
    """One open enumeration."""

    name: str
    title: str
    base: str
    docstring: str
    members: list[tuple[str, str]]


def model_view(model: Any, facts: Facts) -> ModelView:
    """Return the view of a model property of the generator."""
    name = str(model.class_info.name)
    schema = facts.schema(name)
    properties = [*(model.required_properties or []), *(model.optional_properties or [])]
    fields = [_field(prop, facts.member(schema, plain(prop.name))) for prop in properties]
    extra = schema.get("additionalProperties")
    extra_type = "Any"
    if isinstance(extra, dict) and extra and model.additional_properties is not None:
        extra_type = type_of(model.additional_properties)
    used = [
        found
        for prop in [*properties, model.additional_properties]
        if prop is not None
        for found in models_in(prop)
    ]
    summary = sentence(plain(model.description)) or f"{name}."
    return ModelView(
        name=name,
        title=safe(f"The {name} model"),
        docstring=docstring(summary, *_evidence(schema), *_event(schema)),
        fields=fields,
        wire=[
            (literal(view.name), literal(view.wire)) for view in fields if view.name != view.wire
        ],
        imports=sorted(
            {
                f"from .{found.class_info.module_name} import {found.class_info.name}"
                for found in used
                if found.class_info.name != name
            }
        ),
        alias="" if fields else f"dict[str, {extra_type}]",
        open_type=extra_type if fields and extra not in (None, False) else "",
    )


def enum_view(enum: Any, facts: Facts) -> EnumView:
    """Return the view of an enumeration; member names are made unique in a fixed order."""
    name = str(enum.class_info.name)
    schema = facts.schema(name)
    documented = [value for value in schema.get("enum", []) if value is not None]
    values = documented or sorted(enum.values, key=str)
    members: list[tuple[str, str]] = []
    taken: set[str] = {"is_known", "name", "value"}
    for value in dict.fromkeys(values):
        member = base = member_name(value)
        count = 1
        while member in taken:
            count += 1
            member = f"{base}_{count}"
        taken.add(member)
        members.append((member, literal(value)))
    summary = sentence(plain(enum.description)) or f"{name}."
    return EnumView(
        name=name,
        title=safe(f"The {name} values"),
        base="OpenIntEnum" if enum.value_type is int else "OpenStrEnum",
        docstring=docstring(summary, *_evidence(schema)),
        members=members,
    )


def member_name(value: str | int) -> str:
    """Return a constant's name for an enumeration value: `Blocked (MNO)` is `BLOCKED_MNO`."""
    if isinstance(value, int):
        return f"VALUE_{'MINUS_' if value < 0 else ''}{abs(value)}"
    name = "_".join(part for part in snake_case(_spelled(value)).split("_") if part).upper()
    if not name or not name.isascii() or not name.isidentifier() or keyword.iskeyword(name):
        spelled = "".join(
            character if character.isascii() and character.isalnum() else "_" for character in name
        ).strip("_")
        name = f"VALUE_{spelled}" if spelled else "VALUE"
    return name


def _spelled(value: str) -> str:
    kept = (character if character.isalnum() else " " for character in value)
    return "".join(kept)


def _field(prop: Any, schema: dict[str, Any]) -> FieldView:
    name = str(prop.python_name)
    if name in _RESERVED:
        name = f"{name}_"
    secret = schema.get("x-secret", schema.get("format") == "password") is True
    annotation = "Secret" if secret else type_of(prop)
    if not prop.required:
        annotation = union([annotation, "None"])
        annotation = f"{annotation} | Unset" if annotation != "Any" else "Any"
    default = "" if prop.required else " = UNSET"
    if secret:
        inside = "converter=to_secret" if prop.required else "default=UNSET, converter=to_secret"
        default = f" = field({inside})"
    return FieldView(
        name=name,
        wire=str(schema.get("x-wire-name") or plain(prop.name)),
        annotation=annotation,
        default=default,
        docstring=docstring(" ".join([*_inferred(schema), sentence(plain(prop.description))])),
    )


def _inferred(schema: dict[str, Any]) -> list[str]:
    return ["(inferred)"] if schema.get("x-evidence") == "inferred" else []


def _evidence(schema: dict[str, Any]) -> list[str]:
    evidence = schema.get("x-evidence")
    return [f"Evidence: {evidence}."] if isinstance(evidence, str) else []


def _event(schema: dict[str, Any]) -> list[str]:
    event = schema.get("x-event-type")
    return [f"Event type: {event}."] if isinstance(event, str) else []
