"""`host`, `basePath` and `schemes` become `servers`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom_codegen.swagger2.record import texts

if TYPE_CHECKING:
    from simloom_codegen.swagger2.record import Node, Place, Record

_SCHEMES = ("https", "http")
_WITH_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


def servers(document: Node, record: Record) -> list[Node]:
    """Return the servers of a document, https before http; never empty."""
    host, scheme = _host(document, record)
    base = _base(document, record)
    if not host:
        record.note(("host",), f"no host: the address is the relative {base or '/'!r}")
        return [{"url": base or "/"}]
    given = document.get("schemes")
    schemes = _usable(given, ("schemes",), record) or ([scheme] if scheme else [])
    if not schemes:
        record.note(("schemes",), "none is given: https is assumed")
        schemes = ["https"]
    return [{"url": f"{name}://{host}{base}"} for name in schemes]


def servers_of_operation(given: Any, place: Place, every: list[Node], record: Record) -> list[Node]:
    """Return the servers of an operation with `schemes` of its own; empty where they are usual."""
    schemes = _usable(given, place, record)
    addresses = [_WITH_SCHEME.fullmatch(server["url"]) for server in every]
    rest = next((match[2] for match in addresses if match), None)
    if rest is None or not schemes:
        return []
    made = [{"url": f"{name}://{rest}"} for name in schemes]
    return [] if made[0] in every else made


def _host(document: Node, record: Record) -> tuple[str, str]:
    """Return the host and the scheme that some vendors write before it."""
    host = document.get("host")
    if not isinstance(host, str):
        if host is not None:
            record.note(("host",), f"{host!r} is no text: left out")
        return "", ""
    text, scheme = host.strip(), ""
    found = _WITH_SCHEME.fullmatch(text)
    if found:
        scheme, text = found[1].lower(), found[2]
        scheme = scheme if scheme in _SCHEMES else ""
    text = text.rstrip("/")
    if text != host:
        record.note(("host",), f"{host!r} is read as {text!r}")
    if "{" in text:
        record.note(("host",), f"{text!r} has a variable: put a real host in its place by overlay")
    return text, scheme


def _base(document: Node, record: Record) -> str:
    base = document.get("basePath", "")
    if not isinstance(base, str):
        record.note(("basePath",), f"{base!r} is no text: left out")
        return ""
    text = base.strip().rstrip("/")
    if text and not text.startswith("/"):
        text = f"/{text}"
    if base not in {text, "/"}:
        record.note(("basePath",), f"{base!r} is read as {text or '/'!r}")
    return text


def _usable(given: Any, place: Place, record: Record) -> list[str]:
    """Return the schemes that a client can use; the first one is what it will use."""
    listed = [name.lower() for name in texts(given)]
    others = [name for name in listed if name not in _SCHEMES]
    if others:
        record.note(place, f"left out: {', '.join(others)}; the client speaks https and http")
    usable = [name for name in _SCHEMES if name in listed]
    if usable != [name for name in listed if name in _SCHEMES]:
        record.note(place, "https is used, though http stands before it")
    return usable
