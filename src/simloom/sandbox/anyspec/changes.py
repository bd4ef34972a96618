"""Carries out what is asked of items, and writes it into the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.nouns import identifier_kind, is_status, is_version, plain, taken_back
from simloom.sandbox.anyspec.resources import Resource, Role, Task, is_variable
from simloom.sandbox.anyspec.shapes import value_at, with_value
from simloom.sandbox.anyspec.targets import Target, Unknown
from simloom.sandbox.anyspec.validation import fits
from simloom.sandbox.anyspec.wishes import merged, named_items, wished_status

if TYPE_CHECKING:
    from simloom.sandbox.anyspec.answers import Answers
    from simloom.sandbox.anyspec.items import Items
    from simloom.sandbox.anyspec.shapes import Shapes
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.messages import Call, Reply
    from simloom.sandbox.routing import Operation

_WHY_NOT = {"reason", "error", "errors", "message", "errorcode", "errormessage", "detail"}
_GOOD = {"ok", "success", "successful", "succeeded", "accepted"}


class Changes:
    """Creates, changes and deletes items of one vendor."""

    def __init__(self, shapes: Shapes, answers: Answers, ledger: Ledger, provider: str) -> None:
        self._shapes = shapes
        self._answers = answers
        self._ledger = ledger
        self._provider = provider

    def create(self, operation: Operation, call: Call, target: Target) -> int | None:
        """Add what the body describes. Returns the item if it is one. Raises Unknown."""
        every = call.content if isinstance(call.content, list) else [call.content]
        known = [self._known(target.items, one) for one in every]
        if not isinstance(call.content, list) and known[0] is not None:
            raise Unknown(409, f"there is such a {target.items.kind.noun} already")
        last = None
        for one, index in zip(every, known, strict=True):
            if index is not None:  # a list that is posted may be one of changes
                self._merge(operation, target, index, one)
                continue
            record = self._new(target.items, one, f"{operation.id} {target.items.revision}")
            last = target.items.create(record)
            made = {name: (None, value) for name, value in record.items()}
            self._note(operation, target, last, made)
        return last if len(every) == 1 else None

    def delete(self, operation: Operation, target: Target, index: int) -> dict[str, Any]:
        """Remove an item. Returns what it was."""
        record = target.items.record(index)
        name = target.items.iccid(index)
        target.items.delete(index)
        gone = {member: (value, None) for member, value in record.items()}
        self._tell(operation, target, name, gone)
        return record

    def _known(self, items: Items, sent: Any) -> int | None:
        """Return the item that a body is about by its id, None for one that is not there yet."""
        told = sent if isinstance(sent, Mapping) else {}
        found = (
            items.find(name, str(told[name]))
            for name in items.kind.ids
            if isinstance(told.get(name), (str, int))
        )
        return next((index for index in found if index is not None), None)

    def _merge(self, operation: Operation, target: Target, index: int, sent: Any) -> None:
        record = merged(self._shapes, target.items.kind, target.items.record(index), sent)
        changes = target.items.replace(index, record)
        if changes:
            self._note(operation, target, index, changes)

    def _new(self, items: Items, sent: Any, key: str) -> dict[str, Any]:
        """Return an item with what was sent, and what the vendor adds: ids and what is required."""
        made = items.items.make(key)
        kind, shapes = items.kind, self._shapes
        kept: dict[str, Any] = {}
        for schema in kind.schemas:
            required = shapes.samples.flat(schema).get("required", ())
            for name, part in shapes.members(schema).items():
                if name in made and (name in required or shapes.is_given(part)):
                    kept[name] = made[name]
        record = merged(shapes, kind, kept, sent)
        told = sent if isinstance(sent, Mapping) else {}
        if kind.slot is not None and value_at(told, kind.slot.path) is None:
            record = with_value(record, kind.slot.path, kind.slot.words[0])
        for name, mark in items.items.marks.items():
            value: Any = value_at(told, mark.path)
            if name in kind.ids and not self._is_id(kind.ids[name], value):
                value = None
            if name in kind.ids and value is not None:
                record = with_value(record, mark.path, value)
            elif value is None and (name in kind.ids or value_at(record, mark.path) is not None):
                fresh = items.fresh(name)
                if fresh is not None:
                    record = with_value(record, mark.path, int(fresh) if mark.whole else fresh)
        return record

    def _is_id(self, schema: Any, value: Any) -> bool:
        return isinstance(value, (str, int)) and fits(self._shapes.spec, schema, value)

    def change(
        self, operation: Operation, call: Call, task: Task, target: Target, index: int
    ) -> None:
        """Change members and status of an item, as far as the request says to what."""
        items = target.items
        before = items.record(index)
        kind, record = items.kind, before
        rest = rest_of(operation, task.resource)
        if operation.method == "DELETE" and rest:
            rest = [*rest[:-1], taken_back(rest[-1])]
        status = wished_status(kind.slot, rest, {**_query(operation, call), "": call.content})
        is_own = task.role is Role.CHANGE or operation.method in {"PUT", "PATCH"}
        if is_own or (rest and (is_status(rest[-1]) or plain(rest[-1]) in _words(before))):
            record = merged(self._shapes, kind, record, call.content)
        if status is not None and kind.slot is not None:
            # A status that the item has in the same place was merged with the rest.
            in_place = task.role is Role.CHANGE and value_at(call.content, kind.slot.path)
            if in_place is False or in_place is None:
                record = with_value(record, kind.slot.path, status)
        changes = items.replace(index, record)
        if changes:
            self._note(operation, target, index, changes)

    def many(self, operation: Operation, call: Call, target: Target) -> Reply:
        """Change the status of the items that the body names, and answer."""
        items = target.items
        found = named_items(items, call.content)
        rest = [part for part in operation.template if not is_variable(part)]
        status = wished_status(items.kind.slot, rest, call.content)
        for _, index in found:
            if index is not None and status is not None and items.kind.slot is not None:
                record = with_value(items.record(index), items.kind.slot.path, status)
                changes = items.replace(index, record)
                if changes:
                    self._note(operation, target, index, changes)
        return self._results(operation, call, items, found)

    def _results(
        self,
        operation: Operation,
        call: Call,
        items: Items,
        found: list[tuple[str, int | None]],
    ) -> Reply:
        """Return an answer with a result per item, where the answer has such a list."""
        schema = self._answers.schema(operation)
        for place in self._shapes.lists(schema):
            members = self._shapes.members(place.schema)
            own = next((name for name in members if _means(items, name)), None)
            if own is None or not found:
                continue
            rows = []
            for text, index in found:
                row = self._shapes.samples.make(place.schema, f"{operation.id} {text}")
                wanted: dict[str, Any] = {own: text}
                for name in members:
                    if plain(name) in _GOOD:
                        wanted[name] = index is not None
                    elif index is not None and plain(name) in _WHY_NOT:
                        wanted[name] = None
                made = {**row, **wanted} if isinstance(row, dict) else wanted
                rows.append(_without_nulls(self._shapes, place.schema, made))
            body = with_value(self._answers.base(operation, call), place.path, rows)
            if fits(self._shapes.spec, schema, body):
                return self._answers.reply(operation, call, body)
        return self._answers.success(operation, call)

    def _note(
        self,
        operation: Operation,
        target: Target,
        index: int,
        changes: Mapping[str, tuple[Any, Any]],
    ) -> None:
        self._tell(operation, target, target.items.iccid(index), changes)

    def _tell(
        self,
        operation: Operation,
        target: Target,
        name: str,
        changes: Mapping[str, tuple[Any, Any]],
    ) -> None:
        items = target.items
        iccid = name if items.kind.is_sims else target.iccid
        reference = None if items.kind.is_sims else name
        self._ledger.add(self._provider, operation.id, iccid, changes, reference=reference)


def _without_nulls(shapes: Shapes, schema: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without the nulls that its schema does not allow."""
    members = shapes.members(schema)
    return {
        name: value
        for name, value in row.items()
        if value is not None or fits(shapes.spec, members.get(name, {}), None)
    }


def rest_of(operation: Operation, resource: Resource) -> list[str]:
    """Return the words of a path behind an item."""
    parts = [part for part in operation.template if not is_version(part)]
    return [part for part in parts[len(resource.path) + 1 :] if not is_variable(part)]


def _query(operation: Operation, call: Call) -> dict[str, Any]:
    path = {part[1:-1] for part in operation.template if is_variable(part)}
    return {name: value for name, value in call.parameters.items() if name not in path}


def _words(record: Mapping[str, Any]) -> set[str]:
    return {plain(name) for name in record}


def _means(items: Items, name: str) -> bool:
    return name in items.kind.ids or identifier_kind(name) in items.seeded.numberings
