"""The steps and their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import (
    all_of,
    arrays,
    binary,
    component_names,
    cycles,
    defaults,
    discriminators,
    enums,
    hoist,
    inline,
    keys,
    media_types,
    nulls,
    objects,
    operation_ids,
    parameter_schemas,
    parameters,
    property_names,
    references,
    schema_types,
    security,
    shape,
    simplify,
    tags,
    titles,
    type_lists,
    unions,
    version,
)
from simloom_codegen.normalise.changes import Change, Normalised, Note
from simloom_codegen.normalise.tree import Tree
from simloom_codegen.normalise.walk import copied

if TYPE_CHECKING:
    from simloom_codegen.document import Document

Step: TypeAlias = Callable[[Tree, Note], None]

# The order matters: a step may rely on what the ones before it guarantee.
STEPS: tuple[tuple[str, Step], ...] = (
    # A document that can be walked: text keys, known version, right types, references that lead
    # to schemas among the components.
    ("security", security.repair),
    ("keys", keys.repair),
    ("version", version.repair),
    ("shape", shape.repair),
    ("references", references.repair),
    # Names that everything made later is derived from.
    ("component names", component_names.repair),
    ("operation ids", operation_ids.repair),
    ("tags", tags.repair),
    ("titles", titles.repair),
    ("defaults", defaults.repair),
    ("media types", media_types.repair),
    ("parameter schemas", parameter_schemas.repair),
    # Each schema on its own: these go round until none finds anything.
    ("schema types", schema_types.repair),
    ("arrays", arrays.repair),
    ("objects", objects.repair),
    ("enums", enums.repair),
    ("simplify", simplify.repair),
    ("type lists", type_lists.repair),
    # Every class a component, then what classes have to do with each other.
    ("nulls", nulls.repair),
    ("hoist", hoist.repair),
    ("property names", property_names.repair),
    ("unions", unions.repair),
    ("all of", all_of.repair),
    ("property names", property_names.repair),
    ("discriminators", discriminators.repair),
    ("cycles", cycles.repair),
    # Operations that stand on their own.
    ("inline", inline.repair),
    ("parameters", parameters.repair),
    ("binary", binary.repair),
)
_FIRST_ON_ITS_OWN, _LAST_ON_ITS_OWN = "schema types", "type lists"
# One step can leave work for an earlier one, but each time there is less of it.
_MOST_ROUNDS = 20
# Steps that change values only: what the walk found stays true.
_KEEP_STRUCTURE = frozenset({"operation ids", "tags", "titles", "defaults", "schema types"})


def normalise(document: Document, *, name: str) -> Normalised:
    """Return a repaired copy of the document with the list of repairs; the input stays as it is.

    Raises `NormaliseError` for what cannot be repaired without guessing, such as a reference to
    another file. `name` is the file in that error.
    """
    changes: list[Change] = []
    try:
        tree = Tree(copied(document))
        for round_of_steps in _rounds():
            for _ in range(_MOST_ROUNDS):
                before = len(changes)
                for step, repair in round_of_steps:
                    _run(step, repair, tree, changes)
                if len(round_of_steps) == 1 or len(changes) == before:
                    break
    except NormaliseError as error:
        error.file = name
        raise
    except RecursionError:
        raise NormaliseError(
            "the document is nested too deeply or contains itself",
            file=name,
            remedy="move inner parts to components and refer to them",
        ) from None
    return Normalised(tree.document, tuple(changes))


def _rounds() -> list[list[tuple[str, Step]]]:
    """Return the steps one by one, those for single schemas together."""
    names = [name for name, _ in STEPS]
    first, last = names.index(_FIRST_ON_ITS_OWN), names.index(_LAST_ON_ITS_OWN) + 1
    together = list(STEPS[first:last])
    return [*([step] for step in STEPS[:first]), together, *([step] for step in STEPS[last:])]


def _run(step: str, repair: Step, tree: Tree, changes: list[Change]) -> None:
    record: Note = partial(_record, changes, step)
    if step in _KEEP_STRUCTURE:
        repair(tree, record)
        return
    before = len(changes)
    repair(tree, tree.changed_by(record))
    if len(changes) > before:
        tree.forget()


def _record(changes: list[Change], step: str, pointer: str, detail: str) -> None:
    changes.append(Change(step, pointer, detail))
