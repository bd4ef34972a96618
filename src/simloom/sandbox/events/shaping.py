"""What becomes of an event on its way out: as it is, or twice, later, never, or cut off.

The faults that a test has scripted decide, and the switch `m2m_event_delivery`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from simloom.sandbox.events.catalogue import PROVIDER
from simloom.sandbox.faults.script import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.events.subscription import Entry
    from simloom.sandbox.faults import Faults
    from simloom.sandbox.quirks import Quirks


class Cut(Exception):
    """The connection has to be cut now."""


@frozen(kw_only=True)
class Piece:
    """An event to send so many times, none of them for one that is dropped.

    With `keep` only so many bytes of it are sent. The connection is cut behind it if `is_last`.
    """

    entry: Entry
    copies: int = 1
    keep: int | None = None
    is_last: bool = False


class Shaper:
    """Shapes the events of one stream."""

    def __init__(self, faults: Faults, quirks: Quirks) -> None:
        self._faults = faults
        self._copies = 2 if quirks.m2m_event_delivery == "twice" else 1
        self._held: list[Entry] = []

    def pieces(self, entry: Entry) -> Iterator[Piece]:
        """Return what to send for an event; one that is held back comes behind the next."""
        event = entry.event
        fault = self._faults.for_stream(PROVIDER, event.stream, iccid=event.iccid)
        if fault is not None and fault.effect is Effect.REORDER_EVENTS:
            self._held.append(entry)
            return
        if fault is None:
            yield Piece(entry=entry, copies=self._copies)
        elif fault.effect is Effect.DUPLICATE_EVENTS:
            yield Piece(entry=entry, copies=fault.copies)
        elif fault.effect is Effect.DROP_EVENTS:
            yield Piece(entry=entry, copies=0)
        elif fault.keep is None:
            yield Piece(entry=entry, copies=self._copies, is_last=True)
        else:
            yield Piece(entry=entry, copies=0, keep=fault.keep, is_last=True)
        held, self._held = self._held, []
        for late in held:
            yield Piece(entry=late, copies=self._copies)
