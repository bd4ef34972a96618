"""Bodies of requests: JSON, forms and multipart, checked against the schema of their media type."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from simloom.sandbox.anyspec.arguments import members
from simloom.sandbox.anyspec.validation import require
from simloom.sandbox.messages import bad_body, strict_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simloom.sandbox.messages import Call
    from simloom.sandbox.specs import Spec

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_MOST_PARTS = 1000
_DEEPEST = 100  # levels of a body; what is kept is gone over by functions that call themselves


def read_body(spec: Spec, declared: Mapping[str, Any], call: Call) -> Any:
    """Return the value of a body, None for what is neither JSON nor a form. Raises Refused."""
    fitting = next((name for name in declared if _covers(name, call.media_type)), None)
    if fitting is None:
        raise bad_body(f"the body has to be {' or '.join(declared)}")
    schema = declared[fitting].get("schema", {})
    if call.media_type == "application/json" or call.media_type.endswith("+json"):
        try:
            content = strict_json(call.body)
        except ValueError as error:
            raise bad_body("the body is not JSON") from error
        if _is_deep(content):
            raise bad_body("the body is nested too deeply")
    elif call.media_type == FORM:
        content = members(spec, spec.flat(schema), _pairs(call.body))
    elif call.media_type == MULTIPART:
        content = _of_parts(spec, spec.flat(schema), call)
    else:
        return None
    require(spec, schema, content, "", "body")
    return content


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, (dict, list)):
                inner += one.values() if isinstance(one, dict) else one
        if not inner:
            return False
        level = inner
    return True


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True)
    except ValueError as error:
        raise bad_body("the body is no form") from error


def _of_parts(spec: Spec, schema: Mapping[str, Any], call: Call) -> dict[str, Any]:
    plain: list[tuple[str, str]] = []
    made: dict[str, Any] = {}
    for name, kind, payload in _parts(call):
        try:
            if kind == "application/json":
                made[name] = strict_json(payload)
            else:
                plain.append((name, payload.decode()))
        except UnicodeDecodeError:
            plain.append((name, f"<{len(payload)} bytes>"))  # a file
        except ValueError as error:
            raise bad_body(f"{name} is not JSON", name) from error
    return {**members(spec, schema, plain), **made}


def _parts(call: Call) -> Iterator[tuple[str, str, bytes]]:
    head = BytesHeaderParser().parsebytes(
        f"Content-Type: {call.headers.get('content-type', '')}\r\n\r\n".encode()
    )
    boundary = head.get_boundary()
    if not boundary:
        raise bad_body("the body has no boundary: multipart/form-data; boundary=...")
    mark = f"\r\n--{boundary}".encode()
    pieces = (b"\r\n" + call.body).split(mark, _MOST_PARTS + 2)
    if len(pieces) > _MOST_PARTS or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise bad_body(f"the body is no multipart of 1 to {_MOST_PARTS} parts with its boundary")
    for piece in pieces[1:-1]:
        own, _, payload = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        part = BytesHeaderParser().parsebytes(own + b"\r\n\r\n")
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str) or not name:
            raise bad_body("a part of the body has no name")
        yield name, part.get_content_type(), payload


def _covers(declared: str, given: str) -> bool:
    wanted = declared.partition(";")[0].strip().lower()
    if wanted in {"*/*", given}:
        return True
    return wanted.endswith("/*") and given.startswith(wanted[:-1])
