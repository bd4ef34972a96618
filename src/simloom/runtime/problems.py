"""What the tolerant decoder noticed on its way."""

from __future__ import annotations

from attrs import frozen

from simloom.runtime.masking import safe_text


@frozen
class DecodeProblem:
    """One departure from the document: where (RFC 6901 pointer), what was expected and found.

    `found` is the kind of value (`null`, `number`, …), never the value itself.
    """

    pointer: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{safe_text(self.pointer) or '/'}: expected {self.expected}, found {self.found}"


def kind_of(value: object) -> str:
    """Name the JSON kind of a decoded value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list) else "object"


def escape(token: object) -> str:
    """Escape one token of a JSON pointer."""
    return str(token).replace("~", "~0").replace("/", "~1")
