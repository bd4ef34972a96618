"""Who listens, as part of a state: addresses of webhooks, subscriptions of events.

What is on its way to them is a part of its own; the desks write it down themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from simloom.sandbox.events.desk import EventDesk
    from simloom.sandbox.parts import Part, Rows
    from simloom.sandbox.webhooks.desk import WebhookDesk


@frozen
class WebhookAddresses:
    """Where each vendor's webhooks go."""

    _desk: WebhookDesk

    def reset(self) -> None:
        """Forget all of them."""
        self._desk.unregister(None)

    def save(self) -> Rows:
        """Return one row per vendor."""
        return [(made["provider"], made) for made in self._desk.registered()]

    def restore(self, rows: Rows) -> None:
        """Register them again; whoever named an address on another machine was allowed to."""
        for _, made in rows:
            self._desk.register(made["provider"], made["url"], made["events"], allow_remote=True)


@frozen
class Subscriptions:
    """Who gets which events; the demo subscriptions are always there."""

    _desk: EventDesk

    def reset(self) -> None:
        """Go back to the demo subscriptions."""
        self._desk.reset()

    def save(self) -> Rows:
        """Return one row per subscription."""
        return [
            (item.id, [item.event_type, item.application, item.partners])
            for item in self._desk.subscriptions()
        ]

    def restore(self, rows: Rows) -> None:
        """Add those that are not there."""
        for number, (event_type, application, partners) in rows:
            if self._desk.subscription(number) is None:
                chosen = None if partners is None else tuple(partners)
                self._desk.subscribe(event_type, number, application, chosen)


def listening_parts(webhooks: WebhookDesk, events: EventDesk) -> dict[tuple[str, str], Part]:
    """Return everything that is remembered of listeners: first who they are, then what is due."""
    return {
        ("", "webhooks"): WebhookAddresses(webhooks),
        ("", "subscriptions"): Subscriptions(events),
        ("", "events"): events,
        ("", "deliveries"): webhooks,
    }
