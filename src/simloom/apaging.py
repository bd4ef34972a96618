"""Reading lists page by page in coroutines; the rules are those of `simloom.paging`."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

from simloom.paging import Progress

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from simloom.models import Page

T = TypeVar("T")


async def read_pages(
    fetch: Callable[[int], Awaitable[Page[T]]], *, ahead: int
) -> AsyncGenerator[T, None]:
    """Yield the items of all pages in their order, at most `ahead` requests at once."""
    page = await fetch(1)
    for item in page.items:
        yield item
    if page.total_pages is not None and ahead > 1:
        async with aclosing(_ahead(fetch, page, page.total_pages, ahead)) as items:
            async for item in items:
                yield item
        return
    progress, number = Progress(page), 1
    while page.more:
        number += 1
        page = await fetch(number)
        progress.check(page, number)
        for item in page.items:
            yield item


async def having(
    items: AsyncGenerator[T, None], wanted: Callable[[T], bool]
) -> AsyncGenerator[T, None]:
    """Yield the items that are wanted; closing it closes `items`."""
    async with aclosing(items):
        async for item in items:
            if wanted(item):
                yield item


async def _ahead(
    fetch: Callable[[int], Awaitable[Page[T]]], first: Page[T], total: int, ahead: int
) -> AsyncGenerator[T, None]:
    progress, asked, read = Progress(first), 1, 1
    waiting: deque[asyncio.Task[Page[T]]] = deque()
    try:
        while read < total:
            while asked < total and len(waiting) < ahead:
                asked += 1
                waiting.append(asyncio.create_task(_page(fetch, asked)))
            page = await waiting[0]
            waiting.popleft()
            read += 1
            progress.check(page, read)
            total = max(total, page.total_pages or 0)  # the list may grow meanwhile
            if asked < total:  # before the page is used, which may take as long as a request
                asked += 1
                waiting.append(asyncio.create_task(_page(fetch, asked)))
            for item in page.items:
                yield item
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _page(fetch: Callable[[int], Awaitable[Page[T]]], number: int) -> Page[T]:
    return await fetch(number)  # made here: a task cancelled before it starts leaves none behind
