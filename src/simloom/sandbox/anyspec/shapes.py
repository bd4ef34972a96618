"""Where in an answer the items are: a bare list, a list in an envelope, an item in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.anyspec.nouns import best_status
from simloom.sandbox.anyspec.validation import fits, is_marked, kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.anyspec.samples import Samples
    from simloom.sandbox.specs import Spec

Schema = Mapping[str, Any]
_CODES = ("code", "value", "name", "id", "status", "state")
_DEEP = 2  # levels of envelopes around a list


@frozen
class Place:
    """Members that lead to a list or an item, and its schema: that of one item."""

    path: tuple[str, ...]
    schema: Any
    most: int | None = None
    """How many there may be in the list."""


@frozen
class Slot:
    """The member with the status, and the words that it may have."""

    path: tuple[str, ...]
    words: tuple[str, ...]


class Shapes:
    """Looks at the schemas of one spec."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.spec: Spec = samples.spec

    def members(self, schema: Any) -> dict[str, Any]:
        """Return the members that a schema names, its parts by `allOf` included."""
        if not isinstance(schema, Mapping):
            return {}
        found = self.samples.flat(schema).get("properties", {})
        return dict(found) if isinstance(found, Mapping) else {}

    def is_kind(self, schema: Any, kind: str) -> bool:
        """Tell whether a schema is of a JSON type."""
        if not isinstance(schema, Mapping):
            return False
        flat = self.samples.flat(schema)
        named = kinds_of(flat)
        if named:
            return kind in named
        keyword = {"object": "properties", "array": "items"}.get(kind)
        return keyword in flat

    def lists(self, schema: Any) -> list[Place]:
        """Return the lists of objects in an answer, the outermost first."""
        level, found = [Place((), schema)], list[Place]()
        for _ in range(_DEEP + 1):
            inner: list[Place] = []
            for place in level:
                if self.is_kind(place.schema, "array"):
                    flat = self.samples.flat(place.schema)
                    items = flat.get("items", {})
                    if self.is_kind(items, "object"):
                        found.append(Place(place.path, items, flat.get("maxItems")))
                elif self.is_kind(place.schema, "object"):
                    inner += self._below(place)
            level = inner
        return found

    def items(self, schema: Any) -> list[Place]:
        """Return the answer itself, and the objects in it: an item is one of them."""
        if not self.is_kind(schema, "object"):
            return []
        whole = Place((), schema)
        inner = [place for place in self._below(whole) if self.is_kind(place.schema, "object")]
        return [whole, *inner]

    def _below(self, place: Place) -> Iterator[Place]:
        for name, part in self.members(place.schema).items():
            yield Place((*place.path, name), part)

    def same(self, one: Any, other: Any) -> bool:
        """Tell whether two schemas are one and the same component, or name the same members."""
        if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
            return False
        if self.spec.resolve(one) is self.spec.resolve(other):
            return True
        names = set(self.members(one))
        return bool(names) and names == set(self.members(other))

    def slot(self, schema: Any) -> Slot | None:
        """Return where an item tells its status, if the words are listed."""
        members = self.members(schema)
        for name in best_status(members):
            words = self.words(members[name])
            if words:
                return Slot((name,), words)
            inner = self.members(members[name])
            for code in _CODES:
                words = self.words(inner.get(code))
                if words:
                    return Slot((name, code), words)
        for name, part in members.items():
            # Such as `attributes` of JSON:API.
            inner = self.members(part)
            for status in best_status(inner):
                words = self.words(inner[status])
                if words:
                    return Slot((name, status), words)
        return None

    def words(self, schema: Any) -> tuple[str, ...]:
        """Return the texts that an enumeration lists; none if it is none."""
        if not isinstance(schema, Mapping):
            return ()
        listed = self.samples.flat(schema).get("enum", ())
        return tuple(word for word in listed if isinstance(word, str))

    def is_given(self, schema: Any) -> bool:
        """Tell whether a member is the vendor's own to give: read-only, or with a default."""
        if not isinstance(schema, Mapping):
            return False
        return is_marked(self.spec, schema, "readOnly") or "default" in self.samples.flat(schema)

    def project(self, schema: Any, record: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return a record as a schema shows it; what it requires and the record lacks is made."""
        members = self.members(schema)
        flat = self.samples.flat(schema) if isinstance(schema, Mapping) else {}
        if not members:
            return dict(record)
        required = flat.get("required", ())
        made: dict[str, Any] = {}
        for name, part in members.items():
            if name in record and fits(self.spec, part, record[name]):
                made[name] = record[name]
            elif isinstance(record.get(name), Mapping) and self.members(part):
                made[name] = self.project(part, record[name], f"{key}.{name}")
            elif name in required:
                made[name] = self.samples.make(part, f"{key}.{name}")
        return made


def infer(example: Any) -> dict[str, Any]:
    """Return a schema for an answer of which a document shows an example only."""
    if isinstance(example, dict):
        return {"type": "object", "properties": {n: infer(item) for n, item in example.items()}}
    if isinstance(example, list):
        return {"type": "array", "items": infer(example[0]) if example else {}}
    if isinstance(example, bool):
        return {"type": "boolean", "example": example}
    if isinstance(example, int):
        return {"type": "integer", "example": example}
    if isinstance(example, float):
        return {"type": "number", "example": example}
    return {"type": "string", "example": example} if isinstance(example, str) else {}


def value_at(body: Any, path: tuple[str, ...]) -> Any:
    """Return what members lead to, None if one is missing."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def with_value(body: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy of an answer with another value at the end of the path."""
    if not path:
        return value
    outer = dict(body) if isinstance(body, Mapping) else {}
    return {**outer, path[0]: with_value(outer.get(path[0]), path[1:], value)}
