"""Answers lists: which items, which page of them, and what the answer says about that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.anyspec.envelopes import Envelope
from simloom.sandbox.anyspec.nouns import identifier_kind, is_status, plain
from simloom.sandbox.anyspec.paging import Input, Paging
from simloom.sandbox.anyspec.resources import Role
from simloom.sandbox.anyspec.shapes import with_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simloom.sandbox.anyspec.answers import Answers
    from simloom.sandbox.anyspec.items import Items
    from simloom.sandbox.anyspec.kinds import Kind
    from simloom.sandbox.anyspec.resources import Task
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.shapes import Shapes
    from simloom.sandbox.messages import Call, Reply
    from simloom.sandbox.routing import Operation


@frozen
class _Filter:
    """An input that has to be equal to a member, a status or an identifier of the items."""

    input: Input
    member: str | None = None
    is_status: bool = False
    identifier: str | None = None


@frozen
class Listing:
    """How one operation lists."""

    paging: Paging
    envelope: Envelope
    filters: tuple[_Filter, ...]
    ignored: tuple[str, ...]

    @property
    def is_unclear(self) -> bool:
        """Whether the document speaks of pages, and not of how to ask for the second one."""
        hints = self.paging.size is not None or self.envelope.tells_more
        return hints and not self.paging.moves


class Lists:
    """All lists of one vendor."""

    def __init__(
        self,
        shapes: Shapes,
        answers: Answers,
        routes: AnyRoutes,
        tasks: Mapping[str, Task],
        provider: str,
    ) -> None:
        self._shapes = shapes
        self._answers = answers
        self._routes = routes
        self._provider = provider
        self.all: dict[str, Listing] = {
            operation.id: self._listing(operation, tasks[operation.id])
            for operation in routes.operations
            if operation.id in tasks and tasks[operation.id].role is Role.LIST
        }

    def answer(self, operation: Operation, call: Call, task: Task, items: Items) -> Reply:
        """Return one page. Raises Refused for a cursor that the list did not give out."""
        listing, place = self.all[operation.id], task.place
        sent = call.content if isinstance(call.content, Mapping) else {}
        values = {**call.parameters, **sent}
        indexes = self._indexes(listing, items, values)
        turn = listing.paging.turn(items, indexes, values)
        schema = {} if place is None else place.schema
        rows = [
            self._shapes.project(schema, items.record(index), f"{operation.id} {index}")
            for index in turn.indexes
        ]
        path = () if place is None else place.path
        body = with_value(self._answers.base(operation, call), path, rows)
        last = (
            items.identifier(turn.indexes[-1], next(iter(items.kind.ids), ""))
            if turn.indexes
            else None
        )
        body = listing.envelope.fill(body, turn, call, self._provider, last)
        headers: dict[str, str | None] = {}
        for name in self._answers.header_names(operation):
            value = listing.envelope.header(name, turn, call, self._provider, last)
            if value is not None:
                headers[name] = value
        return self._answers.reply(operation, call, body, headers)

    def notes(self, operation: Operation) -> Iterator[str]:
        """Return what a list does not do, in sentences."""
        listing = self.all[operation.id]
        where = f"{operation.method} /{'/'.join(operation.template)}"
        if listing.is_unclear:
            yield (
                f"{where}: the document does not say how to ask for the next page;"
                " everything is on one, or as much as was asked for"
            )
        if listing.ignored:
            yield f"{where}: {', '.join(listing.ignored)} may be sent, and changes nothing"

    def _listing(self, operation: Operation, task: Task) -> Listing:
        inputs = list(self._inputs(operation))
        most = task.place.most if task.place is not None else None
        paging = Paging.of(inputs, most)
        schema = self._answers.schema(operation)
        path = task.place.path if task.place is not None else ()
        envelope = Envelope(self._shapes, schema, path, paging)
        filters, ignored = [], []
        for one in inputs:
            if one in paging.inputs:
                continue
            made = self._filter(one, task.resource.kind)
            if made is None:
                ignored.append(one.shown)
            else:
                filters.append(made)
        return Listing(paging, envelope, tuple(filters), tuple(ignored))

    def _inputs(self, operation: Operation) -> Iterator[Input]:
        for argument in self._routes.arguments(operation.id):
            if argument.place == "query":
                yield from self._flat_inputs((argument.name,), argument.schema)
        if operation.method == "POST":
            for name, part in self._shapes.members(self._routes.body_schema(operation)).items():
                yield from self._flat_inputs((name,), self._shapes.samples.flat(part))

    def _flat_inputs(self, path: tuple[str, ...], schema: Mapping[str, Any]) -> Iterator[Input]:
        members = self._shapes.members(schema)
        if not members:
            yield Input(path, schema)
        for name, part in members.items():
            yield Input((*path, name), self._shapes.samples.flat(part))

    def _filter(self, one: Input, kind: Kind) -> _Filter | None:
        word = plain(one.path[-1])
        slot = kind.slot
        if slot is not None and (word in map(plain, slot.path) or is_status(one.path[-1])):
            return _Filter(one, is_status=True)
        for schema in kind.schemas:
            for name, part in self._shapes.members(schema).items():
                if plain(name) == word and not self._shapes.is_kind(part, "object"):
                    return _Filter(one, member=name)
        identifier = identifier_kind(one.path[-1])
        return None if identifier is None else _Filter(one, identifier=identifier)

    def _indexes(self, listing: Listing, items: Items, values: Mapping[str, Any]) -> Sequence[int]:
        chosen = items.indexes
        for one in listing.filters:
            wanted = one.input.given(values)
            if wanted is None or wanted == []:
                continue
            texts = {_text(value) for value in (wanted if isinstance(wanted, list) else [wanted])}
            name = one.identifier or one.member or ""
            if name in items.seeded.numberings:
                found = {items.find(name, text) for text in texts}
                known = {index for index in found if index is not None}
                chosen = sorted(index for index in known if index in chosen)
            elif one.is_status:
                chosen = [index for index in chosen if items.state(index) in texts]
            elif one.member is not None:
                member = one.member
                chosen = [
                    index for index in chosen if _text(items.record(index).get(member)) in texts
                ]
        return chosen


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
