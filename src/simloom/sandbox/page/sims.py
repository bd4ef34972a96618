"""The SIMs of a vendor in a form that fits all four: pages, a search, one with its details.

Works for millions: a page costs no more than its rows, and a search goes through the SIMs a piece
at a time, so that other requests are answered in between.
"""

from __future__ import annotations

import asyncio
import re
import time
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from simloom.sandbox.journal import Masker
from simloom.sandbox.page.counting import Census
from simloom.sandbox.page.statuses import tone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom.sandbox.emulator import Emulator
    from simloom.sandbox.overlay import LiveSims

LARGEST_PAGE = 100
_PIECE = 256  # SIMs that are looked at before other requests get their turn
_BUDGET = 0.4  # seconds after which a search says how far it came
_SHORTEST = 6  # digits from which on a text can only be an identifier


@frozen
class Label:
    """The field of a SIM that people give or know it by, and what its column is called."""

    field: str
    title: str


_USUAL_LABEL = Label("name", "Name")
_LABELS = {
    "telekom-m2m": Label("remarks", "Remarks"),
    "telekom-bsc": Label("label", "Label"),
    "telcoapi": Label("vendor", "Card maker"),
    "infobip": Label("name", "Name"),
}


def label_of(provider: str) -> Label:
    """Return the label of a vendor's SIMs, the usual one for what is nothing but a spec."""
    return _LABELS.get(provider, _USUAL_LABEL)


class BadQuestion(ValueError):
    """A page or search that cannot be; the text says why."""


