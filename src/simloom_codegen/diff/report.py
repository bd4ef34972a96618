"""Telling changes to people and programs: text, Markdown, JSON and an exit code."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from simloom_codegen.diff.change import OPTIONALITY_OR_ENUM, Change, Level
from simloom_codegen.diff.values import as_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_SHOWN = 3
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&!])")
_GRAVEST_FIRST = sorted(Level, reverse=True)


def exit_code(changes: Iterable[Change]) -> int:
    """Give 2 if anything is breaking, 1 if anything is notable, otherwise 0."""
    return int(max((change.level for change in changes), default=Level.HARMLESS))


def render(changes: Sequence[Change], format: Literal["text", "md", "json"]) -> str:  # noqa: A002
    """Write changes as a terminal report, a changelog fragment or a JSON document.

    JSON: `summary` holds `breaking`, `notable`, `harmless` and `exit_code`; each of `changes` holds
    `level`, `code`, `direction`, `operation`, `operations`, `pointer`, `message`, `old`, `new`.
    In Markdown a warning sign marks enum additions and changes of what is required or may be null.
    What vendors write can neither format the Markdown nor steer a terminal. No line end at the end.
    """
    if format == "json":
        return _json(changes)
    if format == "md":
        return "\n".join(_markdown(changes))
    if format == "text":
        return "\n".join(_text(changes))
    raise ValueError(f"no such format: {format!r}; there are text, md and json")


def _counts(changes: Sequence[Change]) -> dict[str, int]:
    counted = Counter(change.level for change in changes)
    return {level.name.lower(): counted[level] for level in _GRAVEST_FIRST}


def _groups(changes: Sequence[Change]) -> Iterator[tuple[Level, list[Change]]]:
    for level in _GRAVEST_FIRST:
        group = [change for change in changes if change.level is level]
        if group:
            yield level, group


def _json(changes: Sequence[Change]) -> str:
    document = {
        "summary": {**_counts(changes), "exit_code": exit_code(changes)},
        "changes": [
            {
                "level": change.level.name.lower(),
                "code": str(change.code),
                "direction": str(change.direction),
                "operation": change.operation,
                "operations": list(change.operations),
                "pointer": change.pointer,
                "message": change.message,
                "old": as_list(change.old),
                "new": as_list(change.new),
            }
            for change in changes
        ],
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _text(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "no changes"
        return
    yield ", ".join(f"{count} {name}" for name, count in _counts(changes).items())
    for level, group in _groups(changes):
        yield ""
        yield f"{level.name} ({len(group)})"
        for change in group:
            way = f" [{change.direction}]" if change.direction else ""
            yield f"  {change.code}{way}: {_one_line(change.message)}"
            if change.operations:
                yield f"      in {_operations(change, _one_line)}"
            if change.pointer:
                yield f"      at {_one_line(change.pointer)}"


def _markdown(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        yield "No changes."
        return
    for number, (level, group) in enumerate(_groups(changes)):
        if number:
            yield ""
        yield f"### {level.name.capitalize()} ({len(group)})"
        yield ""
        for change in group:
            sign = "⚠️ " if change.code in OPTIONALITY_OR_ENUM else ""
            way = f", {change.direction}" if change.direction else ""
            where = f"{_operations(change, _code)}: " if change.operations else ""
            yield f"- {sign}{where}{_escaped(change.message)} (`{change.code}`{way})"


def _operations(change: Change, written: Callable[[str], str]) -> str:
    shown = ", ".join(map(written, change.operations[:_SHOWN]))
    more = len(change.operations) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _one_line(text: str) -> str:
    """Replace line ends, terminal controls and marks that turn the reading direction."""
    return _CONTROL.sub(" ", text)


def _code(text: str) -> str:
    return f"`{_one_line(text).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _one_line(text))
