"""An example of what a schema describes, for the stand-in of the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.newprovider.document import properties, required, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 6
_MOST = 500  # values
_TEXTS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "https://vendor.example/",
}
_PLAIN: dict[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "null": None}


def sample(
    document: dict[str, Any], schema: Any, depth: int = 0, left: Iterator[int] | None = None
) -> Any:
    """Return plain JSON data with the required members only.

    Only so many of them as are `left`: a tree of required members may have no end to speak of.
    """
    whole = resolved(document, schema)
    left = iter(range(_MOST)) if left is None else left
    if next(left, None) is None:
        return None
    for choice in ("oneOf", "anyOf"):
        parts = whole.get(choice)
        if isinstance(parts, list) and parts and depth < _DEEPEST:
            return sample(document, parts[0], depth + 1, left)
    words = whole.get("enum")
    if isinstance(words, list) and words and isinstance(words[0], (str, int)):
        return words[0]
    kind = whole.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    members = properties(document, whole)
    if kind == "object" or members:
        needed = required(document, whole)
        inner = members.items() if depth < _DEEPEST else ()
        asked = [(name, one) for name, one in inner if name in needed]
        return {name: sample(document, one, depth + 1, left) for name, one in asked}
    if isinstance(kind, str) and kind in _PLAIN:
        return _PLAIN[kind] if kind != "array" else []
    return _TEXTS.get(str(whole.get("format")), "text")
