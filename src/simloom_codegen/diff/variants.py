"""Comparing unions (`oneOf`, `anyOf`) as sets of branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.flatten import is_reference
from simloom_codegen.diff.limits import report_constraint
from simloom_codegen.diff.references import Document, component_name
from simloom_codegen.diff.shape import Shape, Site, place
from simloom_codegen.diff.values import canonical, mapping, same

if TYPE_CHECKING:
    from simloom_codegen.diff.walk import Walk

_Side: TypeAlias = tuple[Site, Shape]


def compare_variants(walk: Walk, old: _Side, new: _Side, direction: Direction) -> bool:
    """Compare the branches of two schemas. True if that says all there is to say about them."""
    before, after = old[1], new[1]
    _compare_discriminator(walk, before, after)
    if not before.variants and not after.variants:
        return False
    if before.variants and after.variants:
        _compare_sets(walk, before.variants, after.variants, direction)
        return False
    union, single = (before, after) if before.variants else (after, before)
    if union.types is not None or union.enum is not None:
        # The union only restricts an object that is described beside it.
        text = f"is {'now' if after.variants else 'no longer'} restricted by a oneOf or anyOf"
        at = place("oneOf", before, after)
        report_constraint(walk, at, text, direction, tightened=bool(after.variants))
        return False
    _compare_sets(
        walk,
        before.variants if before is not single else [old[0]],
        after.variants if after is not single else [new[0]],
        direction,
    )
    return True


def _compare_sets(walk: Walk, old: list[Site], new: list[Site], direction: Direction) -> None:
    before, after = _by_name(walk.old, old), _by_name(walk.new, new)
    pairs = [(name, name) for name in sorted(before.keys() & after.keys())]
    gone = sorted(before.keys() - after.keys())
    come = sorted(after.keys() - before.keys())
    if len(gone) == len(come) == 1 and _replaced(walk, before[gone[0]], after[come[0]]):
        pairs.append((gone.pop(), come.pop()))
    for one, other in pairs:
        walk.schemas(before[one], after[other], direction)
    sent = direction is Direction.REQUEST
    for name in gone:
        level = Level.BREAKING if sent else Level.HARMLESS
        site, code = before[name], Code.VARIANT_REMOVED
        shown = _shown(walk.old, site)
        text = f"({shown}) was removed" if shown else "was removed"
        at = site[0].pointer
        walk.report(level, code, at, text, direction=direction, old=shown, removed=True)
    for name in come:
        # A decoder tries the branches it knows: an unknown one cannot be read.
        level = Level.HARMLESS if sent else Level.BREAKING
        site, code = after[name], Code.VARIANT_ADDED
        shown = _shown(walk.new, site)
        text = f"({shown}) was added" if shown else "was added"
        walk.report(level, code, site[0].pointer, text, direction=direction, new=shown)


def _by_name(document: Document, sites: list[Site]) -> dict[str, Site]:
    """Tell branches apart by component, then by a title of their own, then by what they say."""
    titles = [mapping(site[0].value).get("title") for site in sites]
    named = {}
    for site, title in zip(sites, titles, strict=True):
        name = canonical([part.value for part in site])
        if component := _component(document, site):
            name = f"component {component}"
        elif isinstance(title, str) and titles.count(title) == 1:
            name = f"title {title}"
        named[name] = site
    return named


def _component(document: Document, site: Site) -> str:
    if len(site) != 1:
        return ""
    target = document.follow(site[0]) if is_reference(site[0]) else site[0]
    return component_name(target.pointer)


def _shown(document: Document, site: Site) -> str:
    title = mapping(site[0].value).get("title")
    return _component(document, site) or (title if isinstance(title, str) else "")


def _replaced(walk: Walk, old: Site, new: Site) -> bool:
    """Whether the one branch left over on each side is the same one, edited or renamed."""
    before, after = _component(walk.old, old), _component(walk.new, new)
    if before and after:
        return before not in walk.new.schema_names and after not in walk.old.schema_names
    return True


def _compare_discriminator(walk: Walk, old: Shape, new: Shape) -> None:
    if same(old.discriminator, new.discriminator):
        return
    was = mapping(old.discriminator).get("propertyName")
    now = mapping(new.discriminator).get("propertyName")
    level = Level.BREAKING if was is not None and not same(was, now) else Level.NOTABLE
    text = f"discriminator {was or 'none'} became {now or 'none'}"
    if same(was, now):
        text = "discriminator has another mapping"
    at = place("discriminator", old, new)
    walk.report(level, Code.DISCRIMINATOR_CHANGED, at, text, old=was, new=now)
