"""Values that a schema allows: the spec's own examples, otherwise made up by the seed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom.sandbox.anyspec.patterns import text_for
from simloom.sandbox.anyspec.sizes import check_length, check_values
from simloom.sandbox.anyspec.validation import fits, is_marked, kinds_of

if TYPE_CHECKING:
    from simloom.sandbox.seeds import Draw
    from simloom.sandbox.specs import Spec

_DEEP = 4  # levels from which on only what is required is made
_DEEPEST = 24  # a schema that requires itself has no finite value
_START = datetime(2025, 1, 1, tzinfo=UTC)
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "iris", "jade")
_FORMATS = {
    *("date-time", "date", "time", "duration", "uuid", "email", "uri", "url", "hostname"),
    *("ipv4", "ipv6", "byte"),
}
_STRUCTURE = {
    "object": ("properties", "additionalProperties", "required"),
    "array": ("items", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "multipleOf"),
}


@frozen
class Samples:
    """Makes values. The same seed, provider and key give the same value."""

    spec: Spec
    draw: Draw
    _made: list[int] = field(factory=lambda: [0], init=False, eq=False, repr=False)

    def make(self, schema: Any, key: str, depth: int = 0, *, use_examples: bool = True) -> Any:
        """Return a value. `key` says what it is of, such as `/things/7.name`.

        Without `use_examples` the schema's own example is passed over, those below it are not.
        Raises TooLarge for a schema that asks for more than is made.
        """
        self._made[0] = self._made[0] + 1 if depth else 1
        check_values(self._made[0])
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return None
        schema = self.flat(schema)
        for value in self._given(schema, use_examples=use_examples):
            if fits(self.spec, schema, value):
                return value
        if schema.get("enum"):
            return self.draw.choice(0, key, schema["enum"])
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, key, depth)
        if kind == "array":
            return self._array(schema, key, depth)
        if kind in {"integer", "number"}:
            return self._number(schema, key, whole=kind == "integer")
        if kind == "boolean":
            return self.draw.chance(0, key, 50)
        return None if kind == "null" else self._text(schema, key)

    def flat(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return a schema without references, `allOf` and choices: the first choice is taken."""
        outer = dict(self.spec.resolve(schema))
        parts = [self.flat(part) for part in outer.pop("allOf", ())]
        for keyword in ("oneOf", "anyOf"):
            choices = [item for item in outer.pop(keyword, ()) if item != {"type": "null"}]
            parts += [self.flat(item) for item in choices[:1]]
        merged: dict[str, Any] = {}
        for part in (*parts, outer):
            properties = {**merged.get("properties", {}), **part.get("properties", {})}
            required = [*merged.get("required", ()), *part.get("required", ())]
            merged |= part
            if properties:
                merged["properties"] = properties
            if required:
                merged["required"] = list(dict.fromkeys(required))
        return merged

    def _given(self, schema: Mapping[str, Any], *, use_examples: bool) -> list[Any]:
        values = [schema["const"]] if "const" in schema else []
        if use_examples:
            values += [schema["example"]] if "example" in schema else []
            examples = schema.get("examples")
            values += examples[:1] if isinstance(examples, list) else []
            values += [schema["default"]] if "default" in schema else []
        return values

    def _object(self, schema: Mapping[str, Any], key: str, depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties", {}), schema.get("required", ())
        made = {
            name: self.make(part, f"{key}.{name}", depth + 1)
            for name, part in properties.items()
            if not is_marked(self.spec, part, "writeOnly") and (depth < _DEEP or name in required)
        }
        others = schema.get("additionalProperties", True)
        names = [name for name in required if name not in properties]
        missing = schema.get("minProperties", 0) - len(made) - len(names)
        if not properties and isinstance(others, Mapping) and others and depth < _DEEP:
            missing = max(missing, 1)
        check_values(missing)
        names += [f"member{number}" for number in range(1, missing + 1)]
        part = others if isinstance(others, Mapping) and others else {"type": "string"}
        return made | {name: self.make(part, f"{key}.{name}", depth + 1) for name in names}

    def _array(self, schema: Mapping[str, Any], key: str, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        count = max(least, 2 if depth < _DEEP else 0)
        count = min(count, schema.get("maxItems", count))
        check_values(count)
        part, made = schema.get("items", {"type": "string"}), list[Any]()
        for number in range(count * 20):
            item = self.make(part, f"{key}[{number}]", depth + 1, use_examples=number == 0)
            if schema.get("uniqueItems") is not True or item not in made:
                made.append(item)
            if len(made) == count:
                break
        return made

    def _number(self, schema: Mapping[str, Any], key: str, *, whole: bool) -> float:
        low, high = schema.get("minimum"), schema.get("maximum")
        over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
        low = over if isinstance(over, (int, float)) and over is not True and over else low
        high = under if isinstance(under, (int, float)) and under is not True and under else high
        step = schema.get("multipleOf") or (1 if whole else 0.01)
        try:
            first = low if low is not None else (1 if high is None else min(1, high - 100 * step))
            last = high if high is not None else first + 1000 * step
            begin, end = -int(-first // step), int(last // step)
        except OverflowError:  # such numbers have no steps to count
            return low if low is not None else (1 if high is None else high)
        begin += 1 if over not in (None, False) and begin * step <= first else 0
        end -= 1 if under not in (None, False) and end * step >= last else 0
        chosen: float = (begin + self.draw.number(0, key, max(1, end - begin + 1))) * step
        return round(chosen) if whole or isinstance(step, int) else round(chosen, 6)

    def _text(self, schema: Mapping[str, Any], key: str) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        check_length(least)
        if "pattern" in schema:
            return text_for(str(schema["pattern"]), self.draw, key, least)
        known = self._of_format(str(schema.get("format")), key)
        if known is not None:
            return known
        word = f"{self.draw.choice(0, key, _WORDS)}-{self.draw.digits(0, key, 6)}"
        return word.ljust(least, "x")[:most]

    def _of_format(self, name: str, key: str) -> str | None:
        if name not in _FORMATS:
            return None
        moment = self.draw.moment(0, key, _START, 365)
        number = self.draw.number(0, key, 1_000_000)
        return {
            "date-time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "date": moment.date().isoformat(),
            "time": f"{moment:%H:%M:%S}Z",
            "duration": "PT1H",
            "uuid": self.draw.uuid(0, key),
            "email": f"user{number}@example.com",
            "uri": f"https://example.com/{number}",
            "url": f"https://example.com/{number}",
            "hostname": f"host{number}.example.com",
            "ipv4": f"192.0.2.{number % 256}",
            "ipv6": f"2001:db8::{number % 65536:x}",
            "byte": "c2FuZGJveA==",
        }.get(name)


def _kind(schema: Mapping[str, Any]) -> str:
    named = [kind for kind in kinds_of(schema) if kind != "null"]
    if named:
        return named[0]
    if schema.get("type"):
        return "null"
    for kind, keywords in _STRUCTURE.items():
        if any(keyword in schema for keyword in keywords):
            return kind
    return "object"
