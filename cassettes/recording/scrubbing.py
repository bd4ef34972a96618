"""What of an exchange may be kept: no secrets, nothing that is different on the next run."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from simloom.sandbox.journal import MASK, Masker
from simloom.sandbox.specs import load_spec
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORM = "application/x-www-form-urlencoded"
_TOKEN = "access_token"  # noqa: S105  (the name of a member)
# What differs from run to run, or is only about the connection.
_DROPPED = frozenset(
    {
        *("accept-encoding", "baggage", "connection", "content-length", "date", "host", "server"),
        *("traceparent", "tracestate", "transfer-encoding", "user-agent", "x-accel-buffering"),
    }
)
_SANDBOX_ONLY = "x-sandbox-"
_MEMBER = re.compile(
    r'(?P<before>"(?P<name>[^"\\]+)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,"\[\]{}]+)', re.DOTALL
)
_NUMBERED = re.compile(r"Bearer token-[0-9]+")


@cache
def secret_names() -> frozenset[str]:
    """Return the names under which the four specifications have secrets."""
    names: set[str] = set()
    for vendor in VENDORS:
        spec = load_spec(vendor.id)
        names |= spec.secret_names() | frozenset(_passwords(spec.document))
    return frozenset(names)


def canaries() -> frozenset[str]:
    """Return every secret credential that lets somebody into the sandbox."""
    return frozenset(
        settings[name]
        for vendor in VENDORS
        for settings in (vendor.settings, *vendor.other_settings.values())
        for name in vendor.secret_settings
        if name in settings
    )


class Scrubber:
    """Masks by name and by value. Tokens become `token-1`, `token-2`: which one was used matters.

    `origins` replaces where the sandbox listened by the vendors' own addresses.
    """

    def __init__(self, origins: Mapping[str, str] | None = None) -> None:
        self._origins = origins or {}
        self._masker = Masker(secret_names(), canaries())
        self._tokens: dict[str, str] = {}

    def learn(self, body: str) -> None:
        """Remember the token that an answer brings."""
        try:
            value = json.loads(body)
        except ValueError:
            return
        token = value.get(_TOKEN) if isinstance(value, dict) else None
        if isinstance(token, str):
            self._tokens.setdefault(token, f"token-{len(self._tokens) + 1}")

    def text(self, text: str) -> str:
        """Mask what is known to be secret wherever it stands, and move addresses."""
        # Longest first: one address may begin like another.
        for found, real in sorted(self._origins.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(found, real)
        for token, name in self._tokens.items():
            text = text.replace(token, name)
        return self._masker.text(text)

    def uri(self, uri: str) -> str:
        """Return an address without secrets in its query."""
        parts = urlsplit(self.text(uri))
        query = parse_qsl(parts.query, keep_blank_values=True)
        masked = [(name, self._masker.member(name, text)) for name, text in query]
        if masked == query:
            return parts.geturl()
        return parts._replace(query=urlencode(masked, safe="*")).geturl()

    def data(self, value: Any) -> Any:
        """Return plain data without secrets."""
        return _mapped(self._masker.json(value), self.text)

    def headers(self, headers: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return what is kept of the headers, sorted; a scheme of authorization stays."""
        kept: dict[str, list[str]] = {}
        for name, values in headers.items():
            low = name.lower()
            if low in _DROPPED or low.startswith(_SANDBOX_ONLY):
                continue
            texts = values if isinstance(values, list) else [values]
            kept[low] = [self._header(low, _decoded(text)) for text in texts]
        return dict(sorted(kept.items()))

    def _header(self, name: str, text: str) -> str:
        if name == "set-cookie":
            return MASK
        shown = self.text(text)
        return shown if _NUMBERED.fullmatch(shown) else self._masker.member(name, shown)

    def body(self, body: str, media_type: str) -> str:
        """Return a body without secrets: JSON laid out to be read, a form, or other text."""
        if media_type == FORM:
            pairs = parse_qsl(body, keep_blank_values=True)
            return urlencode(
                [(name, self._masker.member(name, self.text(text))) for name, text in pairs],
                safe="*",
            )
        if media_type.endswith("json"):
            try:
                value = json.loads(body)
            except ValueError:  # lines of JSON, or broken on purpose
                return self._loose(body)
            return laid_out(self._tokened(self._masker.json(value), value))
        return self._loose(body)

    def _loose(self, text: str) -> str:
        """Mask a text that may have JSON in it, such as a stream of events."""

        def member(found: re.Match[str]) -> str:
            secret = self._masker.member(found["name"], "") == MASK
            return f'{found["before"]}"{MASK}"' if secret else found[0]

        return self.text(_MEMBER.sub(member, text))

    def binary(self, body: bytes) -> bytes:
        """Return bytes that are no text as they are. Raises ValueError if a secret is in them."""
        if any(secret.encode() in body for secret in (*canaries(), *self._tokens)):
            raise ValueError("a body that is no text has a secret in it; nothing was written")
        return body

    def _tokened(self, masked: Any, value: Any) -> Any:
        """Give a token response its numbered token, and every text its moved addresses."""
        if isinstance(masked, dict) and isinstance(value, dict) and value.get(_TOKEN):
            masked = {**masked, _TOKEN: self.text(str(value[_TOKEN]))}
        return _mapped(masked, self.text)


def media_type_of(headers: Mapping[str, list[str]]) -> str:
    """Return the media type in headers with names in lower case, without its parameters."""
    return next(iter(headers.get("content-type", ())), "").partition(";")[0].strip().lower()


def laid_out(value: Any) -> str:
    """Write JSON for people, ending with a line break."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def mask_json(value: Any) -> Any:
    """Return a JSON value as a cassette would hold it."""
    return Masker(secret_names(), canaries()).json(value)


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _mapped(item, change) for name, item in value.items()}
    return value


def _decoded(text: str | bytes) -> str:
    return text.decode("latin-1") if isinstance(text, bytes) else text


def _passwords(node: Any) -> Iterable[str]:
    """Yield the names of properties whose format is `password`."""
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, dict) and value.get("format") == "password":
                yield str(name)
            yield from _passwords(value)
    elif isinstance(node, list):
        for item in node:
            yield from _passwords(item)
