"""Parameters as OpenAPI serialises them: styles, lists, objects, JSON (OpenAPI 3.1.1, 4.8.12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from attrs import frozen

from simloom.sandbox.anyspec.validation import fits, kinds_of, require
from simloom.sandbox.messages import Refused, Why, strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simloom.sandbox.specs import Spec

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
# OpenAPI 3.1.1, Parameter Object: parameters with these names are ignored.
_NOT_PARAMETERS = {"accept", "content-type", "authorization"}
_READ: Mapping[str, re.Pattern[str]] = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "number": re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?"),
    "boolean": re.compile("true|false"),
    "null": re.compile("null|"),
}


@frozen
class Argument:
    """A declared parameter."""

    node: Mapping[str, Any]
    schema: Mapping[str, Any]
    is_json: bool

    @property
    def name(self) -> str:
        """Its name as it is sent."""
        return str(self.node["name"])

    @property
    def place(self) -> str:
        """One of `path`, `query`, `header`, `cookie`."""
        return str(self.node["in"])

    @property
    def style(self) -> str:
        """How a value becomes text."""
        return str(
            self.node.get("style", "form" if self.place in {"query", "cookie"} else "simple")
        )

    @property
    def explodes(self) -> bool:
        """Whether each entry or member stands on its own."""
        return self.node.get("explode", self.style == "form") is True

    @property
    def is_object(self) -> bool:
        """Whether it is an object that is not sent as JSON."""
        return "object" in kinds_of(self.schema) and not self.is_json

    def takes(self, name: str) -> bool:
        """Tell whether a query parameter with this name is a part of it."""
        if self.style == "deepObject":
            return name.startswith(f"{self.name}[") and name.endswith("]")
        if self.is_object and self.style == "form" and self.explodes:
            return name in self.schema.get("properties", {})
        return name == self.name

    def missing(self) -> Refused:
        """Return the refusal of a call without it."""
        return self.wrong("is missing")

    def wrong(self, why: str) -> Refused:
        """Return the refusal of its value."""
        return Refused(Why.REQUEST, f"{self.name} {why}", where=self.name, place=self.place)

    def read(self, spec: Spec, pairs: list[tuple[str, str]]) -> Any:
        """Return the value of what was sent under its names. Raises Refused."""
        texts = [text for _, text in pairs]
        if self.is_json:
            value: Any = self._json(texts[0])
        elif self.is_object:
            value = self._object(spec, pairs)
        elif "array" in kinds_of(self.schema):
            value = self._entries(spec, [self._bare(text) for text in texts])
        elif len(texts) > 1:
            raise self.wrong("is given twice")
        else:
            value = scalar(spec, self.schema, self._bare(texts[0]))
        require(spec, self.schema, value, self.name, self.place)
        return value

    def _bare(self, text: str) -> str:
        if self.style == "label":
            return text.removeprefix(".")
        return text.removeprefix(f";{self.name}=") if self.style == "matrix" else text

    def _entries(self, spec: Spec, texts: list[str]) -> list[Any]:
        if not (self.style == "form" and self.explodes):
            if len(texts) > 1:
                raise self.wrong("is given twice")
            texts = texts[0].split(_SEPARATORS.get(self.style, ",")) if texts[0] else []
        return entries(spec, self.schema, texts)

    def _object(self, spec: Spec, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        if self.style == "deepObject":
            start = len(self.name) + 1
            return members(spec, self.schema, [(name[start:-1], text) for name, text in pairs])
        if self.style == "form" and self.explodes:
            return members(spec, self.schema, pairs)
        if len(pairs) > 1:
            raise self.wrong("is given twice")
        parts = self._bare(pairs[0][1]).split(_SEPARATORS.get(self.style, ","))
        if self.explodes:
            found = [tuple(part.partition("=")[::2]) for part in parts]
            return members(spec, self.schema, [(str(name), str(text)) for name, text in found])
        if len(parts) % 2:
            raise self.wrong("has to be names and values in turn")
        return members(spec, self.schema, list(zip(parts[::2], parts[1::2], strict=True)))

    def _json(self, text: str) -> Any:
        try:
            return strict_json(text.encode())
        except ValueError as error:
            raise self.wrong("has to be JSON") from error


def members(
    spec: Spec, schema: Mapping[str, Any], pairs: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """Return an object of texts, each in the type of its member. A list takes several."""
    found: dict[str, list[str]] = {}
    for name, text in pairs:
        found.setdefault(name.removesuffix("[]").removesuffix("]["), []).append(text)
    made: dict[str, Any] = {}
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for name, texts in found.items():
        part = spec.flat(properties.get(name, others if isinstance(others, dict) else {}))
        if "array" in kinds_of(part):
            made[name] = entries(spec, part, texts)
        elif len(texts) > 1:
            raise Refused(Why.REQUEST, f"{name} is given twice", where=name, place="body")
        elif "object" in kinds_of(part):
            made[name] = _object_of(texts[0])
        else:
            made[name] = scalar(spec, part, texts[0])
    return made


def entries(spec: Spec, schema: Mapping[str, Any], texts: list[str]) -> list[Any]:
    """Return a list of texts, each in the type of the entries."""
    part = spec.flat(schema.get("items", {}))
    return [scalar(spec, part, text) for text in texts]


def scalar(spec: Spec, schema: Mapping[str, Any], text: str) -> Any:
    """Return a text in the first type that the schema allows for it, otherwise as it is."""
    for kind in kinds_of(schema) or ("integer", "number", "boolean", "string"):
        pattern = _READ.get(kind)
        if pattern is not None and pattern.fullmatch(text):
            value = _typed(kind, text)
            if kinds_of(schema) == (kind,) or fits(spec, schema, value):
                return value
    return text


def arguments_of(
    spec: Spec, item: Mapping[str, Any], node: Mapping[str, Any]
) -> Iterator[Argument]:
    """Return the parameters of an operation; its own win over those of its path."""
    found = {}
    for reference in (*item.get("parameters", ()), *node.get("parameters", ())):
        parameter = spec.resolve(reference)
        found[parameter["in"], parameter["name"]] = parameter
    for parameter in found.values():
        if parameter["in"] == "header" and parameter["name"].lower() in _NOT_PARAMETERS:
            continue
        content = next(iter(parameter.get("content", {}).values()), None)
        schema = (parameter if content is None else content).get("schema", {})
        yield Argument(parameter, spec.flat(schema), content is not None)


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies of a request; of those with one name, the first."""
    cookies: dict[str, str] = {}
    for pair in headers.get("cookie", "").split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            cookies.setdefault(name, unquote(value))
    return cookies


def _object_of(text: str) -> Any:
    try:
        return strict_json(text.encode())
    except ValueError:
        return text


def _typed(kind: str, text: str) -> Any:
    if kind == "boolean":
        return text == "true"
    if kind == "null":
        return None
    return int(text) if kind == "integer" else float(text)
