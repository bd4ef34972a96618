"""Collections and items in a document, found by its paths and schemas, and what asks for them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen, mutable

from simloom.sandbox.anyspec.kinds import Kind, Kinds
from simloom.sandbox.anyspec.nouns import is_version, plain
from simloom.sandbox.anyspec.wishes import field_of

if TYPE_CHECKING:
    from simloom.sandbox.anyspec.answers import Answers
    from simloom.sandbox.anyspec.routes import AnyRoutes
    from simloom.sandbox.anyspec.shapes import Place, Shapes
    from simloom.sandbox.routing import Operation

Bare = tuple[str, ...]
_DEEP = 2
_SEARCHES = {"search", "query", "find", "filter", "list"}
_WRITES = {"POST", "PUT", "PATCH"}


class Role(Enum):
    """What an operation does to a collection."""

    LIST = "list"
    GET = "get"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    PART = "part"
    """Something about one item, such as its usage or its suspension."""
    MANY = "many"
    """Something about items that the body names."""


@frozen
class Task:
    """An operation and the collection that it is about. `place` is where its answer has it."""

    role: Role
    resource: Resource
    place: Place | None = None


@mutable(eq=False)
class Resource:
    """A collection in a path, with or without a path of its items."""

    path: Bare
    """Without versions; parameters are `{}`."""
    template: tuple[str, ...]
    variable: str | None
    member: str | None
    """The member that the parameter means."""
    kind: Kind
    parents: list[Resource] = field(factory=list)
    listed: bool = False


class Discovery:
    """Goes over the operations of a document once."""

    def __init__(self, shapes: Shapes, routes: AnyRoutes, answers: Answers) -> None:
        self._shapes = shapes
        self._answers = answers
        self._kinds = Kinds(shapes)
        self._operations = [item for item in routes.operations if item.id != routes.login]
        self._arguments = routes.arguments
        self._body_schema = routes.body_schema
        self.resources: dict[Bare, Resource] = {}
        self.tasks: dict[str, Task] = {}
        self._lists: dict[Bare, Operation] = {}
        for operation in self._operations:
            if operation.method == "GET" and self._lists_of(operation):
                self._lists.setdefault(bare(operation.template), operation)
        self._find_items()
        self._find_lists()
        self._join_sims()
        self._find_parents()
        self._find_tasks()

    def _lists_of(self, operation: Operation) -> list[Place]:
        return self._shapes.lists(self._answers.schema(operation))

    def _find_items(self) -> None:
        groups: dict[Bare, list[Operation]] = {}
        for operation in self._operations:
            last = operation.template[-1]
            if is_variable(last) and len(operation.template) > 1:
                groups.setdefault(bare(operation.template), []).append(operation)
        for path, own in groups.items():
            reads = [item for item in own if item.method == "GET"]
            if not reads and path[:-1] not in self._lists:
                continue
            first = (reads or own)[0]
            variable, segment = first.template[-1][1:-1], _noun(first.template[:-1])
            schemas = [self._answers.schema(item) for item in reads]
            schemas += [
                self._answers.schema(item)
                for item in own
                if item.method in _WRITES and self._shapes.items(self._answers.schema(item))
            ]
            places = [place for schema in schemas for place in self._shapes.items(schema)]
            listing = self._lists.get(path[:-1]) or self._list_like(places)
            rows = self._lists_of(listing) if listing is not None else []
            known = [place.schema for place in (*places, *rows)]
            argument: Any = next(
                (one.schema for one in self._arguments(first.id) if one.name == variable), {}
            )
            kind = self._kinds.of_items(path[:-1], variable, segment, known, argument)
            if kind is None:
                continue
            kind = evolve(kind, is_open=not rows)
            made = Resource(
                path[:-1], first.template[:-1], variable, next(iter(kind.ids)), kind, [], bool(rows)
            )
            self.resources[path[:-1]] = made
            if rows and listing is not None:
                place = self._row_place(rows, kind)
                self.tasks[listing.id] = Task(Role.LIST, made, place)

    def _list_like(self, places: list[Place]) -> Operation | None:
        """Return a list with another path whose rows are the items."""
        for path, operation in self._lists.items():
            if any(is_variable(part) for part in operation.template):
                continue
            if (*path, "{}") in {bare(item.template) for item in self._operations}:
                continue
            for row in self._lists_of(operation):
                if any(self._shapes.same(row.schema, place.schema) for place in places):
                    return operation
        return None

    def _row_place(self, rows: list[Place], kind: Kind) -> Place:
        for row in rows:
            if kind.ids.keys() & self._shapes.members(row.schema).keys():
                return row
        return rows[0]

    def _find_lists(self) -> None:
        """Take the lists without a path of their items: they are pages of made-up rows."""
        for path, operation in self._lists.items():
            if operation.id in self.tasks or is_variable(operation.template[-1]):
                continue
            schema, rows = self._answers.schema(operation), self._lists_of(operation)
            arrays = [
                part
                for part in self._shapes.members(schema).values()
                if self._shapes.is_kind(part, "array")
            ]
            content = self._answers.content(operation)
            has_example = "example" in content or "examples" in content
            if has_example or (not self._shapes.is_kind(schema, "array") and len(arrays) > 1):
                continue
            row = rows[0]
            kind = self._kinds.of_rows(path, _noun(operation.template), row.schema)
            member = next(iter(kind.ids), None)
            made = Resource(path, operation.template, None, member, kind, [], True)
            self.resources[path] = made
            self.tasks[operation.id] = Task(Role.LIST, made, row)

    def _join_sims(self) -> None:
        """Let all paths of SIMs mean the same SIMs, as long as their members agree."""
        own = [one for one in self.resources.values() if one.kind.is_sims]
        joined = self._kinds.joined([one.kind for one in own])
        for resource, kind in zip(own, joined, strict=True):
            resource.kind = kind

    def _find_parents(self) -> None:
        for path, resource in self.resources.items():
            resource.parents = [
                self.resources[path[:end]]
                for end in range(1, len(path))
                if path[end] == "{}" and path[:end] in self.resources
            ]

    def _find_tasks(self) -> None:
        for operation in self._operations:
            if operation.id in self.tasks:
                continue
            task = self._task(operation)
            if task is not None:
                self.tasks[operation.id] = task

    def _task(self, operation: Operation) -> Task | None:
        path, method = bare(operation.template), operation.method
        item = self.resources.get(path[:-1]) if path[-1:] == ("{}",) else None
        if item is not None and item.variable is not None:
            roles = {"GET": Role.GET, "DELETE": Role.DELETE}
            role = roles.get(method, Role.CHANGE if method in _WRITES else Role.PART)
            return Task(role, item, self._item_place(operation, item.kind))
        same = self.resources.get(path)
        if same is not None and method == "POST":
            return Task(Role.CREATE, same, self._item_place(operation, same.kind))
        if same is not None and method == "GET":
            return Task(Role.LIST, same, self._row_place(self._lists_of(operation), same.kind))
        part = self._part(operation, path)
        if part is not None and part.resource.kind.is_sims:
            return part
        if method == "POST" and plain(path[-1]) in _SEARCHES:
            for row in self._lists_of(operation):
                for resource in self.resources.values():
                    if any(self._shapes.same(row.schema, one) for one in resource.kind.schemas):
                        return Task(Role.LIST, resource, row)
        if method in _WRITES:
            schema = self._body_schema(operation)
            for owner in (self.resources.get(path[:-1]), self._the_sims()):
                if owner is not None and self._names_items(schema, owner.kind, 0):
                    return Task(Role.MANY, owner)
        return part

    def _part(self, operation: Operation, path: Bare) -> Task | None:
        for end in range(len(path) - 1, 1, -1):
            owner = self.resources.get(path[: end - 1]) if path[end - 1] == "{}" else None
            if owner is not None and owner.variable is not None:
                return Task(Role.PART, owner, self._item_place(operation, owner.kind))
        return None

    def _names_items(self, schema: Any, kind: Kind, depth: int) -> bool:
        """Tell whether a body has a member for the ids of items, at most two levels down."""
        if self._shapes.is_kind(schema, "array"):
            schema = self._shapes.samples.flat(schema).get("items", {})
        for name, part in self._shapes.members(schema).items():
            if field_of(kind, name) is not None:
                return True
            if depth < _DEEP and self._names_items(part, kind, depth + 1):
                return True
        return False

    def _the_sims(self) -> Resource | None:
        return next((one for one in self.resources.values() if one.kind.is_sims), None)

    def _item_place(self, operation: Operation, kind: Kind) -> Place | None:
        for place in self._shapes.items(self._answers.schema(operation)):
            if any(self._shapes.same(place.schema, one) for one in kind.schemas):
                return place
        return None


def bare(template: tuple[str, ...]) -> Bare:
    """Return a path without versions and the names of its parameters."""
    return tuple("{}" if is_variable(part) else part for part in template if not is_version(part))


def is_variable(part: str) -> bool:
    """Tell whether a part of a path is a parameter."""
    return part.startswith("{") and part.endswith("}")


def _noun(template: tuple[str, ...]) -> str:
    named = [part for part in template if not is_variable(part) and not is_version(part)]
    return named[-1] if named else ""
