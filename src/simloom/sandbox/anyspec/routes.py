"""What a spec of a user allows a request to say: parameters in all four places, and bodies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from attrs import evolve, frozen

from simloom.sandbox.anyspec.reading import operations
from simloom.sandbox.anyspec.validation import fits, kinds_of, require
from simloom.sandbox.messages import Call, Refused, Why, bad_body, strict_json
from simloom.sandbox.routing import Operation, Routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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

    def takes(self, name: str) -> bool:
        """Tell whether a query parameter with this name is a part of it."""
        if self.style == "deepObject":
            return name.startswith(f"{self.name}[") and name.endswith("]")
        if "object" in kinds_of(self.schema) and self.style == "form" and not self.is_json:
            return name in self.schema.get("properties", {})
        return name == self.name


class AnyRoutes(Routes):
    """The operations of one spec. Errors that it describes with words only may have a body.

    So may every answer of `login`, the operation that issues tokens.
    """

    def __init__(self, spec: Spec, login: str | None = None) -> None:
        super().__init__(spec)
        self.operations = tuple(_with_bodies(item, login) for item in self.operations)
        self._by_length = {}
        for operation in self.operations:
            self._by_length.setdefault(len(operation.template), []).append(operation)
        self.nodes: dict[str, Mapping[str, Any]] = {}
        """The operations as they stand in the spec, by id."""
        self._arguments: dict[str, tuple[Argument, ...]] = {}
        for _, _, item, node in operations(spec.document):
            self.nodes[node["operationId"]] = node
            self._arguments[node["operationId"]] = tuple(_arguments(spec, item, node))

    def checked(self, operation: Operation, path_values: Mapping[str, str], call: Call) -> Call:
        """Return the call with path, query and JSON body read. Raises Refused."""
        arguments = self._arguments[operation.id]
        values = {
            item.name: item.schema["default"] for item in arguments if "default" in item.schema
        }
        for item in arguments:
            if item.place == "path" and item.name in path_values:
                values[item.name] = self._value(item, [path_values[item.name]])
        for name, value in path_values.items():
            values.setdefault(name, value)
        self._read_query(operation, call, values)
        return evolve(call, parameters=values, content=self._body(operation, call))

    def check_headers(self, operation_id: str, call: Call) -> None:
        """Raise Refused for a header or cookie parameter that is missing or wrong."""
        cookies = cookies_of(call)
        for item in self._arguments[operation_id]:
            if item.place == "header":
                text = call.headers.get(item.name.lower())
            elif item.place == "cookie":
                text = cookies.get(item.name)
            else:
                continue
            if text is not None:
                self._value(item, [text])
            elif item.node.get("required") is True:
                raise _missing(item)

    def _read_query(self, operation: Operation, call: Call, values: dict[str, Any]) -> None:
        declared = [item for item in self._arguments[operation.id] if item.place == "query"]
        keys = self._key_names(operation)
        given: dict[str, list[str]] = {}
        seen = set()
        for name, text in call.query:
            owner = next((item for item in declared if item.takes(name)), None)
            if owner is not None:
                seen.add(owner.name)
                if owner.takes(owner.name):
                    given.setdefault(owner.name, []).append(text)
            elif name not in keys:
                raise Refused(Why.REQUEST, f"unknown parameter {name}", where=name, place="query")
        for item in declared:
            if item.name in given:
                values[item.name] = self._value(item, given[item.name])
            elif item.node.get("required") is True and item.name not in seen:
                raise _missing(item)

    def _key_names(self, operation: Operation) -> set[str]:
        document = self._spec.document
        schemes = document.get("components", {}).get("securitySchemes", {})
        wanted = self.nodes[operation.id].get("security", document.get("security", ()))
        nodes = [self._spec.resolve(schemes.get(name, {})) for item in wanted for name in item]
        return {str(node.get("name")) for node in nodes if node.get("in") == "query"}

    def _value(self, item: Argument, texts: list[str]) -> Any:
        if item.is_json:
            value: Any = _json_value(item, texts[0])
        elif "array" in kinds_of(item.schema):
            value = self._entries(item, texts)
        elif len(texts) > 1:
            raise _wrong(item, "is given twice")
        elif "object" in kinds_of(item.schema):
            return texts[0]  # its parts are not looked at
        else:
            value = self._scalar(item.schema, texts[0])
        require(self._spec, item.schema, value, item.name, item.place)
        return value

    def _entries(self, item: Argument, texts: list[str]) -> list[Any]:
        is_form = item.style == "form"
        if not (is_form and item.node.get("explode", is_form) is True):
            if len(texts) > 1:
                raise _wrong(item, "is given twice")
            texts = texts[0].split(_SEPARATORS.get(item.style, ",")) if texts[0] else []
        part = self._spec.flat(item.schema.get("items", {}))
        return [self._scalar(part, text) for text in texts]

    def _scalar(self, schema: Mapping[str, Any], text: str) -> Any:
        """Return a text in the first type that the schema allows for it, otherwise as it is."""
        for kind in kinds_of(schema) or ("integer", "number", "boolean", "string"):
            pattern = _READ.get(kind)
            if pattern is not None and pattern.fullmatch(text):
                value = _typed(kind, text)
                if kinds_of(schema) == (kind,) or fits(self._spec, schema, value):
                    return value
        return text

    def _body(self, operation: Operation, call: Call) -> Any:
        body = self._spec.resolve(self.nodes[operation.id].get("requestBody", {}))
        declared = body.get("content", {})
        if not call.body:
            if body.get("required") is True:
                raise bad_body("the body is missing")
            return None
        if not declared:
            return None
        fitting = next((name for name in declared if _covers(name, call.media_type)), None)
        if fitting is None:
            raise bad_body(f"the body has to be {' or '.join(declared)}")
        if not (call.media_type == "application/json" or call.media_type.endswith("+json")):
            return None  # forms and files are taken as they are
        try:
            content = strict_json(call.body)
        except ValueError as error:
            raise bad_body("the body is not JSON") from error
        require(self._spec, declared[fitting].get("schema", {}), content, "", "body")
        return content


def cookies_of(call: Call) -> dict[str, str]:
    """Return the cookies of a call; of those with one name, the first."""
    cookies: dict[str, str] = {}
    for pair in call.headers.get("cookie", "").split(";"):
        name, equals, value = pair.strip().partition("=")
        if equals:
            cookies.setdefault(name, unquote(value))
    return cookies


def _with_bodies(operation: Operation, login: str | None) -> Operation:
    if operation.id == login:
        return evolve(operation, answers={})
    answers = {
        status: types for status, types in operation.answers.items() if types or status < 400
    }
    return evolve(operation, answers=answers)


def _arguments(spec: Spec, item: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Argument]:
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


def _typed(kind: str, text: str) -> Any:
    if kind == "boolean":
        return text == "true"
    if kind == "null":
        return None
    return int(text) if kind == "integer" else float(text)


def _json_value(item: Argument, text: str) -> Any:
    try:
        return strict_json(text.encode())
    except ValueError as error:
        raise _wrong(item, "has to be JSON") from error


def _covers(declared: str, given: str) -> bool:
    wanted = declared.partition(";")[0].strip().lower()
    if wanted in {"*/*", given}:
        return True
    return wanted.endswith("/*") and given.startswith(wanted[:-1])


def _missing(item: Argument) -> Refused:
    return _wrong(item, "is missing")


def _wrong(item: Argument, why: str) -> Refused:
    return Refused(Why.REQUEST, f"{item.name} {why}", where=item.name, place=item.place)
