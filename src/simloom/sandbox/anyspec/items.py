"""The items of one collection as they are at the moment: seeded, changed, created, deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from simloom.sandbox.anyspec.nouns import identifier_kind
from simloom.sandbox.anyspec.runs import Run, Table, id_run, sim_run, sim_table
from simloom.sandbox.anyspec.shapes import Shapes, value_at, with_value
from simloom.sandbox.anyspec.validation import kinds_of
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.common import Population, Record
from simloom.sandbox.seeds import Cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from simloom.sandbox.anyspec.kinds import Kind
    from simloom.sandbox.seeds import Numbering

NO_STATUS = "no status"
_IDENTIFIERS_DEEP = 3


@frozen
class _Mark:
    """A member with an identifier."""

    path: tuple[str, ...]
    kind: str
    whole: bool


class SpecItems(Population):
    """The items that the seed makes. `owner` says whose SIM an item is, if it is not one."""

    count: int

    def __init__(
        self,
        shapes: Shapes,
        kind: Kind,
        key: str,
        count: int,
        owner: Callable[[int], Mapping[str, str]],
    ) -> None:
        super().__init__(shapes.samples.draw, count)
        self.kind = kind
        self._key = key
        self._shapes = shapes
        self._owner = owner
        words = kind.slot.words if kind.slot else (NO_STATUS,)
        self.statuses: Cycle[str] = (
            self.draw.cycle(f"{key} status", words) if count else Cycle(words, 0)
        )
        self.marks: dict[str, _Mark] = {}
        runs: dict[str, Run] = {}
        samples = shapes.samples
        for schema in kind.schemas:
            for path, part, name in self._identifiers(schema, ()):
                mark = _Mark(path, name, "integer" in kinds_of(samples.flat(part)))
                if not kind.is_sims:
                    self.marks.setdefault(f"{name} of {'.'.join(path)}", mark)
                elif name not in runs:
                    made = sim_run(samples, name, part, f"{key} {name}")
                    runs[name] = made or sim_table(samples, name, part, f"{key} {name}", count)
                    self.marks[name] = mark
                else:
                    self.marks.setdefault(f"{name} of {'.'.join(path)}", mark)
        for member, schema in kind.ids.items():
            same = next((name for name in runs if self.marks[name].path == (member,)), None)
            whole = "integer" in kinds_of(samples.flat(schema))
            run = runs.get(same or "")
            self.marks[member] = _Mark((member,), member, whole)
            runs[member] = run or id_run(samples, schema, f"{key} {member}", kind.noun, count)
        for run in runs.values():
            if isinstance(run, Table):
                self.count = min(self.count, run.count)
        # A run has what is used of a Numbering: `at` and `index_of`.
        self.numberings: Mapping[str, Numbering] = cast("Mapping[str, Numbering]", runs)

    def state_of(self, index: int) -> str:
        """Return the status of an item."""
        return self.statuses.at(index)

    def record(self, index: int, state: str | None = None) -> Record:
        """Return all members that any answer shows."""
        made = self.make(f"{self._key}/{index}", use_examples=index == 0)
        owner = self._owner(index)
        for mark in self.marks.values():
            run = self.numberings.get(mark.kind)
            text = run.at(index) if run is not None else owner.get(mark.kind)
            if text is not None:
                made = with_value(made, mark.path, int(text) if mark.whole else text)
        if self.kind.slot is not None:
            made = with_value(made, self.kind.slot.path, state or self.state_of(index))
        return made

    def make(self, key: str, *, use_examples: bool = False) -> Record:
        """Return an item with made-up members, identifiers too."""
        made: Record = {}
        for schema in reversed(self.kind.schemas):
            one = self._shapes.samples.make(schema, key, use_examples=use_examples)
            made |= one if isinstance(one, dict) else {}
        return made

    def _identifiers(
        self, schema: Any, path: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], Any, str]]:
        if len(path) >= _IDENTIFIERS_DEEP:
            return
        for name, part in self._shapes.members(schema).items():
            kind = identifier_kind(name)
            if self._shapes.is_kind(part, "object"):
                yield from self._identifiers(part, (*path, name))
            elif kind is not None and not self._shapes.is_kind(part, "array"):
                yield (*path, name), part, kind


class Items(LiveSims):
    """The items of a collection, found by their ids, and SIMs by their identifiers."""

    revision: int

    def __init__(self, seeded: SpecItems) -> None:
        super().__init__(seeded, "status")
        self.items = seeded
        self.kind: Kind = seeded.kind

    def identifier(self, index: int, name: str) -> str | None:
        """Return an identifier of an item as text, by its kind or the name of its member."""
        mark = self.items.marks.get(name)
        value = None if mark is None else value_at(self.record(index), mark.path)
        return None if value is None else str(value)

    def identifiers(self, index: int) -> dict[str, str]:
        """Return all identifiers of an item."""
        found = {name: self.identifier(index, name) for name in self.seeded.numberings}
        return {name: text for name, text in found.items() if text is not None}

    def iccid(self, index: int) -> str:
        """Return the ICCID, or the id of an item without one."""
        names = ("iccid", *self.kind.ids)
        found = (self.identifier(index, name) for name in names)
        return next((text for text in found if text is not None), f"{self.kind.noun} {index}")

    def state(self, index: int) -> str:
        """Return the status of an item."""
        known = self._created.get(index) or self._changes.get(index)
        if known is None:
            return self.seeded.state_of(index)
        value = value_at(known, self.kind.slot.path) if self.kind.slot else None
        return NO_STATUS if value is None else str(value)

    def record(self, index: int) -> Record:
        """Return all members of an item."""
        known = self._created.get(index) or self._changes.get(index)
        return dict(known) if known is not None else self.seeded.record(index)

    def find(self, field: str, text: str) -> int | None:
        """Return the item that has this text in this identifier."""
        name = field
        if name not in self.seeded.numberings:
            name = next(iter(self.kind.ids), field)
        index = self._named.get((name, text))
        if index is None and name in self.seeded.numberings:
            index = self.seeded.numberings[name].index_of(text, self.seeded.count)
        if index is None or index in self._deleted:
            return None
        if index < self.seeded.count and index not in self._changes:
            return index  # the run says so
        return index if self.identifier(index, name) == text else None

    def opened(self, member: str, value: Any) -> int | None:
        """Return the item with an id, made if there was none; None if it was deleted."""
        text = str(value)
        known = self._named.get((member, text))
        if known is not None:
            return None if known in self._deleted else known
        made = self.items.make(f"{self.kind.name}/{text}")
        if self.kind.slot is not None:
            made = with_value(made, self.kind.slot.path, self.kind.slot.words[0])
        return self.create(with_value(made, (member,), value))

    def replace(self, index: int, record: Record) -> dict[str, tuple[Any, Any]]:
        """Let an item be another. Returns the members that differ: before and after."""
        before = self.record(index)
        changed = {
            name: (before.get(name), record.get(name))
            for name in (*before, *(name for name in record if name not in before))
            if before.get(name) != record.get(name)
        }
        if changed:
            (self._created if index in self._created else self._changes)[index] = dict(record)
            self._index(index, record)
            self.revision += 1
        return changed

    def create(self, record: Record) -> int:
        """Add an item behind the others. Its id has to be one that nobody has."""
        index = self.seeded.count + len(self._created)
        self._created[index] = dict(record)
        self._index(index, record)
        self._members_changed()
        return index

    def fresh(self, name: str) -> str | None:
        """Return an identifier that nobody has had, or None if there are none left."""
        run = self.seeded.numberings.get(name)
        if run is None:
            return None
        start = self.seeded.count + len(self._created)
        for number in range(start, start + 1000):
            try:
                text = run.at(number)
            except IndexError:
                return None
            if (name, text) not in self._named:
                return text
        return None

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        super().restore(rows)
        for index, record in (*self._changes.items(), *self._created.items()):
            self._index(index, record)

    def _index(self, index: int, record: Record) -> None:
        for name in self.seeded.numberings:
            value = value_at(record, self.items.marks[name].path)
            if value is not None:
                self._named[name, str(value)] = index


@frozen
class Store:
    """All collections of a vendor. Those of one kind differ by whose they are: their scope."""

    make: Callable[[str, tuple[str, ...]], Items]
    _all: dict[tuple[str, tuple[str, ...]], Items] = field(factory=dict, init=False)

    def of(self, name: str, scope: Sequence[str] = ()) -> Items:
        """Return the items of a kind in a scope."""
        key = (name, tuple(scope))
        if key not in self._all:
            self._all[key] = self.make(name, key[1])
        return self._all[key]

    def reset(self) -> None:
        """Go back to what the seed made. Scopes that were asked for are forgotten."""
        for key, items in list(self._all.items()):
            items.reset()
            if key[1]:
                del self._all[key]

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return what differs from the seed."""
        for (name, scope), items in self._all.items():
            for key, value in items.save():
                yield json.dumps([name, list(scope), key]), value

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        by_items: dict[tuple[str, tuple[str, ...]], list[tuple[str, Any]]] = {}
        for row, value in rows:
            name, scope, key = json.loads(row)
            by_items.setdefault((name, tuple(scope)), []).append((key, value))
        for (name, scope), own in by_items.items():
            self.of(name, scope).restore(own)
