"""Webhooks: one request of a vendor to one event, without I/O and without a web framework.

    event = parse("telekom-bsc", request.method, request.headers, body)

`simloom.events.webhookapp` receives them, `simloom.events.webhookstore` keeps them. An event is a
hint: nobody signs it, so ask the vendor before acting on it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import field, frozen

from simloom.errors import DecodeError, UnsupportedOperation, WebhookRejected
from simloom.events.smsparts import group_of
from simloom.models import Event, UnknownEvent
from simloom.plugins.loader import load
from simloom.plugins.places import kind_of, place_of
from simloom.runtime.decoding import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.plugins.provider import Provider

log: logging.Logger = logging.getLogger("simloom.webhooks")

__all__ = ["LONGEST", "Webhook", "WebhookRejected", "parse", "webhook_of"]

LONGEST = 64 * 1024
"""Bytes that a body may have; it is looked at only when it is known to be shorter."""


@frozen(kw_only=True)
class Webhook:
    """A request as it is kept. `key` is the same for every delivery of one event.

    `group` is shared by the parts of one message; `part` counts from 1.
    """

    provider: str
    method: str
    body: bytes = field(repr=False)
    key: str
    group: str | None = None
    part: int | None = None
    parts: int | None = None


def parse(
    provider: str | type[Provider], method: str, headers: Mapping[str, str], body: bytes
) -> Event:
    """Return the event that a vendor's request tells.

    What is not documented is an `UnknownEvent`. A part of a longer message stays a part; see
    `simloom.events.smsparts`. Raises `WebhookRejected`, whose `status` is the answer to give, and
    `UnsupportedOperation` for a provider that sends no webhooks.
    """
    chosen = load(provider) if isinstance(provider, str) else provider
    check_method(chosen, method)
    check_type(headers)
    if len(body) > LONGEST:
        raise WebhookRejected(413, f"the body has more than {LONGEST} bytes")
    return read(chosen, method, body)


def check_method(provider: type[Provider], method: str) -> None:
    """Raise `WebhookRejected` for a method that this vendor's webhooks do not have."""
    if not provider.webhook_methods:
        raise UnsupportedOperation("webhooks", provider.id)
    if method not in provider.webhook_methods:
        raise WebhookRejected(405, "the vendor's webhooks have another method")


def check_type(headers: Mapping[str, str]) -> None:
    """Raise `WebhookRejected` unless the body says that it is JSON in UTF-8."""
    given = {name.lower(): value for name, value in headers.items()}
    media_type, *parameters = given.get("content-type", "").lower().split(";")
    if media_type.strip() != "application/json":
        raise WebhookRejected(415, "the body has to be application/json")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in {"utf-8", "utf8", "us-ascii"}:
            raise WebhookRejected(415, "the body has to be UTF-8")
    if given.get("content-encoding", "identity").strip().lower() != "identity":
        raise WebhookRejected(415, "the body must not be encoded")


def read(provider: type[Provider], method: str, body: bytes) -> Event:
    """Return the event of a body; `WebhookRejected` if it is no JSON object.

    What the provider fails on is still an event.
    """
    raw = _object(body)
    try:
        event: object = provider.read_webhook(method, raw)
    except Exception as error:  # noqa: BLE001
        # Without the error's text, which may quote a message.
        log.error("%s failed to read a webhook: %s", provider.__name__, type(error).__name__)  # noqa: TRY400
        return UnknownEvent(provider=provider.id, raw=raw)
    if isinstance(event, Event):
        return event
    what = "%s has to return a simloom.models.Event, it returned %s"
    log.error(what, place_of(provider.read_webhook), kind_of(event))
    return UnknownEvent(provider=provider.id, raw=raw)


def webhook_of(event: Event, method: str, body: bytes) -> Webhook:
    """Return what to keep of an event that came as `body`."""
    named = event.id or _fingerprint(body)
    key = json.dumps([event.provider, type(event).__name__, event.type, named])
    group = group_of(event)
    return Webhook(
        provider=event.provider,
        method=method,
        body=body,
        key=hashlib.sha256(key.encode()).hexdigest(),
        group=group,
        part=getattr(event, "part", None) if group else None,
        parts=getattr(event, "parts", None) if group else None,
    )


def event_of(webhook: Webhook, provider: type[Provider] | None = None) -> Event:
    """Return the event of what was kept; one that cannot be read any more is an `UnknownEvent`."""
    try:
        return read(provider or load(webhook.provider), webhook.method, webhook.body)
    except Exception:  # noqa: BLE001  (the plugin may be gone; the event must not be)
        text = webhook.body.decode("utf-8", "replace")
        return UnknownEvent(provider=webhook.provider, raw=text)


def _object(body: bytes) -> dict[str, Any]:
    try:
        raw = parse_json(body)
    except DecodeError:
        raw = _with_halves(body)
    if not isinstance(raw, dict):
        raise WebhookRejected(400, "the body is no JSON object")
    return raw


def _with_halves(body: bytes) -> Any:
    """Read JSON whose texts may end within a character, as a part of a message may."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise WebhookRejected(400, "the body is no JSON") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _fingerprint(body: bytes) -> str:
    """Return the same text for the same JSON, however it is laid out."""
    try:
        plain = json.dumps(_object(body), sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # a number too long to write, or nested too deeply
        plain = body
    return hashlib.sha256(plain).hexdigest()
