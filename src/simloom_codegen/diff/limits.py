"""Comparing enums and the limits of values: bounds, lengths, patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.flatten import tighter
from simloom_codegen.diff.shape import Shape, place

if TYPE_CHECKING:
    from simloom_codegen.diff.walk import Walk

_SHOWN = 5


def compare_limits(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    """Compare which values may be sent, or have to be expected."""
    _compare_enum(walk, old, new, direction)
    for keyword in sorted(old.bounds.keys() | new.bounds.keys()):
        was, now = old.bounds.get(keyword), new.bounds.get(keyword)
        if was != now:
            _compare_bound(walk, place(keyword, old, new), keyword, (was, now), direction)


def report_constraint(
    walk: Walk,
    at: str,
    text: str,
    direction: Direction,
    *,
    tightened: bool,
    old: Any = None,
    new: Any = None,
) -> None:
    """Report a limit: tighter is bad for what we send, looser worth a look for what we read."""
    sent = direction is Direction.REQUEST
    if tightened:
        code, level = Code.CONSTRAINT_TIGHTENED, Level.BREAKING if sent else Level.HARMLESS
    else:
        code, level = Code.CONSTRAINT_LOOSENED, Level.HARMLESS if sent else Level.NOTABLE
    walk.report(level, code, at, text, direction=direction, old=old, new=new)


def _compare_enum(walk: Walk, old: Shape, new: Shape, direction: Direction) -> None:
    at = place("enum", old, new)
    if old.enum is None or new.enum is None:
        if old.enum is not None:
            _listed(walk, at, "accepts any value now", direction, old.enum, tightened=False)
        elif new.enum is not None:
            _listed(walk, at, "is limited to listed values", direction, new.enum, tightened=True)
        return
    sent = direction is Direction.REQUEST
    gone = [old.enum[text] for text in sorted(old.enum.keys() - new.enum.keys())]
    come = [new.enum[text] for text in sorted(new.enum.keys() - old.enum.keys())]
    if gone:
        code = Code.REQUEST_ENUM_VALUE_REMOVED if sent else Code.RESPONSE_ENUM_VALUE_REMOVED
        level = Level.BREAKING if sent else Level.HARMLESS
        text = f"lost {_values(gone)}"
        walk.report(level, code, at, text, direction=direction, old=gone)
    if come:
        code = Code.REQUEST_ENUM_VALUE_ADDED if sent else Code.RESPONSE_ENUM_VALUE_ADDED
        level = Level.HARMLESS if sent else Level.NOTABLE
        text = f"gained {_values(come)}"
        walk.report(level, code, at, text, direction=direction, new=come)


def _listed(
    walk: Walk,
    at: str,
    text: str,
    direction: Direction,
    enum: dict[str, Any],
    *,
    tightened: bool,
) -> None:
    values = {"new" if tightened else "old": [enum[key] for key in sorted(enum)]}
    report_constraint(walk, at, text, direction, tightened=tightened, **values)


def _values(values: list[Any]) -> str:
    shown = ", ".join(f"'{value}'" for value in values[:_SHOWN])
    rest = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
    return f"the value{'s' if len(values) > 1 else ''} {shown}{rest}"


def _compare_bound(
    walk: Walk, at: str, keyword: str, values: tuple[Any, Any], direction: Direction
) -> None:
    was, now = values
    text = f"{keyword} was {_bound(was)} and is {_bound(now)}"
    shown = {"old": _shown(was), "new": _shown(now)}
    if was is not None and now is not None and keyword in {"pattern", "multipleOf"}:
        text += "; which values that changes is not worked out"
        code = Code.CONSTRAINT_CHANGED
        walk.report(Level.NOTABLE, code, at, text, direction=direction, **shown)
        return
    tightened = was is None or (now is not None and tighter(keyword, now, was))
    report_constraint(walk, at, text, direction, tightened=tightened, **shown)


def _bound(value: Any) -> str:
    if value is None:
        return "not given"
    if value is True:
        return "true"
    if isinstance(value, tuple):
        return f"{value[0]} (exclusive)" if value[1] else f"{value[0]}"
    return str(value)


def _shown(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value
