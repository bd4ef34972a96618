"""What a conversion tells and remembers: notes for people, and where things went for `$ref`s."""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import define, field

from simloom_codegen import pointer
from simloom_codegen.normalise.changes import Change

Node: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[object, ...]

STEP = "swagger 2"
JSON = "application/json"


@define
class Record:
    """The notes of one conversion and the moves of everything a reference may lead to."""

    changes: list[Change] = field(factory=list)
    moves: dict[tuple[str, ...], tuple[str, ...]] = field(factory=dict)

    def note(self, place: Place, detail: str) -> None:
        """Tell what was lost or assumed at a place of the vendor's file."""
        self.changes.append(Change(STEP, pointer.join(place), detail))

    def move(self, old: Place, new: Place) -> None:
        """Remember that what was at `old` is at `new`, with everything below it."""
        self.moves[tuple(map(str, old))] = tuple(map(str, new))

    def moved(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """Return where a place of the vendor's file is in the converted document."""
        for length in range(len(tokens), 0, -1):
            new = self.moves.get(tokens[:length])
            if new is not None:
                return (*new, *tokens[length:])
        return tokens


def mapping(value: Any) -> Node:
    """Return a mapping as it is, and an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> list[str]:
    """Return the strings of a list; a lone string is a list of one."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
