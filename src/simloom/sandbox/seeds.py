"""Deterministic numbers: the same seed gives the same SIMs, on every machine and in any order.

Nothing is stored. A SIM is an index; each of its identifiers is a formula of that index that can
be turned round, so that a million SIMs cost nothing until one is asked for.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import Enum
from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

MAX_SIMS = 10_000_000


def luhn_digit(digits: str) -> str:
    """Return the check digit to be put behind the digits (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit)
        if position % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


def eid_digits(digits: str) -> str:
    """Return the two check digits of an EID: the whole leaves 1 modulo 97 (SGP.02, 2.2.2)."""
    return f"{98 - int(digits) * 100 % 97:02d}"


class Check(Enum):
    """What stands behind the serial number of an identifier."""

    NONE = "none"
    LUHN = "luhn"
    EID = "eid"


@frozen(kw_only=True)
class Numbering:
    """A run of identifiers: prefix, serial number from `first` on, check digits."""

    prefix: str
    width: int
    first: int
    check: Check = Check.NONE

    def at(self, index: int) -> str:
        """Return the identifier of the SIM with this index."""
        digits = f"{self.prefix}{self.first + index:0{self.width}d}"
        if self.check is Check.LUHN:
            return digits + luhn_digit(digits)
        return digits + eid_digits(digits) if self.check is Check.EID else digits

    def index_of(self, text: str, count: int) -> int | None:
        """Return the index that has this identifier, or None if none below `count` has."""
        serial = text[len(self.prefix) : len(self.prefix) + self.width]
        if not (serial.isascii() and serial.isdigit()):
            return None
        index = int(serial) - self.first
        return index if 0 <= index < count and self.at(index) == text else None


@frozen
class Cycle(Generic[T]):
    """Options in turn: any len(options) SIMs in a row have each of them."""

    options: Sequence[T]
    first: int

    def at(self, index: int) -> T:
        """Return the option of the SIM with this index."""
        return self.options[(self.first + index) % len(self.options)]


@frozen
class Draw:
    """Draws values for fields of a SIM. Each depends on seed, provider, index and field only."""

    seed: int
    provider: str

    def number(self, index: int, field: str, below: int) -> int:
        """Return a number from 0 to below - 1."""
        return int.from_bytes(self._bytes(f"{index}/{field}", 8)) % below

    def chance(self, index: int, field: str, per_cent: int) -> bool:
        """Return True for about so many SIMs of a hundred."""
        return self.number(index, field, 100) < per_cent

    def choice(self, index: int, field: str, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.number(index, field, len(options))]

    def cycle(self, field: str, options: Sequence[T]) -> Cycle[T]:
        """Return the options in turn; the seed decides which of them comes first."""
        return Cycle(options, self.number(0, f"{field} first", len(options)))

    def digits(self, index: int, field: str, length: int) -> str:
        """Return so many decimal digits, leading zeros included."""
        return f"{self.number(index, field, 10**length):0{length}d}"

    def hexadecimal(self, index: int, field: str, length: int) -> str:
        """Return so many hexadecimal digits in capitals."""
        return self._bytes(f"{index}/{field}", length // 2).hex().upper()

    def uuid(self, index: int, field: str) -> str:
        """Return a version 4 UUID."""
        return str(uuid.UUID(bytes=self._bytes(f"{index}/{field}", 16), version=4))

    def moment(self, index: int, field: str, after: datetime, days: int) -> datetime:
        """Return a time within so many days after another, to the millisecond."""
        milliseconds = self.number(index, field, days * 86_400_000)
        return after + timedelta(milliseconds=milliseconds)

    def numbering(
        self, name: str, *, prefix: str, width: int, check: Check = Check.NONE
    ) -> Numbering:
        """Return a run of identifiers that starts somewhere else for every seed.

        There is room for MAX_SIMS before the serial number overflows, so identifiers sort in the
        order of the indexes.
        """
        first = self.number(0, f"{name} first", 10**width - MAX_SIMS)
        return Numbering(prefix=prefix, width=width, first=first, check=check)

    def _bytes(self, name: str, size: int) -> bytes:
        return blake2b(f"{self.seed}/{self.provider}/{name}".encode(), digest_size=size).digest()
