"""What a vendor limits, as data, and what a request counts against it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.runtime import Operation, Request

_ROUNDING = 1e-9


@frozen
class Window:
    """No more than `limit` within any `seconds`, wherever they begin."""

    limit: int
    seconds: float


def _ordered(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(sorted(windows, key=lambda window: window.seconds))


@frozen(kw_only=True)
class Limit:
    """A vendor's limit, as its document states it; all windows hold at once, shortest first.

    `counts` is `sims` or `requests`: a request for 1000 SIMs counts 1000 of the first and 1 of the
    second.
    """

    name: str
    counts: str
    windows: tuple[Window, ...] = field(converter=_ordered)

    @windows.validator
    def _check(self, _attribute: object, windows: tuple[Window, ...]) -> None:
        if not windows or any(each.limit < 1 or each.seconds <= 0 for each in windows):
            raise ConfigurationError(f"{self.name}: a limit has windows of at least 1 per time")


@frozen(kw_only=True)
class Bucket:
    """What one customer may use of a limit: the key in the store, and our share of each window."""

    key: str
    windows: tuple[Window, ...]

    @property
    def capacity(self) -> int:
        """The most that one request can ever count."""
        return min(window.limit for window in self.windows)

    @property
    def longest(self) -> float:
        """The seconds of the longest window."""
        return self.windows[-1].seconds


def limit_of(operation: Operation[Any]) -> Limit | None:
    """Return the limit of a generated operation: its `x-quota` or `x-rate-limit`, or None.

    A class without figures (M2M's Send Message is "for diagnostics only") is no limit.
    """
    quota = operation.extensions.get("x-quota")
    if quota is not None and quota["windows"]:
        windows = [Window(each["limit"], each["seconds"]) for each in quota["windows"]]
        return Limit(name=quota["bucket"], counts=quota["counts"], windows=windows)
    rate = operation.extensions.get("x-rate-limit")
    if rate is not None:
        windows = [Window(rate["requests"], rate["seconds"])]
        return Limit(name=rate.get("scope", "requests"), counts="requests", windows=windows)
    return None


def cost_of(request: Request[Any], limit: Limit) -> int:
    """Return what a request counts: the SIMs of a bulk request, else 1.

    The SIMs are the longest list in the body, so nothing is counted too low; 1 for an empty one.
    """
    if limit.counts != "sims" or "x-bulk" not in request.operation.extensions:
        return 1
    body = request.body
    if isinstance(body, list | tuple):
        return max(1, len(body))
    members = body.values() if isinstance(body, dict) else _members(body)
    return max(1, *(len(each) for each in members if isinstance(each, list | tuple)), 1)


def _members(body: object) -> list[object]:
    names = [each.name for each in getattr(body, "__attrs_attrs__", ())]
    return [getattr(body, name, None) for name in names]


def bucket_for(
    limit: Limit, *, provider: str, account: str, salt: bytes, share: float = 0.9
) -> Bucket:
    """Return a customer's bucket; `share` is our part of the vendor's limit (0 to 1).

    `account` is what the vendor counts by: the customer contract, or the login that stands for
    it. The store sees only a salted hash of it. Give a name, never a secret.
    """
    if not 0 < share <= 1:
        raise ConfigurationError(f"the share of a quota is above 0 and at most 1, not {share}")
    who = hashlib.blake2b(account.encode(), key=salt, digest_size=12).hexdigest()
    windows = [
        # 10 * 0.7 is a little below 7 in floating point
        Window(max(1, int(each.limit * share + _ROUNDING)), each.seconds)
        for each in limit.windows
    ]
    return Bucket(key=f"{provider}/{limit.name}/{who}", windows=tuple(windows))
