"""The vendors' limits: how much of what is let through in which time, counted exactly.

A limit counts SIMs or requests. It holds for the whole customer contract, whoever asks and for
which partner. What was admitted counts from then on for the length of the window, whatever the
answer was in the end: a bulk request that is refused for one bad SIM has used the quota of all of
them. So no window of that length, wherever it begins, ever holds more than the limit.

Everything that was asked for is counted as well, also what was refused. That tells how far a caller
overdid it: `violations` of a limit, and the fullest window there was.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.clock import at_monotonic, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simloom.sandbox.clock import Clock
    from simloom.sandbox.messages import Call
    from simloom.sandbox.specs import Spec


@frozen
class Window:
    """So many within so many seconds."""

    limit: int
    seconds: float


@frozen(kw_only=True)
class Limit:
    """A limit of a vendor. `counts` is `sims` or `requests`; all windows hold at once."""

    name: str
    counts: str
    windows: tuple[Window, ...]
    operations: frozenset[str]

    def cost(self, call: Call) -> int:
        """Return how much a call uses: each SIM of a list, or one."""
        content = call.content
        if self.counts == "sims" and isinstance(content, dict) and "sims" in content:
            return len(content["sims"])
        return 1


@frozen(kw_only=True)
class Exceeded:
    """Why a call is too much, and in how many seconds it would not be.

    A call that is larger than the whole limit never fits; `wait` is the length of the window then.
    """

    limit: Limit
    window: Window
    wait: float

    def __str__(self) -> str:
        window = self.window
        return (
            f"limit {self.limit.name}: {window.limit} {self.limit.counts} per {window.seconds:g} s,"
            f" again in {self.wait:.1f} s"
        )


class _Log:
    """What happened within the last seconds, each with its time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._entries: deque[tuple[float, int]] = deque()
        self._total = 0

    def total(self, now: float) -> int:
        """Return the sum of what still counts."""
        entries = self._entries
        while entries and now - entries[0][0] >= self._seconds:
            self._total -= entries.popleft()[1]
        return self._total

    def add(self, now: float, cost: int) -> None:
        self._entries.append((now, cost))
        self._total += cost

    def wait(self, now: float, room: int) -> float:
        """Return in how many seconds at most `room` still counts."""
        left = self.total(now)
        for moment, cost in self._entries:
            if left <= room:
                break
            left -= cost
            if left <= room:
                return moment + self._seconds - now
        return 0.0

    def clear(self) -> None:
        self._entries.clear()
        self._total = 0

    def __iter__(self) -> Iterator[tuple[float, int]]:
        return iter(self._entries)


