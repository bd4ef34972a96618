"""Rules about webhooks, for providers with webhooks. Optional: as a base beside the others."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from simloom.errors import WebhookRejected
from simloom.events.webhooks import parse, webhook_of
from simloom.models import Event, UnknownEvent
from simloom.testing.base import BaseProviderTests
from simloom.testing.events import spoilt
from simloom.testing.expecting import expect, fail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simloom.events.webhookguard import Verifier

JSON = {"content-type": "application/json"}
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONG_AGO = dt.timedelta(days=30)


class BaseWebhooks(BaseProviderTests):
    """Optional: webhooks. `webhooks` are one of each kind, as `(method, parsed JSON)`.

    Where the vendor signs, `verifier` checks, and `signed` returns the headers that the vendor
    would send with a body at a moment.
    """

    webhooks: ClassVar[Sequence[tuple[str, Mapping[str, Any]]]] = ()
    verifier: ClassVar[Verifier | None] = None

    @classmethod
    def signed(cls, body: bytes, moment: dt.datetime) -> Mapping[str, str]:
        """Return the vendor's headers of a signed webhook, names in lower case."""
        raise NotImplementedError(f"{cls.__name__}.signed: sign {len(body)} bytes of {moment}")

    def test_a_webhook_is_known(self) -> None:
        """Each is an event of a kind of its own, with the provider's id and `raw`."""
        expect(self.webhooks, "webhooks is empty: add one of each kind")
        for method, raw in self.webhooks:
            event = parse(self.plugin(), method, JSON, _body(raw))
            kind = type(event).__name__
            expect(not isinstance(event, UnknownEvent), f"a webhook with {method} is a {kind}")
            expect(event.provider == self.provider, "an event has not its provider's id")
            expect(event.raw is not None, "an event does not keep what it was made from in raw")

    def test_a_broken_webhook_is_an_unknown_event(self) -> None:
        """`read_webhook` never raises, and a member that is gone is no end."""
        plugin = self.plugin()
        for method in {*plugin.webhook_methods, *(method for method, _ in self.webhooks)}:
            for raw in spoilt([raw for _, raw in self.webhooks]):
                try:
                    event = plugin.read_webhook(method, raw)
                except Exception as error:  # noqa: BLE001  (any is wrong)
                    fail(f"reading {raw!r} raises {type(error).__name__}: {error}")
                expect(isinstance(event, Event), f"{raw!r} is a {type(event).__name__}")

    def test_other_methods_are_refused(self) -> None:
        """`webhook_methods` has those of the webhooks, and not every method there is."""
        plugin = self.plugin()
        methods = {method for method, _ in self.webhooks}
        told = f"webhooks come with {sorted(methods)}, but webhook_methods has not all of these"
        expect(methods <= plugin.webhook_methods, told)
        for method in sorted({*METHODS} - plugin.webhook_methods):
            with pytest.raises(WebhookRejected):
                parse(plugin, method, JSON, b"{}")
        expect(not {*METHODS} <= plugin.webhook_methods, "webhook_methods has every method")

    def test_a_second_delivery_is_the_same_event(self) -> None:
        """What comes again, however it is laid out, has the same key; two events have two."""
        keys: dict[str, Mapping[str, Any]] = {}
        for method, raw in self.webhooks:
            again = dict(reversed(list(raw.items())))
            first, second = (self._key(method, body) for body in (_body(raw), _body(again, 2)))
            expect(first == second, "an event that is delivered again is taken for another")
            expect(first not in keys, "two events have one key: Event.id is not of one event")
            keys[first] = raw

    def test_signatures_are_checked(self) -> None:
        """Signed by the vendor and fresh is taken; another body, no signature or an old one not."""
        if self.verifier is None:
            return
        expect(self.webhooks, "webhooks is empty: add one of each kind")
        body = _body(self.webhooks[0][1])
        signed = self.signed(body, NOW)
        self.verifier.verify(signed, body, NOW)
        forged = {name: f"{text[:-1]}{int(text[-1:] == '0')}" for name, text in signed.items()}
        for headers, content, moment, what in (
            ({}, body, NOW, "no signature"),
            (forged, body, NOW, "a signature that was changed"),
            (signed, body + b" ", NOW, "another body"),
            (signed, body, NOW + LONG_AGO, "a webhook of long ago, sent by somebody else again"),
            (signed, body, NOW - LONG_AGO, "a webhook of the future"),
        ):
            expect(self._is_refused(headers, content, moment), f"the verifier takes {what}")

    def _is_refused(self, headers: Mapping[str, str], body: bytes, moment: dt.datetime) -> bool:
        try:
            if self.verifier is not None:
                self.verifier.verify(headers, body, moment)
        except WebhookRejected:
            return True
        return False

    def _key(self, method: str, body: bytes) -> str:
        return webhook_of(parse(self.plugin(), method, JSON, body), method, body).key


def _body(raw: Mapping[str, Any], indent: int | None = None) -> bytes:
    return json.dumps(raw, indent=indent).encode()
