"""The error tree below which everything this library raises can be caught.

Every text of an error is safe to log: it carries status, vendor code and message, and never a
request body, a credential or a raw answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from simloom.runtime.masking import masked_json, masked_words, safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUEST_ID_HEADERS = ("x-request-id", "x-correlation-id", "x-b3-traceid", "traceparent")
_PORTABLE_HEADERS = ("content-type", "retry-after", *REQUEST_ID_HEADERS)
_HINTS = {
    408: "the vendor waited in vain for the request; a read may be repeated, a write must be "
    "looked up first",
    425: "the vendor asks to send it again a little later",
}
_SHOWN = 3
"""Reasons that the text of an error shows."""
_MESSAGE_KEYS = ("message", "detail", "error_description", "text", "title", "error")
_CODE_KEYS = ("errorCode", "error_code", "messageId", "code", "error", "type", "status")


class SimloomError(Exception):
    """Base of all errors of this library.

    It can be copied as it is, and pickled: then without what may hold a secret (see `ApiError`).
    """

    def __copy__(self) -> Self:
        return _restored(type(self), self.args, vars(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self._portable())

    def _portable(self) -> dict[str, Any]:
        """Return the attributes that may leave the process."""
        return dict(vars(self))


AnyError = TypeVar("AnyError", bound=SimloomError)


def _restored(
    kind: type[AnyError], arguments: tuple[Any, ...], attributes: Mapping[str, Any]
) -> AnyError:
    """Make an error anew without its `__init__`, which takes other arguments in each class."""
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(attributes)
    return error


class InvalidParameter(SimloomError, ValueError):
    """A value cannot be put into the request; nothing was sent."""


class ClientClosed(SimloomError, RuntimeError):
    """The client was closed; nothing was sent. Make another one with `connect()`."""


class TransportError(SimloomError):
    """No usable answer arrived. `operation` is the id of the operation that was under way.

    `sent` is False only when nothing of the request can have reached the vendor (name lookup,
    connecting, TLS, waiting for a connection).
    """

    def __init__(self, message: str, *, operation: str = "", sent: bool = True) -> None:
        self.operation = operation
        self.sent = sent
        super().__init__(f"{operation}: {message}" if operation else message)


class ConnectionFailed(TransportError):
    """The connection could not be made, or broke."""


class RequestTimeout(TransportError):
    """The vendor did not answer in time."""


class DecodeError(SimloomError):
    """The answer is not what the operation documents, and cannot be read without guessing.

    `pointer` is the place in the answer (RFC 6901); `content` is the raw answer; `masked_content`
    the same for people, with the values of secret-looking fields replaced.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        status: int | None = None,
        pointer: str = "",
        content: bytes = b"",
    ) -> None:
        self.message = message
        self.operation = operation
        self.status = status
        self.pointer = pointer
        self.content = content
        place = f" at {safe_text(pointer)}" if pointer else ""
        origin = f"{operation}: " if operation else ""
        about = f" (HTTP {status}, {len(content)} bytes)" if status is not None else ""
        super().__init__(f"{origin}{message}{place}{about}")

    @property
    def masked_content(self) -> str:
        """The raw answer as text, secrets masked; only its size when it is not JSON."""
        return masked_json(self.content)

    def _portable(self) -> dict[str, Any]:
        return {**vars(self), "content": self.masked_content.encode()}


