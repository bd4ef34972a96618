"""Typed values to bytes: request bodies under the vendor's names, unset members left out."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from operator import attrgetter
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, urlencode

import msgspec
from attrs import fields

from simloom.runtime.errors import InvalidParameter
from simloom.runtime.model import Model
from simloom.runtime.modelnode import EXTRA
from simloom.runtime.parameters import encode_query, encode_value
from simloom.runtime.secret import MASK, Secret
from simloom.runtime.shapes import shape
from simloom.runtime.timestamps import to_text
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_PLAIN = frozenset({str, int, float, bool, type(None)})


def encode_body(body: Any, media_type: str) -> tuple[bytes, str]:
    """Encode a request body; return the bytes and the `Content-Type` to send.

    Raises `InvalidParameter` for what the media type cannot carry.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json"):
        return encode_json(body), media_type
    if kind in {FORM, MULTIPART} and isinstance(body, (Model, dict)):
        members = _wire(body)
        if kind == MULTIPART:
            return encode_multipart(members, token_hex(16))
        return urlencode(encode_query(members, {})).encode(), media_type
    if kind not in {FORM, MULTIPART}:
        if isinstance(body, str):
            return encode_value(body, "body").encode(), media_type
        if isinstance(body, (bytes, bytearray, memoryview)):
            return bytes(body), media_type
    raise InvalidParameter(f"a {type(body).__name__} cannot be sent as {media_type}")


def encode_multipart(members: Mapping[str, Any], boundary: str) -> tuple[bytes, str]:
    """Encode members as RFC 7578 form data: bytes become files, objects JSON, the rest text."""
    parts: list[bytes] = []
    for name, member in members.items():
        for item in member if isinstance(member, list) else [member]:
            disposition = f'form-data; name="{quote(name, safe=" ")}"'
            if isinstance(item, (bytes, bytearray)):
                disposition += f'; filename="{quote(name, safe=" ")}"'
                kind, content = "application/octet-stream", bytes(item)
            elif isinstance(item, dict):
                kind, content = JSON, encode_json(item)
            else:
                kind, content = "text/plain; charset=utf-8", encode_value(item, name).encode()
            head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}"
            parts.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"{MULTIPART}; boundary={boundary}"


def encode_json(value: Any) -> bytes:
    """Encode a model, or a list or dict of such, as JSON. Secrets are sent, so never log this."""
    try:
        return _encoder.encode(shape(value))
    except (TypeError, UnicodeEncodeError, RecursionError, msgspec.EncodeError) as error:
        raise InvalidParameter(f"the body cannot be sent as JSON: {error}") from None


def to_builtins(value: Any, *, reveal_secrets: bool) -> Any:
    """Return plain JSON data; secrets masked unless revealed."""
    return _plain(_wire(value), reveal_secrets=reveal_secrets)


def _wire(value: Any) -> Any:
    """Replace models by dicts of what is set, to any depth; leave scalars to the encoder."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, Model):
        names, get = _names(kind)
        found = {
            name: item if type(item) in _PLAIN else _wire(item)
            for name, item in zip(names, get(value), strict=True)
            if item is not UNSET
        }
        if value.__open__:
            found.update(_wire(getattr(value, EXTRA)))
        return found
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_wire(item) for item in value]
    if isinstance(value, dict):
        return {name: _wire(item) for name, item in value.items() if item is not UNSET}
    if kind is dt.datetime and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


_Getter: TypeAlias = "tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]"
_getters: dict[type[Model], _Getter] = {}


def _names(model: type[Model]) -> _Getter:
    """Return the wire names of a model and a getter of all their values; made once per class."""
    try:
        return _getters[model]
    except KeyError:
        return _getters.setdefault(model, _make_getter(model))


def _make_getter(model: type[Model]) -> _Getter:
    skipped = EXTRA if model.__open__ else None
    attributes = [item.name for item in fields(model) if item.name != skipped]
    wire = tuple(model.__wire__.get(name, name) for name in attributes)
    if not attributes:
        return (), lambda _: ()
    if len(attributes) == 1:
        (only,) = attributes
        return wire, lambda value: (getattr(value, only),)
    return wire, attrgetter(*attributes)


def _plain(value: Any, *, reveal_secrets: bool) -> Any:
    if isinstance(value, Secret):
        return value.reveal() if reveal_secrets else MASK
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (dt.datetime, dt.date)):
        return to_text(value)
    if isinstance(value, dict):
        return {name: _plain(item, reveal_secrets=reveal_secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, reveal_secrets=reveal_secrets) for item in value]
    return value


def _encode_other(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"a {type(value).__name__} is not JSON")


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)
