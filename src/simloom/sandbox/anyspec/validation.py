"""Whether a value is what a JSON schema of a spec describes.

Knows the keywords of OpenAPI 3.0 and those of 3.1 that are common in specs; others rule out
nothing. So does a pattern that Python cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from math import isclose
from typing import TYPE_CHECKING, Any
from uuid import UUID

from simloom.sandbox.messages import Refused, Why

if TYPE_CHECKING:
    from simloom.sandbox.specs import Spec

Schema = Mapping[str, Any]
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_FORMATS: Mapping[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
}


def kinds_of(schema: Schema) -> tuple[str, ...]:
    """Return the JSON types that a schema names; none means any."""
    named = schema.get("type", ())
    kinds = (named,) if isinstance(named, str) else tuple(named)
    return (*kinds, "null") if kinds and schema.get("nullable") is True else kinds


def fits(spec: Spec, schema: Any, value: Any) -> bool:
    """Tell whether the schema allows the value."""
    return next(complaints(spec, schema, value, ""), None) is None


def require(spec: Spec, schema: Any, value: Any, where: str, place: str) -> None:
    """Raise Refused for the first thing that the schema rules out."""
    try:
        found = next(complaints(spec, schema, value, where), None)
    except RecursionError as error:
        text = f"{where or 'the body'} is nested too deeply"
        raise Refused(Why.REQUEST, text, where=where, place=place) from error
    if found is not None:
        text = f"{found[0] or 'the body'} {found[1]}"
        raise Refused(Why.REQUEST, text, where=found[0], place=place)


def complaints(spec: Spec, schema: Any, value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Return what is wrong: the member or parameter, and the end of a sentence about it."""
    if schema is False:
        yield where, "is not allowed"
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        yield from complaints(spec, spec.resolve(schema), value, where)
    kinds = kinds_of(schema)
    if kinds and not any(_is_a(kind, value) for kind in kinds):
        yield where, f"has to be of type {' or '.join(kinds)}"
        return
    if value is None and schema.get("nullable") is True:
        return
    yield from ((where, text) for text in _of_any(schema, value))
    yield from _of_choices(spec, schema, value, where)
    if isinstance(value, str):
        yield from ((where, text) for text in _of_text(schema, value))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from ((where, text) for text in _of_number(schema, value))
    elif isinstance(value, list):
        yield from _of_list(spec, schema, value, where)
    elif isinstance(value, dict):
        yield from _of_object(spec, schema, value, where)


def _is_a(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, (object,)))


def _of_any(schema: Schema, value: Any) -> Iterator[str]:
    if "enum" in schema and not any(_same(value, item) for item in schema["enum"]):
        yield f"has to be one of {', '.join(map(str, schema['enum']))}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"has to be {schema['const']}"


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _of_choices(spec: Spec, schema: Schema, value: Any, where: str) -> Iterator[tuple[str, str]]:
    for part in schema.get("allOf", ()):
        yield from complaints(spec, part, value, where)
    for keyword, most in (("anyOf", None), ("oneOf", 1)):
        if keyword not in schema:
            continue
        count = sum(fits(spec, part, value) for part in schema[keyword])
        if count == 0:
            yield where, f"fits none of what {keyword} lists"
        elif most is not None and count > most:
            yield where, f"fits {count} of what {keyword} lists, and may fit one"
    if "not" in schema and fits(spec, schema["not"], value):
        yield where, "is what the spec rules out"


def _of_text(schema: Schema, value: str) -> Iterator[str]:
    yield from _of_size(schema, len(value), "Length", "characters")
    pattern = schema.get("pattern")
    if pattern is not None and not matches(str(pattern), value):
        yield f"does not match {pattern}"
    check = _FORMATS.get(str(schema.get("format")))
    if check is not None:
        try:
            check(value)
        except ValueError:
            yield f"is no {schema['format']}"


def matches(pattern: str, value: str) -> bool:
    """Tell whether a pattern is in a text, or cannot be read."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def _of_number(schema: Schema, value: float) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    # In OpenAPI 3.0 these two are switches, in 3.1 numbers.
    over = low if over is True else over
    under = high if under is True else under
    if low is not None and value < low:
        yield f"has to be at least {low}"
    if high is not None and value > high:
        yield f"has to be at most {high}"
    if over not in (None, False) and value <= over:
        yield f"has to be more than {over}"
    if under not in (None, False) and value >= under:
        yield f"has to be less than {under}"
    step = schema.get("multipleOf")
    if step and not _is_multiple(value, step):
        yield f"has to be a multiple of {step}"


def _is_multiple(value: float, step: float) -> bool:
    if isinstance(value, int) and isinstance(step, int):
        return value % step == 0
    try:
        return isclose(value / step, round(value / step), abs_tol=1e-9)
    except OverflowError:
        return True  # such numbers have no decimals to look at


def _of_size(schema: Schema, size: int, ending: str, unit: str) -> Iterator[str]:
    if size < schema.get(f"min{ending}", size):
        yield f"needs at least {schema[f'min{ending}']} {unit}"
    if size > schema.get(f"max{ending}", size):
        yield f"may have at most {schema[f'max{ending}']} {unit}"


def _of_list(spec: Spec, schema: Schema, value: list[Any], where: str) -> Iterator[tuple[str, str]]:
    for text in _of_size(schema, len(value), "Items", "entries"):
        yield where, text
    if schema.get("uniqueItems") is True and len(set(map(repr, value))) < len(value):
        yield where, "has an entry twice"
    for number, item in enumerate(value):
        yield from complaints(spec, schema.get("items", {}), item, f"{where}[{number}]")


def _of_object(
    spec: Spec, schema: Schema, value: dict[str, Any], where: str
) -> Iterator[tuple[str, str]]:
    for text in _of_size(schema, len(value), "Properties", "members"):
        yield where, text
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    patterns = schema.get("patternProperties", {})
    for name in schema.get("required", ()):
        # Read-only members are required of answers only (OpenAPI 3.0.4, Schema Object, readOnly).
        if name not in value and not is_marked(spec, known.get(name), "readOnly"):
            yield _below(where, name), "is missing"
    for name, item in value.items():
        below = _below(where, name)
        fitting = [known[name]] if name in known else []
        fitting += [part for pattern, part in patterns.items() if matches(pattern, name)]
        if not fitting and others is False:
            yield below, "is not known here"
        for part in fitting or [others]:
            yield from complaints(spec, part, item, below)


def is_marked(spec: Spec, schema: Any, mark: str) -> bool:
    """Tell whether a property is `readOnly` or `writeOnly`, itself or by its reference."""
    if not isinstance(schema, Mapping):
        return False
    return schema.get(mark) is True or spec.resolve(schema).get(mark) is True


def _below(where: str, member: str) -> str:
    return f"{where}.{member}" if where else member
