"""Random values that a schema allows, preferably ones that mean something to the sandbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from random import Random

    from simloom.sandbox.specs import Spec

_LETTERS = "abcxyz 0189-_.:ÄéЖ漢😀\"\\/'"
_KEPT = 200


class Pool:
    """Values that were seen in answers, by the name of their member: numbers, ids, options."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._values: dict[str, list[Any]] = {}
        self._latest: dict[str, Any] = {}
        self._records: list[dict[str, Any]] = []

    def add(self, name: str, value: Any) -> None:
        """Keep a text or number; when there are many, it replaces any other."""
        self._latest[_plain(name)] = value
        values = self._values.setdefault(_plain(name), [])
        if len(values) < _KEPT:
            values.append(value)
        else:
            values[self._random.randrange(_KEPT)] = value

    def harvest(self, body: Any, name: str = "") -> None:
        """Keep what an answer holds, in depth."""
        if isinstance(body, dict):
            self._remember({_plain(key): one for key, one in body.items() if _is_scalar(one)})
            for member, value in body.items():
                self.harvest(value, member)
        elif isinstance(body, list):
            for value in body:
                self.harvest(value, name)
        elif _is_scalar(body) and name:
            self.add(name, body)

    def pick(self, *names: str) -> Any:
        """Return a known value of the first name that has one, often the latest, or None."""
        for name in names:
            if _plain(name) in self._latest and self._random.random() < 0.15:
                return self._latest[_plain(name)]
            values = self._values.get(_plain(name))
            if values:
                return self._random.choice(values)
        return None

    def together(self, names: Iterable[str]) -> dict[str, Any]:
        """Return values that were seen in one object, under these names; empty if there are none.

        The number of a message is of use with its SIM only.
        """
        wanted = {name: _plain(name) for name in names}
        if len(wanted) < 2:
            return {}
        fitting = [one for one in self._records if one.keys() >= set(wanted.values())]
        if not fitting:
            return {}
        record = self._random.choice(fitting)
        return {name: record[plain] for name, plain in wanted.items()}

    def _remember(self, record: dict[str, Any]) -> None:
        if len(self._records) < _KEPT:
            self._records.append(record)
        else:
            self._records[self._random.randrange(_KEPT)] = record


class Values:
    """Makes values for schemas of one vendor."""

    def __init__(self, spec: Spec, random: Random, pool: Pool) -> None:
        self._spec = spec
        self._random = random
        self._pool = pool

    def of(self, schema: Mapping[str, Any], now: datetime, names: Iterable[str] = ()) -> Any:
        """Return a value that the schema allows; mostly a known one if a name has any."""
        schema = self._spec.flat(schema)
        kind = schema.get("type", "string")
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        if kind == "object":
            return self._members(schema, now)
        if kind == "array":
            most = min(schema.get("maxItems", 3), 3)
            size = self._random.randint(
                schema.get("minItems", 0), max(most, schema.get("minItems", 0))
            )
            return [self.of(schema.get("items", {}), now, names) for _ in range(size)]
        if kind == "boolean":
            return self._random.random() < 0.5
        known = self._pool.pick(*names)
        if known is not None and self._random.random() < 0.85 and _fits(schema, known):
            return known
        return self._number(schema) if kind in {"integer", "number"} else self._text(schema, now)

    def _members(self, schema: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        known = schema.get("properties", {})
        most = schema.get("maxProperties", len(known))
        least = schema.get("minProperties", 0)
        optional = [name for name in known if name not in required]
        self._random.shuffle(optional)
        wanted = [name for name in optional if self._random.random() < 0.4]
        wanted += [name for name in optional if name not in wanted]
        count = sum(self._random.random() < 0.4 for _ in optional)
        count = min(max(count, least - len(required)), most - len(required))
        names = required | set(wanted[: max(count, 0)])
        # In the order of the spec, so that the same seed gives the same bytes.
        return {name: self.of(known[name], now, (name,)) for name in known if name in names}

    def _number(self, schema: Mapping[str, Any]) -> int:
        low = int(schema.get("minimum", 0))
        high = int(schema.get("maximum", low + 10 ** self._random.randint(0, 9)))
        return self._random.choice((low, high, self._random.randint(low, high)))

    def _text(self, schema: Mapping[str, Any], now: datetime) -> str:
        if schema.get("format") == "date":
            return (now + timedelta(days=self._random.randint(-400, 30))).date().isoformat()
        if schema.get("format") == "date-time":
            return (now + timedelta(minutes=self._random.randint(-9999, 9999))).isoformat()
        if "pattern" in schema or self._random.random() < 0.3:
            digits = self._random.randint(19, 20) if "pattern" in schema else 4
            return "".join(self._random.choice("0123456789") for _ in range(digits))
        low = schema.get("minLength", 1)
        size = self._random.randint(low, min(schema.get("maxLength", 20), max(low, 20)))
        return "".join(self._random.choice(_LETTERS) for _ in range(size))


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    if schema.get("type") in {"integer", "number"}:
        return isinstance(value, int) and schema.get("minimum", value) <= value <= schema.get(
            "maximum", value
        )
    if not isinstance(value, str):
        return False
    if "pattern" in schema:  # the only one in the specs is that of an ICCID
        return value.isdecimal() and 19 <= len(value) <= 20
    return bool(schema.get("minLength", 1) <= len(value) <= schema.get("maxLength", len(value)))


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _plain(name: str) -> str:
    plain = name.casefold().replace("_", "").replace("-", "")
    # targetPartnerID and its like take what partnerID takes.
    return "partnerid" if plain.endswith("partnerid") else plain
