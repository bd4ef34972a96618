"""Operations as data, requests as values, answers as typed results."""

from __future__ import annotations

import warnings
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import field, frozen

from simloom.runtime.errors import InvalidParameter
from simloom.runtime.parameters import (
    encode_cookies,
    encode_headers,
    encode_path,
    encode_query,
)
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simloom.runtime.problems import DecodeProblem

T = TypeVar("T")


class RetryClass(StrEnum):
    """What a repetition of the request would do; the transport's retry rules read it."""

    READ = "read"
    SET_STATE = "set-state"
    ADDITIVE = "additive"


class Evidence(StrEnum):
    """Whether the vendor's document states a fact or we concluded it."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"


@frozen
class Json:
    """A JSON answer; `type` is called at the first decode, so models are imported only then."""

    type: Callable[[], Any]


@frozen
class Text:
    """An answer taken as text."""


@frozen
class Binary:
    """An answer taken as bytes."""


@frozen
class Empty:
    """An answer without a body, or whose body nobody documents."""


Body: TypeAlias = Json | Text | Binary | Empty


@frozen(kw_only=True, eq=False, repr=False)
class Operation(Generic[T]):
    """What the vendor documents about one operation.

    `path` is the wire path with `{name}` templates; `results` and `errors` map a status (`200`), a
    range (`"2XX"`) or `"default"` to what the body holds; `joined` names query parameters whose
    list is sent as one value with that separator; `extensions` are the `x-quota`, `x-bulk` and
    `x-identifiers` facts of the specification; `server` tells that the operation lives at another
    base URL than the rest; a client never goes there by itself, make one for that URL.
    """

    id: str
    method: str
    path: str
    results: Mapping[int | str, Body]
    errors: Mapping[int | str, Body] = field(factory=dict)
    media_type: str | None = None
    retry: RetryClass = RetryClass.ADDITIVE
    evidence: Evidence | None = None
    joined: Mapping[str, str] = field(factory=dict)
    extensions: Mapping[str, Any] = field(factory=dict)
    deprecated: bool = False
    server: str | None = None

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"

    def request(
        self,
        *,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        cookies: Mapping[str, Any] | None = None,
        body: Any = UNSET,
        media_type: str | None = None,
    ) -> Request[T]:
        """Build the request; raise `InvalidParameter` for a value that must not be sent.

        Values that are `UNSET` or None are left out. `media_type` overrides the documented one.
        """
        if self.deprecated:
            warnings.warn(f"the vendor has deprecated {self.id}", DeprecationWarning, stacklevel=3)
        sent = encode_headers(headers or {})
        if cookies and (jar := encode_cookies(cookies)):
            sent["cookie"] = jar
        kind = media_type or self.media_type
        if kind is None and body is not UNSET:
            raise InvalidParameter(f"{self.id} takes no body")
        return Request(
            operation=self,
            path=encode_path(self.path, path or {}),
            query=tuple(encode_query(query or {}, self.joined)),
            headers=sent,
            body=body,
            media_type=kind,
        )


@frozen(kw_only=True, repr=False)
class Request(Generic[T]):
    """One request, not yet sent: a pure value that can be kept, compared and sent again.

    Its repr shows the operation and the path template only: identifiers, parameters and bodies may
    be personal or secret.
    """

    operation: Operation[T]
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(factory=dict)
    body: Any = UNSET
    media_type: str | None = None

    def __repr__(self) -> str:
        return f"<Request {self.operation.id}: {self.operation.method} {self.operation.path}>"

    @property
    def accept(self) -> str:
        """The `Accept` value: JSON unless the operation answers with something else only."""
        kinds = {type(body) for body in self.operation.results.values()}
        return "application/json" if kinds <= {Json, Empty} else "application/json, */*;q=0.5"


@frozen(kw_only=True, repr=False)
class Response(Generic[T]):
    """An answer: status, headers (lower-case names), raw bytes and the typed result.

    `problems` lists places where the vendor departed from its document and the decoder went on.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    parsed: T
    problems: tuple[DecodeProblem, ...] = ()

    def __repr__(self) -> str:
        return f"<Response {self.status}: {len(self.content)} bytes, {len(self.problems)} problems>"
