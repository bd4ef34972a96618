"""Which SIMs a list shows, in which order, and which of them are on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

Column = Callable[[int], Any]


@frozen
class Order:
    """A column to sort by."""

    column: str
    descending: bool = False


class Selection:
    """Filters and sorts the indexes of SIMs by columns.

    Without filter and order nothing is computed. Otherwise the first request reads one column of
    every SIM, and the result is kept for the pages that follow. SIMs without a value come last.
    """

    _KEPT = 8

    def __init__(self, everything: Sequence[int], columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self._all = everything
        self._results: dict[object, Sequence[int]] = {}

    def indexes(self, filters: Mapping[str, Any], order: Sequence[Order] = ()) -> Sequence[int]:
        """Return the indexes whose columns equal the filters, sorted."""
        if not filters and not order:
            return self._all
        key = (tuple(sorted(filters.items())), tuple(order))
        if key not in self._results:
            while len(self._results) >= self._KEPT:
                del self._results[next(iter(self._results))]
            self._results[key] = self._select(filters, order)
        return self._results[key]

    def _select(self, filters: Mapping[str, Any], order: Sequence[Order]) -> Sequence[int]:
        chosen: Sequence[int] = self._all
        for name, wanted in filters.items():
            column = self.columns[name]
            chosen = [index for index in chosen if column(index) == wanted]
        # Sorting is stable: the least important column goes first.
        for item in reversed(order):
            column = self.columns[item.column]
            values = {index: column(index) for index in chosen}
            known = [index for index in chosen if values[index] is not None]
            unknown = [index for index in chosen if values[index] is None]
            chosen = sorted(known, key=values.__getitem__, reverse=item.descending) + unknown
        return chosen


def page_of(items: Sequence[int], page: int, size: int) -> Sequence[int]:
    """Return one page, counted from 1. It is empty beyond the end."""
    return items[(page - 1) * size : page * size]


def page_count(total: int, size: int) -> int:
    """Return how many pages there are; none for no entries."""
    return -(-total // size)
