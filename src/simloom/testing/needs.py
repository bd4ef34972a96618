"""What a rule needs before it can ask anything; without it the rule is not asked, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.capabilities import Verb

_MARK = "__simloom_needs__"
_Rule = TypeVar("_Rule", bound="Callable[..., Any]")


@frozen(kw_only=True)
class Needs:
    """Verbs that have to work, and whether every other one has to be tried before the rule."""

    verbs: tuple[Verb, ...] = ()
    all_tried: bool = False


def needs(*verbs: Verb, all_tried: bool = False) -> Callable[[_Rule], _Rule]:
    """Mark a rule; what its fixtures need comes on top."""

    def mark(rule: _Rule) -> _Rule:
        setattr(rule, _MARK, Needs(verbs=verbs, all_tried=all_tried))
        return rule

    return mark


def needs_of(rule: object) -> Needs:
    """Return what a test function was marked with."""
    found: Needs = getattr(rule, _MARK, Needs())
    return found
