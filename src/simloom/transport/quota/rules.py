"""The rules of the ledger, as functions of what is held and the time. No I/O, no clock.

A grant is held from before its request is sent, `begun`, until a window has passed after `ends`:
the moment its answer was seen. The vendor counts it somewhere between the two. As long as no answer
was seen, `ends` is the latest moment at which the vendor can count it. So in every window of the
vendor's, wherever it begins, what we hold is at least what the vendor counts: a lost answer, a
slow network or a killed process makes us use less than is allowed, never more.

(Take any window of the vendor's, and of the requests it counts the one that was granted last, at
time g. It is counted at g or later, so the others are counted after g - seconds; each of them ends
no earlier than it is counted, and was therefore still held at g, when the sum was checked.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom.transport.quota.buckets import Window

MARGIN = 0.001
"""Seconds that a grant is held longer, for rounding and for windows that include both ends."""

_LONGEST_CLOSURE = 3600.0


@frozen
class Held:
    """A grant that counts: until `ends` plus a window; `answered` tells that `ends` is final."""

    ends: float
    answered: bool
    cost: int


@frozen
class Closure:
    """The vendor said that its limit is used up: nothing is sent before `until`.

    `seconds` is how long it was closed for; `refusals` how often the vendor said so, ever: others
    use the limit, too, or count otherwise.
    """

    until: float
    seconds: float
    refusals: int


def counts_from(window: Window, now: float) -> float:
    """Return the time after which a grant must end to count in a window at this moment."""
    return now - window.seconds - MARGIN


def fits(windows: Sequence[Window], used: Sequence[int], wanted: int) -> bool:
    """Tell whether so much more fits into every window; `used` is in the order of the windows."""
    return all(sum_ + wanted <= window.limit for window, sum_ in zip(windows, used, strict=True))


def earliest(windows: Sequence[Window], held: Sequence[Held], wanted: int, now: float) -> float:
    """Return the earliest time at which `wanted` can fit, by all that is known at `now`.

    No grant ends later than this assumes; one without an answer could end this moment. So asking
    earlier is in vain, unless a grant is given back. More than a limit needs the window empty.
    """
    time = now
    for window in windows:
        room = window.limit - min(wanted, window.limit)
        start = counts_from(window, now)
        counting = [each for each in held if each.ends > start]
        excess = sum(each.cost for each in counting) - room
        ends = (
            (each.ends if each.answered else min(now, each.ends), each.cost) for each in counting
        )
        for end, cost in sorted(ends):
            if excess <= 0:
                break
            excess -= cost
            time = max(time, end + window.seconds + MARGIN)
    return time


def closed(
    before: Closure | None, windows: Sequence[Window], now: float, asked: float | None
) -> Closure:
    """Return the closure after a refusal: for the shortest window, or `asked` if that is longer.

    A refusal soon after the last closure shows that a longer window is full: it is closed for the
    next longer one. Refusals while it is closed are answers to what was sent before.
    """
    lengths = [window.seconds for window in windows]
    seconds, refusals = lengths[0], 1
    if before is not None:
        refusals += before.refusals
        last = max((each for each in lengths if each <= before.seconds), default=lengths[0])
        if now < before.until:
            seconds = last
        elif now < before.until + last:
            seconds = next((each for each in lengths if each > last), last)
    if asked is not None:
        seconds = max(seconds, min(asked, max(_LONGEST_CLOSURE, lengths[-1])))
    until = max(now + seconds, before.until if before is not None else now)
    return Closure(until, seconds, refusals)
