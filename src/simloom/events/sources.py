"""Which streams to listen to, and whether a token may go there."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import fields, frozen

from simloom.errors import ConfigurationError, InvalidParameter, UnsupportedOperation
from simloom.plugins.types import EventTransport
from simloom.runtime.client import check_base_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider

_VERSION = re.compile(r"\.v[0-9]+$")


@frozen(kw_only=True)
class Subscription:
    """One stream. `key` names it in checkpoints and leases; the address holds no secret."""

    stream: str
    url: str
    key: str


def subscriptions(
    provider: Provider,
    hooks: ClientHooks,
    types: Iterable[str] | None,
    *,
    allow_insecure_http: bool = False,
) -> list[Subscription]:
    """Return the streams of these types, or all that are configured.

    An address has to be https or loopback, on a host that the settings name themselves: a plugin
    cannot send the token elsewhere. Errors: `UnsupportedOperation`, `ConfigurationError`.
    """
    source = hooks.event_source(provider.settings)
    if source is None or source.transport is not EventTransport.SSE:
        by_webhook = source is not None or provider.webhook_methods
        why = "its events come by webhook" if by_webhook else ""
        raise UnsupportedOperation("events", provider.id, note=why)
    trusted = _origins(provider.settings)
    chosen = _chosen(provider, source.urls, types)
    found = []
    for stream, url in chosen.items():
        try:
            check_base_url(url.partition("?")[0], allow_insecure_http=allow_insecure_http)
        except InvalidParameter as error:
            why = str(error).removeprefix("base_url ")
            raise ConfigurationError(f"{provider.id}: event stream {stream!r}: {why}") from None
        if _origin(url) not in trusted:
            raise ConfigurationError(
                f"{provider.id}: event stream {stream!r} is on {urlsplit(url).hostname}, which no "
                "setting names; the token is not sent there"
            )
        digest = hashlib.sha256(url.encode()).hexdigest()[:16]
        found.append(Subscription(stream=stream, url=url, key=f"{provider.id}/{stream}/{digest}"))
    return found


def unversioned(stream: str) -> str:
    """Return the name of a stream without its version."""
    return _VERSION.sub("", stream)


def _chosen(
    provider: Provider, urls: Mapping[str, str], types: Iterable[str] | None
) -> dict[str, str]:
    if not urls:
        raise ConfigurationError(
            f"{provider.id}: no event stream is configured; set event_urls to the addresses that "
            "the portal shows, one for each type"
        )
    if types is None:
        return dict(urls)
    wanted = (types,) if isinstance(types, str) else tuple(types)
    found = {name: _configured(name, urls) for name in wanted}
    unknown = [name for name, stream in found.items() if stream is None]
    if unknown or not wanted:
        raise ConfigurationError(
            f"{provider.id}: no address is configured for {', '.join(map(repr, unknown)) or 'none'}"
            f" (configured: {', '.join(urls)})"
        )
    return {stream: urls[stream] for stream in found.values() if stream is not None}


def _configured(name: str, urls: Mapping[str, str]) -> str | None:
    """Return the stream of this name; its version may be left out where that is clear."""
    if name in urls:
        return name
    alike = [stream for stream in urls if unversioned(stream) == name]
    return alike[0] if len(alike) == 1 else None


def _origins(settings: Any) -> set[tuple[str, str, int | None]]:
    """Return the origins of every address in the settings."""
    found: set[str] = set()
    for item in fields(type(settings)):
        value = getattr(settings, item.name)
        if item.name.endswith("_url") and isinstance(value, str):
            found.add(value)
        elif item.name.endswith("_urls") and isinstance(value, dict):
            found.update(url for url in value.values() if isinstance(url, str))
    return {_origin(url) for url in found}


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        port = parts.port or {"https": 443, "http": 80}.get(scheme)
        return scheme, (parts.hostname or "").lower(), port
    except ValueError:
        return "", url, None
