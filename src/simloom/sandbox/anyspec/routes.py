"""What a spec of a user allows a request to say: parameters in all four places, and bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from simloom.sandbox.anyspec.arguments import Argument, arguments_of, cookies_of
from simloom.sandbox.anyspec.forms import FORM, MULTIPART, read_body
from simloom.sandbox.anyspec.reading import operations
from simloom.sandbox.messages import Call, Refused, Why, bad_body
from simloom.sandbox.routing import Operation, Routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.specs import Spec


class AnyRoutes(Routes):
    """The operations of one spec. Errors that it describes with words only may have a body.

    So may every answer of `login`, the operation that issues tokens.
    """

    def __init__(self, spec: Spec, login: str | None = None) -> None:
        super().__init__(spec)
        self.login = login
        self.operations: tuple[Operation, ...] = tuple(
            _with_bodies(item, login) for item in self.operations
        )
        self._by_length = {}
        for operation in self.operations:
            self._by_length.setdefault(len(operation.template), []).append(operation)
        self.nodes: dict[str, Mapping[str, Any]] = {}
        """The operations as they stand in the spec, by id."""
        self._arguments: dict[str, tuple[Argument, ...]] = {}
        for _, _, item, node in operations(spec.document):
            self.nodes[node["operationId"]] = node
            self._arguments[node["operationId"]] = tuple(arguments_of(spec, item, node))

    def arguments(self, operation_id: str) -> tuple[Argument, ...]:
        """Return the parameters of an operation."""
        return self._arguments[operation_id]

    def body_schema(self, operation: Operation) -> Any:
        """Return the schema of an operation's body, JSON before forms; empty for none."""
        declared = self._bodies(operation)
        kinds = ("application/json", *(name for name in declared if name.endswith("+json")))
        for name in (*kinds, FORM, MULTIPART):
            if name in declared:
                return declared[name].get("schema", {})
        return {}

    def checked(self, operation: Operation, path_values: Mapping[str, str], call: Call) -> Call:
        """Return the call with path, query and body read. Raises Refused."""
        arguments = self._arguments[operation.id]
        values = {
            item.name: item.schema["default"] for item in arguments if "default" in item.schema
        }
        for item in arguments:
            if item.place == "path" and item.name in path_values:
                values[item.name] = item.read(self._spec, [(item.name, path_values[item.name])])
        for name, value in path_values.items():
            values.setdefault(name, value)
        self._read_query(operation, call, values)
        return evolve(call, parameters=values, content=self._body(operation, call))

    def check_headers(self, operation_id: str, call: Call) -> None:
        """Raise Refused for a header or cookie parameter that is missing or wrong."""
        cookies = cookies_of(call.headers)
        for item in self._arguments[operation_id]:
            if item.place == "header":
                text = call.headers.get(item.name.lower())
            elif item.place == "cookie":
                text = cookies.get(item.name)
            else:
                continue
            if text is not None:
                item.read(self._spec, [(item.name, text)])
            elif item.node.get("required") is True:
                raise item.missing()

    def _read_query(self, operation: Operation, call: Call, values: dict[str, Any]) -> None:
        declared = [item for item in self._arguments[operation.id] if item.place == "query"]
        keys = self._key_names(operation)
        given: dict[str, list[tuple[str, str]]] = {}
        for name, text in call.query:
            owner = next((item for item in declared if item.takes(name)), None)
            if owner is not None:
                given.setdefault(owner.name, []).append((name, text))
            elif name not in keys:
                raise Refused(Why.REQUEST, f"unknown parameter {name}", where=name, place="query")
        for item in declared:
            if item.name in given:
                values[item.name] = item.read(self._spec, given[item.name])
            elif item.node.get("required") is True:
                raise item.missing()

    def _key_names(self, operation: Operation) -> set[str]:
        document = self._spec.document
        schemes = document.get("components", {}).get("securitySchemes", {})
        wanted = self.nodes[operation.id].get("security", document.get("security", ()))
        nodes = [self._spec.resolve(schemes.get(name, {})) for item in wanted for name in item]
        return {str(node.get("name")) for node in nodes if node.get("in") == "query"}

    def _bodies(self, operation: Operation) -> Mapping[str, Any]:
        body = self._spec.resolve(self.nodes[operation.id].get("requestBody", {}))
        declared: Mapping[str, Any] = body.get("content", {})
        return declared

    def _body(self, operation: Operation, call: Call) -> Any:
        declared = self._bodies(operation)
        if not call.body:
            body = self._spec.resolve(self.nodes[operation.id].get("requestBody", {}))
            if body.get("required") is True:
                raise bad_body("the body is missing")
            return None
        return read_body(self._spec, declared, call) if declared else None


def _with_bodies(operation: Operation, login: str | None) -> Operation:
    if operation.id == login:
        return evolve(operation, answers={})
    answers = {
        status: types for status, types in operation.answers.items() if types or status < 400
    }
    return evolve(operation, answers=answers)
