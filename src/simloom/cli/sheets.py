"""Records to rows: a table for people, JSON lines or CSV for programs, all in constant memory."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, Protocol, Self, TextIO

from attrs import fields, frozen
from rich.cells import cell_len
from rich.text import Text

from simloom.cli import cells
from simloom.cli.consoles import console_of
from simloom.cli.exits import BrokenOff, UsageProblem
from simloom.errors import SimloomError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from simloom.cli.wishes import Wishes

_LOOKED_AT = 100
"""Rows that decide how wide the columns of a table are; longer cells further down stick out."""
_STYLES = {
    "active": "green",
    "blocked": "red",
    "done": "green",
    "failed": "red",
    "full": "green",
    "not-sent": "yellow",
    "partial": "yellow",
    "pending": "yellow",
    "refused": "red",
    "suspended": "yellow",
    "terminated": "red",
    "unknown": "magenta",
}


@frozen
class Shape:
    """The columns of a kind of record: all of them, and those a table shows unasked."""

    names: tuple[str, ...]
    brief: tuple[str, ...]

    @classmethod
    def of(cls, model: type[Any], *brief: str) -> Shape:
        """Return the columns of a model; its raw answer is none."""
        names = tuple(item.name for item in fields(model) if item.name != "raw")
        return cls(names, brief or names)

    def columns(self, wishes: Wishes, form: str) -> tuple[str, ...]:
        """Return the columns to show; an unknown one is a usage error."""
        for name in wishes.fields:
            if name not in self.names:
                raise UsageProblem(
                    f"there is no column {name!r}", f"columns are: {', '.join(self.names)}"
                )
        return wishes.fields or (self.brief if form == "table" else self.names)


class Sheet(Protocol):
    """Takes records one by one."""

    @property
    def written(self) -> int:
        """How many it has taken."""
        ...

    def add(self, record: Any) -> None:
        """Write a record, now or when the width of the columns is known."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class _Closing:
    """Writes what is left even when the source of the records breaks, then raises `BrokenOff`.

    The head is not written when it breaks before the first record.
    """

    written = 0
    """Records so far."""

    def close(self) -> None:
        """Write what is left; nothing by default."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None or self.written:
            self.close()
        if self.written and isinstance(error, SimloomError):
            raise BrokenOff(error, self.written) from error


class JsonLines(_Closing):
    """One JSON object per line."""

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._stream = stream
        self._columns = columns

    def add(self, record: Any) -> None:
        """Write a record."""
        self.written += 1
        row = {name: getattr(record, name) for name in self._columns}
        self._stream.write(cells.json_line(row) + "\n")


class Csv(_Closing):
    """Comma-separated values (RFC 4180), safe for spreadsheets."""

    def __init__(self, stream: TextIO, columns: Sequence[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")
        self._columns = columns
        self._headed = False

    def add(self, record: Any) -> None:
        """Write a record, the first one below the head."""
        self.close()
        self.written += 1
        self._writer.writerow(cells.csv_cell(getattr(record, name)) for name in self._columns)

    def close(self) -> None:
        """Write the head of a file without records."""
        if not self._headed:
            self._headed = True
            self._writer.writerow(self._columns)


class Table(_Closing):
    """Aligned columns, coloured where the terminal can."""

    def __init__(self, stream: TextIO, columns: Sequence[str], *, color: str) -> None:
        self._console = console_of(stream, color)
        self._columns = columns
        self._waiting: list[list[str]] = []
        self._widths: list[int] | None = None

    def add(self, record: Any) -> None:
        """Keep a record until the widths are known, then write it."""
        self.written += 1
        row = [cells.table_cell(getattr(record, name)) for name in self._columns]
        if self._widths is None:
            self._waiting.append(row)
            if len(self._waiting) >= _LOOKED_AT:
                self.close()
        else:
            self._write(row, self._widths)

    def close(self) -> None:
        """Write the head and the records kept so far."""
        if self._widths is None:
            rows = [list(self._columns), *self._waiting]
            self._widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
            self._write([name.upper() for name in self._columns], self._widths, "bold")
            for row in self._waiting:
                self._write(row, self._widths)
            self._waiting.clear()

    def _write(self, row: Sequence[str], widths: Sequence[int], style: str = "") -> None:
        line = Text()
        for cell, width in zip(row, widths, strict=True):
            line.append(cell, style or _STYLES.get(cell, ""))
            line.append(" " * (max(width - cell_len(cell), 0) + 2))
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def open_sheet(
    wishes: Wishes, shape: Shape, stream: TextIO | None = None, form: str | None = None
) -> Sheet:
    """Return a sheet in the form asked for; the column names are checked here, before requests."""
    form = form or wishes.form
    columns = shape.columns(wishes, form)
    target = sys.stdout if stream is None else stream
    if form == "jsonl":
        return JsonLines(target, columns)
    if form == "csv":
        return Csv(target, columns)
    return Table(target, columns, color=wishes.color)
