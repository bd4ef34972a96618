"""A request and an answer as plain values, so that vendors are tested without a server."""

from __future__ import annotations

import base64
import binascii
import json
from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.faults.registry import Fired

_EXACT = 2**53  # floats below hold every integer


@frozen(kw_only=True)
class Call:
    """What arrived for one vendor.

    `path` is below the vendor's mount, still percent-encoded, so that an encoded slash separates
    nothing. `headers` has lower-case names. `parameters` is filled in by routing: path and query
    parameters under the names of the spec, converted to its types, with its defaults. So is
    `content`, the JSON body where the spec describes one. `scheme` is `http` or `https`.
    """

    method: str
    path: str
    scheme: str = "http"
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    parameters: Mapping[str, Any] = field(factory=dict)
    content: Any = field(default=None, repr=False)

    @property
    def media_type(self) -> str:
        """The media type of the body without its parameters, in lower case; empty if none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@frozen(kw_only=True)
class Reply:
    """What goes back. `body` is a JSON value; None sends no body, bytes are sent as they are.

    `reason` is for the developer in front of the sandbox: it goes into the journal and the header
    X-Sandbox-Reason, never into the vendor's body.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(factory=dict)
    media_type: str = "application/json"
    reason: str | None = None
    fault: Fired | None = None
    """The scripted fault that has taken effect, for whoever sends the answer."""


class Why(Enum):
    """Why a request was refused. The values are the usual HTTP statuses."""

    REQUEST = 400
    PATH = 404
    METHOD = 405


class Refused(Exception):
    """The request is not what the spec describes. Each vendor says so in its own words.

    `where` names the parameter or member at fault, `place` is `path`, `query` or `body`. With
    Why.METHOD, `allowed` lists the methods that the path has.
    """

    def __init__(
        self,
        why: Why,
        detail: str,
        *,
        where: str = "",
        place: str = "",
        allowed: tuple[str, ...] = (),
    ) -> None:
        self.why = why
        self.detail = detail
        self.where = where
        self.place = place
        self.allowed = allowed
        super().__init__(detail)


def bad_body(detail: str, where: str = "") -> Refused:
    """Return (not raise) the refusal of a body."""
    return Refused(Why.REQUEST, detail, where=where, place="body")


def read_json(call: Call) -> Any:
    """Return the JSON body. Raises Refused for another media type and for what is no JSON."""
    if call.media_type != "application/json":
        raise bad_body("the body has to be application/json")
    try:
        return strict_json(call.body)
    except ValueError as error:
        raise bad_body("the body is not JSON") from error


def strict_json(text: bytes) -> Any:
    """Parse JSON without NaN and infinities. 2.0 is the integer 2, as in JSON Schema.

    Raises ValueError, also for nesting beyond reason and for numbers that no float can hold.
    """
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError("a number is too large")
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def read_form(call: Call) -> dict[str, str]:
    """Return the fields of a form body. Raises Refused for a field that is there twice."""
    form: dict[str, str] = {}
    try:
        pairs = parse_qsl(call.body.decode("ascii"), keep_blank_values=True)
    except ValueError as error:
        raise bad_body("the body is no form") from error
    for name, value in pairs:
        if name in form:
            raise bad_body(f"{name} is given twice", name)
        form[name] = value
    return form


def bearer_token(call: Call) -> str | None:
    """Return the token of an `Authorization: Bearer` header, or None."""
    return _credentials(call, "bearer")


def app_key(call: Call) -> str | None:
    """Return the key of an `Authorization: App` header, or None."""
    return _credentials(call, "app")


def basic_credentials(call: Call) -> tuple[str, str] | None:
    """Return user and password of an `Authorization: Basic` header, or None if it has none."""
    encoded = _credentials(call, "basic")
    if encoded is None:
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def _credentials(call: Call, scheme: str) -> str | None:
    given, _, value = call.headers.get("authorization", "").partition(" ")
    return value.strip() or None if given.lower() == scheme else None


def path_segments(path: str) -> tuple[str, ...]:
    """Split a percent-encoded path at its slashes, then decode each part."""
    return tuple(unquote(part) for part in path.removeprefix("/").split("/"))
