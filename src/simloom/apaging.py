"""Reading lists page by page in coroutines; the rules are those of `simloom.paging`."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, TypeVar

from simloom.paging import check_progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from simloom.models import Page

T = TypeVar("T")


async def read_pages(fetch: Callable[[int], Awaitable[Page[T]]], *, ahead: int) -> AsyncIterator[T]:
    """Yield the items of all pages in their order, at most `ahead` requests at once."""
    first = await fetch(1)
    for item in first.items:
        yield item
    if first.total_pages is not None and ahead > 1:
        waiting: deque[asyncio.Task[Page[T]]] = deque()
        try:
            for number in range(2, first.total_pages + 1):
                waiting.append(asyncio.ensure_future(_awaited(fetch(number))))
                if len(waiting) >= ahead:
                    for item in (await waiting.popleft()).items:
                        yield item
            while waiting:
                for item in (await waiting.popleft()).items:
                    yield item
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return
    page = first
    while page.more:
        following = await fetch(page.number + 1)
        check_progress(page, following)
        page = following
        for item in page.items:
            yield item


async def _awaited(page: Awaitable[Page[T]]) -> Page[T]:
    return await page
