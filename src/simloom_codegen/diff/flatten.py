"""Merging all that one schema says: `$ref`, `allOf`, nulls, the spellings of 3.0 and 3.1."""

from __future__ import annotations

from typing import Any

from simloom_codegen.diff.references import Document, join, pointers
from simloom_codegen.diff.shape import MISSING, Part, Shape, Site
from simloom_codegen.diff.values import canonical, mapping, members, number, sequence

TEXTS = ("title", "description", "example", "examples", "externalDocs", "$comment")
LEADING_ON = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
"""Keywords that take over what other schemas say."""
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_SIZES = ("minLength", "minItems", "minProperties", "maxLength", "maxItems", "maxProperties")
_BOUNDS = frozenset(
    {
        *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
        *("pattern", "multipleOf", "uniqueItems", *_SIZES),
    }
)
_OPAQUE = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "prefixItems"),
    *("dependentRequired", "dependentSchemas", "patternProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentMediaType"),
)


def shape_of(document: Document, site: Site) -> Shape:
    """Merge the parts of a site and all they refer to. The answer is shared: do not change it."""
    key = pointers(site)
    if key not in document.shapes:
        document.shapes[key] = _flatten(document, site)
    return document.shapes[key]


def is_reference(part: Part) -> bool:
    """Whether a schema says nothing but `$ref` and texts about it."""
    value = part.value
    return (
        isinstance(value, dict)
        and isinstance(value.get("$ref"), str)
        and all(key == "$ref" or key in TEXTS for key in value)
    )


def _flatten(document: Document, site: Site) -> Shape:
    shape = Shape(pointer=site[0].pointer if site else "")
    pending = list(reversed(site))
    while pending:
        part = pending.pop()
        if part.pointer not in shape.parts:
            shape.parts.add(part.pointer)
            pending.extend(reversed(_absorb(document, shape, part)))
    _conclude(shape)
    return shape


def _absorb(document: Document, shape: Shape, part: Part) -> list[Part]:
    """Take over what one schema says itself; give the schemas that apply as well."""
    schema, at = mapping(part.value), part.pointer
    if part.value is False:
        shape.opaque.setdefault("false", []).append("false")
    for keyword in schema:
        shape.origins.setdefault(str(keyword), at)
    _absorb_types(shape, schema)
    _absorb_members(shape, schema, at)
    if not _BOUNDS.isdisjoint(schema):
        _absorb_bounds(shape, schema)
    _absorb_notes(shape, schema, at)
    more: list[Part] = []
    if "$ref" in schema:
        target = document.resolve(schema["$ref"])
        if target is None:
            shape.opaque.setdefault("$ref", []).append(canonical(schema["$ref"]))
        else:
            more.append(target)
    for index, member in enumerate(sequence(schema.get("allOf"))):
        more.append(Part(member, join(at, "allOf", index)))
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            more += _absorb_variants(shape, schema, keyword, at)
    return more


def _absorb_types(shape: Shape, schema: dict[Any, Any]) -> None:
    declared = schema.get("type")
    names = {name for name in (sequence(declared) or [declared]) if isinstance(name, str)}
    if names:
        _narrow(shape, frozenset(names - {"null"}))
    values: list[Any] | None = None
    if isinstance(schema.get("enum"), list):
        values = schema["enum"]
    elif "const" in schema:
        values = [schema["const"]]
    null_listed = values is not None and None in values and not names
    shape.nullable |= "null" in names or schema.get("nullable") is True or null_listed
    if values is not None:
        listed = {canonical(value): value for value in values if value is not None}
        if shape.enum is not None:
            listed = {text: value for text, value in listed.items() if text in shape.enum}
        shape.enum = listed


def _narrow(shape: Shape, types: frozenset[str]) -> None:
    if "number" in types:
        types -= {"integer"}
    if shape.types is not None:
        both = types & shape.types
        if "integer" in types | shape.types and "number" in types | shape.types:
            both |= {"integer"}
        types = both or shape.types
    shape.types = types


def _absorb_members(shape: Shape, schema: dict[Any, Any], at: str) -> None:
    for name, member in members(schema.get("properties")):
        here = Part(member, join(at, "properties", name))
        shape.properties[name] = (*shape.properties.get(name, ()), here)
    shape.required.update(n for n in sequence(schema.get("required")) if isinstance(n, str))
    if "items" in schema:
        shape.items = (*(shape.items or ()), Part(schema["items"], join(at, "items")))
    additional = schema.get("additionalProperties", True)
    if additional is False:
        shape.additional = False
    elif mapping(additional) and shape.additional is not False:
        before = () if shape.additional is True else shape.additional
        shape.additional = (*before, Part(additional, join(at, "additionalProperties")))


