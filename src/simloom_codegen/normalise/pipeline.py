"""The steps and their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    empty_answers,
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
    subclasses,
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

# Each schema on its own: these go round until none finds anything.
_EACH_SCHEMA: tuple[tuple[str, Step], ...] = (
    ("schema types", schema_types.repair),
    ("arrays", arrays.repair),
    ("objects", objects.repair),
    ("enums", enums.repair),
    ("simplify", simplify.repair),
    ("type lists", type_lists.repair),
)
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
    ("empty answers", empty_answers.repair),
    ("media types", media_types.repair),
    ("parameter schemas", parameter_schemas.repair),
    *_EACH_SCHEMA,
    # Every class a component, then what classes have to do with each other.
    ("nulls", nulls.repair),
    ("hoist", hoist.repair),
    ("property names", property_names.repair),
    ("subclasses", subclasses.repair),
    ("unions", unions.repair),
    ("all of", all_of.repair),
    ("property names", property_names.repair),
    ("discriminators", discriminators.repair),
    ("cycles", cycles.repair),
    *_EACH_SCHEMA,
    # Operations that stand on their own.
    ("inline", inline.repair),
    ("parameters", parameters.repair),
    ("binary", binary.repair),
)
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
        for steps in _in_rounds():
            for _ in range(_MOST_ROUNDS):
                before = len(changes)
                for step, repair in steps:
                    _run(step, repair, tree, changes)
                if len(steps) == 1 or len(changes) == before:
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


def _in_rounds() -> Iterator[tuple[tuple[str, Step], ...]]:
    """Yield the steps one by one, those for each schema together."""
    for step in STEPS:
        if step == _EACH_SCHEMA[0]:
            yield _EACH_SCHEMA
        elif step not in _EACH_SCHEMA:
            yield (step,)


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
