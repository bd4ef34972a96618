"""SIMs as TelcoAPI shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.populations.common import FIRST_DAY, Population, Record
from simloom.sandbox.seeds import Check, Draw

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.seeds import Cycle, Numbering

STATES = ("ACTIVE", "INVENTORY", "ACTIVE", "SUSPENDED", "ACTIVE", "BLOCKED", "ACTIVE", "INVENTORY")
MAKERS = ("GEMALTO", "IDEMIA", "GIESECKE", "VALID")


class TelcoApiSims(Population):
    """ICCIDs of 20 digits, IMSIs and MSISDNs in the ranges of the reference's examples."""

    def __init__(self, draw: Draw, count: int) -> None:
        super().__init__(draw, count)
        self.statuses: Cycle[str] = draw.cycle("state", STATES)
        self.numberings: dict[str, Numbering] = {
            "iccid": draw.numbering("iccid", prefix="894412", width=13, check=Check.LUHN),
            "imsi": draw.numbering("imsi", prefix="23415", width=10),
            "msisdn": draw.numbering("msisdn", prefix="447", width=9),
        }

    def iccid(self, index: int) -> str:
        """Return the ICCID of a SIM."""
        return self.numberings["iccid"].at(index)

    def imsi(self, index: int) -> str:
        """Return the IMSI of a SIM."""
        return self.numberings["imsi"].at(index)

    def msisdn(self, index: int, state: str | None = None) -> str | None:
        """Return the MSISDN of a SIM; one in the inventory has none yet."""
        new = (state or self.state_of(index)) == "INVENTORY"
        return None if new else self.numberings["msisdn"].at(index)

    def state_of(self, index: int) -> str:
        """Return the state of a SIM."""
        return self.statuses.at(index)

    def maker(self, index: int) -> str:
        """Return who made the card."""
        return self.draw.choice(index, "vendor", MAKERS)

    def created(self, index: int) -> datetime:
        """Return when the SIM was provisioned."""
        return self.draw.moment(index, "created", FIRST_DAY, 300)

    def updated(self, index: int) -> datetime:
        """Return when the SIM last changed."""
        created = self.created(index)
        if self.state_of(index) == "INVENTORY":
            return created
        return self.draw.moment(index, "updated", created, 400)

    def summary(self, index: int, state: str | None = None) -> Record:
        """Return a SIM without its secrets."""
        sim: Record = {"iccid": self.iccid(index), "imsi": self.imsi(index)}
        msisdn = self.msisdn(index, state)
        if msisdn is not None:
            sim["msisdn"] = msisdn
        return sim | {
            "state": state or self.state_of(index),
            "vendor": self.maker(index),
            "created_at": _utc(self.created(index)),
            "updated_at": _utc(self.updated(index)),
        }

    def record(self, index: int, state: str | None = None) -> Record:
        """Return a SIM with its PINs, PUKs and keys."""
        draw = self.draw
        sim = self.summary(index, state)
        times = {name: sim.pop(name) for name in ("created_at", "updated_at")}
        secrets = {
            "pin1": draw.digits(index, "pin1", 4),
            "pin2": draw.digits(index, "pin2", 4),
            "puk1": draw.digits(index, "puk1", 8),
            "puk2": draw.digits(index, "puk2", 8),
            "ki": draw.hexadecimal(index, "ki", 32),
            "opc": draw.hexadecimal(index, "opc", 32),
        }
        return sim | secrets | times


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
