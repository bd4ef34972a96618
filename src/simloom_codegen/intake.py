"""The first step for any vendor's file: read it, and convert it if it is Swagger 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from simloom_codegen.document import Document, check_openapi, parse_mapping, read_bytes
from simloom_codegen.swagger2 import convert

if TYPE_CHECKING:
    from pathlib import Path

    from simloom_codegen.normalise.changes import Change


@frozen
class Intake:
    """An OpenAPI 3 document and the file's bytes; `changes` are the losses of a conversion."""

    document: Document = field(repr=False)
    data: bytes = field(repr=False)
    converted: bool = False
    changes: tuple[Change, ...] = ()


def take_in(path: Path, *, name: str | None = None) -> Intake:
    """Read a file of OpenAPI 3 or Swagger 2.0; `name` is what errors call it."""
    shown = name or str(path)
    data = read_bytes(path, name=shown)
    document = parse_mapping(data, name=shown)
    if "swagger" in document and "openapi" not in document:
        converted = convert(document, name=shown)
        return Intake(converted.document, data, converted=True, changes=converted.changes)
    check_openapi(document, name=shown)
    return Intake(document, data)
