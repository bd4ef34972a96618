"""A plan for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.diff import render
from simloom_codegen.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom_codegen.update.plan import Plan

_SHOWN = 12
_WHY = {
    "major": "breaking changes: a major step, or before 1.0.0 a minor one",
    "minor": "notable changes or additions: a minor step",
    "patch": "harmless changes: a patch",
    "none": "nothing changed",
}


def as_text(plan: Plan) -> str:
    """Return what an update would do, in the order in which a maintainer asks."""
    return "\n".join(map(printable, _lines(plan)))


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.provider}: {plan.spec}"
    yield from _list("lost or assumed in the conversion", [c.as_text() for c in plan.losses])
    yield from _list("names and facts kept by overlay.yaml", list(plan.pinned))
    yield from _list("pins dropped, as what they named is gone", list(plan.unpinned))
    kept = [f"{was} (the vendor calls it {now})" for now, was in plan.classes.items()]
    yield from _list("classes kept by config.yml", kept)
    yield ""
    yield render(list(plan.changes), "text")
    yield ""
    count = sum(map(len, plan.faults.values()))
    yield f"provider code that would not type-check any more: {count or 'none'}"
    for label, faults in plan.faults.items():
        yield f"  {label}"
        for fault in faults:
            yield f"    {fault.file}:{fault.line}:{fault.column}: {fault.message}"
    if plan.mentions:
        yield ""
        yield "provider code that type-checks and names what has changed, to be looked at:"
    for message, places in plan.mentions.items():
        yield f"  {message}"
        yield from (f"    {place}" for place in places[:_SHOWN])
        if len(places) > _SHOWN:
            yield f"    and {len(places) - _SHOWN} more"
    yield ""
    present, proposed = plan.version
    step = f"{present} -> {proposed}" if present else "none in pyproject.toml"
    yield f"version: {step} ({_WHY[plan.bump]})"
    yield "changelog entry:"
    yield from (f"    {line}".rstrip() for line in plan.changelog.split("\n"))
    yield ""
    yield "files:"
    yield from (f"    {name}" for name in plan.writes)


def _list(title: str, items: list[str]) -> Iterator[str]:
    if items:
        yield f"{title}: {len(items)}"
        yield from (f"    {item}" for item in items[:_SHOWN])
        if len(items) > _SHOWN:
            yield f"    and {len(items) - _SHOWN} more"
