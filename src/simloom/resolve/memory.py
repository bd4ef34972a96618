"""The index as a help in searches: when it fails, the vendor is asked for everything."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from simloom.resolve.errors import SimIndexError
from simloom.resolve.plan import index_tells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simloom.identifiers import Identifier
    from simloom.models import Sim
    from simloom.resolve.index import AccountIndex, Scan

T = TypeVar("T")

log: logging.Logger = logging.getLogger("simloom.resolve")

MAX_AGE = 86_400.0
"""Seconds after the beginning of a complete scan for which the index is asked."""


@frozen(kw_only=True)
class Memory:
    """What is remembered of an account. `index` None keeps nothing and knows nothing.

    A fault of the file is a warning in the log `simloom.resolve`.
    """

    index: AccountIndex | None = None
    max_age: float = MAX_AGE
    wall: Callable[[], float] = time.time

    def pages(self) -> int | None:
        """Return how many pages the list had, None if that is not known."""
        about = None if self.index is None else self._safely(self.index.about, None)
        return None if about is None else about.pages

    def known(self, wanted: Iterable[Identifier], *, sure: bool) -> dict[Identifier, list[str]]:
        """Return the ICCIDs of those identifiers that a young index may be asked for."""
        index = self.index
        if index is None:
            return {}
        about = self._safely(index.about, None)
        if about is None or about.synced is None:
            return {}
        if not 0 <= self.wall() - about.synced <= self.max_age:
            return {}
        asked = [one for one in wanted if index_tells(one.kind, sure=sure)]
        return self._safely(lambda: index.find(asked), {})

    def note(self, sims: Sequence[Sim]) -> None:
        """Take in SIMs that were found singly."""
        index = self.index
        if index is not None and sims:
            self._safely(lambda: index.note(sims), None)

    @contextmanager
    def scan(self) -> Iterator[Keeper]:
        """Take in a list that is read for another purpose."""
        if self.index is None:
            yield Keeper(None)
            return
        inside = False
        try:
            with self.index.scan() as scan:
                inside = True
                yield Keeper(scan)
        except SimIndexError as error:
            if inside:
                raise
            log.warning("%s", error)
        if not inside:
            yield Keeper(None)

    def _safely(self, work: Callable[[], T], otherwise: T) -> T:
        try:
            return work()
        except SimIndexError as error:
            log.warning("%s", error)
            return otherwise


class Keeper:
    """Pages on their way into the index, until the first fault."""

    def __init__(self, scan: Scan | None) -> None:
        self._scan = scan

    def add(self, sims: Iterable[Sim]) -> None:
        """Take in one page."""
        if self._scan is not None:
            try:
                self._scan.add(sims)
            except sqlite3.Error as error:
                self._give_up(error)

    def complete(self) -> None:
        """Make the list visible."""
        if self._scan is not None:
            try:
                self._scan.complete()
            except sqlite3.Error as error:
                self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        log.warning("the index of SIMs was not written: %s", error)
        self._scan = None
