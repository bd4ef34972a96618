"""Comparing what a document says beside the contract: our extensions, deprecation, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.diff.change import Code, Level
from simloom_codegen.diff.shape import place
from simloom_codegen.diff.values import mapping, same

if TYPE_CHECKING:
    from simloom_codegen.diff.shape import Part, Shape
    from simloom_codegen.diff.walk import Walk

_CARE = {"read": 0, "set-state": 1, "additive": 2}
_RULES = (
    ("x-quota", Code.QUOTA_CHANGED, "quota"),
    ("x-rate-limit", Code.QUOTA_CHANGED, "rate limit"),
    ("x-bulk", Code.BULK_CHANGED, "bulk rule"),
)
OPERATION_TEXTS = ("summary", "description", "externalDocs", "x-source")


def compare_marks(walk: Walk, old: Shape, new: Shape) -> None:
    """Compare texts, evidence, secrecy and deprecation of two schemas."""
    for keyword in sorted(old.texts.keys() | new.texts.keys()):
        before = [text for _, text in old.texts.get(keyword, [])]
        after = new.texts.get(keyword, [])
        if sorted(before) != sorted(text for _, text in after):
            added = [at for at, text in after if text not in before]
            for at in added or [f"{place(keyword, old, new)}/{keyword}"]:
                walk.text(at)
    _evidence(walk, place("x-evidence", old, new), old.evidence, new.evidence)
    _deprecation(walk, place("deprecated", old, new), old.deprecated, new.deprecated)
    if old.secret != new.secret:
        text = "is a secret now" if new.secret else "is no longer a secret: it may be printed"
        at = place("x-secret", old, new)
        code = Code.SECRET_CHANGED
        walk.report(Level.NOTABLE, code, at, text, old=old.secret, new=new.secret)


def compare_notes(walk: Walk, old: Part, new: Part) -> None:
    """Compare texts, evidence and deprecation of two parameters, headers or answers."""
    walk.texts(old, new)
    before, after = mapping(old.value), mapping(new.value)
    _evidence(walk, new.pointer, before.get("x-evidence"), after.get("x-evidence"))
    was, now = before.get("deprecated") is True, after.get("deprecated") is True
    _deprecation(walk, new.pointer, was, now)


def compare_rules(walk: Walk, old: Part, new: Part) -> None:
    """Compare how an operation or document may be repeated, how often and in what batches.

    A class that asks for more care than before is breaking: whoever still has the old one may
    repeat a request that must not be repeated.
    """
    before, after = mapping(old.value), mapping(new.value)
    was, now = before.get("x-retry-class"), after.get("x-retry-class")
    if not same(was, now):
        careful = _care(now) > _care(was) >= 0
        text = f"retry class {was or 'none'} became {now or 'none'}"
        level = Level.BREAKING if careful else Level.NOTABLE
        walk.report(level, Code.RETRY_CLASS_CHANGED, new.pointer, text, old=was, new=now)
    for keyword, code, name in _RULES:
        was, now = before.get(keyword), after.get(keyword)
        if not same(was, now):
            text = f"{name} changed ({keyword})"
            walk.report(Level.NOTABLE, code, new.pointer, text, old=was, new=now)


def compare_operation_notes(walk: Walk, old: Part, new: Part) -> None:
    """Compare everything that describes an operation without changing its requests."""
    walk.texts(old, new, OPERATION_TEXTS)
    compare_rules(walk, old, new)
    before, after = mapping(old.value), mapping(new.value)
    _evidence(walk, new.pointer, before.get("x-evidence"), after.get("x-evidence"))
    was, now = before.get("deprecated") is True, after.get("deprecated") is True
    _deprecation(walk, new.pointer, was, now)
    _names(walk, before, after, new.pointer)


def _names(walk: Walk, old: dict[Any, Any], new: dict[Any, Any], at: str) -> None:
    was, now = old.get("operationId"), new.get("operationId")
    if not same(was, now):
        text = f"operationId {was or 'none'} became {now or 'none'}: its name in Python changes"
        walk.report(Level.NOTABLE, Code.OPERATION_ID_CHANGED, at, text, old=was, new=now)
    was, now = _first_tag(old), _first_tag(new)
    if not same(was, now):
        text = f"tag {was or 'none'} became {now or 'none'}: its module in Python changes"
        walk.report(Level.NOTABLE, Code.TAG_CHANGED, at, text, old=was, new=now)


def _first_tag(operation: dict[Any, Any]) -> Any:
    """Only the first tag counts: the generator writes an operation into the module of that one."""
    tags = operation.get("tags")
    return tags[0] if isinstance(tags, list) and tags else None


def _care(retry_class: Any) -> int:
    return _CARE.get(retry_class, -1) if isinstance(retry_class, str) else -1


def _evidence(walk: Walk, at: str, old: Any, new: Any) -> None:
    if not same(old, new):
        level = Level.NOTABLE if old == "documented" else Level.HARMLESS
        text = f"evidence {old or 'none'} became {new or 'none'}"
        walk.report(level, Code.EVIDENCE_CHANGED, at, text, old=old, new=new)


def _deprecation(walk: Walk, at: str, old: bool, new: bool) -> None:
    if new and not old:
        walk.report(Level.NOTABLE, Code.DEPRECATED, at, "is deprecated", old=False, new=True)
    elif old and not new:
        text = "is no longer deprecated"
        walk.report(Level.HARMLESS, Code.DEPRECATION_LIFTED, at, text, old=True, new=False)
