"""Pages by number for a vendor that has cursors."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from simloom.errors import InvalidParameter
from simloom.models import Page
from simloom.runtime import UNSET, Unset

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.plugins import Flow

T = TypeVar("T")
Key: TypeAlias = tuple[Any, ...]

MOST = 1000
"""Cursors that are kept; the oldest go first, and a page without one is reached from the start."""


class Cursors:
    """Remembers which cursor leads to which page of which list; safe in threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, str] = OrderedDict()
        self._lock = Lock()

    def keep(self, number: int, wishes: Key, cursor: str) -> None:
        """Remember the cursor of a page."""
        with self._lock:
            self._known[number, *wishes] = cursor
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def nearest(self, number: int, wishes: Key) -> tuple[int, str | None]:
        """Return the last page up to `number` whose cursor is known; page 1 needs none."""
        with self._lock:
            for page in range(number, 1, -1):
                cursor = self._known.get((page, *wishes))
                if cursor is not None:
                    return page, cursor
        return 1, None

    def page(
        self,
        number: int,
        wishes: Key,
        ask: Callable[[str | Unset], Flow[tuple[list[T], str | None]]],
    ) -> Flow[Page[T]]:
        """Return a page; one out of turn costs those before it.

        `wishes` tells lists apart. `ask` reads what a cursor leads to, and the cursor behind it.
        """
        if number < 1:
            raise InvalidParameter("pages count from 1")
        page, cursor = self.nearest(number, wishes)
        while True:
            items, cursor = yield from ask(cursor or UNSET)
            if cursor:
                self.keep(page + 1, wishes, cursor)
            if page == number:
                return Page(items=items, number=number, more=bool(cursor))
            if not cursor:
                return Page(items=[], number=number, more=False)
            page += 1
