"""Reading an answer: success into the typed result, everything else into a typed error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from simloom.runtime.decoding import decode, parse_json
from simloom.runtime.errors import ApiError, DecodeError, error_class
from simloom.runtime.operation import Binary, Empty, Json, Response, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.runtime.operation import Body, Request
    from simloom.runtime.problems import DecodeProblem

T = TypeVar("T")

_NEVER_A_BODY = frozenset({204, 205})
"""RFC 9110, 15.3.5 and 15.3.6: done, and there is nothing to read, whatever is documented."""


def read_answer(
    request: Request[T], status: int, headers: Mapping[str, str], content: bytes
) -> Response[T]:
    """Return the typed response of a success status; raise `ApiError` or `DecodeError` otherwise.

    No I/O: tests feed it bytes. `headers` have lower-case names; `content` is decompressed.
    """
    operation = request.operation
    if not 200 <= status < 300:
        raise read_error(operation.id, operation.errors, status, headers, content)
    body = _documented(operation.results, status)
    if status in _NEVER_A_BODY and not content:
        body = Empty()
    elif body is None:
        body = _any_success(operation.results)
    try:
        parsed, problems = _read(body, content)
    except DecodeError as error:
        raise DecodeError(
            error.message,
            operation=operation.id,
            status=status,
            pointer=error.pointer,
            content=content,
        ) from None
    return Response(
        status=status,
        headers=headers,
        content=content,
        parsed=cast("T", parsed),
        problems=problems,
    )


def read_error(
    operation: str,
    errors: Mapping[int | str, Body],
    status: int,
    headers: Mapping[str, str],
    content: bytes,
) -> ApiError:
    """Build the typed error of an error status; a broken error body never hides the status."""
    try:
        data = parse_json(content) if content else None
    except DecodeError:
        data = None
    body: Any = data
    documented = _documented(errors, status)
    if isinstance(documented, Json) and isinstance(data, (dict, list)):
        try:
            body, _ = decode(content, documented.type())
        except DecodeError:
            body = data
    details = data if isinstance(data, dict) else {}
    return error_class(status, details)(
        operation=operation,
        status=status,
        headers=headers,
        content=content,
        body=body,
        details=details,
    )


def _documented(bodies: Mapping[int | str, Body], status: int) -> Body | None:
    for key in (status, f"{status // 100}XX", "default"):
        if key in bodies:
            return bodies[key]
    return None


def _any_success(results: Mapping[int | str, Body]) -> Body:
    """Read an undocumented success status as the operation's first documented one."""
    return next(iter(results.values()), Empty())


def _read(body: Body, content: bytes) -> tuple[Any, tuple[DecodeProblem, ...]]:
    if isinstance(body, Json):
        if not content.strip():
            raise DecodeError("the answer is empty where JSON is documented", content=content)
        return decode(content, body.type())
    if isinstance(body, Text):
        return content.decode("utf-8", "replace"), ()
    if isinstance(body, Binary):
        return content, ()
    return None, ()
