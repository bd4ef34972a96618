"""Reading a vendor's whole list, for an index and for whoever looks for something in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.errors import DecodeError
from simloom.plugins.verbs import start
from simloom.resolve.steps import taken

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.models import Page, Sim
    from simloom.plugins.provider import Provider
    from simloom.resolve.steps import Steps

_MOST_EMPTY = 100
"""So many empty pages in a row, each promising another, are a vendor that never ends."""


def read_list(
    provider: Provider,
    take: Callable[[Page[Sim]], None],
    *,
    goes_on: Callable[[Page[Sim]], bool] = lambda _page: True,
) -> Steps[bool]:
    """Hand every page to `take`, in their order; return whether the list was read to its end.

    `goes_on` is asked after each page. Where the first one tells how many there are, the provider's
    `pages_ahead` are asked for at once. Errors are raised: half a list proves nothing.
    """
    (answer,) = yield [start(provider, Verb.LIST, 1)]
    page: Page[Sim] = taken(answer)
    take(page)
    watch = _Watch(page)
    number, total = 1, page.total_pages
    while (page.more if total is None else number < total) and goes_on(page):
        at_once = 1 if total is None else min(provider.pages_ahead, total - number)
        numbers = range(number + 1, number + 1 + at_once)
        answers = yield [start(provider, Verb.LIST, wanted) for wanted in numbers]
        for wanted, answer in zip(numbers, answers, strict=True):
            page = taken(answer)
            watch.check(page, wanted)
            take(page)
            total = None if total is None else max(total, page.total_pages or 0)
        number += at_once
    return not page.more if total is None else number >= total


class _Watch:
    """Notices a vendor that ignores the number of the page, and would go on for ever."""

    def __init__(self, first: Page[Sim]) -> None:
        self._first = self._before = first.items
        self._empty = 0

    def check(self, page: Page[Sim], number: int) -> None:
        """Raise `DecodeError` for a page that was there before, or one empty page too many."""
        self._empty = 0 if page.items else self._empty + 1
        if page.items and page.items in (self._before, self._first):
            raise DecodeError(f"page {number} of the list of SIMs repeats an earlier one")
        if self._empty >= _MOST_EMPTY:
            raise DecodeError(f"page {number} is the {_MOST_EMPTY}th empty page in a row")
        self._before = page.items
