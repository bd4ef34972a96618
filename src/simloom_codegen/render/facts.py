"""Facts of the prepared document that the generator's parse tree drops: the `x-` extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_python_client.parser.properties.schemas import Class
from openapi_python_client.strings import PythonIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_python_client.config import Config

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LONGEST_CHAIN = 40


class Facts:
    """Finds operations by their Python name and schemas by their class name."""

    def __init__(self, document: dict[str, Any], config: Config) -> None:
        self._document = document
        self._operations: dict[str, dict[str, Any]] = {
            str(PythonIdentifier(operation["operationId"], config.field_prefix)): operation
            for _, _, operation in operations(document)
            if "operationId" in operation
        }
        schemas = document.get("components", {}).get("schemas", {})
        self._schemas: dict[str, dict[str, Any]] = {
            str(Class.from_string(string=name, config=config).name): schema
            for name, schema in schemas.items()
        }

    def operation(self, name: str) -> dict[str, Any]:
        """Return the raw operation object."""
        return self._operations.get(name, {})

    def schema(self, class_name: str) -> dict[str, Any]:
        """Return the raw component schema a class was made from."""
        return self._schemas.get(class_name, {})

    def member(self, schema: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the raw schema of a property, looking through `$ref` and `allOf`."""
        waiting = [schema]
        for _ in range(_LONGEST_CHAIN):
            if not waiting:
                break
            current = self.resolve(waiting.pop())
            found = current.get("properties", {}).get(name)
            if isinstance(found, dict):
                return found
            waiting.extend(reversed(current.get("allOf", [])))
        return {}

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow local references; siblings of `$ref` win over what it points to."""
        siblings: dict[str, Any] = {}
        for _ in range(_LONGEST_CHAIN):
            reference = node.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            siblings = {**{k: v for k, v in node.items() if k != "$ref"}, **siblings}
            target: Any = self._document
            for token in reference[2:].split("/"):
                token = token.replace("~1", "/").replace("~0", "~")  # noqa: PLW2901
                target = target.get(token, {}) if isinstance(target, dict) else {}
            node = target
        return {**node, **siblings} if siblings else node

    def parameters(self, operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the operation's own parameters, references resolved."""
        for parameter in operation.get("parameters", []):
            yield self.resolve(parameter)

    def server(self) -> str:
        """Return the first server's URL, empty when the document names none."""
        servers = self._document.get("servers") or [{}]
        return str(servers[0].get("url", ""))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation object of every operation, in document order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield path, method, item[method]
