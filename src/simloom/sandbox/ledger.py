"""Every effect on a SIM or an account, in the order in which it happened.

The journal tells what was asked; the ledger tells what it did. A request that was refused, or that
found everything as it wanted it, has no entry: so a test can prove that something happened exactly
once, or not at all.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from simloom.sandbox.clock import Clock
    from simloom.sandbox.journal import Masker

Changes = dict[str, tuple[Any, Any]]


class Ledger:
    """The last effects, oldest first. Secrets are masked on the way in."""

    def __init__(self, clock: Clock, masker: Masker, capacity: int = 100_000) -> None:
        self._clock = clock
        self._masker = masker
        self._entries: deque[dict[str, Any]] = deque(maxlen=capacity)
        self._count = 0
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        """Told of every entry, in the thread that records it; must not block."""

    @property
    def count(self) -> int:
        """How many effects there were since the last reset, dropped ones included."""
        return self._count

    def add(
        self,
        provider: str,
        operation: str,
        iccid: str | None,
        changes: Mapping[str, tuple[Any, Any]],
        *,
        reference: str | None = None,
        moment: datetime | None = None,
    ) -> None:
        """Record one effect. `changes` maps a field to its values before and after.

        `iccid` is None for what concerns no single SIM, such as an order of cards. `reference` is
        the number under which the vendor knows the effect: a signup id, an order, a message.
        """
        self._count += 1
        changed = {name: {"from": old, "to": new} for name, (old, new) in changes.items()}
        self._entries.append(
            {
                "number": self._count,
                "time": (moment or self._clock.now()).isoformat(),
                "provider": provider,
                "operation": operation,
                "iccid": iccid,
                "reference": reference,
                "changed": self._masker.json(changed),
            }
        )
        for listener in self.listeners:
            listener(self._entries[-1])

    def entries(
        self, provider: str | None = None, iccid: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the effects, oldest first, of one provider or one SIM if asked for."""
        return [
            entry
            for entry in self._entries
            if provider in (None, entry["provider"]) and iccid in (None, entry["iccid"])
        ]

    @property
    def dropped(self) -> int:
        """How many effects are no longer kept."""
        return self._count - len(self._entries)

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the count, then one row per effect that is kept."""
        yield "count", self._count
        for entry in self._entries:
            yield str(entry["number"]), entry

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for key, value in rows:
            if key == "count":
                self._count = value
            else:
                self._entries.append(value)

    def reset(self) -> None:
        """Forget everything and count from one again."""
        self._entries.clear()
        self._count = 0
