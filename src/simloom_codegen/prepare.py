"""From a specification file to the document the generator reads."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from attrs import frozen

from simloom_codegen.intake import take_in
from simloom_codegen.lint import Finding, check
from simloom_codegen.normalise import Change, normalise
from simloom_codegen.overlay import apply_overlay, load_overlay

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.document import Document


@frozen
class Prepared:
    """A document ready to generate from, what was repaired on the way, and lint's warnings."""

    document: Document
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


def prepare(spec: Path, overlay: Path | None, *, name: str, alone: bool = False) -> Prepared:
    """Load, normalise, overlay and lint a specification; raise a `LoomError` where it cannot be.

    Files that it refers to are brought into it first, unless it has to stand `alone`, and Swagger
    2.0 is converted; what that did and lost is among the changes.

    The overlay sees the normalised document; what it adds is normalised again, so that an overlay
    cannot bring back what a step repaired.
    """
    given = take_in(spec, name=name, alone=alone)
    first = normalise(given.document, name=name)
    document, changes = first.document, (*given.changes, *first.changes)
    if overlay is not None:
        beside = str(PurePosixPath(name).with_name(overlay.name))
        laid = apply_overlay(document, load_overlay(overlay, name=beside), name=beside)
        second = normalise(laid, name=name)
        document, changes = second.document, (*changes, *second.changes)
    return Prepared(document, changes, tuple(check(document, name=name)))
