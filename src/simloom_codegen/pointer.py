"""JSON pointers (RFC 6901), alone and as the fragment of a `$ref`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

# What RFC 3986 allows unescaped in a fragment, besides letters, digits and `-._~`.
_FRAGMENT_SAFE = "!$&'()*+,;=:@/?"


def escape(token: object) -> str:
    """Return one pointer token: `~` becomes `~0` and `/` becomes `~1`."""
    text = str(token)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def join(tokens: Iterable[object]) -> str:
    """Return the pointer made of unescaped tokens; no tokens is the whole document, `""`."""
    return "".join(f"/{escape(token)}" for token in tokens)


def split(pointer: str) -> tuple[str, ...]:
    """Return the unescaped tokens of a pointer.

    Raises `ValueError` if the pointer is not empty and does not start with a slash.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"not a JSON pointer: {pointer!r}")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def resolve(document: Any, tokens: Iterable[str]) -> Any:
    """Return the node that unescaped tokens lead to.

    Raises `LookupError` if a token leads nowhere. An array index is digits without a leading zero;
    `-` (one past the end) is not a node.
    """
    node = document
    for token in tokens:
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and _is_index(token) and int(token) < len(node):
            node = node[int(token)]
        else:
            raise LookupError(token)
    return node


def ref_to(tokens: Iterable[object]) -> str:
    """Return the `$ref` text for a place in the same document."""
    return "#" + quote(join(tokens), safe=_FRAGMENT_SAFE)


def ref_tokens(ref: str) -> tuple[str, ...] | None:
    """Return the tokens of a `$ref` into the same document, or None for any other `$ref`.

    Percent encoding is undone first, as the fragment of a URI requires. `#` alone is the document
    itself and gives no tokens; `#name` (an anchor) is not a pointer and gives None.
    """
    if not ref.startswith("#"):
        return None
    try:
        return split(unquote(ref[1:]))
    except ValueError:
        return None


def _is_index(token: str) -> bool:
    return token.isascii() and token.isdigit() and (len(token) == 1 or not token.startswith("0"))
