"""Reading text that has a meaning of its own: times, dates, secrets."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from attrs import define

from simloom.runtime.plan import Node, Problems, hook
from simloom.runtime.problems import DecodeProblem, kind_of
from simloom.runtime.secret import Secret
from simloom.runtime.timestamps import parse_date, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable


@define
class ParsedTextNode(Node):
    """Text that our own parser turns into something: a time, a date, a secret."""

    parse: Callable[[str], Any]
    result: type
    name: str

    def wire(self) -> Any:
        """Return a type that msgspec hands back to us."""
        if self.parse in {parse_timestamp, parse_date}:
            return hook(self.parse, self.name)  # they raise TypeError for what is no text
        return hook(self._read_in_hook, self.name)

    def _read_in_hook(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.parse(value)
        raise TypeError(self.name)  # msgspec reports it, and the tolerant pass reads the document

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        """Parse text; keep and note anything else, a secret wrapped all the same."""
        if isinstance(value, (str, self.result)):
            return self.parse(value) if isinstance(value, str) else value
        if self.result is Secret and isinstance(value, int):
            return self.parse(str(value))
        problems.append(DecodeProblem(pointer, self.name, kind_of(value)))
        return self.parse(str(value)) if self.result is Secret and value is not None else value


def timestamp_node() -> Node:
    """Read a point in time."""
    return ParsedTextNode(parse_timestamp, dt.datetime, "timestamp")


def date_node() -> Node:
    """Read a calendar date."""
    return ParsedTextNode(parse_date, dt.date, "date")


def secret_node() -> Node:
    """Read a secret; what cannot be a secret's text is kept out of sight all the same."""
    return ParsedTextNode(Secret, Secret, "secret text")