class Directory:
    """Lists and finds the SIMs of all vendors."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._censuses = {
            name: Census(emulator.vendor(name).live)  # type: ignore[attr-defined]
            for name in emulator.with_sims
        }
        self._maskers = {
            name: Masker(emulator.vendor(name).read_spec().secret_names(), ())
            for name in emulator.with_sims
        }

    def counts(self, provider: str) -> dict[str, Any]:
        """Return how many SIMs there are, and how many per status; none for a vendor without."""
        if provider not in self._censuses:
            return {"sims": 0, "statuses": [], "late": False}

        def count(_vendor: Any) -> dict[str, Any]:
            census = self._censuses[provider]
            census.update()
            statuses = [
                {"status": status, "tone": tone_of(status), "count": census.count(status)}
                for status in census.statuses
            ]
            return {"sims": census.count(), "statuses": statuses, "late": census.is_late}

        return self._emulator.visit(provider, count)

    def page(self, provider: str, page: int, size: int, status: str | None) -> dict[str, Any]:
        """Return one page, counted from 1, in the vendor's order; the last one if it is beyond."""
        if provider not in self._censuses:
            return {"total": 0, "page": 1, "pages": 1, "late": False, "sims": []}

        def turn(vendor: Any) -> dict[str, Any]:
            census = self._censuses[provider]
            census.update()
            total = census.count(status)
            pages = max(1, -(-total // size))
            here = min(page, pages)
            first, last = (here - 1) * size, min(here * size, total)
            rows = [
                self._row(provider, vendor.live, census.nth(place, status))
                for place in range(first, last)
            ]
            return {"total": total, "page": here, "pages": pages, "late": census.is_late} | {
                "sims": rows
            }

        return self._emulator.visit(provider, turn)

    async def search(
        self, provider: str, text: str, status: str | None, cursor: Cursor, size: int
    ) -> dict[str, Any]:
        """Return the next SIMs that have a text in their ICCID or label, or an identifier equal.

        `next` is the cursor to go on with, None at the end; `searched` counts the SIMs behind it.
        Those that were changed come first.
        """
        if provider not in self._censuses:
            return {"sims": [], "next": None, "searched": None}
        wanted = _Wanted.of(text, label_of(provider).field, status)
        if wanted.digits and cursor == START:
            exact = self._emulator.visit(provider, lambda vendor: wanted.exact(vendor.live))
            if exact:
                return {"sims": self._rows(provider, exact), "next": None, "searched": None}
        found: list[dict[str, Any]] = []
        until = time.monotonic() + _BUDGET
        place = cursor

        def piece(vendor: Any) -> Cursor | None:
            live: LiveSims = vendor.live
            for number, index in place.walk(live, _PIECE):
                if wanted.fits(live, index):
                    found.append(self._row(provider, live, index))
                    if len(found) >= size:
                        return evolve(place, number=number).normal(live)
            return evolve(place, number=place.number + _PIECE).normal(live)

        while True:
            following = self._emulator.visit(provider, piece)
            if following is None or len(found) >= size or time.monotonic() > until:
                searched = following.number if following and following.in_all else 0
                shown = None if following is None else str(following)
                return {"sims": found, "next": shown, "searched": searched}
            place = following
            await asyncio.sleep(0)

    def details(self, provider: str, iccid: str) -> dict[str, Any] | None:
        """Return a SIM with all its fields, secrets masked, and its effects; None if unknown."""

        def look(vendor: Any) -> dict[str, Any] | None:
            index = vendor.live.find("iccid", iccid)
            if index is None:
                return None
            row = self._row(provider, vendor.live, index)
            fields = self._maskers[provider].json(vendor.live.record(index))
            return row | {"fields": fields}

        if provider not in self._censuses:
            return None
        self._emulator.settle()
        found = self._emulator.visit(provider, look)
        if found is not None:
            effects = self._emulator.ledger(provider, found["iccid"])["effects"]
            found |= {"effects": effects[-100:], "earlier": max(0, len(effects) - 100)}
        return found

    def _rows(self, provider: str, indexes: Iterable[int]) -> list[dict[str, Any]]:
        def rows(vendor: Any) -> list[dict[str, Any]]:
            return [self._row(provider, vendor.live, index) for index in indexes]

        return self._emulator.visit(provider, rows)

    def _row(self, provider: str, live: LiveSims, index: int) -> dict[str, Any]:
        record = live.record(index)
        status = live.state(index)
        return {
            "iccid": live.iccid(index),
            "label": record.get(label_of(provider).field),
            "msisdn": record.get("msisdn"),
            "status": status,
            "tone": tone_of(status),
            "changed": index in live.changed or index in live.created,
        }


@frozen
class Cursor:
    """How far a search is: first among the changed and created SIMs, then among all others."""

    in_all: bool
    number: int

    @classmethod
    def of(cls, text: str) -> Cursor:
        """Read what `str` has written. Raises BadQuestion."""
        phase, _, number = text.partition("-")
        if phase not in {"changed", "all"} or not re.fullmatch("[0-9]{1,9}", number):
            raise BadQuestion("cursor is what next was in the answer before")
        return cls(phase == "all", int(number))

    def __str__(self) -> str:
        return f"{'all' if self.in_all else 'changed'}-{self.number}"

    def walk(self, live: LiveSims, most: int) -> Iterator[tuple[int, int]]:
        """Return the number behind each SIM from here on, and its index."""
        end = self.number + most
        if self.in_all:
            for index in range(self.number, min(end, live.seeded.count)):
                if index not in live.changed and index not in live.deleted:
                    yield index + 1, index
            return
        touched = islice(chain(live.changed, live.created), self.number, end)
        for number, index in enumerate(touched, self.number + 1):
            if index not in live.deleted:
                yield number, index

    def normal(self, live: LiveSims) -> Cursor | None:
        """Return the place with the next SIM, which may be among all; None at the end."""
        if not self.in_all:
            if self.number < len(live.changed) + len(live.created):
                return self
            return Cursor(in_all=True, number=0).normal(live)
        return self if self.number < live.seeded.count else None


START = Cursor(in_all=False, number=0)


@frozen
class _Wanted:
    """What a search looks for."""

    text: str
    digits: str
    label: str
    status: str | None

    @classmethod
    def of(cls, text: str, label: str, status: str | None) -> _Wanted:
        plain = "".join(text.split()).replace("-", "")
        digits = plain if plain.isascii() and plain.isdigit() else ""
        return cls(text.strip().casefold(), digits, label, status)

    def exact(self, live: LiveSims) -> list[int]:
        """Return the SIMs that have the digits as one of their identifiers."""
        hits = (live.find(name, self.digits) for name in live.seeded.numberings)
        known = dict.fromkeys(hit for hit in hits if hit is not None)
        return [hit for hit in known if self.allows(live, hit)]

    def allows(self, live: LiveSims, index: int) -> bool:
        return self.status is None or live.state(index) == self.status

    def fits(self, live: LiveSims, index: int) -> bool:
        if not self.allows(live, index):
            return False
        if self.digits and self.digits in live.iccid(index):
            return True
        if len(self.digits) >= _SHORTEST:
            return False
        label = live.record(index).get(self.label)
        return isinstance(label, str) and self.text in label.casefold()
