"""The answer that everything is measured with: a page of SIMs, the same for the same number.

A SIM has 25 members: camelCase keys, four nested objects, nulls, two timestamps, two enums. A page
of 100 is about 90 kB of JSON. All members are always there, so that every candidate reads the same.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import orjson

SIMS_PER_PAGE = 100
STATUSES = ("Activated", "Suspended", "Deactivated", "TestReady", "InventoryHold")
CONNECTIONS = ("Online", "Attached", "Offline")
_EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_NETWORKS = (("DE", "Telekom Deutschland", "262", "01"), ("AT", "Magenta Telekom", "232", "03"))


def page(number: int = 1, *, sims: int = SIMS_PER_PAGE) -> dict[str, Any]:
    """Return one page as parsed JSON; the content depends on `number` and `sims` alone."""
    random = Random(number)
    first = (number - 1) * sims
    return {
        "data": [_sim(first + place, random) for place in range(sims)],
        "page": number,
        "pageSize": sims,
        "totalCount": 200_000,
        "nextCursor": f"c-{number + 1:08d}",
    }


def page_json(number: int = 1, *, sims: int = SIMS_PER_PAGE) -> bytes:
    """Return one page as compact JSON."""
    return orjson.dumps(page(number, sims=sims))


def odd_page_json(number: int = 1) -> bytes:
    """Return the page with one value of an undocumented type: a text where a number belongs."""
    data = page(number)
    middle = data["data"][SIMS_PER_PAGE // 2]
    middle["monthlyFee"] = str(middle["monthlyFee"])
    return orjson.dumps(data)


def _sim(index: int, random: Random) -> dict[str, Any]:
    country, operator, mcc, mnc = _NETWORKS[index % len(_NETWORKS)]
    return {
        "iccid": f"8949020000{index:010d}",
        "eid": f"8904903200000000{index:016d}" if index % 3 else None,
        "imsi": f"26201{index:010d}",
        "msisdn": f"+4915{index:010d}",
        "imei": f"35684500{index:07d}" if index % 4 else None,
        "label": f"Temperature sensor {index} in hall {random.randrange(40)}",
        "simType": "Industrial MFF2",
        "status": STATUSES[random.randrange(len(STATUSES))],
        "connection": CONNECTIONS[index % 3] if index % 5 else None,
        "ipAddress": f"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}",
        "apn": "sensors.iot.example.com",
        "createdAt": _moment(random),
        "lastSeenAt": _moment(random) if index % 7 else None,
        "pinAttemptsLeft": random.randrange(4),
        "imeiLocked": index % 2 == 0,
        "roamingAllowed": index % 2 == 1,
        "monthlyFee": random.randrange(5000) / 100,
        "ratePlan": {
            "id": random.randrange(10_000, 99_999),
            "name": "Europe 500 MB pooled, monthly",
            "currency": "EUR",
            "activationFee": None,
        },
        "dataQuota": {
            "totalBytes": 524_288_000,
            "usedBytes": random.randrange(524_288_000),
            "throttled": False,
        },
        "smsQuota": {"total": 250, "used": random.randrange(250)},
        "location": {
            "country": country,
            "operatorName": operator,
            "mcc": mcc,
            "mnc": mnc,
            "cellId": random.randrange(1 << 28) if index % 3 else None,
        },
        "tags": ["pilot", "cold-chain", f"line-{random.randrange(12)}"],
        "customerReference": f"PO-{random.randrange(1 << 24):08d}",
        "replacedBy": None,
        "note": None,
    }


def _moment(random: Random) -> str:
    """Write a point in time the way most vendors do: milliseconds and a Z."""
    moment = _EPOCH + dt.timedelta(milliseconds=random.randrange(60_000_000_000))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