class ApiError(SimloomError):
    """The vendor answered with an error status.

    `body` is the vendor's typed error model where the status documents one, else the parsed JSON or
    None; `code` and `message` are taken from it; `request_id` from the headers. `masked_content` is
    the raw answer for people. A pickled error has this for its `content`, no `body`, and of the
    headers those that name the request or say when to come back.

    `reasons` are the texts of `errors`, each masked, where the vendor documents such a list in its
    error model (Telekom M2M); the first stand in the error's text.
    """

    hint: str = "see the vendor's message"

    def __init__(
        self,
        *,
        operation: str,
        status: int,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        body: Any = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.operation = operation
        self.status = status
        self.hint = _HINTS.get(status, type(self).hint)
        self.headers: dict[str, str] = dict(headers or {})
        self.content = content
        self.body = body
        details = details or {}
        self.code: str | None = _first_text(details, _CODE_KEYS)
        self.message: str | None = _first_text(details, _MESSAGE_KEYS)
        self.request_id: str | None = next(
            (self.headers[name] for name in REQUEST_ID_HEADERS if name in self.headers), None
        )
        self.reasons: tuple[str, ...] = _reasons(getattr(body, "errors", None))
        said = f": {safe_text(self.message)}" if self.message else ""
        said += _in_short(self.reasons)
        code = f" [{safe_text(self.code)}]" if self.code and self.code != self.message else ""
        trace = f" (request id {safe_text(self.request_id)})" if self.request_id else ""
        super().__init__(f"{operation}: HTTP {status}{code}{said}{trace}; {self.hint}")

    @property
    def masked_content(self) -> str:
        """The raw answer as text, secrets masked; only its size when it is not JSON."""
        return masked_json(self.content)

    def _portable(self) -> dict[str, Any]:
        kept = {name: self.headers[name] for name in _PORTABLE_HEADERS if name in self.headers}
        content = self.masked_content.encode()
        return {**vars(self), "content": content, "body": None, "headers": kept}

    def as_class(self, kind: type[ApiError]) -> ApiError:
        """Return the same answer as another class, for a vendor whose status says too little."""
        return kind(
            operation=self.operation,
            status=self.status,
            headers=self.headers,
            content=self.content,
            body=self.body,
            details={"code": self.code, "message": self.message},
        )


class BadRequest(ApiError):
    """400, 422 and other refusals of what was sent."""

    hint = "correct the request; repeating it gives the same answer"


class AuthenticationError(ApiError):
    """401: the credentials or the token were not accepted."""

    hint = "check the credentials of this provider"


class PermissionDenied(ApiError):
    """403 that is not a quota: the account may not do this."""

    hint = "check that the account may write, that its IP whitelist has this host, and the partner"


class NotFound(ApiError):
    """404 or 410: no such SIM, order or path for this account."""

    hint = "check the identifier and that it belongs to this account"


class Conflict(ApiError):
    """409: the present state does not allow it."""

    hint = "read the present state first"


class QuotaExceeded(ApiError):
    """429, or Telekom M2M's 403 "Limit exceeded" (M2M guide, Protective Measures)."""

    hint = "wait for the vendor's window to pass"


class ServerError(ApiError):
    """5xx: the vendor failed."""

    hint = "the vendor failed; a read may be repeated later, a write must be looked up first"


_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    429: QuotaExceeded,
}


def error_class(status: int, details: Mapping[str, Any]) -> type[ApiError]:
    """Choose the class for an error status and the JSON object that came with it."""
    message = details.get("message")
    if status == 403 and isinstance(message, str) and "limit exceeded" in message.lower():
        return QuotaExceeded
    if status >= 500:
        return ServerError
    return _BY_STATUS.get(status, BadRequest if status >= 400 else ApiError)


def _reasons(value: object) -> tuple[str, ...]:
    """Return the texts of a list; a vendor may send anything in their place."""
    texts = (item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
    return tuple(masked_words(text, 200) for text in texts)


def _in_short(reasons: tuple[str, ...]) -> str:
    """Return the first reasons, and how many more there are."""
    if not reasons:
        return ""
    more = f"; and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return f" ({'; '.join(reasons[:_SHOWN])}{more})"


def _first_text(details: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """Return the first value that is text or a number, looking one object deep (Infobip)."""
    for source in (details, *_nested(details)):
        for key in keys:
            value = source.get(key)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                return str(value)
    return None


def _nested(details: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    value: Any = details
    for key in ("requestError", "serviceException"):
        value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, dict):
            found.append(value)
    return found
