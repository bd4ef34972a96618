"""A progress bar on stderr for whatever pages, with the time left where the total is known."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from simloom.cli.consoles import console_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom.models import Page


class Meter(ABC):
    """Told how far it is."""

    @abstractmethod
    def total(self, number: int) -> None:
        """Hear how many there are."""

    @abstractmethod
    def step(self) -> None:
        """Hear that one more is done."""

    def page(self, page: Page[Any]) -> None:
        """Hear that a page is done."""
        if page.total is not None:
            self.total(page.total)
        for _ in page.items:
            self.step()


class _Silent(Meter):
    def total(self, number: int) -> None:
        """Do nothing."""

    def step(self) -> None:
        """Do nothing."""


def _wanted(*, prints: bool) -> bool:
    """Tell whether a bar disturbs nobody: not in a log, not between rows on the same screen."""
    return sys.stderr.isatty() and not (prints and sys.stdout.isatty())


@contextmanager
def meter(what: str, *, prints: bool, color: str = "auto") -> Iterator[Meter]:
    """Show a bar while the block runs; `prints` tells that rows go to stdout meanwhile."""
    with meters(prints=prints, color=color) as bar_of:
        yield bar_of(what)


@contextmanager
def meters(*, prints: bool, color: str = "auto") -> Iterator[Callable[[str], Meter]]:
    """Yield what gives the bar of each name, below one another; it may be called by any thread."""
    if not _wanted(prints=prints):
        silent = _Silent()
        yield lambda _what: silent
        return
    from rich.progress import (  # noqa: PLC0415  (only when one is shown)
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console_of(sys.stderr, color)) as bars:

        class Shown(Meter):
            def __init__(self, what: str) -> None:
                self._task = bars.add_task(what, total=None)

            def total(self, number: int) -> None:
                bars.update(self._task, total=number)

            def step(self) -> None:
                bars.advance(self._task)

        shown: dict[str, Shown] = {}
        lock = Lock()

        def bar_of(what: str) -> Meter:
            with lock:
                if what not in shown:
                    shown[what] = Shown(what)
                return shown[what]

        yield bar_of
