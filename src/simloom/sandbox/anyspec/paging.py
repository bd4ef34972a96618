"""Which page of a list a call asks for, by the names that vendors give their parameters."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.anyspec.nouns import plain
from simloom.sandbox.anyspec.shapes import value_at
from simloom.sandbox.anyspec.validation import kinds_of
from simloom.sandbox.messages import Refused, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simloom.sandbox.anyspec.items import Items

PAGES = {"page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "pagepage", "p"}
SIZES = {
    *("size", "limit", "perpage", "pagesize", "count", "maxresults", "maxitems", "top", "take"),
    *("itemsperpage", "rows", "rowcount", "pagelimit", "max", "numberofrecords", "resultsperpage"),
}
OFFSETS = {
    *("offset", "startat", "skip", "start", "startindex", "firstresult", "pageoffset"),
    *("firstrecord", "startposition", "startfrom"),
}
CURSORS = {
    *("cursor", "nextcursor", "nexttoken", "pagetoken", "nextpagetoken", "continuationtoken"),
    *("continuation", "marker", "pagecursor", "token", "bookmark", "pagemarker", "scrollid"),
}
AFTERS = {"after", "startingafter", "startafter", "pageafter", "lastid", "afterid", "lastseenid"}
_DATES = {"date", "date-time"}
_USUAL, MOST = 20, 1000


@frozen
class Input:
    """Something that a caller may send to a list: a parameter, a part of one, or a member."""

    path: tuple[str, ...]
    schema: Mapping[str, Any]

    @property
    def word(self) -> str:
        """Its name, so that it can be compared."""
        return plain("".join(self.path))

    @property
    def shown(self) -> str:
        """Its name as it is sent."""
        return self.path[0] + "".join(f"[{part}]" for part in self.path[1:])

    def given(self, values: Mapping[str, Any]) -> Any:
        """Return what was sent, or its default."""
        value = value_at(values, self.path)
        return self.schema.get("default") if value is None else value


@frozen(kw_only=True)
class Turn:
    """One page: where it begins in the whole, and what is on it."""

    indexes: Sequence[int]
    start: int
    size: int
    total: int
    number: int
    """Of the page, counted as the vendor does."""
    base: int

    @property
    def more(self) -> bool:
        """Whether there is a page after it."""
        return bool(self.indexes) and self.start + len(self.indexes) < self.total

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.size) if self.size else 0


@frozen
class Paging:
    """How one list is asked for its pages. What it does not have is None."""

    page: Input | None = None
    size: Input | None = None
    offset: Input | None = None
    cursor: Input | None = None
    after: Input | None = None
    most: int = MOST

    @classmethod
    def of(cls, inputs: Iterable[Input], most: int | None = None) -> Paging:
        """Find them by name; what is a date or a choice is none of them."""
        found: dict[str, Input] = {}
        for one in inputs:
            kinds = kinds_of(one.schema)
            is_number = not kinds or bool({"integer", "number"} & set(kinds))
            if one.schema.get("format") in _DATES or "enum" in one.schema:
                continue
            for name, words, wants_number in (
                ("page", PAGES, True),
                ("size", SIZES, True),
                ("offset", OFFSETS, True),
                ("cursor", CURSORS, False),
                ("after", AFTERS, False),
            ):
                fits = (is_number or not wants_number) and not {"boolean", "array"} & set(kinds)
                if one.word in words and fits:
                    found.setdefault(name, one)
        return cls(**found, most=MOST if most is None else most)

    @property
    def inputs(self) -> list[Input]:
        """Return those that there are."""
        every = (self.page, self.size, self.offset, self.cursor, self.after)
        return [one for one in every if one is not None]

    @property
    def moves(self) -> bool:
        """Whether there is a way to ask for anything but the first page."""
        return any((self.page, self.offset, self.cursor, self.after))

    @property
    def shown(self) -> str:
        """The names of what is sent."""
        return ", ".join(one.shown for one in self.inputs) or "one page"

    @property
    def base(self) -> int:
        """The number of the first page: 1 unless the document has a 0 for it."""
        if self.page is None:
            return 1
        schema = self.page.schema
        return 0 if 0 in (schema.get("minimum"), schema.get("default")) else 1

    def turn(self, items: Items, indexes: Sequence[int], values: Mapping[str, Any]) -> Turn:
        """Return the page that was asked for. Raises Refused for a cursor that nobody gave out."""
        total = len(indexes)
        size = self._size(values, total)
        start, number = 0, self.base
        given = {one.path: one.given(values) for one in self.inputs}
        cursor, after, offset, page = (
            given.get(one.path) if one is not None else None
            for one in (self.cursor, self.after, self.offset, self.page)
        )
        if cursor not in (None, ""):
            start = bisect_right(indexes, _index_of(cursor, self.cursor))
        elif after not in (None, ""):
            start = self._behind(items, indexes, after)
        elif isinstance(offset, int) and offset:
            start = max(0, offset)
        elif isinstance(page, int):
            number = max(self.base, page)
            start = (number - self.base) * size
        if size and not isinstance(page, int):
            number = start // size + self.base
        return Turn(
            indexes=indexes[start : start + size],
            start=start,
            size=size,
            total=total,
            number=number,
            base=self.base,
        )

    def next_cursor(self, turn: Turn, *, numeric: bool = False) -> Any:
        """Return the cursor behind a page: it stands for its last item, also if that goes."""
        last = turn.indexes[-1]
        return last if numeric else base64.urlsafe_b64encode(f"behind {last}".encode()).decode()

    def following(self, turn: Turn, last_id: str | None) -> tuple[Input, Any] | None:
        """Return what has to be sent for the page after this one, None if there is none."""
        if not turn.more:
            return None
        if self.cursor is not None:
            numeric = "integer" in kinds_of(self.cursor.schema)
            return self.cursor, self.next_cursor(turn, numeric=numeric)
        if self.page is not None:
            return self.page, turn.number + 1
        if self.offset is not None:
            return self.offset, turn.start + len(turn.indexes)
        return (self.after, last_id) if self.after is not None and last_id is not None else None

    def _behind(self, items: Items, indexes: Sequence[int], after: Any) -> int:
        # `after` may be an id, or the cursor that an answer had.
        index = items.find("", str(after))
        if index is None:
            index = _index_of(after, self.after)
        return bisect_right(indexes, index)

    def _size(self, values: Mapping[str, Any], total: int) -> int:
        if self.size is None:
            return min(_USUAL, self.most) if self.moves else total
        wanted = self.size.given(values)
        largest = self.size.schema.get("maximum")
        most = largest if isinstance(largest, int) and largest > 0 else self.most
        if isinstance(wanted, int) and wanted >= 0:
            return min(wanted, most)
        return min(_USUAL, most) if self.moves else total


def _index_of(cursor: Any, given: Input | None) -> int:
    try:
        if isinstance(cursor, int):
            return cursor
        text = base64.urlsafe_b64decode(str(cursor).encode()).decode()
        return int(text.removeprefix("behind "))
    except (binascii.Error, ValueError) as error:
        name = given.shown if given is not None else "cursor"
        why = f"{name} is none that this list gave out"
        raise Refused(Why.REQUEST, why, where=name, place="query") from error
