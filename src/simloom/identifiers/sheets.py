"""Identifiers from a file of lines: plain lists, and tables as vendors and spreadsheets write them.

A line is a record: a field that goes on over a line end is reported, not joined, so that one stray
quote cannot swallow the SIMs after it.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from simloom.errors import IdentifierError, InvalidIdentifier
from simloom.identifiers.cleaning import shown
from simloom.identifiers.identifier import Identifier, Kind
from simloom.identifiers.kinds import KINDS
from simloom.identifiers.parsing import kind_named, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DELIMITERS = ";\t,|"
_QUOTED = re.compile(r'"[^"]*"')
_REMARK = re.compile(r"\s#.*")
_MANY_DIGITS = re.compile(r"[0-9]{5}")


@frozen
class GoodLine:
    """A line with an identifier; lines count from 1."""

    line: int
    identifier: Identifier


@frozen
class BadLine:
    """A line that gives no identifier, and why; `str()` has the number of the line."""

    line: int
    error: IdentifierError

    def __str__(self) -> str:
        return f"line {self.line}: {self.error}"


ReadLine: TypeAlias = GoodLine | BadLine


@frozen(kw_only=True)
class _Layout:
    """Where in a line the identifier is; `header` tells whether the first line was one."""

    delimiter: str
    header: bool
    index: int = 0
    kind: Kind | None = None


def read_identifiers(
    lines: Iterable[str],
    *,
    column: str | None = None,
    kind: Kind | None = None,
    strict: bool = False,
) -> Iterator[ReadLine]:
    """Yield each line's identifier, or why it has none; one line is in memory at a time.

    `lines` is a file opened as text, or any lines. Blank lines and those that begin with `#` are
    left out; a byte order mark, quotes, CRLF and Excel's `="..."` are understood. The separator
    (`;`, tab, `,` or `|`) is that of the first line. A first line that names kinds is a header and
    tells column and kind; with several kinds the ICCID is taken. Without a header the first column
    is taken, text after ` #` is a remark, and a line may have another kind than the one before.

    `column` names the column of a header; `kind` says what its values are where the name does not.
    An unknown or doubtful column is an `InvalidIdentifier` at once: nothing of such a file would
    be right. `strict` verifies check digits.
    """
    layout: _Layout | None = None
    delimiter: str | None = None
    for number, line in enumerate(lines, 1):
        if not isinstance(line, str):
            raise TypeError("lines of text are read: open the file in text mode")
        text = line.rstrip("\r\n")
        if number == 1:
            text = text.removeprefix("\ufeff")
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if layout is None:
            if delimiter is None and (named := re.fullmatch(r"sep=(.)\s*", text, re.IGNORECASE)):
                delimiter = named[1]
                continue
            layout = _layout(text, number, delimiter, column, kind)
            if layout.header:
                continue
        try:
            yield GoodLine(number, _read(text, layout, strict=strict))
        except IdentifierError as error:
            yield BadLine(number, error)


def _read(text: str, layout: _Layout, *, strict: bool) -> Identifier:
    cells = _cells(text if layout.header else _REMARK.sub("", text), layout.delimiter)
    if len(cells) <= layout.index:
        raise InvalidIdentifier(
            f"it has {len(cells)} columns, and the identifier is in column {layout.index + 1}"
        )
    cell = cells[layout.index]
    if not cell:
        raise InvalidIdentifier("its identifier is empty")
    if layout.kind is None:
        return parse(cell, strict=strict)
    cls = KINDS[layout.kind]
    return cls(parse(cell) if ":" in cell else cell, strict=strict)


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the fields of a line, bare."""
    try:
        (cells,) = csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True)
    except csv.Error as error:
        raise InvalidIdentifier(
            "its quotes do not match; a field must end on the line on which it began"
        ) from error
    return [_bare(cell) for cell in cells]


def _bare(cell: str) -> str:
    """Return a field without blanks, and without what keeps a spreadsheet from making a number."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.removeprefix("'").removesuffix("'").strip()


def _layout(
    text: str, number: int, delimiter: str | None, column: str | None, kind: Kind | None
) -> _Layout:
    """Decide from the first line that says something."""
    outside = _QUOTED.sub("", text)
    delimiter = delimiter or max(_DELIMITERS, key=outside.count)
    try:
        cells = _cells(text, delimiter)
    except InvalidIdentifier:
        if column is not None:
            raise
        return _Layout(delimiter=delimiter, header=False, kind=kind)
    kinds = [_kind_of(cell) for cell in cells]
    if column is None and not any(kinds) and any("0" <= sign <= "9" for sign in text):
        return _Layout(delimiter=delimiter, header=False, kind=kind)
    index = _column(cells, kinds, f"line {number}", column, kind)
    if kind is not None and kinds[index] not in {None, kind}:
        raise InvalidIdentifier(
            f"line {number}: the column {shown(cells[index])} does not hold values of {kind}"
        )
    return _Layout(delimiter=delimiter, header=True, index=index, kind=kinds[index] or kind)


def _kind_of(cell: str) -> Kind | None:
    """Return the kind that the name of a column tells: `ICCID`, `sim_iccid`, `IMEI (device)`."""
    if _MANY_DIGITS.search(cell):
        return None
    words = (word.removesuffix("s") for word in re.findall(r"[a-z]+", cell.lower()))
    kinds = {kind for word in words if (kind := kind_named(word)) and word != "tel"}
    return kinds.pop() if len(kinds) == 1 else None


def _column(
    cells: list[str], kinds: list[Kind | None], place: str, column: str | None, kind: Kind | None
) -> int:
    """Return the column to read; raise when it is not there, or not certain."""
    if column is not None:
        wanted = column.strip().casefold()
        found = [at for at, cell in enumerate(cells) if cell.casefold() == wanted]
    elif len(cells) == 1:
        found = [0]
    else:
        found = [at for at, named in enumerate(kinds) if named and named is (kind or named)]
        iccids = [at for at in found if kinds[at] is Kind.ICCID]
        found = iccids or found
    if len(found) == 1:
        return found[0]
    names = ", ".join(shown(cell) for cell in cells)
    what = shown(column) if column is not None else "identifiers"
    many = "several columns fit" if found else "no column fits"
    raise InvalidIdentifier(f"{place}: {many} {what}; name one of the columns {names}")