def _absorb_bounds(shape: Shape, schema: dict[Any, Any]) -> None:
    """Keep the tightest bound, as (value, exclusive); 3.0 writes `exclusiveMinimum: true`."""
    for keyword, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        strict = schema.get(exclusive)
        for value, is_strict in ((schema.get(keyword), strict is True), (strict, True)):
            if (limit := number(value)) is not None:
                _tighten(shape, keyword, (limit, is_strict))
    for keyword in _SIZES:
        limit = number(schema.get(keyword))
        if limit is not None and (limit > 0 or keyword.startswith("max")):
            _tighten(shape, keyword, (limit, False))
    for keyword in ("pattern", "multipleOf"):
        if keyword in schema:
            shape.bounds.setdefault(keyword, canonical(schema[keyword]))
    if schema.get("uniqueItems") is True:
        shape.bounds["uniqueItems"] = True


def tighter(keyword: str, one: tuple[float, bool], other: tuple[float, bool]) -> bool:
    """Whether the first bound lets fewer values pass than the second."""
    if one[0] == other[0]:
        return one[1] and not other[1]
    return one[0] < other[0] if keyword.startswith("max") else one[0] > other[0]


def _tighten(shape: Shape, keyword: str, bound: tuple[float, bool]) -> None:
    if keyword not in shape.bounds or tighter(keyword, bound, shape.bounds[keyword]):
        shape.bounds[keyword] = bound


def _absorb_notes(shape: Shape, schema: dict[Any, Any], at: str) -> None:
    declared = schema.get("format")
    if declared == "password":
        shape.secret = True
    elif isinstance(declared, str):
        shape.format = shape.format or declared
    if "default" in schema and shape.default is MISSING:
        shape.default = schema["default"]
    shape.read_only |= schema.get("readOnly") is True
    shape.write_only |= schema.get("writeOnly") is True
    shape.secret |= schema.get("x-secret") is True
    shape.deprecated |= schema.get("deprecated") is True
    if shape.evidence is None:
        shape.evidence = schema.get("x-evidence")
    if shape.discriminator is None:
        shape.discriminator = schema.get("discriminator")
    for keyword in TEXTS:
        if keyword in schema:
            texts = shape.texts.setdefault(keyword, [])
            texts.append((join(at, keyword), canonical(schema[keyword])))
    for keyword in _OPAQUE:
        if keyword in schema:
            shape.opaque.setdefault(keyword, []).append(canonical(schema[keyword]))


def _absorb_variants(shape: Shape, schema: dict[Any, Any], keyword: str, at: str) -> list[Part]:
    """Take over a union without its null branch; a union of one is no union."""
    branches = [
        Part(branch, join(at, keyword, index))
        for index, branch in enumerate(sequence(schema.get(keyword)))
    ]
    real = [branch for branch in branches if not _is_null(branch.value)]
    shape.nullable |= len(real) < len(branches)
    if len(real) == 1:
        return real
    names = {_plain_type(branch.value) for branch in real}
    if names and None not in names and "type" not in schema and shape.types is None:
        _narrow(shape, frozenset(str(name) for name in names))
    else:
        shape.variants += [(branch,) for branch in real]
    return []


def _is_null(branch: Any) -> bool:
    schema = mapping(branch)
    if schema.get("type") in ("null", ["null"]):
        return True
    return "type" not in schema and (
        ("const" in schema and schema["const"] is None) or schema.get("enum") == [None]
    )


def _plain_type(branch: Any) -> str | None:
    schema = mapping(branch)
    declared = schema.get("type")
    bare = all(key == "type" or key in TEXTS for key in schema)
    return declared if bare and isinstance(declared, str) and declared in _SCALARS else None


def _conclude(shape: Shape) -> None:
    """Supply the type that vendors leave out because the other keywords give it away."""
    if shape.types is not None:
        return
    if shape.properties or shape.required or shape.additional is not True:
        shape.types = frozenset({"object"})
    elif shape.items is not None:
        shape.types = frozenset({"array"})
    elif shape.enum is not None and all(isinstance(v, str) for v in shape.enum.values()):
        shape.types = frozenset({"string"} if shape.enum else ())
