"""Which items a path is about: whose they are, and whether they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.anyspec.items import Items, SpecItems, Store
from simloom.sandbox.anyspec.nouns import is_version
from simloom.sandbox.anyspec.resources import Resource, is_variable
from simloom.sandbox.anyspec.validation import fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simloom.sandbox.anyspec.shapes import Shapes
    from simloom.sandbox.messages import Call
    from simloom.sandbox.routing import Operation

OTHERS = 3
"""How many items a collection has that is not of SIMs."""


class Unknown(Exception):
    """Nothing has the id in the path, or what is to be made is there already."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)


@frozen
class Target:
    """The items that a path is about."""

    items: Items
    scope: tuple[str, ...]
    iccid: str | None
    """Of the SIM above them, if there is one."""


class Targets:
    """The items of all collections of one vendor, and the way to them."""

    def __init__(self, shapes: Shapes, resources: Iterable[Resource], sims: int) -> None:
        self._shapes = shapes
        self._sims = sims
        self._resources = tuple(resources)
        self._kinds = {one.kind.name: one.kind for one in self._resources}
        # SIMs that one path has for all belong to nobody in particular; nor do those of accounts
        # that nothing lists.
        self._of_all = {
            one.kind.name
            for one in self._resources
            if one.kind.is_sims and all(above.kind.is_open for above in one.parents)
        }
        self.store: Store = Store(self._made)

    def sims(self) -> Items | None:
        """Return the SIMs that a page can show; None if there are none, or in no single list."""
        for resource in self._resources:
            if resource.kind.is_sims and resource.kind.name in self._of_all:
                return self.store.of(resource.kind.name)
        return None

    def count(self, resource: Resource) -> int | None:
        """Return how many items a collection has; None if it depends on what is above it."""
        if resource.kind.name in self._of_all or "{}" not in resource.path:
            return len(self.store.of(resource.kind.name).indexes)
        return None

    def find(self, resource: Resource, operation: Operation, call: Call) -> Target:
        """Return the items of a call. Raises Unknown if one above them is not there."""
        values = values_of(operation, call)
        iccid: str | None = None
        scope: list[str]
        for parent in resource.parents:
            value = values.get(len(parent.path))
            if value is None:
                continue
            above = self._target_of(parent, values)
            index = self.found(parent, above, value)
            iccid = above.iccid(index) if parent.kind.is_sims else iccid
        if resource.kind.name in self._of_all:
            scope = []
        elif resource.kind.is_sims:
            scope = [str(values.get(len(parent.path))) for parent in resource.parents]
        else:
            ends = [place for place, part in enumerate(resource.path) if part == "{}"]
            scope = [str(values.get(place)) for place in ends]
        return Target(self.store.of(resource.kind.name, scope), tuple(scope), iccid)

    def _target_of(self, resource: Resource, values: Mapping[int, Any]) -> Items:
        if resource.kind.name in self._of_all:
            return self.store.of(resource.kind.name)
        ends = [place for place, part in enumerate(resource.path) if part == "{}"]
        if resource.kind.is_sims:
            ends = [len(parent.path) for parent in resource.parents]
        return self.store.of(resource.kind.name, [str(values.get(place)) for place in ends])

    def index(self, resource: Resource, operation: Operation, call: Call, target: Target) -> int:
        """Return the item that a call names. Raises Unknown."""
        value = values_of(operation, call).get(len(resource.path))
        return self.found(resource, target.items, value)

    def found(self, resource: Resource, items: Items, value: Any) -> int:
        """Return the item with an id, which may be made on demand. Raises Unknown."""
        member = resource.member or ""
        index = items.find(member, str(value))
        if index is None and items.kind.is_open and member:
            schema = items.kind.ids.get(member, {})
            if fits(self._shapes.spec, schema, value):
                index = items.opened(member, value)
        if index is None:
            raise Unknown(404, f"there is no {items.kind.noun} with this {member}")
        return index

    def _made(self, name: str, scope: tuple[str, ...]) -> Items:
        kind = self._kinds[name]
        count = 0 if kind.is_open else self._sims if kind.is_sims else OTHERS
        key = "/".join((name, *scope))
        sims = None if kind.is_sims else self.sims()

        def owner(index: int) -> Mapping[str, str]:
            if sims is None or not sims.seeded.count:
                return {}
            above = sims.find("", scope[-1]) if scope else None
            return sims.identifiers(index % sims.seeded.count if above is None else above)

        return Items(SpecItems(self._shapes, kind, key, count, owner))


def values_of(operation: Operation, call: Call) -> dict[int, Any]:
    """Return the values of the path, by their place in a path without versions."""
    parts = [part for part in operation.template if not is_version(part)]
    return {
        place: call.parameters.get(part[1:-1])
        for place, part in enumerate(parts)
        if is_variable(part)
    }
