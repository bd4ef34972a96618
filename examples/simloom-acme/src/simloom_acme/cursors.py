"""Pages by number for a vendor that has cursors."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

MOST = 1000
"""Cursors that are kept; the oldest go first, and a page without one is reached from the start."""

Key = tuple[Any, ...]


class Cursors:
    """Remembers which cursor leads to page `number` of a list; safe in threads."""

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
