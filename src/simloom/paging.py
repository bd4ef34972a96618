"""Reading lists page by page, a few pages ahead where the vendor says how many there are."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from simloom.errors import DecodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.models import Page

T = TypeVar("T")


def read_pages(fetch: Callable[[int], Page[T]], *, ahead: int) -> Iterator[T]:
    """Yield the items of all pages in their order.

    With `ahead` above 1, and a first page that tells the number of pages, that many requests are
    under way at once; no more than `ahead` pages are kept.
    """
    first = fetch(1)
    yield from first.items
    if first.total_pages is not None and ahead > 1:
        yield from _ahead(fetch, first.total_pages, ahead)
        return
    page = first
    while page.more:
        following = fetch(page.number + 1)
        check_progress(page, following)
        page = following
        yield from page.items


def check_progress(page: Page[T], following: Page[T]) -> None:
    """Raise when a vendor repeats a page: it ignores the page number, and would do so for ever."""
    if following.items and following.items == page.items:
        raise DecodeError(f"page {following.number} repeats page {page.number}")


def _ahead(fetch: Callable[[int], Page[T]], total: int, ahead: int) -> Iterator[T]:
    numbers = iter(range(2, total + 1))
    with ThreadPoolExecutor(max_workers=ahead, thread_name_prefix="simloom-pages") as pool:
        waiting: deque[Future[Page[T]]] = deque()
        try:
            for number in numbers:
                waiting.append(pool.submit(fetch, number))
                if len(waiting) >= ahead:
                    yield from waiting.popleft().result().items
            while waiting:
                yield from waiting.popleft().result().items
        finally:
            for future in waiting:
                future.cancel()
