"""The first step for any vendor's file: read it, bring what it refers to, convert Swagger 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from simloom_codegen.bundle import bundle
from simloom_codegen.document import Document, check_openapi, parse_mapping, read_bytes
from simloom_codegen.swagger2 import convert

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.normalise.changes import Change


@frozen
class Intake:
    """An OpenAPI 3 document and the file's bytes.

    `converted` tells that the document is not what the bytes say: it was Swagger 2.0, or other
    files were brought into it. `changes` are what that did and lost.
    """

    document: Document = field(repr=False)
    data: bytes = field(repr=False)
    converted: bool = False
    changes: tuple[Change, ...] = ()


def take_in(path: Path, *, name: str | None = None, alone: bool = False) -> Intake:
    """Read a file of OpenAPI 3 or Swagger 2.0 with the files it refers to.

    `name` is what errors call it. With `alone` no other file is read; references to one stay.
    """
    shown = name or str(path)
    data = read_bytes(path, name=shown)
    document = parse_mapping(data, name=shown)
    swagger = "swagger" in document and "openapi" not in document
    if not swagger:
        check_openapi(document, name=shown)
    brought: tuple[Change, ...] = ()
    if not alone:
        brought = bundle(document, path, name=shown).changes
    if swagger:
        made = convert(document, name=shown)
        return Intake(made.document, data, converted=True, changes=(*brought, *made.changes))
    return Intake(document, data, converted=bool(brought), changes=brought)
