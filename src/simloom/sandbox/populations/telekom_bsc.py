"""SIMs as Business Smart Connect shows them."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from simloom.sandbox.populations.common import FIRST_DAY, Population, Record
from simloom.sandbox.seeds import MAX_SIMS, Draw, luhn_digit

if TYPE_CHECKING:
    from datetime import datetime

    from simloom.sandbox.seeds import Cycle, Numbering

STATUSES = ("Enabled", "Enabled", "Disabled", "Enabled")
_LABELS = ("Pump", "Meter", "Zähler", "Gateway", "Sensor")
DATA_VOLUME = 500  # megabytes, the lifetime volume of the product
SMS_VOLUME = 250
# Wording of the first as in live data; the others follow it.
QUOTA_TEXTS = ("More than 20% available", "Less than 20% available", "No volume available")
_FIRST_ADDRESS = int(IPv4Address("10.0.0.0"))


class TelekomBscSims(Population):
    """ICCIDs of 19 digits without a check digit, and IMEIs of 16 digits, that is IMEISVs."""

    def __init__(self, draw: Draw, count: int) -> None:
        super().__init__(draw, count)
        self.statuses: Cycle[str] = draw.cycle("status", STATUSES)
        self.numberings: dict[str, Numbering] = {
            "iccid": draw.numbering("iccid", prefix="8988280", width=12),
            "imsi": draw.numbering("imsi", prefix="90140", width=10),
            "imsi_2": draw.numbering("imsi_2", prefix="46000", width=10),
            "msisdn": draw.numbering("msisdn", prefix="882285", width=9),
            "imei": draw.numbering("imei", prefix="35", width=14),
        }
        self._first_host = draw.number(0, "ip_address first", 2**24 - MAX_SIMS)

    def was_used(self, index: int) -> bool:
        """Tell whether the SIM ever was in a device."""
        return self.draw.chance(index, "used", 80)

    def expired(self, index: int) -> bool:
        """Tell whether the SIM has expired; the 14th of every 19 has."""
        return index % 19 == 13

    def activated(self, index: int) -> datetime:
        """Return when the SIM was first used, or would have been."""
        return self.draw.moment(index, "activated", FIRST_DAY, 300)

    def expires(self, index: int) -> datetime:
        """Return when volume and SIM expire: after ten years, or a year for those that have."""
        return self.activated(index) + timedelta(days=365 if self.expired(index) else 3650)

    def imei(self, index: int) -> str | None:
        """Return the IMEISV of the last device, if there was one."""
        return self.numberings["imei"].at(index) if self.was_used(index) else None

    def address(self, index: int) -> IPv4Address | None:
        """Return the private address of a SIM that was used."""
        if not self.was_used(index):
            return None
        return IPv4Address(_FIRST_ADDRESS + self._first_host + index)

    def find_address(self, text: str) -> int | None:
        """Return the SIM with this IP address."""
        try:
            index = int(IPv4Address(text)) - _FIRST_ADDRESS - self._first_host
        except ValueError:
            return None
        return index if 0 <= index < self.count and self.was_used(index) else None

    def state_of(self, index: int) -> str:
        """Return the status of a SIM."""
        return self.statuses.at(index)

    def record(self, index: int, state: str | None = None) -> Record:
        """Return a SIM. It has IMEI, address, volume and dates only if it ever was in a device."""
        draw = self.draw
        iccid = self.numberings["iccid"].at(index)
        imsi = self.numberings["imsi"].at(index)
        sim: Record = {"iccid": iccid, "iccid_with_luhn": iccid + luhn_digit(iccid), "imsi": imsi}
        if draw.chance(index, "second profile", 20):
            sim["imsi_2"] = self.numberings["imsi_2"].at(index)
        sim |= {"current_imsi": imsi, "msisdn": self.numberings["msisdn"].at(index)}
        imei = self.imei(index)
        if imei is not None:
            sim |= {"imei": imei, "imei_lock": draw.chance(index, "lock", 25)}
        sim["status"] = state or self.state_of(index)
        if self.was_used(index):
            activated = self.activated(index)
            sim |= {
                "activation_date": with_offset(activated),
                "ip_address": str(self.address(index)),
            }
            sim |= self._quota(index, "", DATA_VOLUME, 10**6, activated)
            sim |= self._quota(index, "_SMS", SMS_VOLUME, 1, activated)
        if draw.chance(index, "labelled", 70):
            sim["label"] = f"{draw.choice(index, 'label', _LABELS)} {index + 1}"
        return sim

    def _quota(self, index: int, suffix: str, total: int, grain: int, since: datetime) -> Record:
        """Return what is left of a volume in steps of 1/grain, and how close to its end it is."""
        draw = self.draw
        left = draw.number(index, f"left{suffix}", total * grain) / grain
        if draw.chance(index, f"empty{suffix}", 10):
            left = 0.0
        level = 2 if left == 0 else 1 if left < total / 5 else 0
        status: Record = {"id": level, "description": QUOTA_TEXTS[level]}
        reached = draw.moment(index, f"threshold{suffix}", since, 200)
        if level > 0:
            status["threshold_reached_date"] = with_z(reached)
        if level > 1:
            status["quota_exceeded_date"] = with_z(
                draw.moment(index, f"exceeded{suffix}", reached, 100)
            )
        shown = left if grain > 1 else int(left)
        return {f"current_quota{suffix}": shown, f"quota_status{suffix}": status}


def with_offset(moment: datetime) -> str:
    """Write a time as the live system does: milliseconds, and an offset without a colon."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def with_z(moment: datetime) -> str:
    """Write a time as the examples of the spec do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
