"""What the operations of Business Smart Connect share: the SIMs, the ledger, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import page_count, page_of
from simloom.sandbox.messages import Refused, Reply, Why
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.telekom_bsc import (
    DATA_VOLUME,
    QUOTA_TEXTS,
    SMS_VOLUME,
    TelekomBscSims,
    with_z,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from simloom.sandbox.agenda import Agenda, Work
    from simloom.sandbox.ledger import Changes, Ledger
    from simloom.sandbox.messages import Call
    from simloom.sandbox.seeds import Draw
    from simloom.sandbox.vendor import Publish, World

NO_SIM = Reply(status=404, reason="no SIM has this ICCID")
_VOLUMES = {"": DATA_VOLUME, "_SMS": SMS_VOLUME}
EXPIRED = Reply(status=422, reason="the SIM has expired; only an extension is possible")


class Account:
    """One organisation with its SIMs."""

    def __init__(
        self, world: World, draw: Draw, ledger: Ledger, agenda: Agenda, publish: Publish
    ) -> None:
        self.world = world
        self.publish = publish
        self.draw = draw
        self.sims: TelekomBscSims = TelekomBscSims(draw, world.sims)
        self.live: LiveSims = LiveSims(self.sims, "status")
        self.events: dict[int, list[dict[str, Any]]] = {}
        """What happened to a SIM since the start, oldest first."""
        self.top_ups: dict[int, int] = {}
        """How often a SIM was topped up since the start."""
        self._ledger = ledger
        self._agenda = agenda
        self._listeners: list[Callable[[int, datetime], None]] = []

    def find(self, call: Call) -> int | None:
        """Return the SIM whose ICCID is in the path."""
        return self.live.find("iccid", call.parameters["iccid"])

    def changeable(self, call: Call) -> int | Reply:
        """Return the SIM whose ICCID is in the path, or the refusal if it cannot be changed."""
        index = self.find(call)
        if index is None:
            return NO_SIM
        return EXPIRED if self.sims.expired(index) else index

    def can(self, name: str, work: Work) -> None:
        """Say how a job of the queue is done."""
        self._agenda.can(name, work)

    def queue(self, name: str, data: Any, delay: float | None = None) -> None:
        """Do a job when the vendor's queue gets to it, or in so many seconds."""
        self._agenda.after(self.world.queue_delay if delay is None else delay, name, data)

    def when_reachable(self, listener: Callable[[int, datetime], None]) -> None:
        """Call a listener for every SIM that may have become able to take messages."""
        self._listeners.append(listener)

    def reachable(self, index: int, moment: datetime) -> None:
        """Tell that a SIM may take messages from now on."""
        for listener in self._listeners:
            listener(index, moment)

    def volume(self, index: int, suffix: str) -> tuple[float, int]:
        """Return what is left of a volume and what there was in all; `_SMS` is the suffix of SMS.

        A SIM that was never used has its whole volume.
        """
        whole = _VOLUMES[suffix]
        left = self.live.record(index).get(f"current_quota{suffix}", whole)
        return left, whole * (1 + self.top_ups.get(index, 0))

    def set_volume(self, index: int, suffix: str, left: float, moment: datetime) -> Changes:
        """Set what is left of a volume. Returns what changed."""
        total = self.volume(index, suffix)[1]
        level = 2 if left == 0 else 1 if left < total / 5 else 0
        name = f"quota_status{suffix}"
        status = dict(self.live.record(index).get(name, {}))
        if status.get("id") != level:
            dates = ("", "threshold_reached_date", "quota_exceeded_date")
            kept = {date: status[date] for date in dates[1 : level + 1] if date in status}
            status = {"id": level, "description": QUOTA_TEXTS[level], **kept}
            if level:
                status[dates[level]] = with_z(moment)
        return self.live.change(index, **{f"current_quota{suffix}": left, name: status})

    def record(
        self,
        operation: str,
        index: int | None,
        changes: Changes,
        *,
        reference: str | None = None,
        moment: datetime | None = None,
    ) -> None:
        """Put an effect into the ledger."""
        iccid = None if index is None else self.live.iccid(index)
        self._ledger.add(
            "telekom-bsc", operation, iccid, changes, reference=reference, moment=moment
        )

    def happened(self, index: int, moment: datetime, event_type: str) -> None:
        """Add an event to those that the SIM's list shows."""
        event: dict[str, Any] = {
            "timestamp": with_z(moment),
            "event_type": event_type,
            "event_severity": "Info",
        }
        event |= {"iccid": self.live.iccid(index), "alert": False}
        self.events.setdefault(index, []).append(event)

    def reset(self) -> None:
        """Forget events and top-ups."""
        self.events.clear()
        self.top_ups.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return events and top-ups, by SIM."""
        for index, events in self.events.items():
            yield f"events {index}", events
        for index, number in self.top_ups.items():
            yield f"top-ups {index}", number

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for key, value in rows:
            kind, _, index = key.partition(" ")
            known: dict[int, Any] = self.events if kind == "events" else self.top_ups
            known[int(index)] = value


def page_headers(total: int, page: int, size: int) -> dict[str, str]:
    """Return the four headers that count what a list has."""
    return {
        "X-Count-Per-Page": str(size),
        "X-Current-Page": str(page),
        "X-Total-Count": str(total),
        "X-Total-Pages": str(page_count(total, size)),
    }


def sorted_page(
    items: Sequence[dict[str, Any]], call: Call, fields: tuple[str, ...], default: str
) -> Sequence[dict[str, Any]]:
    """Return the page asked for, sorted by the comma list in `sort`. Raises Refused for others."""
    found = list(items)
    names = (call.parameters.get("sort") or default).split(",")
    # Sorting is stable: the least important field goes first.
    for name in reversed(names):
        field = name.removeprefix("-")
        if field not in fields:
            detail = f"sort knows the fields {', '.join(fields)} only"
            raise Refused(Why.REQUEST, detail, where="sort", place="query")
        found.sort(key=lambda item: item.get(field, ""), reverse=name.startswith("-"))
    numbers = page_of(range(len(found)), call.parameters["page"], call.parameters["pageSize"])
    return [found[number] for number in numbers]
