"""Models as JSON shapes, filled by one generated function per model, so that encoding is quick.

msgspec writes a struct several times as fast as Python builds a dict, leaves `UNSET` out and knows
wire names. So each model gets a struct under the vendor's names, and a function that fills it,
made once per class, straight through its attributes (as attrs makes `__init__`). Members that are
documented as text, whole number, flag, enum, date or secret go as they are; the others are looked
at by their type.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from simloom.runtime.errors import InvalidParameter
from simloom.runtime.model import Model
from simloom.runtime.modelnode import EXTRA, ModelNode
from simloom.runtime.parsedtext import ParsedTextNode
from simloom.runtime.plan import (
    BoolNode,
    EnumNode,
    FloatNode,
    IntNode,
    ListNode,
    NullableNode,
    TextNode,
)
from simloom.runtime.schema import fields_of
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.runtime.plan import Node

    Shaper: TypeAlias = Callable[[Any], Any]
    Models: TypeAlias = frozenset[type[Model]]

_AS_IT_IS = (TextNode, IntNode, BoolNode, EnumNode)
_shapers: dict[type, Shaper] = {}


def shape(value: Any) -> Any:
    """Return what msgspec encodes as the vendor's JSON; raise `InvalidParameter` for NaN."""
    kind = type(value)
    try:
        shaper = _shapers[kind]
    except KeyError:
        shaper = _shapers.setdefault(kind, _shaper(kind, frozenset()))
    return shaper(value)


def _shaper(kind: type, above: Models) -> Shaper:
    """Make the function for one type; `above` are the models that are being made around it."""
    if issubclass(kind, Model):
        if kind.__open__ or not all(_fits_struct(plan.wire_name) for plan in fields_of(kind)):
            return _dict_shaper(kind)
        return _closed_shaper(kind, above | {kind})
    if issubclass(kind, (list, tuple, set, frozenset)):
        return lambda items: [shape(item) for item in items]
    if issubclass(kind, dict):
        return _shape_dict
    if issubclass(kind, float):
        return _finite
    if issubclass(kind, dt.datetime):
        return lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return lambda value: value


def _shape_dict(value: dict[str, Any]) -> dict[str, Any]:
    return {name: shape(item) for name, item in value.items() if item is not UNSET}


def _finite(number: float) -> float:
    if number - number != 0:
        raise InvalidParameter("the body holds a number that JSON does not know: it would be null")
    return number


def _fits_struct(wire_name: str) -> bool:
    """Tell whether msgspec takes the name for a struct's field: it writes it without escaping."""
    return wire_name.isprintable() and not {"\\", '"'} & set(wire_name)


def _dict_shaper(model: type[Model]) -> Shaper:
    names = [(plan.name, plan.wire_name) for plan in fields_of(model)]

    def shaper(value: Any) -> dict[str, Any]:
        documented = {wire_name: getattr(value, name) for name, wire_name in names}
        return _shape_dict({**documented, **(getattr(value, EXTRA) if model.__open__ else {})})

    return shaper


def _closed_shaper(model: type[Model], above: Models) -> Shaper:
    plans = fields_of(model)
    struct = msgspec.defstruct(
        model.__name__,
        [(plan.name, Any, UNSET) for plan in plans],
        rename={plan.name: plan.wire_name for plan in plans},
        gc=False,
    )
    scope = {"struct": struct, "shape": shape, "type": type, "datetime": dt.datetime}
    values = [_expression(f"model.{plan.name}", plan.node, scope, above) for plan in plans]
    # Attribute names are identifiers, and nothing else of a document reaches this text.
    made: Shaper = eval(f"lambda model: struct({', '.join(values)})", scope)  # noqa: S307
    return made


def _expression(value: str, node: Node, scope: dict[str, Any], above: Models) -> str:
    """Return code that shapes a value: the documented type inline, any other through `shape`."""
    while isinstance(node, NullableNode):
        node = node.inner
    is_time = isinstance(node, ParsedTextNode) and node.result is dt.datetime
    if isinstance(node, _AS_IT_IS) or (isinstance(node, ParsedTextNode) and not is_time):
        return value
    name = f"v{len(scope)}"
    scope[name] = None  # taken
    taken = f"type({name} := {value})"
    if is_time:
        return f"({name} if {taken} is datetime and {name}.tzinfo else shape({name}))"
    if isinstance(node, FloatNode):
        return f"({name} if {taken} is float and {name} - {name} == 0.0 else shape({name}))"
    if isinstance(node, ModelNode):
        scope[f"{name}_model"], scope[f"{name}_shape"] = node.model, _inner(node.model, above)
        return f"({name}_shape({name}) if {taken} is {name}_model else shape({name}))"
    if isinstance(node, ListNode):
        item = _expression(f"{name}_item", node.item, scope, above)
        if item == f"{name}_item":
            return value
        return f"([{item} for {name}_item in {name}] if {taken} is list else shape({name}))"
    return f"shape({value})"


def _inner(model: type[Model], above: Models) -> Shaper:
    """Return the function of a model inside another; one that contains itself is found later."""
    if model in above:
        return shape
    if model not in _shapers:
        _shapers.setdefault(model, _shaper(model, above))
    return _shapers[model]
