"""Pages: how many entries to ask for, and whether another page follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from simloom.errors import InvalidParameter
from simloom.models import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

SIMS, ORDERS, EVENTS, SMS = 100, 10, 1000, 100
"""Most entries per page (1NCE's specification, inferred for Business Smart Connect)."""


@frozen
class Place:
    """A page that is asked for: its number from 1, and its size."""

    number: int
    size: int

    @classmethod
    def of(cls, number: int, size: int | None, most: int) -> Place:
        """Check a page number; sizes above the vendor's maximum are cut, none means the maximum.

        The size is always sent: without page headers it is what tells the last page.
        """
        if number < 1:
            raise InvalidParameter(f"page {number}: pages count from 1")
        if size is not None and size < 1:
            raise InvalidParameter(f"a page cannot have {size} entries")
        return cls(number, most if size is None else min(size, most))

    def page(
        self,
        items: list[T],
        headers: Mapping[str, str],
        *,
        received: int | None = None,
        total_pages: int | None = None,
        total: int | None = None,
    ) -> Page[T]:
        """Make a page from an answer.

        The vendor's `X-` headers win over the totals of the body. Where both are absent (orders and
        SMS promise none), a page that is shorter than asked is the last. `received` is how many
        entries came when `items` are not all of them.
        """
        count = len(items) if received is None else received
        pages = _number(headers, "x-total-pages")
        pages = total_pages if pages is None else pages
        entries = _number(headers, "x-total-count")
        if pages is None:
            full = min(self.size, _number(headers, "x-count-per-page") or self.size)
            more = count >= full
        else:
            more = self.number < pages
        return Page(
            items=items,
            number=self.number,
            more=more,
            total_pages=pages,
            total=total if entries is None else entries,
        )


def _number(headers: Mapping[str, str], name: str) -> int | None:
    """Read a header that holds a whole number; anything else counts as absent."""
    value = headers.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
