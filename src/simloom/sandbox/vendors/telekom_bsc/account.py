"""What the operations of Business Smart Connect share: the SIMs, the ledger, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.listing import page_count, page_of
from simloom.sandbox.messages import Refused, Reply, Why
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.telekom_bsc import TelekomBscSims, with_z

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from simloom.sandbox.agenda import Agenda, Job
    from simloom.sandbox.ledger import Changes, Ledger
    from simloom.sandbox.messages import Call
    from simloom.sandbox.seeds import Draw
    from simloom.sandbox.vendor import World

NO_SIM = Reply(status=404, reason="no SIM has this ICCID")
EXPIRED = Reply(status=422, reason="the SIM has expired; only an extension is possible")


class Account:
    """One organisation with its SIMs."""

    def __init__(self, world: World, draw: Draw, ledger: Ledger, agenda: Agenda) -> None:
        self.world = world
        self.draw = draw
        self.sims = TelekomBscSims(draw, world.sims)
        self.live = LiveSims(self.sims, "status")
        self.events: dict[int, list[dict[str, Any]]] = {}
        """What happened to a SIM since the start, oldest first."""
        self.top_ups: dict[int, int] = {}
        """How often a SIM was topped up since the start."""
        self._ledger = ledger
        self._agenda = agenda

    def find(self, call: Call) -> int | None:
        """Return the SIM whose ICCID is in the path."""
        return self.live.find("iccid", call.parameters["iccid"])

    def changeable(self, call: Call) -> int | Reply:
        """Return the SIM whose ICCID is in the path, or the refusal if it cannot be changed."""
        index = self.find(call)
        if index is None:
            return NO_SIM
        return EXPIRED if self.sims.expired(index) else index

    def queue(self, job: Job) -> None:
        """Do something when the vendor's queue gets to it."""
        self._agenda.after(self.world.queue_delay, job)

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
        """Go back to the seeded SIMs."""
        self.live.reset()
        self.events.clear()
        self.top_ups.clear()


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
