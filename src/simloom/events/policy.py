"""When to connect again and when to give up: a decision without I/O or a clock of its own.

Telekom's gateway ends an idle stream after 60 seconds, as a 504 or as the end of the answer; that
is no error (M2M guide, Server Sent Events). It also ends a stream when another one is opened for
the subscription, so two clients could cut each other off for ever.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from simloom.errors import ApiError, ServerError, StreamEnded, StreamStolen, TransportError

if TYPE_CHECKING:
    from simloom.errors import SimloomError


class Ending(Enum):
    """How a connection ended without an error."""

    IDLE = "idle"
    """A 504 instead of an answer: nothing happened for a while."""
    END = "end"
    """The answer came to its end."""
    NOTHING = "nothing"
    """A 204."""


_HASTY = 5.0
_HASTY_AT_ONCE = 3
"""A 504 within seconds is no idle time-out; so many are passed over, then each waits longer."""


@frozen(kw_only=True)
class StreamPolicy:
    """How patient to be; all in seconds.

    A stream that ended within `soon` of its beginning was cut off; after `most_cuts` of these in a
    row somebody else is taken to be at it. `read_timeout` is how long nothing may arrive: more than
    the vendor's 60, of which an idle stream shows nothing at all.
    """

    shortest: float = 1.0
    longest: float = 30.0
    soon: float = 45.0
    most_cuts: int = 5
    connect_timeout: float = 10.0
    read_timeout: float = 90.0


@define
class Reconnecting:
    """The state of one stream's connections. `stream` names it in errors."""

    stream: str
    policy: StreamPolicy = field(factory=StreamPolicy)
    failures: int = 0
    cuts: int = 0
    hasty: int = 0
    asked: float = 0.0

    def ask(self, now: float) -> None:
        """Note that a connection is asked for."""
        self.asked = now

    def begin(self) -> None:
        """Note that an answer began; the failures before are forgotten."""
        self.failures = 0

    def ended(self, ending: Ending, now: float, jitter: float) -> float:
        """Return the seconds until the next connection; `jitter` is random in [0, 1)."""
        lasted = now - self.asked
        if ending is Ending.NOTHING:
            raise StreamEnded(
                self.stream,
                "the vendor answered 204, nothing will come; see the subscription in the portal",
            )
        if ending is Ending.IDLE:
            self.failures = self.cuts = 0
            self.hasty = self.hasty + 1 if lasted < _HASTY else 0
            if self.hasty <= _HASTY_AT_ONCE:
                return 0.0
            doubled = 2.0 ** min(self.hasty - _HASTY_AT_ONCE, 20)
            return jitter * min(self.policy.longest, doubled)
        self.hasty = 0
        if lasted >= self.policy.soon:
            self.cuts = 0
            return 0.0
        self.cuts += 1
        if self.cuts >= self.policy.most_cuts:
            raise StreamStolen(
                self.stream,
                f"it ended {self.cuts} times in a row within {self.policy.soon:g} s of its "
                "beginning; another client listens to the same subscription, stop one of them",
            )
        return 0.0 if self.cuts == 1 else jitter * min(self.policy.longest, 2.0 ** (self.cuts - 2))

    def failed(self, error: SimloomError, jitter: float) -> float:
        """Return the seconds until the next connection, or raise what ends the stream.

        The login has renewed the token and tried again once by itself before a 401 gets here.
        """
        passing = isinstance(error, (TransportError, ServerError)) or (
            isinstance(error, ApiError) and error.status in {408, 425, 429}
        )
        if not passing:
            raise error
        self.failures += 1
        ceiling = min(self.policy.longest, self.policy.shortest * 2.0 ** min(self.failures, 20))
        return self.policy.shortest + jitter * (ceiling - self.policy.shortest)
