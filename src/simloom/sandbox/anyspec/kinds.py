"""What the items of a collection are: SIMs or something else, and what names one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from simloom.sandbox.anyspec.nouns import (
    id_member,
    identifier_kind,
    is_sim_word,
    singular,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simloom.sandbox.anyspec.shapes import Shapes, Slot

_OF_SIMS = {"iccid", "eid", "imsi", "msisdn"}


@frozen
class Kind:
    """What the items of a collection are. `schemas` are those of all answers with such an item."""

    name: str
    noun: str
    ids: Mapping[str, Any]
    """The members by which paths name an item, and their schemas; the first one counts most."""
    schemas: tuple[Any, ...]
    slot: Slot | None
    is_sims: bool
    is_open: bool
    """Whether there is an item for every id, because nothing lists them."""


class Kinds:
    """Tells what items are from paths and schemas of one document."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def of_items(
        self, path: Sequence[str], variable: str, segment: str, known: list[Any], argument: Any
    ) -> Kind | None:
        """Return what the items of a path are: those objects of its answers that have the id.

        `argument` is the schema of the path parameter.
        """
        with_id = []
        for schema in known:
            members = self._shapes.members(schema)
            member = id_member(variable, segment, members)
            if member is not None and not self._shapes.is_kind(members[member], "object"):
                with_id.append((schema, member, members[member]))
        if not with_id:
            return None
        member, part = with_id[0][1], with_id[0][2]
        # One component has several answers: once is enough.
        own = {
            id(self._shapes.spec.resolve(schema)): schema
            for schema, name, _ in with_id
            if name == member
        }
        schemas = tuple(own.values())
        return self._made(path, segment, member, {"allOf": [part, argument]}, schemas)

    def of_rows(self, path: Sequence[str], segment: str, schema: Any) -> Kind:
        """Return what the rows of a list without a path of its items are."""
        members = self._shapes.members(schema)
        own = [name for name in members if identifier_kind(name) in {"iccid", "eid"}]
        member = id_member("id", segment, members)
        if own and is_sim_word(segment):
            member = own[0]
        return self._made(path, segment, member, members.get(member or "", {}), (schema,))

    def joined(self, kinds: Sequence[Kind]) -> list[Kind]:
        """Return for each kind of SIMs what all those that agree with it are together."""
        found: list[Kind] = []
        for kind in kinds:
            for number, other in enumerate(found):
                if self._agree(kind, other):
                    found[number] = _both(other, kind)
                    break
            else:
                name = f"sims {len(found) + 1}" if found else "sims"
                found.append(evolve(kind, name=name))
        return [next(one for one in found if self._agree(kind, one)) for kind in kinds]

    def _made(
        self,
        path: Sequence[str],
        segment: str,
        member: str | None,
        id_schema: Any,
        schemas: tuple[Any, ...],
    ) -> Kind:
        is_sims = self._is_sims(path, segment, member or "", schemas)
        return Kind(
            name="sims" if is_sims else "/".join(path),
            noun=singular(segment) or "item",
            ids={} if member is None else {member: id_schema},
            schemas=schemas,
            slot=next((slot for slot in map(self._shapes.slot, schemas) if slot), None),
            is_sims=is_sims,
            is_open=False,
        )

    def _is_sims(
        self, path: Sequence[str], segment: str, member: str, schemas: tuple[Any, ...]
    ) -> bool:
        if any(is_sim_word(one) and two == "{}" for one, two in pairwise(path)):
            return False  # something of a SIM, such as its sessions
        if identifier_kind(member) in _OF_SIMS:
            return True
        names = {name for schema in schemas for name in self._deep_names(schema)}
        return is_sim_word(segment) and any(identifier_kind(name) in _OF_SIMS for name in names)

    def _deep_names(self, schema: Any) -> set[str]:
        members = self._shapes.members(schema)
        return set(members).union(*(self._shapes.members(part) for part in members.values()))

    def _agree(self, one: Kind, other: Kind) -> bool:
        if one.ids.keys() & other.ids.keys():
            return True
        return any(self._shapes.same(a, b) for a in one.schemas for b in other.schemas)


def _both(one: Kind, other: Kind) -> Kind:
    return evolve(
        one,
        ids={**other.ids, **one.ids},
        schemas=(*one.schemas, *(each for each in other.schemas if each not in one.schemas)),
        slot=one.slot or other.slot,
        is_open=one.is_open and other.is_open,
    )