class Meter:
    """Counts for one limit."""

    def __init__(self, limit: Limit, clock: Clock, *, refused_count: bool) -> None:
        self.limit = limit
        self._clock = clock
        self._refused_count = refused_count
        self._used = {window: _Log(window.seconds) for window in limit.windows}
        self._asked = {window: _Log(window.seconds) for window in limit.windows}
        self._peaks = dict.fromkeys(limit.windows, 0)
        self._counts = {"admitted": 0, "refused": 0, "violations": 0}
        self._worst: dict[str, Any] | None = None

    def take(self, cost: int, *, enforced: bool) -> Exceeded | None:
        """Use up some of the limit, or nothing of it and return why not.

        What is not enforced is only counted: the reason is returned all the same.
        """
        now = self._clock.monotonic()
        exceeded = None
        for log in self._asked.values():
            log.total(now)
            log.add(now, cost)
        for window, log in self._used.items():
            if log.total(now) + cost > window.limit:
                wait = log.wait(now, window.limit - cost)
                if cost > window.limit:
                    wait = window.seconds
                if exceeded is None or wait > exceeded.wait:
                    exceeded = Exceeded(limit=self.limit, window=window, wait=wait)
        refused = enforced and exceeded is not None
        self._counts["refused" if refused else "admitted"] += cost
        if exceeded is not None:
            self._violated(now)
        if not refused or self._refused_count:
            for window, log in self._used.items():
                log.add(now, cost)
                self._peaks[window] = max(self._peaks[window], log.total(now))
        return exceeded

    def report(self) -> dict[str, Any]:
        """Return the use per window now and at most, and the violations."""
        now = self._clock.monotonic()
        windows = []
        for window, log in self._used.items():
            used = log.total(now)
            windows.append(
                {
                    "seconds": window.seconds,
                    "limit": window.limit,
                    "used": used,
                    "left": max(0, window.limit - used),
                    "peak": self._peaks[window],
                }
            )
        counts = {name: self._counts[name] for name in ("admitted", "refused")}
        violations = {"count": self._counts["violations"], "worst": self._worst}
        return {
            "name": self.limit.name,
            "counts": self.limit.counts,
            "windows": windows,
            **counts,
            "violations": violations,
        }

    def reset(self) -> None:
        """Start as if nothing had been asked."""
        for log in (*self._used.values(), *self._asked.values()):
            log.clear()
        self._peaks = dict.fromkeys(self.limit.windows, 0)
        self._counts = dict.fromkeys(self._counts, 0)
        self._worst = None

    def save(self) -> dict[str, Any]:
        """Return everything as JSON; times are those of the calendar."""
        return {
            "logs": [
                [
                    [[moment_of(self._clock, at).isoformat(), cost] for at, cost in logs[window]]
                    for logs in (self._used, self._asked)
                ]
                for window in self.limit.windows
            ],
            "peaks": list(self._peaks.values()),
            "counts": self._counts,
            "worst": self._worst,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take over what `save` returned."""
        for window, pair, peak in zip(
            self.limit.windows, saved["logs"], saved["peaks"], strict=True
        ):
            for logs, entries in zip((self._used, self._asked), pair, strict=True):
                logs[window].clear()
                for moment, cost in entries:
                    logs[window].add(at_monotonic(self._clock, moment), cost)
            self._peaks[window] = peak
        self._counts = dict(saved["counts"])
        self._worst = saved["worst"]

    def _violated(self, now: float) -> None:
        self._counts["violations"] += 1
        for window, log in self._asked.items():
            asked = log.total(now)
            over = asked / window.limit
            if asked > window.limit and (self._worst is None or over > self._over(self._worst)):
                self._worst = {
                    "seconds": window.seconds,
                    "limit": window.limit,
                    "asked": asked,
                    "until": self._clock.now().isoformat(),
                }

    @staticmethod
    def _over(worst: Mapping[str, Any]) -> float:
        return float(worst["asked"] / worst["limit"])


class Meters:
    """The limits of one vendor."""

    def __init__(self, limits: Iterable[Limit], clock: Clock, *, refused_count: bool) -> None:
        self._meters = {
            limit.name: Meter(limit, clock, refused_count=refused_count) for limit in limits
        }
        self._by_operation = {
            operation: meter
            for meter in self._meters.values()
            for operation in meter.limit.operations
        }

    def take(self, operation_id: str, call: Call, *, enforced: bool) -> Exceeded | None:
        """Count a call. Returns why it is too much, or None if it is not, or has no limit."""
        meter = self._by_operation.get(operation_id)
        if meter is None:
            return None
        return meter.take(meter.limit.cost(call), enforced=enforced)

    def report(self) -> list[dict[str, Any]]:
        """Return the report of every limit."""
        return [meter.report() for meter in self._meters.values()]

    def reset(self) -> None:
        """Start as if nothing had been asked."""
        for meter in self._meters.values():
            meter.reset()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return name and contents of every limit."""
        for name, meter in self._meters.items():
            yield name, meter.save()

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for name, saved in rows:
            self._meters[name].restore(saved)


def limits_of(spec: Spec) -> tuple[Limit, ...]:
    """Return the limits that a spec states with `x-quota`; one without figures is none."""
    found: dict[str, tuple[str, tuple[Window, ...], set[str]]] = {}
    for item in spec.document["paths"].values():
        for node in item.values():
            quota = node.get("x-quota") if isinstance(node, dict) else None
            if not quota or not quota["windows"]:
                continue
            windows = tuple(Window(one["limit"], one["seconds"]) for one in quota["windows"])
            name = quota["bucket"]
            counts, known, operations = found.setdefault(name, (quota["counts"], windows, set()))
            if (counts, known) != (quota["counts"], windows):
                raise ValueError(f"{spec.provider}: two figures for the limit {name}")
            operations.add(node["operationId"])
    return tuple(
        Limit(name=name, counts=counts, windows=windows, operations=frozenset(operations))
        for name, (counts, windows, operations) in found.items()
    )
