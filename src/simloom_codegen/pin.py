"""Pin names and facts in an overlay, so that the vendor's own export can replace our transcription.

A vendor's file has other operation ids and tags, and knows nothing of retry classes or secrets. The
overlay written here gives every operation the name, group and `x-` facts it has now, and marks
every secret; it fits any document with the same paths and property names. Where the vendor's file
lacks a path that we had inferred, applying it fails and names the path: then a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom_codegen.document import Document

FACTS = ("x-retry-class", "x-quota", "x-bulk", "x-identifiers", "x-rate-limit")
WHY_GROUPS = "The groups below are ours; an update of a list would only append."
WHY_OPERATION = "Name, group and facts of this operation stay what they were."
WHY_SECRET = "A secret; it must be masked whatever the vendor's file says."  # noqa: S105 - a reason


def pins(document: Document) -> dict[str, Any]:
    """Return an overlay that pins what the prepared document says now."""
    actions: list[dict[str, Any]] = [
        {
            "target": "$.paths.*.*.tags",
            "description": WHY_GROUPS,
            "remove": True,
        }
    ]
    for path, method, operation in operations(document):
        update = {"operationId": operation["operationId"], "tags": operation.get("tags", [])[:1]}
        update |= {name: operation[name] for name in FACTS if name in operation}
        actions.append(pin_operation(path, method, update))
    actions += [pin_secret(schema, name) for schema, name in secrets(document)]
    return overlay_of(document, actions)


def overlay_of(document: Document, actions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the overlay with these actions that is named after a document."""
    title = f"Names and facts of {document.get('info', {}).get('title', 'this document')}"
    return {
        "overlay": "1.0.0",
        "info": {"title": title, "version": "1"},
        "actions": actions,
    }


def operation_target(path: str, method: str) -> str:
    """Return the JSONPath of an operation."""
    return f"$.paths[{_quoted(path)}].{method}"


def pin_operation(path: str, method: str, update: dict[str, Any]) -> dict[str, Any]:
    """Return the action that gives an operation its name, group or facts."""
    return {
        "target": operation_target(path, method),
        "description": WHY_OPERATION,
        "update": update,
    }


def pin_secret(schema: str, name: str) -> dict[str, Any]:
    """Return the action that marks a property as a secret."""
    return {
        "target": f"$.components.schemas[{_quoted(schema)}].properties[{_quoted(name)}]",
        "description": WHY_SECRET,
        "update": {"x-secret": True},
    }


def as_yaml(overlay: dict[str, Any]) -> str:
    """Write an overlay as YAML, keys in the order given."""
    return yaml.safe_dump(overlay, sort_keys=False, allow_unicode=True, width=100)


def secrets(document: Document) -> Iterator[tuple[str, str]]:
    """Yield schema and property of each secret among the components."""
    for schema, content in document.get("components", {}).get("schemas", {}).items():
        for name, member in (content.get("properties") or {}).items():
            if isinstance(member, dict) and member.get("x-secret") is True:
                yield schema, name


def _quoted(text: str) -> str:
    """Write a JSONPath name selector (RFC 9535, 2.3.1)."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
