"""SIMs as they are now: the seeded ones with what was changed, created and deleted since.

Only changed SIMs take memory; a million untouched ones are still formulas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from simloom.sandbox.populations.common import Population, Record


class LiveSims:
    """The SIMs of one vendor. Indexes from `seeded.count` on are SIMs created later."""

    def __init__(self, seeded: Population, state_field: str) -> None:
        self.seeded = seeded
        self._state_field = state_field
        self._changes: dict[int, Record] = {}
        self._created: dict[int, Record] = {}
        self._deleted: set[int] = set()
        self._named: dict[tuple[str, str], int] = {}
        self._indexes: Sequence[int] | None = None
        self.revision: int = 0

    @property
    def indexes(self) -> Sequence[int]:
        """Every SIM that there is, in its order."""
        if self._indexes is None:
            numbers = range(self.seeded.count + len(self._created))
            self._indexes = (
                [index for index in numbers if index not in self._deleted]
                if self._deleted
                else numbers
            )
        return self._indexes

    @property
    def changed(self) -> Mapping[int, Record]:
        """What differs from the seed, by index; created SIMs are not among them."""
        return self._changes

    @property
    def created(self) -> Mapping[int, Record]:
        """The SIMs that the seed does not have, by index; those deleted since are among them."""
        return self._created

    @property
    def deleted(self) -> Collection[int]:
        """The indexes of the SIMs that are gone."""
        return self._deleted

    def state(self, index: int) -> str:
        """Return the status of a SIM, without computing the rest of it."""
        known = self._created.get(index) or self._changes.get(index, {})
        return str(known.get(self._state_field) or self.seeded.state_of(index))

    def iccid(self, index: int) -> str:
        """Return the ICCID of a SIM, which never changes."""
        created = self._created.get(index)
        return str(created["iccid"]) if created else self.seeded.numberings["iccid"].at(index)

    def record(self, index: int) -> Record:
        """Return all fields of a SIM. Those that its status alone decides follow a new status."""
        created = self._created.get(index)
        if created is not None:
            return dict(created)
        changes = self._changes.get(index)
        if changes is None:
            return self.seeded.record(index)
        merged = self.seeded.record(index, changes.get(self._state_field)) | changes
        return {name: value for name, value in merged.items() if value is not None}

    def find(self, field: str, text: str) -> int | None:
        """Return the SIM that has this text in this identifier field now, without a search."""
        text = self.seeded.normal(field, text)
        index = self._named.get((field, text))
        if index is None:
            index = self.seeded.numberings[field].index_of(text, self.seeded.count)
        if index is None or index in self._deleted:
            return None
        if field == "iccid":
            return index
        return index if self.record(index).get(field) == text else None

    def find_all(self, wanted: Mapping[str, str]) -> int | None:
        """Return the SIM that has all of these identifiers. There has to be at least one."""
        hits = {self.find(field, text) for field, text in wanted.items()}
        return hits.pop() if len(hits) == 1 else None

    def change(self, index: int, **fields: Any) -> dict[str, tuple[Any, Any]]:
        """Set fields, or remove them with None. Returns what really changed: before and after."""
        before = self.record(index)
        changes = {
            name: (before.get(name), value)
            for name, value in fields.items()
            if before.get(name) != value
        }
        if not changes:
            return {}
        target = self._created.get(index)
        if target is None:
            target = self._changes.setdefault(index, {})
        for name, (_, value) in changes.items():
            target[name] = value
            if name in self.seeded.numberings and value is not None:
                self._named[name, str(value)] = index
        self.revision += 1
        return changes

    def create(self, record: Record) -> int:
        """Add a SIM behind the others. Its ICCID has to be new."""
        index = self.seeded.count + len(self._created)
        self._created[index] = dict(record)
        for name in self.seeded.numberings:
            if name in record:
                self._named[name, str(record[name])] = index
        self._members_changed()
        return index

    def delete(self, index: int) -> None:
        """Remove a SIM. Its ICCID finds nothing any more."""
        self._deleted.add(index)
        self._members_changed()

    def reset(self) -> None:
        """Go back to the seeded SIMs."""
        self._changes.clear()
        self._created.clear()
        self._deleted.clear()
        self._named.clear()
        self._members_changed()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return what differs from the seed, one row per SIM."""
        for index, changes in self._changes.items():
            yield f"changed {index}", changes
        for index, record in self._created.items():
            yield f"created {index}", record
        for index in self._deleted:
            yield f"deleted {index}", None

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for key, value in rows:
            kind, _, number = key.partition(" ")
            if kind == "deleted":
                self._deleted.add(int(number))
                continue
            known = self._changes if kind == "changed" else self._created
            known[int(number)] = value
            for name in self.seeded.numberings:
                if value.get(name) is not None:
                    self._named[name, str(value[name])] = int(number)
        self._members_changed()

    def _members_changed(self) -> None:
        self._indexes = None
        self.revision += 1
