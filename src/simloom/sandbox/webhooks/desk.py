"""Who wants which webhooks, what was delivered, and when it is tried again. No network here."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from simloom.sandbox.faults.script import Effect
from simloom.sandbox.webhooks.bodies import METHODS, body_of, written
from simloom.sandbox.webhooks.delivery import PATIENCE, Delivery, Registration, check_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simloom.sandbox.events.bells import Bell
    from simloom.sandbox.faults import Faults
    from simloom.sandbox.outbox import Happening
    from simloom.sandbox.parts import Rows
    from simloom.sandbox.vendor import World

_KEPT = 10_000


class WebhookDesk:
    """Registrations and deliveries of all vendors. Safe to use from several threads."""

    def __init__(
        self, world: World, faults: Faults, tell: Callable[[str, Mapping[str, Any]], None]
    ) -> None:
        self.bell: Bell | None = None
        """Rung when there is something to deliver."""
        self._world = world
        self._faults = faults
        self._tell = tell
        self._lock = Lock()
        self._registered: dict[str, Registration] = {}
        self._deliveries: deque[Delivery] = deque(maxlen=_KEPT)
        self._held: list[Delivery] = []
        self._count = 0
        world.outbox.listen(self._hear)
        world.clock.on_advance(self._ring)

    @property
    def is_wanted(self) -> bool:
        """Tell whether anybody is registered."""
        return bool(self._registered)

    def register(
        self, provider: str, url: str, events: Iterable[str] | None, *, allow_remote: bool
    ) -> Registration:
        """Send a vendor's webhooks to an address from now on. Raises ValueError for a bad one."""
        if provider not in METHODS:
            raise ValueError(f"provider is one of {', '.join(METHODS)}")
        wanted = None if events is None else tuple(events)
        for name in wanted or ():
            if name not in METHODS[provider]:
                raise ValueError(f"events of {provider} are {', '.join(METHODS[provider])}")
        check_url(url, allow_remote=allow_remote)
        made = Registration(provider=provider, url=url, events=wanted)
        with self._lock:
            self._registered[provider] = made
        return made

    def unregister(self, provider: str | None) -> None:
        """Send nothing more to a vendor's address, or to any; what is on its way is forgotten."""
        with self._lock:
            for name in [provider] if provider else list(self._registered):
                self._registered.pop(name, None)
                for delivery in self._deliveries:
                    if delivery.provider == name and delivery.state == "pending":
                        delivery.state, delivery.due = "cancelled", None

    def registered(self) -> list[dict[str, Any]]:
        """Return the registrations."""
        with self._lock:
            return [item.shown() for item in self._registered.values()]

    def due(self) -> list[Delivery]:
        """Return what is to be sent now, and mark it as being sent."""
        now = self._world.clock.monotonic()
        with self._lock:
            found = [
                item
                for item in self._deliveries
                if item.due is not None and item.due <= now and not item.busy
            ]
            for item in found:
                item.busy = True
        return found

    def wait(self) -> float | None:
        """Return the seconds until something is due; None if nothing is."""
        with self._lock:
            times = [
                item.due for item in self._deliveries if item.due is not None and not item.busy
            ]
        return max(0.0, min(times) - self._world.clock.monotonic()) if times else None

    def attempted(self, delivery: Delivery, status: int | None, error: str | None) -> None:
        """Note how an attempt ended, and when the next one is."""
        now, clock = self._world.clock.monotonic(), self._world.clock
        patience = PATIENCE[delivery.provider]
        with self._lock:
            delivery.busy = False
            attempt = {
                "number": len(delivery.attempts) + 1,
                "time": clock.now().isoformat(),
                "status": status,
                "error": error,
            }
            delivery.attempts.append(attempt)
            taken = status is not None and 200 <= status < 300
            wait = patience.wait(len(delivery.attempts))
            if delivery.due is None:
                pass  # it was cancelled meanwhile
            elif taken and delivery.again > 0:
                delivery.again -= 1
                delivery.due = now
            elif taken:
                delivery.state, delivery.due = "delivered", None
            elif now + wait - delivery.born > patience.over:
                delivery.state, delivery.due = "given-up", None
            else:
                delivery.due = now + wait
            shown = {
                "delivery": delivery.number,
                "provider": delivery.provider,
                "event": delivery.event,
                "state": delivery.state,
                **attempt,
            }
        self._tell("webhook", shown)

    def deliveries(self) -> dict[str, Any]:
        """Return every delivery with its attempts, oldest first; the last 10,000."""
        with self._lock:
            shown = [self._shown(item) for item in self._deliveries]
            return {"deliveries": shown, "dropped": self._count - len(shown)}

    def reset(self) -> None:
        """Forget registrations and deliveries."""
        with self._lock:
            for delivery in self._deliveries:
                delivery.due = None
            self._registered.clear()
            self._deliveries.clear()
            self._held.clear()
            self._count = 0

    def save(self) -> Rows:
        """Return one row per delivery, also for those that are held back until the next."""
        clock = self._world.clock
        with self._lock:
            return [
                ("count", self._count),
                *((f"sent {item.number}", item.saved(clock)) for item in self._deliveries),
                *((f"held {item.number}", item.saved(clock)) for item in self._held),
            ]

    def restore(self, rows: Rows) -> None:
        """Take over what `save` returned. Raises KeyError, TypeError or ValueError."""
        clock = self._world.clock
        with self._lock:
            for key, saved in rows:
                if key == "count":
                    self._count = int(saved)
                    continue
                found = self._held if key.startswith("held ") else self._deliveries
                found.append(Delivery.restored(saved, clock))
        self._ring()

    def _hear(self, happening: Happening) -> None:
        wanted = self._registered.get(happening.provider)
        methods = METHODS.get(happening.provider, {})
        if wanted is None or happening.kind not in methods:
            return
        if wanted.events is not None and happening.kind not in wanted.events:
            return
        body, now = body_of(happening, self._world.quirks), self._world.clock.monotonic()
        fault = self._faults.for_stream(
            happening.provider, happening.kind, iccid=_iccid(happening.data)
        )
        effect = fault.effect if fault else None
        copies = 2 if self._world.quirks.webhook_delivery == "twice" else 1
        if fault is not None and effect is Effect.DUPLICATE_EVENTS:
            copies = fault.copies
        dropped = effect is Effect.DROP_EVENTS
        with self._lock:
            self._count += 1
            made = Delivery(
                number=self._count,
                provider=happening.provider,
                event=happening.kind,
                method=methods[happening.kind],
                url=wanted.url,
                body=body,
                content=written(body),
                born=now,
                due=None if dropped else now,
                state="dropped" if dropped else "pending",
                again=copies - 1,
            )
            if effect is Effect.REORDER_EVENTS:
                self._held.append(made)
                return
            self._deliveries += [made, *self._held]
            self._held.clear()
        self._ring()

    def _ring(self) -> None:
        bell = self.bell
        if bell is not None:
            bell.ring()

    def _shown(self, delivery: Delivery) -> dict[str, Any]:
        due = None
        if delivery.due is not None:
            ahead = delivery.due - self._world.clock.monotonic()
            due = (self._world.clock.now() + timedelta(seconds=ahead)).isoformat()
        return {
            "number": delivery.number,
            "provider": delivery.provider,
            "event": delivery.event,
            "method": delivery.method,
            "url": delivery.url,
            "body": delivery.body,
            "state": delivery.state,
            "due": due,
            "attempts": list(delivery.attempts),
        }


def _iccid(data: Mapping[str, Any]) -> str | None:
    found = data.get("iccid") or data.get("endpoint", {}).get("name")
    return str(found) if found else None
