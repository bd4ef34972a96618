"""Reading models and unions of models."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import define

from simloom.runtime.errors import DecodeError
from simloom.runtime.model import Model
from simloom.runtime.plan import ListNode, LiteralNode, Node, NullableNode, Problems, hook
from simloom.runtime.problems import escape

EXTRA = "additional_properties"


@define
class ModelNode(Node):
    """A generated model."""

    model: type[Model]
    label: ClassVar[str] = "object"

    def inner_nodes(self) -> tuple[Node, ...]:
        from simloom.runtime.schema import fields_of  # noqa: PLC0415  (schema makes these nodes)

        if not self.is_fast():
            return ()
        return tuple(plan.node for plan in fields_of(self.model))

    def is_fast(self) -> bool:
        """Tell whether msgspec can fill the model.

        It drops members that it does not know. And each wire name becomes a second name of its
        attribute, so it must not be the name of another attribute or of one of our methods.
        """
        from simloom.runtime.schema import fields_of  # noqa: PLC0415

        plans = fields_of(self.model)
        names = {plan.name for plan in plans}
        return not self.model.__open__ and not any(
            plan.wire_name != plan.name
            and (plan.wire_name in names or hasattr(Model, plan.wire_name))
            for plan in plans
        )

    def wire(self) -> Any:
        return self.model if self.is_fast() else hook(self._read_in_hook, self.model.__name__)

    def _read_in_hook(self, value: Any) -> Any:
        problems: Problems = []
        try:
            result = self.read(value, "", problems)
        except DecodeError as error:
            raise ValueError(error.message) from None
        if problems:
            raise ValueError(str(problems[0]))  # the tolerant pass reports it with its place
        return result

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        from simloom.runtime.schema import extra_node, fields_of  # noqa: PLC0415

        if isinstance(value, self.model):
            return value
        if not isinstance(value, dict):
            return self.refuse(value, pointer, problems)
        made = object.__new__(self.model)
        plans = fields_of(self.model)
        for plan in plans:
            try:
                found = value[plan.wire_name]
            except KeyError:
                if plan.required:
                    raise DecodeError(
                        f"required member {plan.wire_name!r} is missing", pointer=pointer
                    ) from None
                result = plan.default
            else:
                place = f"{pointer}/{escape(plan.wire_name)}"
                result = plan.node.read(found, place, problems)
            setattr(made, plan.name, result)
        if self.model.__open__:
            node = extra_node(self.model)
            known = {plan.wire_name for plan in plans}
            extra = {
                name: node.read(item, f"{pointer}/{escape(name)}", problems)
                for name, item in value.items()
                if name not in known
            }
            setattr(made, EXTRA, extra)
        return made


@define
class UnionNode(Node):
    """One of several types: the one that reads the value with the fewest departures.

    A constant member is a tag (the discriminator): a variant that has the value's own counts more
    than one without a tag, and that more than one whose optional tag differs or is not there. One
    whose required tag differs is out. Where no variant is left, the value stays parsed JSON, noted
    as a problem.
    """

    variants: tuple[Node, ...]
    label: ClassVar[str] = "one of the documented variants"

    def wire(self) -> Any:
        return hook(self._read_in_hook, "union")

    def _read_in_hook(self, value: Any) -> Any:
        problems: Problems = []
        result = self.read(value, "", problems)
        if problems:
            raise ValueError(str(problems[0]))
        return result

    def read(self, value: Any, pointer: str, problems: Problems) -> Any:
        best: tuple[tuple[int, int, int], Any, Problems] | None = None
        for order, variant in enumerate(self.variants):
            rank = _rank(variant, value)
            if rank is None or (best is not None and rank > best[0][0]):
                continue
            found: Problems = []
            try:
                result = variant.read(value, pointer, found)
            except DecodeError:
                continue
            score = (rank, len(found) + _foreign_members(variant, value), order)
            if best is None or score < best[0]:
                best = (score, result, found)
        if best is None:
            return self.refuse(value, pointer, problems)
        problems.extend(best[2])
        return best[1]


def _rank(node: Node, value: Any) -> int | None:
    """Return 0 if the value has the tag of this type, 1 if the type has none, 2 if it differs.

    None tells that the value cannot be of this type, by its kind or by a required tag.
    """
    if not isinstance(node, ModelNode):
        return 1 if _may_be(node, value) else None
    from simloom.runtime.schema import fields_of  # noqa: PLC0415

    if not isinstance(value, dict):
        return None
    has, lacks = False, False
    for plan in fields_of(node.model):
        tag = plan.node.inner if isinstance(plan.node, NullableNode) else plan.node
        if not isinstance(tag, LiteralNode):
            continue
        if plan.wire_name in value and value[plan.wire_name] in tag.values:
            has = True
        elif plan.required:
            return None
        else:
            lacks = True
    return 2 if lacks else 0 if has else 1


def _may_be(node: Node, value: Any) -> bool:
    """Tell by its kind whether the value can be of a type that is no model."""
    if isinstance(node, ListNode):
        return isinstance(value, list)
    wire = node.wire()
    if wire in {str, int, float, bool}:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return isinstance(value, wire) if wire in {str, bool} else number
    return True


def _foreign_members(node: Node, value: Any) -> int:
    """Count the members of an object that a model does not know."""
    if not isinstance(node, ModelNode) or node.model.__open__:
        return 0
    from simloom.runtime.schema import fields_of  # noqa: PLC0415

    known = {plan.wire_name for plan in fields_of(node.model)}
    return sum(1 for name in value if name not in known)
