"""What the operations of the M2M Service Portal share: SIMs, who owns them, errors, times."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Refused, Reply, Why, bad_body
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.telekom_m2m import TelekomM2mSims

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from simloom.sandbox.agenda import Agenda
    from simloom.sandbox.ledger import Changes, Ledger
    from simloom.sandbox.seeds import Draw
    from simloom.sandbox.vendor import Publish, World

IDENTIFIERS = ("iccid", "euiccid", "imsi", "imei", "msisdn")
PAGE_SIZE = 100


class Estate:
    """The SIMs of the superunit and its subunit."""

    def __init__(
        self, world: World, draw: Draw, ledger: Ledger, agenda: Agenda, publish: Publish
    ) -> None:
        self.world = world
        self.publish = publish
        self.draw = draw
        self.agenda = agenda
        self.sims: TelekomM2mSims = TelekomM2mSims(draw, world.sims)
        self.live: LiveSims = LiveSims(self.sims, "status")
        self._ledger = ledger
        self._moved: dict[int, str] = {}
        self._owned: Mapping[str, Sequence[int]] | None = self.sims.partners

    @property
    def now(self) -> datetime:
        """The time of day."""
        return self.world.clock.now()

    def owned(self) -> Mapping[str, Sequence[int]]:
        """Return the SIMs of every partner now."""
        if self._owned is None:  # counted again once per change, not once per SIM of it
            moved = sorted(self._moved)
            self._owned = {
                name: [item for item in own if item not in self._moved]
                + [item for item in moved if self._moved[item] == name]
                for name, own in self.sims.partners.items()
            }
        return self._owned

    def partner_of(self, index: int) -> str:
        """Return the partner to whom a SIM belongs now."""
        moved = self._moved.get(index)
        if moved is not None:
            return moved
        return next(name for name, own in self.sims.partners.items() if index in own)

    def move(self, index: int, partner: str) -> Changes:
        """Give a SIM to another partner. Returns what changed."""
        before = self.partner_of(index)
        if before == partner:
            return {}
        self._moved[index] = partner
        self._owned = None
        return {"partnerID": (before, partner)}

    def referenced(self, call: Call) -> int | Reply:
        """Return the SIM meant by the path or by one identifier in the body, or the refusal."""
        if "iccid" in call.parameters:
            kind, text = "iccid", call.parameters["iccid"]
        else:
            kinds = [name for name in IDENTIFIERS if name in call.content]
            if len(kinds) != 1:
                raise bad_body(f"the body has to hold exactly one of {', '.join(IDENTIFIERS)}")
            kind = kinds[0]
            text = call.content[kind]
            if not text:
                raise bad_body(f"{kind} has to be a text", kind)
        partner = call.parameters["partnerID"]
        if partner not in self.sims.partners:
            return self.foreign_partner()
        index = self.live.find(kind, text)
        if index is None:
            return self.error(HTTPStatus.NOT_FOUND, "SIM not found", f"No SIM has this {kind}.")
        if self.partner_of(index) != partner:
            detail = "The SIM belongs to another partner."
            return self.error(HTTPStatus.FORBIDDEN, "Access denied", detail)
        return index

    def foreign_partner(self) -> Reply:
        """Return the 403 for a partner that the application may not act for."""
        detail = "The application may not act for this partner."
        return self.error(HTTPStatus.FORBIDDEN, "Access denied", detail)

    def impossible(self, *details: str) -> Reply:
        """Return the 400 for what is well-formed, but not possible for these SIMs."""
        return self.error(HTTPStatus.BAD_REQUEST, "Bad Request", *details)

    def error(
        self,
        status: HTTPStatus,
        message: str,
        *details: str,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Return an error in the shape of the documented 403."""
        # A blank instead of the T and no zone, as in the documented example.
        timestamp = self.now.strftime("%Y-%m-%d %H:%M:%S")
        body = {
            "status": status.name,
            "message": message,
            "errors": list(details),
            "timestamp": timestamp,
        }
        reason = "; ".join(details)
        return Reply(status=status.value, body=body, headers=headers or {}, reason=reason)

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
            "telekom-m2m", operation, iccid, changes, reference=reference, moment=moment
        )

    def reset(self) -> None:
        """Give every SIM back to its first partner."""
        self._moved.clear()
        self._owned = self.sims.partners

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the SIMs that belong to another partner than at first."""
        for index, partner in self._moved.items():
            yield str(index), partner

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        self._moved.update((int(index), partner) for index, partner in rows)
        self._owned = None


def action_link(rel: str, path: str, method: str, name: str) -> dict[str, str]:
    """Return a link as the vendor builds it: to an internal host that no customer reaches."""
    hosts = {"GET": "http://172.19.14.203:8083/v1"}
    host = hosts.get(method, "https://mmint4.dev-vie.int.compax.at/m2m-customerapi-restservice/v1")
    return {"rel": rel, "href": f"{host}{path}", "type": method, "name": name}


def utc(moment: datetime) -> str:
    """Write a time with milliseconds and Z, as in the document's events."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def day(call: Call, name: str) -> date | None:
    """Return a date parameter. Raises Refused for a day that no calendar has."""
    text: Any = call.parameters.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        detail = f"{name} is no day of the calendar"
        raise Refused(Why.REQUEST, detail, where=name, place="query") from error
