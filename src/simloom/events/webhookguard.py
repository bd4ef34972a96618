"""Who may send webhooks: unguessable addresses, networks, signatures, a window of time. No I/O."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from ipaddress import IPv4Network as _IPv4Network
from typing import TYPE_CHECKING, Protocol, TypeAlias

from attrs import field, frozen

from simloom.errors import ConfigurationError, WebhookRejected
from simloom.runtime import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simloom.models import Event

Network: TypeAlias = _IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,200}")
_SIGNATURE = re.compile(r"t=([0-9]{1,12})((?:,[a-z0-9]{1,20}=[^,\s]{1,200}){1,10})")


def new_token() -> str:
    """Return 256 random bits for a path."""
    return secrets.token_urlsafe(32)


@frozen
class Tokens:
    """The last part of an address, which only the vendor knows; two, while one replaces the other.

    At least 22 letters, digits, `-` and `_`, which are 128 bits when they are random.
    """

    _digests: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, *tokens: str | Secret) -> Tokens:
        """Check tokens; a short one is a `ConfigurationError`."""
        texts = [item.reveal() if isinstance(item, Secret) else item for item in tokens]
        if not texts or not all(_TOKEN.fullmatch(text) for text in texts):
            raise ConfigurationError(
                "a token of a webhook is at least 22 letters, digits, - and _: make one with "
                "simloom.events.webhookguard.new_token()"
            )
        return cls(tuple(map(_digest, texts)))

    def admit(self, given: str) -> bool:
        """Tell whether it is one of the tokens, in a time that does not tell how much of it is."""
        digest = _digest(given)
        right = False
        for known in self._digests:  # all of them, always
            right |= hmac.compare_digest(known, digest)
        return right


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read networks such as `192.0.2.0/24` or single addresses."""
    try:
        return tuple(ip_network(text.strip()) for text in texts)
    except ValueError as error:
        raise ConfigurationError(f"no network: {error}") from None


def sender(
    peer: str | None, forwarded: Sequence[str], proxies: Sequence[Network]
) -> Address | None:
    """Return who sent a request: the peer, or whom a chain of trusted proxies names.

    `forwarded` are the values of X-Forwarded-For. They are read from the end, and only as far as
    trusted proxies have written them: whatever stands before may be made up.
    """
    address = _address(peer)
    named = [part.strip() for value in forwarded for part in value.split(",")]
    while address is not None and named and is_in(address, proxies):
        address = _address(named.pop())
    return address


def is_in(address: Address | None, allowed: Iterable[Network]) -> bool:
    """Tell whether an address is in one of the networks."""
    return address is not None and any(address in network for network in allowed)


def _address(text: str | None) -> Address | None:
    try:
        address = ip_address((text or "").strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@frozen(kw_only=True)
class Window:
    """How old an event may be that says when it happened; one that does not is let in.

    The default is wide, because vendors send again for a day or longer what was not taken, and what
    is known already is not handed out a second time.
    """

    past: dt.timedelta = dt.timedelta(days=7)
    future: dt.timedelta = dt.timedelta(days=1)

    def check(self, event: Event, now: dt.datetime) -> None:
        """Raise `WebhookRejected` for an event outside of it."""
        moment = event.time
        if isinstance(moment, dt.datetime) and not -self.future <= now - moment <= self.past:
            raise WebhookRejected(400, "the event is too old, or in the future")


class Verifier(Protocol):
    """Checks a signature. None of the vendors signs so far; this is for those that will."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
        """Raise `WebhookRejected(401, ...)` unless body and headers are the vendor's.

        Names of headers are in lower case; `body` is as it came.
        """
        ...


@frozen
class HmacVerifier:
    """A header `t=<seconds>,v1=<hex>`: HMAC-SHA256 over the time, a full stop and the body.

    Several secrets are for the time while one replaces the other. `tolerance` is in seconds.
    """

    _secrets: tuple[Secret, ...] = field(repr=False)
    header: str = "x-signature"
    tolerance: float = 300.0
    version: str = "v1"

    def verify(self, headers: Mapping[str, str], body: bytes, now: dt.datetime) -> None:
        """Check the signature, then its time."""
        found = _SIGNATURE.fullmatch(headers.get(self.header.lower(), ""))
        if found is None:
            raise WebhookRejected(401, "the signature is missing or no signature")
        pairs = [part.partition("=") for part in found[2].split(",") if part]
        given = [value for name, _, value in pairs if name == self.version]
        signed = found[1].encode() + b"." + body
        right = False
        for secret in self._secrets:
            wanted = hmac.new(secret.reveal().encode(), signed, "sha256").hexdigest().encode()
            for value in given:
                right |= hmac.compare_digest(wanted, value.encode("utf-8", "surrogatepass"))
        if not right:
            raise WebhookRejected(401, "the signature is wrong")
        if abs(now.timestamp() - int(found[1])) > self.tolerance:
            raise WebhookRejected(401, "the signature is too old")
