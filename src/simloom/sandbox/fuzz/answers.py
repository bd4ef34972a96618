"""Whether an answer is what the vendor's specification says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simloom.sandbox.answers import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.messages import Reply
    from simloom.sandbox.routing import Operation
    from simloom.sandbox.specs import Spec

# Refusals that a vendor's document leaves out and the sandbox assumes.
_ASSUMED = {
    "telekom-m2m": frozenset[int](),
    "telekom-bsc": frozenset({400, 404}),
    "telcoapi": frozenset({400, 404}),
    "infobip": frozenset({400, 404}),
}


class CheckerMissing(ImportError):
    """The package that validates answers is not installed."""


class Answers:
    """Validates the answers of one vendor. Members that the spec does not name are faults."""

    def __init__(self, spec: Spec) -> None:
        try:
            from openapi_schema_validator import OAS31Validator  # noqa: PLC0415  (not for users)
        except ModuleNotFoundError as error:
            raise CheckerMissing(
                "the fuzzer needs a package more: pip install openapi-schema-validator"
            ) from error
        self._spec = spec
        self._new: Any = OAS31Validator
        self._components = _closed(spec.document["components"])
        self._validators: dict[tuple[str, int], Any] = {}

    def complaints(self, operation: Operation, reply: Reply) -> Iterator[str]:
        """Say what is wrong with an answer."""
        status = reply.status
        if status >= 500:
            yield f"status {status}"
        if status not in operation.answers:
            if status not in _ASSUMED[self._spec.provider]:
                yield f"status {status} is not declared"
            return
        media_types = operation.answers[status]
        if not media_types:
            if reply.body is not None:
                yield f"status {status} is declared without a body"
            return
        if reply.body is None or reply.media_type not in media_types:
            yield f"status {status} needs a body of {' or '.join(media_types)}"
            return
        body = json.loads(dump(reply.body))
        for error in self._validator(operation, status, reply.media_type).iter_errors(body):
            place = "/".join(map(str, error.absolute_path))
            yield f"status {status}, at {place or 'the body'}: {error.message[:200]}"

    def _validator(self, operation: Operation, status: int, media_type: str) -> Any:
        key = (operation.id, status)
        if key not in self._validators:
            answer = next(
                node["responses"][code]
                for item in self._spec.document["paths"].values()
                for node in item.values()
                if isinstance(node, dict) and node.get("operationId") == operation.id
                for code in node["responses"]
                if str(code) == str(status)
            )
            schema = self._spec.resolve(answer)["content"][media_type]["schema"]
            self._validators[key] = self._new({**_closed(schema), "components": self._components})
        return self._validators[key]


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: _closed(value) for name, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node
