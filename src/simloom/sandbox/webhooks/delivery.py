"""A webhook on its way: where it goes, how often it was tried, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from attrs import define, field, frozen

from simloom.sandbox.clock import at_monotonic, moment_of
from simloom.sandbox.webhooks.bodies import METHODS, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.clock import Clock

_DAY = 86_400.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@frozen
class Patience:
    """When a webhook that was not answered by 2xx is sent again.

    After `first` seconds, then after twice as long each time but no longer than `longest`, until it
    is `over` seconds old.
    """

    first: float
    longest: float
    over: float

    def wait(self, attempts: int) -> float:
        """Return the seconds to wait after so many attempts."""
        return float(min(self.longest, self.first * 2.0 ** min(attempts - 1, 40)))


PATIENCE: Mapping[str, Patience] = {
    # Documented: it is buffered and sent again until 2xx. 24 hours: 1NCE's page on forwarding.
    # The steps between are assumed.
    "telekom-bsc": Patience(30.0, 3600.0, _DAY),
    "telcoapi": Patience(10.0, 3600.0, _DAY),  # nothing is documented: all assumed
}


@frozen(kw_only=True)
class Registration:
    """Where a vendor's webhooks go. With `events` None, all of them."""

    provider: str
    url: str
    events: tuple[str, ...] | None

    def shown(self) -> dict[str, Any]:
        """Return it for the admin surface."""
        events = self.events or tuple(METHODS[self.provider])
        return {"provider": self.provider, "url": self.url, "events": list(events)}


_PLAIN = ("number", "provider", "event", "url", "body", "state", "again")


@define(kw_only=True, eq=False)
class Delivery:
    """One webhook on its way to one address."""

    number: int
    provider: str
    event: str
    method: str
    url: str
    body: Any = field(repr=False)
    content: bytes = field(repr=False)
    born: float
    due: float | None
    state: str = "pending"
    busy: bool = False
    again: int = 0
    """How often it is sent although it was answered by 2xx."""
    attempts: list[dict[str, Any]] = field(factory=list)

    def saved(self, clock: Clock) -> dict[str, Any]:
        """Return it as JSON. One that is being sent counts as not sent."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "attempts": list(self.attempts),
            "born": moment_of(clock, self.born).isoformat(),
            "due": None if self.due is None else moment_of(clock, self.due).isoformat(),
        }

    @classmethod
    def restored(cls, saved: Mapping[str, Any], clock: Clock) -> Delivery:
        """Return what was saved. Raises KeyError, TypeError or ValueError for anything else."""
        check_url(saved["url"], allow_remote=True)
        due = saved["due"]
        return cls(
            **{name: saved[name] for name in _PLAIN},
            method=METHODS[saved["provider"]][saved["event"]],
            attempts=list(saved["attempts"]),
            content=written(saved["body"]),
            born=at_monotonic(clock, saved["born"]),
            due=None if due is None else at_monotonic(clock, due),
        )


def check_url(url: str, *, allow_remote: bool) -> None:
    """Raise ValueError unless webhooks may be sent to this address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"url is no address: {error}") from None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        raise ValueError("url is an address such as http://127.0.0.1:8080/webhooks")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("url has neither credentials nor a fragment")
    if not allow_remote and (host not in _LOOPBACK or parts.scheme != "http"):
        raise ValueError(f"url is http on {', '.join(_LOOPBACK)} unless allow_remote is true")
