"""Comparing two OpenAPI documents: what changed, for whom, and how grave it is.

Both documents are loaded mappings of OpenAPI 3.0 or 3.1. Every `$ref` is followed; `allOf` is
merged, the branches of `oneOf` and `anyOf` are compared as sets, 3.0 and 3.1 spellings of null and
of exclusive bounds are the same thing. A change in a shared component is told once per direction,
with the operations it reaches. Operations are paired by method and path without parameter names,
then by operationId.

What this does not check, on purpose:

- Python names beyond operationId, tag, component and path parameter: a change of `title` is a text.
- `links`, `xml`, tags of the document, and vendor extensions other than ours.
- Whether a string still matches another `pattern`, or a number another `multipleOf`: told as
  notable, without a verdict. The same goes for `not`, `if`, `prefixItems`, `patternProperties`,
  `dependentSchemas` and their like: they are compared for equality, and references inside them are
  not followed.
- Unions that overlap: a type list and a `oneOf` with more than bare types count as different, and
  several unions that apply at once are compared as one.
- Remote references: they are compared as text.
- Security of webhooks and callbacks, and what only prose says.
- Component schemas that nothing uses are compared as if they were read, since event payloads are
  described that way. A schema that nothing used before, or nothing uses now, is not compared.
- Swagger 2.0.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simloom_codegen.diff.access import (
    compare_operation_servers,
    compare_security,
    compare_security_schemes,
    compare_servers,
)
from simloom_codegen.diff.annotations import compare_operation_notes, compare_rules
from simloom_codegen.diff.change import Code, Direction, Level
from simloom_codegen.diff.ledger import changes
from simloom_codegen.diff.operations import Operation, operations, pair
from simloom_codegen.diff.parameters import compare_parameters
from simloom_codegen.diff.references import SCHEMAS, Document, join, used_schemas
from simloom_codegen.diff.responses import compare_request_body, compare_responses
from simloom_codegen.diff.schemas import compare_schemas
from simloom_codegen.diff.shape import Part
from simloom_codegen.diff.values import mapping, same
from simloom_codegen.diff.walk import Walk

if TYPE_CHECKING:
    from simloom_codegen.diff.change import Change


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """List what changed from `old` to `new`, gravest first; neither is modified.

    The order depends on the documents alone, not on the order of their keys. Raises
    `DocumentError` only for a document that is nested beyond reason, e.g. contains itself;
    anything else that is malformed is read as far as it makes sense.
    """
    walk = Walk(Document(old), Document(new), compare_schemas)
    walk.document(partial(_compare_document, walk))
    used = used_schemas(walk.old), used_schemas(walk.new)
    for before, after in pair(operations(walk.old), operations(walk.new)):
        known = after or before
        if known is not None:
            rule = partial(_compare_operation, walk, before, after)
            walk.operation(known.label, known.part.pointer, rule)
    walk.document(partial(_compare_unused, walk, *used))
    walk.run()
    return changes(walk.nodes.values())


def _compare_document(walk: Walk) -> None:
    old, new = Part(walk.old.root, ""), Part(walk.new.root, "")
    was, now = old.value.get("openapi"), new.value.get("openapi")
    if not same(was, now):
        text = f"the document is written in OpenAPI {now}, it was {was}"
        code, at = Code.OPENAPI_VERSION_CHANGED, "/openapi"
        walk.report(Level.HARMLESS, code, at, text, old=was, new=now)
    before, after = (mapping(part.value.get("info")) for part in (old, new))
    for name in sorted({str(key) for key in before.keys() | after.keys()}):
        if not same(before.get(name), after.get(name)):
            walk.text(join("/info", name))
    pair_of_servers = (Part(part.value.get("servers"), "/servers") for part in (old, new))
    compare_servers(walk, *pair_of_servers)
    compare_security_schemes(walk)
    compare_rules(walk, old, new)


def _compare_operation(walk: Walk, old: Operation | None, new: Operation | None) -> None:
    if new is None and old is not None:
        text, at = "the operation was removed", old.part.pointer
        walk.report(Level.BREAKING, Code.OPERATION_REMOVED, at, text, old=old.label, removed=True)
    elif old is None and new is not None:
        text, at = "the operation was added", new.part.pointer
        walk.report(Level.HARMLESS, Code.OPERATION_ADDED, at, text, new=new.label)
    elif old is not None and new is not None:
        _compare_pair(walk, old, new)


def _compare_pair(walk: Walk, old: Operation, new: Operation) -> None:
    if (old.method, old.shape) != (new.method, new.shape):
        text = f"the operation moved from {old.label} to {new.label}"
        at, code = new.part.pointer, Code.PATH_CHANGED
        walk.report(Level.BREAKING, code, at, text, old=old.label, new=new.label)
    sent, read = Direction.REQUEST, Direction.RESPONSE
    if new.inbound:
        sent, read = read, sent
    compare_operation_notes(walk, old.part, new.part)
    compare_operation_servers(walk, old, new)
    compare_security(walk, old, new)
    compare_parameters(walk, old, new, sent)
    compare_request_body(walk, old.part, new.part, sent)
    compare_responses(walk, old.part, new.part, read)


def _compare_unused(walk: Walk, used_before: set[str], used_after: set[str]) -> None:
    before, after = walk.old.schemas, walk.new.schemas
    for name in sorted(before.keys() | after.keys()):
        at = join(SCHEMAS[:-1], name)
        if name not in after:
            if name not in used_before:
                text, code = "was removed; no operation used it", Code.SCHEMA_REMOVED
                walk.report(Level.NOTABLE, code, at, text, old=name, removed=True)
        elif name not in before:
            if name not in used_after:
                text, code = "was added; no operation uses it", Code.SCHEMA_ADDED
                walk.report(Level.HARMLESS, code, at, text, new=name)
        elif name not in used_before and name not in used_after:
            sites = (Part(before[name], at),), (Part(after[name], at),)
            walk.schemas(*sites, Direction.RESPONSE)
