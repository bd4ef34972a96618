"""Decoding at C speed: msgspec fills the very attrs classes that users see.

msgspec reads attrs classes but knows no other names than the attributes'. So each wire name becomes
a second name of the same slot (`Sim.createdAt` is `Sim.created_at`), and while msgspec looks at the
classes for the first time it is shown the wire names. It keeps what it saw; afterwards the classes
are as attrs made them. If a future msgspec looked differently, `test_runtime_fast.py` says so, and
the tolerant reader in `decoding` needs none of this.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import fields

from simloom.runtime.modelnode import ModelNode
from simloom.runtime.plan import ListNode, NullableNode, run_hook
from simloom.runtime.schema import fields_of, preparing
from simloom.runtime.unset import Unset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.runtime.model import Model
    from simloom.runtime.plan import Node

_prepared: set[type[Model]] = set()


def decoder(node: Node) -> msgspec.json.Decoder[Any]:
    """Return the msgspec decoder of a plan: it raises `ValidationError` on any departure."""
    with preparing, ExitStack() as shown:
        models = _unprepared_models(node)
        for model in models:
            shown.enter_context(_wire_names_shown(model))
        for model in models:
            msgspec.json.Decoder(model, dec_hook=run_hook)
            _prepared.add(model)
        return msgspec.json.Decoder(node.wire(), dec_hook=run_hook)


def read_items(node: Node, data: Any) -> Any:
    """Return parsed JSON in which msgspec has read what it can of the outermost lists' items.

    An item that departs from the document stays as it is, for the tolerant reader, which leaves
    alone what has been read: one odd value costs one slow item, not a slow page. Each item is tried
    once, so a hostile document costs no more than twice its reading. `data` is not changed.
    """
    while isinstance(node, NullableNode):
        node = node.inner
    if isinstance(node, ListNode) and isinstance(data, list):
        item = node.item
        if isinstance(item, ModelNode) and item.model in _prepared:
            return [_read_item(one, item.model) for one in data]
    elif isinstance(node, ModelNode) and isinstance(data, dict):
        plans = [plan for plan in fields_of(node.model) if plan.wire_name in data]
        return data | {
            plan.wire_name: read_items(plan.node, data[plan.wire_name]) for plan in plans
        }
    return data


def _read_item(data: Any, model: type[Model]) -> Any:
    try:
        return msgspec.convert(data, model, dec_hook=run_hook)
    except (msgspec.ValidationError, RecursionError):
        return data


def _unprepared_models(node: Node) -> list[type[Model]]:
    """Return the models below a node, each once; models may contain one another."""
    found: dict[type[Model], None] = {}
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ModelNode) and current.is_fast():
            if current.model in found or current.model in _prepared:
                continue
            found[current.model] = None
        waiting.extend(current.inner_nodes())
    return list(found)


@contextmanager
def _wire_names_shown(model: type[Model]) -> Iterator[None]:
    """Add the wire names as second names for good, and show them alone while the block runs."""
    hints: dict[str, Any] = {}
    names: dict[str, str] = {}
    for plan in fields_of(model):
        wire = plan.node.wire()
        hints[plan.wire_name] = wire if plan.required or wire is Any else wire | Unset
        names[plan.name] = plan.wire_name
        if plan.name != plan.wire_name:
            setattr(model, plan.wire_name, vars(model)[plan.name])
    attributes, annotations = fields(model), model.__annotations__
    model.__annotations__ = hints
    model.__attrs_attrs__ = tuple(
        attribute.evolve(name=names[attribute.name], validator=None) for attribute in attributes
    )
    try:
        yield
    finally:
        model.__annotations__ = annotations
        model.__attrs_attrs__ = attributes
