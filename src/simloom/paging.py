"""Reading lists page by page, a few pages ahead where the vendor says how many there are."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from simloom.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.models import Page

T = TypeVar("T")

MOST_EMPTY = 100
"""So many empty pages in a row, each promising another, are a vendor that never ends."""


def read_pages(fetch: Callable[[int], Page[T]], *, ahead: int) -> Iterator[T]:
    """Yield the items of all pages in their order.

    With `ahead` above 1, and a first page that tells the number of pages, that many requests are
    under way at once; no more than `ahead` pages are kept beside the present one. `DecodeError`
    when a vendor repeats a page.
    """
    page = fetch(1)
    yield from page.items
    if page.total_pages is not None and ahead > 1:
        yield from _ahead(fetch, page, page.total_pages, ahead)
        return
    progress, number = Progress(page), 1
    while page.more:
        number += 1
        page = fetch(number)
        progress.check(page, number)
        yield from page.items


class Progress:
    """Notices a vendor that ignores the page number, and would go on for ever.

    Keeps the first page and the one before: some vendors repeat the last page, some start anew.
    """

    def __init__(self, first: Page[Any]) -> None:
        self._first = first.items
        self._before = first.items
        self._empty = 0

    def check(self, page: Page[Any], number: int) -> None:
        """Raise `DecodeError` if page `number` was there before, or is one empty page too many."""
        if page.items:
            self._empty = 0
            for earlier, name in ((self._before, number - 1), (self._first, 1)):
                if page.items == earlier:
                    raise DecodeError(f"page {number} repeats page {name}")
        else:
            self._empty += 1
            if self._empty >= MOST_EMPTY:
                raise DecodeError(f"page {number} is the {MOST_EMPTY}th empty page in a row")
        self._before = page.items


def _ahead(fetch: Callable[[int], Page[T]], first: Page[T], total: int, ahead: int) -> Iterator[T]:
    progress, asked, read = Progress(first), 1, 1
    with ThreadPoolExecutor(max_workers=ahead, thread_name_prefix="simloom-pages") as pool:
        waiting: deque[Future[Page[T]]] = deque()
        try:
            while read < total:
                while asked < total and len(waiting) < ahead:
                    asked += 1
                    waiting.append(pool.submit(fetch, asked))
                page = waiting.popleft().result()
                read += 1
                progress.check(page, read)
                total = max(total, page.total_pages or 0)  # the list may grow meanwhile
                if asked < total:  # before the page is used, which may take as long as a request
                    asked += 1
                    waiting.append(pool.submit(fetch, asked))
                yield from page.items
        finally:
            for future in waiting:
                future.cancel()
