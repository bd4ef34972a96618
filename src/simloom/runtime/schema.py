"""From annotations to plans: the types generated models use, resolved when first needed."""

from __future__ import annotations

import datetime as dt
import sys
import types
import typing
from enum import Enum
from threading import RLock
from typing import Any, Literal, Union, get_args, get_origin

from attrs import NOTHING, fields

from simloom.runtime.model import Model
from simloom.runtime.modelnode import EXTRA, ModelNode, UnionNode
from simloom.runtime.parsedtext import date_node, secret_node, timestamp_node
from simloom.runtime.plan import (
    BoolNode,
    EnumNode,
    FieldPlan,
    FloatNode,
    IntNode,
    ListNode,
    LiteralNode,
    MapNode,
    Node,
    NullableNode,
    TextNode,
)
from simloom.runtime.secret import Secret
from simloom.runtime.unset import Unset

_SCALARS: dict[Any, type[Node]] = {
    str: TextNode,
    int: IntNode,
    float: FloatNode,
    bool: BoolNode,
    bytes: Node,
    Any: Node,
    object: Node,
}
_TIMESTAMP = frozenset({dt.datetime, str})
_DATE = frozenset({dt.date, str})


def node_for(annotation: Any) -> Node:
    """Return the plan for a resolved annotation."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]()
    if annotation is None or annotation is type(None):
        return NullableNode(Node())
    if annotation is Secret:
        return secret_node()
    origin = get_origin(annotation)
    if origin is Literal:
        return LiteralNode(get_args(annotation))
    if origin is list:
        return ListNode(node_for(get_args(annotation)[0]))
    if origin is dict:
        return MapNode(node_for(get_args(annotation)[1]))
    if origin in {Union, types.UnionType}:
        return _union(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return EnumNode(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return ModelNode(annotation)
    if annotation is dt.datetime:
        return timestamp_node()
    if annotation is dt.date:
        return date_node()
    raise TypeError(f"no plan for {annotation!r}")


def _union(members: tuple[Any, ...]) -> Node:
    nullable = type(None) in members
    kept = [member for member in members if member not in {type(None), Unset}]
    if frozenset(kept) == _TIMESTAMP:
        node: Node = timestamp_node()
    elif frozenset(kept) == _DATE:
        node = date_node()
    elif len(kept) == 1:
        node = node_for(kept[0])
    elif not kept:
        node = Node()
    else:
        node = UnionNode(tuple(node_for(member) for member in kept))
    return NullableNode(node) if nullable else node


preparing: RLock = RLock()
"""Held while a model's annotations are read here, or changed for a moment by `fast`."""

_fields: dict[type[Model], tuple[FieldPlan, ...]] = {}


def fields_of(model: type[Model]) -> tuple[FieldPlan, ...]:
    """Return the plans of a model's attributes, in their order; made once per class."""
    try:
        return _fields[model]
    except KeyError:
        with preparing:
            return _fields.setdefault(model, _make_fields(model))


def _make_fields(model: type[Model]) -> tuple[FieldPlan, ...]:
    hints = _hints(model)
    return tuple(
        FieldPlan(
            attribute.name,
            model.__wire__.get(attribute.name, attribute.name),
            node_for(hints[attribute.name]),
            required=attribute.default is NOTHING,
        )
        for attribute in fields(model)
        if not (model.__open__ and attribute.name == EXTRA)
    )


_extra: dict[type[Model], Node] = {}


def extra_node(model: type[Model]) -> Node:
    """Return how the further members of an open model are read."""
    try:
        return _extra[model]
    except KeyError:
        (item,) = get_args(_hints(model)[EXTRA])[1:]
        return _extra.setdefault(model, node_for(item))


def _hints(model: type[Model]) -> dict[str, Any]:
    """Resolve the annotations of attributes; model names come from the models package."""
    names = {attribute.name for attribute in fields(model)}
    hints: dict[str, Any] = {}
    for owner in reversed(model.__mro__):
        module = sys.modules[owner.__module__]
        annotations = vars(owner).get("__annotations__", {})
        wanted = {name: text for name, text in annotations.items() if name in names}
        siblings = sys.modules.get(owner.__module__.rpartition(".")[0], module)
        known = {
            name: getattr(siblings, name)
            for text in wanted.values()
            if isinstance(text, str)
            for name in compile(text, "<annotation>", "eval").co_names
            if name not in vars(module) and hasattr(siblings, name)
        }
        bearer = types.SimpleNamespace(__annotations__=wanted)
        hints.update(typing.get_type_hints(bearer, globalns=vars(module), localns=known))
    return hints
