"""Lists of a provider, page by page, to a sheet."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from simloom.cli.progress import meter
from simloom.paging import read_pages
from simloom.plugins.verbs import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simloom.capabilities import Verb
    from simloom.cli.sheets import Sheet
    from simloom.client import SimClient


def pages(
    client: SimClient,
    verb: Verb,
    *arguments: Any,
    told: Callable[[int], None] = lambda _total: None,
    **named: Any,
) -> Iterator[Any]:
    """Yield the items of a list as the client does; `told` hears how many there are, if known.

    `UnsupportedOperation` is raised here, not at the first item.
    """

    def page(number: int) -> Any:
        found = client.do(verb, *arguments, number, **named)
        if found.total is not None:
            told(found.total)
        elif found.total_pages is not None and found.number == 1:
            told(found.total_pages * len(found.items))
        return found

    start(client.provider, verb, *arguments, 1, **named).close()
    return read_pages(page, ahead=client.provider.pages_ahead)


def fill(
    sheet: Sheet,
    client: SimClient,
    verb: Verb,
    *arguments: Any,
    what: str,
    limit: int | None = None,
    keep: Callable[[Any], bool] = lambda _item: True,
    prints: bool = True,
    color: str = "auto",
    **named: Any,
) -> int:
    """Write a list to a sheet and return how many records were written, at most `limit`."""
    with meter(what, prints=prints, color=color) as bar:
        found = pages(client, verb, *arguments, told=bar.total, **named)
        return add_all(sheet, islice(_counted(found, bar.step, keep), limit))


def add_all(sheet: Sheet, records: Iterable[Any]) -> int:
    """Write records to a sheet and return their number."""
    number = 0
    for record in records:
        sheet.add(record)
        number += 1
    return number


def _counted(
    items: Iterator[Any], step: Callable[[], None], keep: Callable[[Any], bool]
) -> Iterator[Any]:
    for item in items:
        step()
        if keep(item):
            yield item
