"""Read an OpenAPI document from YAML or JSON, and write the prepared one as JSON.

Not checked here: whether the document is valid OpenAPI. Keys that are not strings stay as they are:
normalise repairs them and says so.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from simloom_codegen import read_json, read_yaml
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

Document: TypeAlias = dict[str, Any]

MAX_BYTES = 50 * 1024 * 1024
_ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WITHOUT_MARK: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}


def load(path: Path, *, name: str | None = None) -> Document:
    """Read a file; `name` is what errors call it, by default the path as given."""
    shown = name or str(path)
    return parse(read_bytes(path, name=shown), name=shown)


def read_bytes(path: Path, *, name: str) -> bytes:
    """Return the bytes of a file; raise `DocumentError` if it cannot be read or is too large."""
    try:
        with path.open("rb") as file:  # a device has no size to look at before
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            f"cannot be read: {error.strerror}", file=name, remedy="check the path"
        ) from error
    if len(data) > MAX_BYTES:
        raise _too_big(name)
    return data


def parse(data: bytes, *, name: str) -> Document:
    """Return the document in `data`; no part of it is shared, aliases are copies.

    Raises `DocumentError` for everything that is not one mapping with an `openapi` key.
    """
    document = parse_mapping(data, name=name)
    check_openapi(document, name=name)
    return document


def check_openapi(document: Document, *, name: str) -> None:
    """Raise `DocumentError` unless the document says that it is OpenAPI."""
    if "openapi" not in document:
        raise _not_openapi(document, name)


def parse_mapping(data: bytes, *, name: str) -> dict[str, Any]:
    """Return the one mapping in `data`, whatever it describes; an overlay is read with this too."""
    if len(data) > MAX_BYTES:
        raise _too_big(name)
    text = _decoded(data, name)
    start = text.lstrip()[:1]
    if start == "<":
        raise DocumentError(
            "this is HTML or XML, not an OpenAPI document",
            file=name,
            remedy="fetch the raw YAML or JSON file, not the page that shows it",
        )
    # JSON is tried first for its speed; what is no JSON may still be YAML in braces.
    is_json = start == "{" and (name.endswith(".json") or read_json.is_json(text))
    document = read_json.read(text, name=name) if is_json else read_yaml.read(text, name=name)
    if not isinstance(document, dict):
        what = "empty" if document is None else f"a {type(document).__name__}, not a mapping"
        if start == "{":
            read_json.read(text, name=name)  # says where it stops to be JSON
        raise DocumentError(
            f"the document is {what}", file=name, remedy="give one mapping at the top level"
        )
    return document


def dump(document: Document) -> bytes:
    """Return the document as UTF-8 JSON with keys in the document's own order.

    The same document always gives the same bytes. Raises `ValueError` for NaN and infinity.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()


def _too_big(name: str) -> DocumentError:
    return DocumentError(
        f"larger than {MAX_BYTES // 1024 // 1024} MB",
        file=name,
        remedy="check that this is the OpenAPI document; split it if it is",
    )


def _not_openapi(document: dict[str, Any], name: str) -> DocumentError:
    if "swagger" in document:
        return DocumentError(
            f"this is a Swagger {document['swagger']} document",
            file=name,
            pointer="/swagger",
            remedy="use it with `generate`, `diff` or `update`, which convert it; or convert it "
            "to OpenAPI 3 first",
        )
    return DocumentError(
        "the document has no `openapi` key",
        file=name,
        pointer="",
        remedy="give an OpenAPI 3.0 or 3.1 document",
    )


def _decoded(data: bytes, name: str) -> str:
    encoding = next((name for start, name in _ENCODINGS if data.startswith(start)), "")
    if not encoding and b"\0" in data[:4]:
        # The first character is of ASCII: the zeros around it tell the rest.
        encoding = _WITHOUT_MARK.get(tuple(byte == 0 for byte in data[:4]), "")
    encoding = encoding or "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"not {error.encoding.upper()} text (byte {error.start})",
            file=name,
            remedy="save the file as UTF-8",
        ) from error
