"""Other processes that open the journal of a job while it runs, as people's commands do."""

from __future__ import annotations

import random
import signal
import sys
import time
from typing import TYPE_CHECKING, NoReturn

from simloom.bulk.errors import JournalError
from simloom.bulk.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PAUSES = 0.02
"""The share of the looks that ask for a pause."""


def watch(path: Path, seed: float) -> NoReturn:
    """Open the journal again and again until a SIGTERM ends this process in good order.

    It is opened for its status, for all outcomes, for a pause, or to decide what needs no review.
    A journal that does not exist yet, or is worked on, is no failure; anything else is raised.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    draw = random.Random(seed)
    while True:
        if path.exists():
            _look(path, draw)
        time.sleep(draw.uniform(0, 0.01))


def _look(path: Path, draw: random.Random) -> None:
    try:
        book = Journal(path, make=False)
    except JournalError as error:
        if _is_being_made(path, error):
            return
        raise
    try:
        looks: tuple[Callable[[], object], ...] = (
            book.job,
            book.results.counts,
            lambda: list(book.results.outcomes(page=7)),
        )
        if book.job() is None:
            return
        if draw.random() < _PAUSES:
            book.pause()
        draw.choice(looks)()
        time.sleep(draw.uniform(0, 0.005))
    finally:
        book.close()


def _is_being_made(path: Path, error: JournalError) -> bool:
    """Tell whether a journal was looked at before its first line was written."""
    return "no journal" in str(error) and path.stat().st_size < 20_000
