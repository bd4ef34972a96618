"""Which operation of a spec a request means, and whether its parameters are what the spec says.

Path and query parameters and JSON bodies are looked at; headers beyond authentication and forms
are the vendor modules' business.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from simloom.sandbox.bodies import check_body
from simloom.sandbox.messages import Call, Refused, Why, path_segments, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simloom.sandbox.specs import Spec

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_CONVERTERS: Mapping[str, tuple[re.Pattern[str], Callable[[str], Any], str]] = {
    # Longer numbers than these fit into no vendor's counter.
    "integer": (re.compile(r"[+-]?[0-9]{1,18}"), int, "an integer"),
    "number": (re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"), float, "a number"),
    "boolean": (re.compile("true|false"), lambda text: text == "true", "true or false"),
}


@frozen(kw_only=True)
class Parameter:
    """A path or query parameter with its resolved schema."""

    name: str
    place: str
    required: bool
    schema: Mapping[str, Any]

    def convert(self, text: str) -> Any:
        """Return the value in the type of the schema. Raises Refused for what it rules out."""
        kind = str(self.schema.get("type"))
        value: Any = text
        if kind in _CONVERTERS:
            pattern, convert, wanted = _CONVERTERS[kind]
            if not pattern.fullmatch(text):
                raise self._refused(f"has to be {wanted}")
            value = convert(text)
        for complaint in _complaints(value, self.schema):
            raise self._refused(complaint)
        return value

    def _refused(self, complaint: str) -> Refused:
        return Refused(Why.REQUEST, f"{self.name} {complaint}", where=self.name, place=self.place)


@frozen(kw_only=True)
class Operation:
    """One operation of a spec.

    `answers` maps each declared status to the media types of its body; an empty tuple says that
    the spec declares the answer without a body.
    """

    id: str
    method: str
    template: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    answers: Mapping[int, tuple[str, ...]]
    body: Mapping[str, Any] | None = None
    """The schema of the JSON body, None where the spec describes none."""

    @property
    def precedence(self) -> tuple[bool, ...]:
        """Where the template is literal; the greater one is asked first if two fit a path."""
        return tuple(not _is_variable(part) for part in self.template)

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """Return the path parameters if the path fits the template, otherwise None."""
        if len(segments) != len(self.template):
            return None
        values = {}
        for part, segment in zip(self.template, segments, strict=True):
            if _is_variable(part):
                if not segment:
                    return None
                values[part[1:-1]] = segment
            elif part != segment:
                return None
        return values


class Routes:
    """All operations of one spec, found by method and path."""

    def __init__(self, spec: Spec) -> None:
        # A literal part beats a parameter: /sims/details is not the SIM called "details".
        self._spec = spec
        self.operations: tuple[Operation, ...] = tuple(
            sorted(_operations(spec), key=attrgetter("precedence"), reverse=True)
        )
        self._by_length: dict[int, list[Operation]] = {}
        for operation in self.operations:
            self._by_length.setdefault(len(operation.template), []).append(operation)

    def find(self, call: Call) -> tuple[Operation, Mapping[str, str]]:
        """Return the operation and its raw path parameters. Raises Refused for path or method."""
        segments = path_segments(call.path)
        allowed = []
        for operation in self._by_length.get(len(segments), ()):
            values = operation.match(segments)
            if values is None:
                continue
            if operation.method == call.method:
                return operation, values
            allowed.append(operation.method)
        if allowed:
            raise Refused(
                Why.METHOD,
                f"{call.method} is not possible here",
                allowed=tuple(sorted(set(allowed))),
            )
        raise Refused(Why.PATH, "nothing has this path")

    def checked(self, operation: Operation, path_values: Mapping[str, str], call: Call) -> Call:
        """Return the call with its parameters converted and its JSON body read.

        Raises Refused for the first thing that the spec rules out.
        """
        declared = {(item.place, item.name): item for item in operation.parameters}
        given = [("path", name, value) for name, value in path_values.items()]
        given += [("query", name, value) for name, value in call.query]
        values: dict[str, Any] = {
            item.name: item.schema["default"]
            for item in operation.parameters
            if "default" in item.schema
        }
        seen = set()
        for place, name, text in given:
            parameter = declared.get((place, name))
            if parameter is None:
                raise Refused(Why.REQUEST, f"unknown parameter {name}", where=name, place=place)
            if (place, name) in seen:
                raise Refused(Why.REQUEST, f"{name} is given twice", where=name, place=place)
            seen.add((place, name))
            values[name] = parameter.convert(text)
        for key, parameter in declared.items():
            if parameter.required and key not in seen:
                raise Refused(
                    Why.REQUEST,
                    f"{parameter.name} is missing",
                    where=parameter.name,
                    place=parameter.place,
                )
        content = None
        if operation.body is not None:
            content = read_json(call)
            check_body(self._spec, operation.body, content)
        return evolve(call, parameters=values, content=content)


def _is_variable(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _operations(spec: Spec) -> Iterator[Operation]:
    for path, item in spec.document["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            node = item[method]
            body = spec.resolve(node.get("requestBody", {})).get("content", {})
            parameters = {}
            for reference in (*item.get("parameters", ()), *node.get("parameters", ())):
                parameter = spec.resolve(reference)
                parameters[parameter["in"], parameter["name"]] = parameter
            yield Operation(
                id=node["operationId"],
                method=method.upper(),
                template=path_segments(spec.base_path(node, item) + path),
                parameters=tuple(
                    Parameter(
                        name=name,
                        place=place,
                        required=bool(parameter.get("required")),
                        schema=spec.flat(parameter.get("schema", {})),
                    )
                    for (place, name), parameter in parameters.items()
                    if place in {"path", "query"}
                ),
                answers={
                    int(status): tuple(spec.resolve(answer).get("content", ()))
                    for status, answer in node["responses"].items()
                    if str(status).isdecimal()
                },
                body=body.get("application/json", {}).get("schema"),
            )


def _complaints(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"has to be one of {', '.join(map(str, schema['enum']))}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"has to be at least {schema['minimum']}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"has to be at most {schema['maximum']}"
    if "minLength" in schema and len(value) < schema["minLength"]:
        yield f"needs at least {schema['minLength']} characters"
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        yield f"may have at most {schema['maxLength']} characters"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"does not match {schema['pattern']}"
    if schema.get("format") == "date" and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        yield "has to be a day such as 2026-01-31"
