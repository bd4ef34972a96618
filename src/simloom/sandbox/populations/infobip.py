"""SIMs as Infobip shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.populations.common import FIRST_DAY, Population, Record
from simloom.sandbox.seeds import Check, Draw

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.seeds import Cycle, Numbering

STATUSES = (
    "Active",
    "Activation Ready",
    "Active",
    "Suspended",
    "Active",
    "Imported",
    "Active",
    "Activation Ready",
    "Active",
    "Deactivated",
)
# Before its activation a SIM has no IMSI, no name and no service profile (example of section 1).
_NEW = {"Activation Ready", "Imported"}
_NAMES = ("Tracker", "Meter", "Zähler", "Router", "Alarm panel", "Camera")
_SIZES = {
    "Standard": ("Trio (2FF, 3FF, 4FF)", "2FF", "3FF", "4FF"),
    "Embedded": ("MFF2/QFN8", "MFF", "DFN8", "DFN6"),
}


class InfobipSims(Population):
    """ICCIDs of 19 digits under 898110, as in the page's examples."""

    def __init__(self, draw: Draw, count: int) -> None:
        super().__init__(draw, count)
        self.statuses: Cycle[str] = draw.cycle("status", STATUSES)
        self.numberings: dict[str, Numbering] = {
            "iccid": draw.numbering("iccid", prefix="898110", width=12, check=Check.LUHN),
            "imsi": draw.numbering("imsi", prefix="310150", width=9),
            "msisdn": draw.numbering("msisdn", prefix="81020", width=8),
        }

    def state_of(self, index: int) -> str:
        """Return the status of a SIM."""
        return self.statuses.at(index)

    def record(self, index: int, state: str | None = None) -> Record:
        """Return a SIM. Times have no zone, as section 1 shows them."""
        draw = self.draw
        seeded = self.state_of(index)
        status = state or seeded
        created = draw.moment(index, "created", FIRST_DAY, 300)
        updated = created if seeded in _NEW else draw.moment(index, "updated", created, 400)
        sim: Record = {"iccid": self.numberings["iccid"].at(index)}
        if status not in _NEW:
            sim["imsi"] = self.numberings["imsi"].at(index)
            if draw.chance(index, "named", 75):
                sim["name"] = f"{draw.choice(index, 'name', _NAMES)} {index + 1}"
        sim |= {
            "status": status,
            "createdAt": _without_zone(created),
            "updatedAt": _without_zone(updated),
            "msisdn": self.numberings["msisdn"].at(index),
        }
        if status not in _NEW:
            sim["serviceProfileId"] = draw.choice(index, "profile", ("44236542", "44236543"))
        sim["model"] = self._model(index)
        return sim

    def _model(self, index: int) -> Record:
        draw = self.draw
        kind = draw.choice(index, "model", ("Standard", "Standard", "Embedded", "SoftSIM"))
        model: Record = {"type": kind}
        if kind == "Embedded":
            # A missing grade means Standard.
            model["grade"] = draw.choice(index, "grade", ("Industrial", "Automotive"))
        model["provisioning"] = "eUICC" if kind == "SoftSIM" else "UICC"
        if kind in _SIZES:
            model["size"] = draw.choice(index, "size", _SIZES[kind])
        return model


def _without_zone(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
