"""What happened at a vendor: the source of events and webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime


@frozen(kw_only=True)
class Happening:
    """One thing that happened. `kind` is the vendor's name of the event or webhook.

    `scope` says who may hear of it, such as a partner id; None is everybody who listens.
    """

    provider: str
    kind: str
    moment: datetime
    data: Mapping[str, Any] = field(repr=False)
    scope: str | None = None


class Outbox:
    """Tells every listener of a happening, at once and in order, in the thread that caused it."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Happening], None]] = []

    def listen(self, listener: Callable[[Happening], None]) -> Callable[[], None]:
        """Add a listener, which must not block. Returns what removes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def add(self, happening: Happening) -> None:
        """Tell everybody."""
        for listener in list(self._listeners):
            listener(happening)
