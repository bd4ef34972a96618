"""Every fault script of a sandbox, and how often each matched and fired."""

from __future__ import annotations

import re
from difflib import get_close_matches
from fnmatch import fnmatchcase
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from attrs import define, field, frozen

from simloom.sandbox.faults.script import BadFault, Effect, Fault
from simloom.sandbox.seeds import Draw

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simloom.sandbox.messages import Call

_MOST = 1000
_FINE = 10**9


@frozen
class Fired:
    """A script that takes effect at a request. `number` is its place in the report."""

    number: int
    fault: Fault

    @property
    def reason(self) -> str:
        """Say so, for the journal and the header X-Sandbox-Reason."""
        return f"fault {self.number}: {self.fault.effect.value}"


@frozen
class StreamFault:
    """What to do with one event of one stream.

    `effect` is one of DUPLICATE_EVENTS (send the event `copies` times in all), REORDER_EVENTS
    (send it behind the one that follows it), DROP_EVENTS (do not send it) and CUT_STREAM_AFTER
    (end the connection behind it, or in it behind `keep` bytes if that is not None).
    """

    number: int
    effect: Effect
    copies: int
    keep: int | None


@define
class _Script:
    number: int
    fault: Fault
    matched: int = 0
    fired: int = 0
    requests: list[int] = field(factory=list)
    events: list[int] = field(factory=list)

    @property
    def consumed(self) -> bool:
        return self.fired >= (self.fault.times or 1)

    @property
    def is_over(self) -> bool:
        return self.fault.times is not None and self.fired >= self.fault.times

    def is_due(self, draw: Draw) -> bool:
        fault, past = self.fault, self.matched - self.fault.nth
        if self.is_over or past < 0 or past % fault.every:
            return False
        if fault.probability >= 1:
            return True
        drawn = draw.number(self.matched, f"fault {self.number}", _FINE)
        return drawn < fault.probability * _FINE

    def report(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "fault": self.fault.to_json(),
            "matched": self.matched,
            "fired": self.fired,
            "consumed": self.consumed,
            "requests": list(self.requests),
            "events": list(self.events),
        }


class Faults:
    """The scripts, in the order in which they were added. Safe to use from several threads.

    A request or event counts for every script that it matches. The first one that is due then
    fires and no other does: scripts for the same operation form a sequence.
    """

    def __init__(self, operations: Mapping[str, Collection[str]], seed: int) -> None:
        self._operations = operations
        self._draw = Draw(seed, "faults")
        self._scripts: list[_Script] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> tuple[int, ...]:
        """Add scripts, all of them or none. Returns their numbers.

        Raises BadFault for a provider or operation that is not emulated, and beyond 1000 scripts.
        """
        for fault in faults:
            self._check(fault)
        with self._lock:
            if len(self._scripts) + len(faults) > _MOST:
                raise BadFault(f"there may be {_MOST} scripts; DELETE forgets those that are there")
            first = len(self._scripts) + 1
            numbers = tuple(range(first, first + len(faults)))
            self._scripts += map(_Script, numbers, faults)
            return numbers

    def report(self) -> dict[str, Any]:
        """Return every script with what became of it, and how many were not consumed.

        A script is consumed when it fired as often as `times` says, or once if that is None.
        `requests` are the numbers that the journal gives to the requests it fired at; `events`
        says at which matching events it fired, counted from 1.
        """
        with self._lock:
            return {
                "faults": [script.report() for script in self._scripts],
                "unconsumed": sum(not script.consumed for script in self._scripts),
            }

    def clear(self) -> None:
        """Forget every script and start numbering at 1 again."""
        with self._lock:
            self._scripts = []

    def for_request(
        self, provider: str, operation_id: str | None, call: Call, *, is_login: bool = False
    ) -> Fired | None:
        """Count a request, and return the script that fires at it, or None.

        `is_login` is True for the request that issues tokens: TOKEN_REVOKED passes it over.
        """
        if not self._scripts:
            return None
        with self._lock:
            matching = [
                script
                for script in self._scripts
                if _fits(script.fault, provider, operation_id, call)
                and not (is_login and script.fault.effect is Effect.TOKEN_REVOKED)
            ]
            script = self._first_due(matching)
            return Fired(script.number, script.fault) if script else None

    def for_stream(
        self, provider: str, event_type: str, *, iccid: str | None = None
    ) -> StreamFault | None:
        """Count an event that is about to be sent, and return what to do with it, or None.

        Ask once per event and stream (or webhook), and before the first byte is sent.
        """
        if not self._scripts:
            return None
        with self._lock:
            matching = [
                script
                for script in self._scripts
                if script.fault.effect.is_for_streams
                and script.fault.provider in (None, provider)
                and script.fault.event in (None, event_type)
                and script.fault.iccid in (None, iccid)
            ]
            script = self._first_due(matching)
            if script is None:
                return None
            script.events.append(script.matched)
            fault = script.fault
            return StreamFault(script.number, fault.effect, fault.copies, fault.keep)

    def journalled(self, fired: Fired, request: int) -> None:
        """Note the journal's number of the request at which a script fired."""
        with self._lock:
            for script in self._scripts[fired.number - 1 : fired.number]:
                if script.fault is fired.fault:  # not cleared in between
                    script.requests.append(request)

    def _first_due(self, matching: list[_Script]) -> _Script | None:
        for script in matching:
            script.matched += 1
        due = next((script for script in matching if script.is_due(self._draw)), None)
        if due is not None:
            due.fired += 1
        return due

    def _check(self, fault: Fault) -> None:
        if fault.provider is not None and fault.provider not in self._operations:
            raise BadFault(f"provider is one of {', '.join(self._operations)}")
        if fault.operation is None:
            return
        mounts = [fault.provider] if fault.provider else list(self._operations)
        known = {name for mount in mounts for name in self._operations[mount]}
        if fault.operation not in known:
            close = get_close_matches(fault.operation, known, n=3)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            raise BadFault(f"operation: no {fault.operation!r} in {', '.join(mounts)}{hint}")


def _fits(fault: Fault, provider: str, operation_id: str | None, call: Call) -> bool:
    return (
        not fault.effect.is_for_streams
        and fault.provider in (None, provider)
        and fault.operation in (None, operation_id)
        and fault.method in (None, call.method)
        and (fault.path is None or fnmatchcase(unquote(call.path), fault.path))
        and (fault.iccid is None or _mentions(call, fault.iccid))
    )


def _mentions(call: Call, iccid: str) -> bool:
    texts = [unquote(call.path), *(value for _, value in call.query)]
    texts.append(call.body.decode("utf-8", "replace"))
    # An ICCID of 19 digits may be the beginning of one of 20.
    pattern = re.compile(rf"(?<![0-9]){re.escape(iccid)}(?![0-9])")
    return any(pattern.search(text) for text in texts)
