"""Runs of identifiers: the nth item's, and the item that has one.

Those of SIMs are numbers with check digits wherever the schema allows it. What else a schema wants
is made up once and kept in a table, as long as there are not too many of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from simloom.sandbox.anyspec.validation import fits, kinds_of
from simloom.sandbox.seeds import Check, Numbering, luhn_digit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.anyspec.samples import Samples

MOST_IN_TABLE = 100_000
_TRIES = 50
# Prefixes that nobody is called by: a reserved country code, test networks (ITU-T E.212, annex F).
_WAYS: dict[str, tuple[tuple[str, int, Check], ...]] = {
    "iccid": (
        ("8988280", 11, Check.LUHN),
        ("8988280", 12, Check.LUHN),
        ("8949280", 11, Check.LUHN),
        ("8949280", 12, Check.LUHN),
        ("8901280", 11, Check.LUHN),
        ("8901280", 12, Check.LUHN),
    ),
    "imsi": (("99970", 10, Check.NONE), ("00101", 10, Check.NONE)),
    "msisdn": (("8828", 9, Check.NONE), ("4915", 9, Check.NONE), ("155", 8, Check.NONE)),
    "eid": (("89882800", 22, Check.EID),),
    "imei": (("35", 12, Check.LUHN), ("35", 14, Check.NONE)),
}


class Run(Protocol):
    """The identifiers of the items 0, 1, ..."""

    def at(self, index: int) -> str:
        """Return that of an item, as text."""
        ...

    def index_of(self, text: str, count: int) -> int | None:
        """Return the item below `count` that has it, or None."""
        ...


class Written:
    """Numbers that are written with something before them, such as a plus sign."""

    def __init__(self, numbers: Numbering, before: str) -> None:
        self._numbers = numbers
        self._before = before

    def at(self, index: int) -> str:
        """Return that of an item."""
        return self._before + self._numbers.at(index)

    def index_of(self, text: str, count: int) -> int | None:
        """Return the item that has it."""
        if not text.startswith(self._before):
            return None
        return self._numbers.index_of(text.removeprefix(self._before), count)


class Counted:
    """Integers one after another."""

    def __init__(self, first: int) -> None:
        self._first = first

    def at(self, index: int) -> str:
        """Return that of an item."""
        return str(self._first + index)

    def index_of(self, text: str, count: int) -> int | None:
        """Return the item that has it."""
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20):
            return None
        index = int(text) - self._first
        return index if 0 <= index < count and str(int(text)) == text else None


class Table:
    """Values that a schema describes, each once. There may be fewer than were wanted."""

    def __init__(self, values: Iterator[str], count: int) -> None:
        self._values = values
        self._count = min(count, MOST_IN_TABLE)
        self._known: dict[str, int] = {}
        self._list: list[str] = []

    @property
    def count(self) -> int:
        """How many there are."""
        self._fill(self._count)
        return len(self._list)

    def at(self, index: int) -> str:
        """Return that of an item."""
        self._fill(index + 1)
        return self._list[index]

    def index_of(self, text: str, count: int) -> int | None:
        """Return the item that has it."""
        self._fill(min(count, self._count))
        index = self._known.get(text)
        return index if index is not None and index < count else None

    def _fill(self, count: int) -> None:
        while len(self._list) < count:
            for _ in range(_TRIES):
                value = next(self._values)
                if value not in self._known:
                    break
            else:
                return
            self._known[value] = len(self._list)
            self._list.append(value)


def sim_run(samples: Samples, kind: str, schema: Any, name: str) -> Run | None:
    """Return a run of valid identifiers of a kind that a schema allows, or None."""
    for prefix, width, check in _WAYS[kind]:
        numbers = samples.draw.numbering(name, prefix=prefix, width=width, check=check)
        for before in ("", "+"):
            written = before + numbers.at(0)
            if fits(samples.spec, schema, written):
                return Written(numbers, before) if before else numbers
            if not before and fits(samples.spec, schema, int(written)):
                return numbers
    return None


def id_run(samples: Samples, schema: Any, name: str, noun: str, count: int) -> Run:
    """Return a run of ids that a schema allows."""
    spec, draw = samples.spec, samples.draw
    flat = samples.flat(schema) if isinstance(schema, dict) else {}
    if "integer" in kinds_of(flat):
        first = draw.number(0, f"{name} first", 900_000) + 100_000
        edges = (flat.get("minimum", 0), 1, first)
        for start in (first, *edges):
            if isinstance(start, int) and all(
                fits(spec, schema, number) for number in (start, start + max(0, count - 1))
            ):
                return Counted(start)
    plain_text = Numbering(prefix=f"{noun}-", width=8, first=draw.number(0, name, 10_000_000))
    is_free = not {"pattern", "format", "enum", "const"} & flat.keys()
    if is_free and fits(spec, schema, plain_text.at(0)):
        return plain_text
    return Table(_made(samples, schema, name), count)


def sim_table(samples: Samples, kind: str, schema: Any, name: str, count: int) -> Run:
    """Return identifiers of a kind for a schema that none of the usual ones fits."""

    def checked() -> Iterator[str]:
        for text in _made(samples, schema, name):
            better = text[:-1] + luhn_digit(text[:-1]) if text.isdigit() else text
            wanted = kind in {"iccid", "imei"} and fits(samples.spec, schema, better)
            yield better if wanted else text

    return Table(checked(), count)


def _made(samples: Samples, schema: Any, name: str) -> Iterator[str]:
    number = 0
    while True:
        value = samples.make(schema, f"{name}#{number}", use_examples=number == 0)
        yield str(value)
        number += 1
