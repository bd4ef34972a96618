"""Data of events that are published by hand without any: laid out like the document's examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.events.catalogue import COST_LIMIT, POOL_LIMIT, PROFILE, SIM_ACTION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def sample(stream: str, partner: str, sim: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return data for an event of this type about a SIM with these details."""
    date = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
    if stream == PROFILE:
        return {
            "partnerID": partner,
            "sim": {"iccid": sim["iccid"], "restrictionStatus": "Speed Step-down"},
            "profileStatus": {
                "barring": "Session Limit",
                "barringType": "Limit",
                "barringLevel": 2,
                "allowed": "5",
                "detected": "6",
                "note": "Reached: Limit 2 Allowed (sessions): 5 Detected (sessions): 6",
            },
        }
    if stream == POOL_LIMIT:
        pool = {
            "poolName": "SMS 1",
            "offeringName": "Tariff 2",
            "offeringID": 720_378_002,
            "typeOfThreshold": "SMS Limit 1",
            "limit": 50.0,
            "date": date,
        }
        return {"partnerID": partner, "poolLimitNotification": pool}
    if stream == COST_LIMIT:
        identifiers = ("iccid", "euiccid", "imsi", "msisdn")
        cost = {name: sim[name] for name in identifiers if name in sim} | {
            "offeringName": "Tariff 1",
            "offeringID": 720_378_001,
            "typeOfThreshold": "SMS Limit 1",
            "limit": 25,
            "date": date,
            "profileName": "Sandbox cost limit",
            "profileID": 708_529_655,
        }
        return {"partnerID": partner, "costLimitNotification": cost}
    message = "Action with signup ID 700000000 is done."
    data = {"partnerID": partner, "signupID": "700000000", "message": message}
    if stream == SIM_ACTION:
        return data
    message = "The SIM Transfer has been completed."
    return data | {"transactionID": "1000000000", "action": "COMPLETED", "message": message}
