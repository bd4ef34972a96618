"""Vendor text made safe and readable inside generated Python."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache
from typing import Any

from openapi_python_client.strings import safe_for_docstring

WIDTH = 92
_PARAGRAPH = re.compile(r"\n\s*\n")
# Signs that let an editor show text in another order than it is in (CVE-2021-42574), or on lines
# that Python does not see.
_MISLEADING = re.compile("[\x85\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def plain(text: Any) -> str:
    """Return vendor text (the generator wraps it) as a `str` without surrounding space."""
    if text is None:
        return ""
    raw = text.get_untrusted_value() if hasattr(text, "get_untrusted_value") else str(text)
    return raw.strip()


def sentence(text: str) -> str:
    """Return text with a full stop, on one line."""
    line = " ".join(text.split())
    return line if not line or line[-1] in ".!?:" else f"{line}."


def safe(text: str) -> str:
    """Escape text so that it cannot leave a docstring, nor change its meaning there.

    A trailing quote or backslash would join the closing quotes; a space keeps them apart.
    """
    escaped = text
    # Nearly every text has nothing to escape, and looking at each character takes its time.
    if "\\" in text or '"""' in text or not text.replace("\n", "").isprintable():
        escaped = _MISLEADING.sub(
            lambda one: f"\\u{ord(one[0]):04x}", str(safe_for_docstring(text))
        )
    return f"{escaped} " if escaped.endswith(('"', "\\")) else escaped


def docstring(*paragraphs: str) -> str:
    """Wrap and escape paragraphs into the inside of a docstring (no quotes, no indentation)."""
    wrapped: list[str] = []
    for paragraph in paragraphs:
        parts = (" ".join(part.split()) for part in _PARAGRAPH.split(paragraph.strip()))
        wrapped.extend("\n".join(_wrapped(text, WIDTH)) for text in parts if text)
    return "\n\n".join(safe(part) for part in wrapped)


def quoted(body: str, indent: int) -> str:
    """Write a docstring literal whose further lines are indented; long ones close on their own."""
    if "\n" not in body:
        return f'"""{body}"""'
    margin = " " * indent
    lines = [f"{margin}{line}" if line else "" for line in body.split("\n")]
    text = "\n".join(lines).lstrip()
    return f'"""{text}\n{margin}"""'


def described(lines: list[tuple[str, str]], *, heading: str) -> str:
    """Lay out `name: text` lines below a heading, with hanging indentation."""
    rendered = [f"{heading}:"]
    for name, text in lines:
        entry = f"{name}: {' '.join(text.split())}" if text else name
        rendered.extend(_wrapped(entry, WIDTH - 4, "    ", "        "))
    return "\n".join(safe(line) for line in rendered)


# Vendors say the same of a parameter in each operation that has it.
@lru_cache(maxsize=4096)
def _wrapped(text: str, width: int, first: str = "", further: str = "") -> tuple[str, ...]:
    return tuple(
        textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=further, break_long_words=False
        )
    )


def literal(value: Any) -> str:
    """Write a value as Python code; only plain JSON data has such a form."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if value is None or isinstance(value, (str, int, float, bool)):
        return repr(value)
    raise TypeError(f"{type(value).__name__} is not plain data")
