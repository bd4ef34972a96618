"""What a request asks of items: another status, other members; and which items its body names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simloom.sandbox.anyspec.nouns import (
    fitting,
    id_member,
    identifier_kind,
    is_action,
    is_status,
    plain,
    singular,
    taken_back,
)
from simloom.sandbox.anyspec.validation import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simloom.sandbox.anyspec.items import Items
    from simloom.sandbox.anyspec.kinds import Kind
    from simloom.sandbox.anyspec.shapes import Shapes, Slot

_ASKING = {"action", "command", "operation", "targetstatus", "newstatus", "transition"}
_DEEPEST = 6
_LOOSE = {"code", "value", "type", "name", "id"}


def wished_status(slot: Slot | None, segments: Sequence[str], values: Any) -> str | None:
    """Return the status that a path such as `suspend`, or a member, asks for; None if none."""
    if slot is None:
        return None
    if segments and is_action(segments[-1]):
        return fitting(segments[-1], slot.words)
    words = "".join(plain(part) for part in segments)
    is_about = any(part in words for part in ("status", "state", "action", "lifecycle"))
    known = {plain(word): word for word in slot.words}
    for name, text in _texts(values):
        word = plain(name)
        is_its = is_status(name) or word in _ASKING or name in slot.path
        if is_its or (is_about and word in _LOOSE):
            found = known.get(plain(text)) or fitting(text, slot.words)
            if found is not None:
                return found
    return None


def _texts(values: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(values, Mapping) and depth < 3:
        for name, value in values.items():
            if isinstance(value, str):
                yield str(name), value
            else:
                yield from _texts(value, depth + 1)


def merged(shapes: Shapes, kind: Kind, record: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """Return a record with the members that were sent, as far as an item has and allows them.

    Ids stay. An object is merged member by member, as in RFC 7396, but null is kept as a value.
    """
    made = dict(record)
    if not isinstance(sent, Mapping):
        return made
    for schema in kind.schemas:
        for name, part in shapes.members(schema).items():
            if name not in sent or name in kind.ids:
                continue
            value = sent[name]
            if isinstance(value, Mapping) and isinstance(made.get(name), Mapping):
                value = _deep(made[name], value)
            if fits(shapes.spec, part, value):
                made[name] = value
    return made


def _deep(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        name: _deep(old[name], value)
        if isinstance(value, Mapping) and isinstance(old.get(name), Mapping)
        else value
        for name, value in new.items()
    }
    return {**old, **both}


def named_items(items: Items, sent: Any, depth: int = 0) -> list[tuple[str, int | None]]:
    """Return the ids that a body has, and the items that they mean; None for an unknown one."""
    if isinstance(sent, list):
        return [pair for one in sent for pair in named_items(items, one, depth + 1)]
    if not isinstance(sent, Mapping) or depth > _DEEPEST:
        return []
    found: list[tuple[str, int | None]] = []
    for name, value in sent.items():
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            found += named_items(items, value, depth + 1)
            continue
        field = field_of(items.kind, str(name))
        if field is not None and field in items.seeded.numberings:
            every = value if isinstance(value, list) else [value]
            texts = [str(one) for one in every if isinstance(one, (str, int))]
            found += [(text, items.find(field, text)) for text in texts]
    return found


def field_of(kind: Kind, name: str) -> str | None:
    """Return which identifier of an item a member means, in the singular or the plural."""
    for word in (name, singular(name)):
        identifier = identifier_kind(word)
        if identifier is not None and kind.is_sims:
            return identifier
        exact = next((one for one in kind.ids if plain(one) == plain(word)), None)
        if exact is not None:
            return exact
        if word.lower().endswith("id") and kind.noun in word.lower():
            return id_member(word, kind.noun, kind.ids)
    return None


def may_wish(shapes: Shapes, kind: Kind, method: str, segments: Sequence[str], body: Any) -> bool:
    """Tell whether a request about a part of an item could ask for anything that is kept."""
    last = segments[-1] if segments else ""
    last = taken_back(last) if method == "DELETE" else last
    if kind.slot is not None:
        if is_action(last):
            return fitting(last, kind.slot.words) is not None
        names = {plain(name) for name in shapes.members(body)}
        if names & _ASKING or any(is_status(name) for name in names) or is_status(last):
            return True
    own = {plain(name) for schema in kind.schemas for name in shapes.members(schema)}
    return method in {"PUT", "PATCH"} or plain(last) in own
