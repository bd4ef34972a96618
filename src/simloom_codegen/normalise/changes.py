"""What normalise changed, and why a person can trust it: one record per repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import field, frozen

# A step calls this for each repair: the pointer of the place, and what was done there.
Note: TypeAlias = Callable[[str, str], None]


@frozen
class Change:
    """One repair.

    `pointer` is the place in the document as the step found it: earlier steps may have moved it
    from where the vendor's file has it.
    """

    step: str
    pointer: str
    detail: str

    def as_text(self) -> str:
        """Return one line."""
        return f"{self.step}: {self.pointer or '/'}: {self.detail}"

    def as_dict(self) -> dict[str, str]:
        """Return the record for JSON output."""
        return {"step": self.step, "pointer": self.pointer, "detail": self.detail}


@frozen
class Normalised:
    """A repaired document and every repair, in the order they were made."""

    document: dict[str, Any] = field(repr=False)
    changes: tuple[Change, ...]

    def as_text(self) -> str:
        """Return one line per change and a last line with the number per step."""
        counted = Counter(change.step for change in self.changes)
        summary = ", ".join(f"{step} {count}" for step, count in counted.items())
        lines = [change.as_text() for change in self.changes]
        return "\n".join([*lines, f"{len(lines)} changes: {summary}" if lines else "no changes"])

    def as_dict(self) -> dict[str, Any]:
        """Return the changes, without the document, for JSON output."""
        return {"changes": [change.as_dict() for change in self.changes]}


def shown(value: object) -> str:
    """Return a value for a record, cut where it gets long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
