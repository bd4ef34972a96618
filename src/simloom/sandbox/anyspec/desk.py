"""Answers what is asked of collections and items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from simloom.sandbox.anyspec.changes import Changes, rest_of
from simloom.sandbox.anyspec.lists import Lists
from simloom.sandbox.anyspec.nouns import identifier_kind
from simloom.sandbox.anyspec.resources import Discovery, Role, Task
from simloom.sandbox.anyspec.shapes import with_value
from simloom.sandbox.anyspec.targets import Targets
from simloom.sandbox.anyspec.wishes import may_wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simloom.sandbox.anyspec.answers import Answers
    from simloom.sandbox.anyspec.items import Items, Store
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.shapes import Shapes
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.messages import Call, Reply
    from simloom.sandbox.routing import Operation


class Desk:
    """The collections of one vendor. `ledger` and `provider` are for what it did."""

    def __init__(
        self,
        shapes: Shapes,
        answers: Answers,
        routes: AnyRoutes,
        ledger: Ledger,
        provider: str,
        sims: int,
    ) -> None:
        self._shapes = shapes
        self._answers = answers
        self._provider = provider
        self._login = routes.login
        self._routes = routes
        found = Discovery(shapes, routes, answers)
        self.tasks: Mapping[str, Task] = found.tasks
        self._targets = Targets(shapes, found.resources.values(), sims)
        self._changes = Changes(shapes, answers, ledger, provider)
        self.lists: Lists = Lists(shapes, answers, routes, self.tasks, provider)

    @property
    def store(self) -> Store:
        """Everything that it remembers."""
        return self._targets.store

    @property
    def sims(self) -> Items | None:
        """The SIMs that a page can show; None if there are none, or in no single list."""
        return self._targets.sims()

    def collections(self, operations: Iterable[Operation]) -> list[dict[str, Any]]:
        """Return path, kind, number and paging of every collection that has a path of its own.

        Those of collections in items are None: there is one per item.
        """
        told = []
        for operation in operations:
            task = self.tasks.get(operation.id)
            if task is None or task.role is not Role.LIST:
                continue
            resource, listing = task.resource, self.lists.all[operation.id]
            told.append(
                {
                    "operation": operation.id,
                    "path": f"/{'/'.join(operation.template)}",
                    "sims": resource.kind.is_sims,
                    "items": self._targets.count(resource),
                    "pagedBy": [one.shown for one in listing.paging.inputs],
                    "filters": [one.input.shown for one in listing.filters],
                    "unclear": listing.is_unclear,
                }
            )
        return told

    def notes(self, operations: Iterable[Operation]) -> list[str]:
        """Return in sentences what the document does not say, or is not done here."""
        notes: list[str] = []
        for operation in operations:
            task = self.tasks.get(operation.id)
            if task is not None and task.role is Role.LIST:
                notes += self.lists.notes(operation)
            elif operation.method != "GET" and not self._keeps(operation, task):
                notes.append(
                    f"{operation.method} /{'/'.join(operation.template)}: is answered and put into"
                    " the journal, and changes nothing"
                )
        return notes

    def _keeps(self, operation: Operation, task: Task | None) -> bool:
        if task is None:
            return operation.id == self._login
        if task.role is not Role.PART:
            return True
        body = self._routes.body_schema(operation)
        rest = rest_of(operation, task.resource)
        return may_wish(self._shapes, task.resource.kind, operation.method, rest, body)

    def answer(self, operation: Operation, call: Call) -> Reply:
        """Return the answer to a checked call. Raises Unknown."""
        task = self.tasks.get(operation.id)
        if task is None:
            return self._answers.success(operation, call)
        target = self._targets.find(task.resource, operation, call)
        if task.role is Role.LIST:
            return self.lists.answer(operation, call, task, target.items)
        if task.role is Role.MANY:
            return self._changes.many(operation, call, target)
        if task.role is Role.CREATE:
            made = self._changes.create(operation, call, target)
            if made is None:
                return self._answers.success(operation, call)
            return self._item(operation, call, task, target.items, made)
        index = self._targets.index(task.resource, operation, call, target)
        if task.role is Role.DELETE:
            record = self._changes.delete(operation, target, index)
            return self._answers.success(operation, call, record)
        if task.role is Role.CHANGE or (task.role is Role.PART and operation.method != "GET"):
            self._changes.change(operation, call, task, target, index)
        return self._item(operation, call, task, target.items, index)

    def _item(
        self, operation: Operation, call: Call, task: Task, items: Items, index: int
    ) -> Reply:
        record = items.record(index)
        headers = {"Location": self._location(task, call, items, index)}
        if task.place is None or (task.role is Role.PART and operation.method == "GET"):
            return self._answers.success(operation, call, self._about(items, index, record))
        shown = self._shapes.project(task.place.schema, record, f"{operation.id} {index}")
        body = with_value(self._answers.base(operation, call), task.place.path, shown)
        return self._answers.reply(operation, call, body, headers)

    def _about(self, items: Items, index: int, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what answers about a part of an item say of the item: who it is, its status."""
        slot = items.kind.slot
        names = {*items.kind.ids, *(slot.path[:1] if slot else ())}
        known = {n: v for n, v in record.items() if n in names or identifier_kind(n)}
        if slot is not None:
            known[slot.path[-1]] = known.get(slot.path[-1], items.state(index))
        return known

    def _location(self, task: Task, call: Call, items: Items, index: int) -> str | None:
        if task.role is not Role.CREATE or task.resource.member is None:
            return None
        name = quote(items.identifier(index, task.resource.member) or "", "", errors="replace")
        host = call.headers.get("host", "localhost")
        return f"{call.scheme}://{host}/{self._provider}{call.path.rstrip('/')}/{name}"
