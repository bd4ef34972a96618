"""SIMs as the M2M Service Portal shows them, and which partner they belong to."""

from __future__ import annotations

from datetime import date, timedelta

from simloom.sandbox.populations.common import FIRST_DAY, Population, Record
from simloom.sandbox.seeds import Check, Cycle, Draw, Numbering, luhn_digit

SUPERUNIT = "100013"
SUBUNIT = "100017"

STATUSES = (
    "Productive",
    "Test",
    "Productive",
    "Ordered",
    "Productive",
    "Suspended",
    "On Stock",
    "Productive",
    "Blocked (manually)",
    "Delivered",
    "Productive",
    "Terminated",
    "Blocked (automatically)",
    "Productive",
    "Ordered for stock",
    "Blocked (MNO)",
    "Productive",
    "Special Terminated",
    "Deleted",
    "Undefined",
)
IN_USE = frozenset(
    {
        "Productive",
        "Test",
        "Suspended",
        "Blocked (manually)",
        "Blocked (automatically)",
        "Blocked (MNO)",
    }
)
WITH_CONTRACT = IN_USE | {"Terminated", "Special Terminated"}
_WITHOUT_IMSI = {"Ordered", "Ordered for stock", "Undefined"}
_LIST_FIELDS = ("iccid", "euiccid", "imsi", "msisdn", "imei", "status", "offering", "remarks")
_REMARKS = ("Paris depot", "Zähler Süd", "Line 4", "Trailer", "Spare")
OPTIONS = (("800000333", "APN private"), ("800000334", "SMS"), ("800000335", "Roaming zone 2"))
_AGGREGATED_FROM = date(2025, 1, 1)


class TelekomM2mSims(Population):
    """ICCIDs of 19 digits under 894902. The last fifth of the SIMs belongs to a subunit."""

    def __init__(self, draw: Draw, count: int) -> None:
        super().__init__(draw, count)
        self.statuses: Cycle[str] = draw.cycle("status", STATUSES)
        self.numberings: dict[str, Numbering] = {
            "iccid": draw.numbering("iccid", prefix="894902", width=12, check=Check.LUHN),
            "imsi": draw.numbering("imsi", prefix="26201", width=10),
            "msisdn": draw.numbering("msisdn", prefix="49151", width=9),
            "imei": draw.numbering("imei", prefix="35", width=12, check=Check.LUHN),
            "euiccid": draw.numbering("euiccid", prefix="89049032", width=22, check=Check.EID),
        }
        first_of_subunit = count - count // 5
        self.partners: dict[str, range] = {
            SUPERUNIT: range(first_of_subunit),
            SUBUNIT: range(first_of_subunit, count),
        }

    def normal(self, field: str, text: str) -> str:
        """Turn an IMEISV into its IMEI; everything else stays."""
        if field != "imei" or len(text) != 16:
            return text
        return text[:14] + luhn_digit(text[:14]) if text.isascii() and text.isdigit() else ""

    def state_of(self, index: int) -> str:
        """Return the status of a SIM."""
        return self.statuses.at(index)

    def summary(self, index: int) -> Record:
        """Return a SIM as the list shows it."""
        return self.brief(self.record(index))

    @staticmethod
    def brief(details: Record) -> Record:
        """Return what the list shows of a SIM with these details."""
        sim = {name: details[name] for name in _LIST_FIELDS if name in details}
        if "simAggregatedData" in details:
            sim["dataConsumption"] = details["simAggregatedData"]["volumeRounded"]
        return sim

    def record(self, index: int, state: str | None = None) -> Record:
        """Return a SIM as the details show it, without their envelope."""
        draw, status = self.draw, state or self.state_of(index)
        sim: Record = {"iccid": self.numberings["iccid"].at(index)}
        if status not in _WITHOUT_IMSI:
            sim["imsi"] = self.numberings["imsi"].at(index)
        if status in IN_USE:
            sim["msisdn"] = self.numberings["msisdn"].at(index)
        if draw.chance(index, "eUICC", 30):
            sim |= {
                "euiccid": self.numberings["euiccid"].at(index),
                "eidProfileStatus": "Enabled" if status in IN_USE else "Disabled",
            }
            if status not in _WITHOUT_IMSI:
                code = draw.hexadecimal(index, "activation code", 16)
                sim["activationCode"] = f"LPA:1$smdp.example${code}"
        if status in IN_USE:
            sim["imei"] = self.numberings["imei"].at(index)
        sim["status"] = status
        if status in WITH_CONTRACT:
            sim |= self._contract(index)
        if status in IN_USE:
            sim |= self._usage(index, status)
        if draw.chance(index, "remarked", 60):
            sim["remarks"] = f"{draw.choice(index, 'remarks', _REMARKS)} {index + 1}"
        return sim

    def _contract(self, index: int) -> Record:
        draw = self.draw
        start = draw.moment(index, "contract", FIRST_DAY, 300).date()
        booked = OPTIONS[: draw.number(index, "options", len(OPTIONS) + 1)]
        return {
            "bindingPeriod": (start + timedelta(days=730)).isoformat(),
            "offering": f"Tariff {draw.number(index, 'tariff', 4) + 1}",
            "accessProfile": draw.choice(index, "profile", ("720378456", "720378457")),
            "options": [
                {
                    "optionID": number,
                    "name": name,
                    "status": "Active",
                    "bookedSince": start.isoformat(),
                }
                for number, name in booked
            ],
        }

    def _usage(self, index: int, status: str) -> Record:
        draw = self.draw
        restricted = draw.chance(index, "restricted", 20)
        by_limit = status == "Blocked (automatically)"
        upload = draw.number(index, "upload", 10**9) / 1000
        download = draw.number(index, "download", 10**10) / 1000
        return {
            "restrictionStatus": (
                draw.choice(index, "restriction", ("Speed Step-down", "Data Restricted"))
                if restricted
                else "No Restriction"
            ),
            "limitStatus": "Limit 2" if by_limit else "OK",
            "fraudStatus": "OK",
            "simAggregatedData": {
                "dateFrom": _AGGREGATED_FROM.isoformat(),
                "dateTo": (_AGGREGATED_FROM + timedelta(days=30)).isoformat(),
                "volumeUpload": upload,
                "volumeDownload": download,
                "volumeRounded": float(round(upload + download)),
            },
        }
