"""One open stream: what it was asked for, and when it ends. No network, no waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simloom.sandbox.events.bells import Bell

OVERLAP = 1.0
"""Seconds that a stream lives on beside the one that cuts it; the server looks once per poll."""
_TRUE, _FALSE = {"true", "on", "yes", "1"}, {"false", "off", "no", "0"}
_INT = 2**31


@frozen(kw_only=True)
class Wanted:
    """The query parameters of a stream. 0 is no limit."""

    include_headers: bool = False
    max_number: int = 0
    max_minutes: int = 0
    max_bytes: int = 0

    @classmethod
    def parse(cls, query: Iterable[tuple[str, str]]) -> Wanted:
        """Read the parameters; the first of each counts, and unknown ones are nobody's business.

        Raises ValueError for what Spring cannot convert to a truth value or to an int.
        """
        given: dict[str, str] = {}
        for name, value in query:
            given.setdefault(name, value.strip())
        return cls(
            include_headers=_truth(given.get("includeHttpHeaders") or "false"),
            max_number=_number(given.get("maxNumber") or "0"),
            max_minutes=_number(given.get("maxMinutes") or "0"),
            max_bytes=_number(given.get("maxBytes") or "0"),
        )


@define(kw_only=True, eq=False)
class Connection:
    """A stream and how far it is. Times are those of the sandbox's stopwatch, in seconds."""

    number: int
    subscription: str
    event_type: str
    opened: datetime
    started: float
    idle: float
    wanted: Wanted
    media_type: str
    accept: str | None
    last_event_id: str | None
    bell: Bell = field(repr=False)
    cursor: datetime | None = None
    """Where a replay has got to; None without one."""
    is_silent: bool = False
    """True for a replay from an offset that is not known, if the switch says so."""
    last_event: float = field(init=False)
    events: int = 0
    bytes: int = 0
    cut_at: float | None = None
    end: str | None = None
    closed: datetime | None = None
    shared: tuple[float, float] | None = None
    """From when to when it lives beside another stream of its subscription."""

    def __attrs_post_init__(self) -> None:
        """Count the idle time from the start."""
        self.last_event = self.started

    @property
    def has_headers(self) -> bool:
        """Tell whether its events have `httpHeaders`: if asked for, or if an offset was sent."""
        return self.wanted.include_headers or bool(self.last_event_id)

    def sent(self, size: int, now: float) -> None:
        """Count an event, which starts the idle time again."""
        self.events += 1
        self.bytes += size
        self.last_event = now

    def over(self, now: float) -> str | None:
        """Return why it ends now although there may be events, or None."""
        if self.end is not None:
            return self.end
        if self.cut_at is not None and now >= self.cut_at:
            return "cut"
        wanted = self.wanted
        if 0 < wanted.max_number <= self.events:
            return "maxNumber"
        if 0 < wanted.max_bytes <= self.bytes:
            return "maxBytes"
        if wanted.max_minutes > 0 and now - self.started >= wanted.max_minutes * 60:
            return "maxMinutes"
        return None

    def is_idle(self, now: float) -> bool:
        """Tell whether it has waited for an event for too long."""
        return now - self.last_event >= self.idle

    def patience(self, now: float) -> float:
        """Return the seconds after which it may have to end."""
        times = [self.last_event + self.idle]
        if self.cut_at is not None:
            times.append(self.cut_at)
        if self.wanted.max_minutes > 0:
            times.append(self.started + self.wanted.max_minutes * 60)
        return max(0.0, min(times) - now)

    def shown(self) -> dict[str, Any]:
        """Return it for the admin surface."""
        return {
            "number": self.number,
            "subscriptionId": self.subscription,
            "eventType": self.event_type,
            "opened": self.opened.isoformat(),
            "closed": self.closed.isoformat() if self.closed else None,
            "end": self.end,
            "accept": self.accept,
            "contentType": self.media_type,
            "lastEventId": self.last_event_id,
            "events": self.events,
            "bytes": self.bytes,
        }


def _truth(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("includeHttpHeaders is true or false")


def _number(text: str) -> int:
    digits = text.removeprefix("-").removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 10:
        raise ValueError("maxNumber, maxMinutes and maxBytes are whole numbers")
    value = int(text)
    if not -_INT <= value < _INT:
        raise ValueError("maxNumber, maxMinutes and maxBytes have 32 bits")
    return value
