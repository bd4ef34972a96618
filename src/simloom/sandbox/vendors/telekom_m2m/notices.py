"""What the M2M Service Portal says in its events: the data below the envelope.

Documented: when SIM actions and transfers are notified, to whom, and the words. Assumed: what
causes a profile notification here, where nobody uses any volume. A limit profile given to a SIM
that is restricted finds it above its limit, and an eUICCID bound to a SIM in a device is a device
fraud warning. Pool and cost limits are never reached; `POST /_sandbox/events` makes such events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.populations.telekom_m2m import SUBUNIT, SUPERUNIT
from simloom.sandbox.vendors.telekom_m2m.estate import action_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.vendors.telekom_m2m.action import Action
    from simloom.sandbox.vendors.telekom_m2m.transfers import Transfer

NAMES = {SUPERUNIT: "Sandbox superunit", SUBUNIT: "Sandbox subunit"}
_WORDS = {"PENDING": "is in progress", "FAILED": "has failed", "DONE": "is done"}


def outcome(action: Action) -> str:
    """Say in words how far an action is."""
    word = _WORDS.get(action.state, "was cancelled")
    return f"Action with signup ID {action.id} {word}."


def action_notice(action: Action) -> dict[str, Any]:
    """Return the data of a SIM action event."""
    path = f"/partners/{action.partner}/sims/actions/{action.id}"
    return {
        "partnerID": action.partner,
        "signupID": action.id,
        "message": outcome(action),
        "actionLink": action_link("actions", path, "GET", "get action status"),
    }


def transfer_notice(transfer: Transfer, partner: str) -> dict[str, Any]:
    """Return the data of a SIM transfer notification for one of the two partners."""
    sender, receiver = NAMES[transfer.sender], NAMES[transfer.receiver]
    messages = {
        "REQUESTED": (
            f"You have received a request from '{sender}' to add SIM cards to your inventory."
            " Please follow the link to accept or reject them."
        ),
        "ACCEPTED": f"'{receiver}' has accepted your SIM Transfer request.",
        "REJECTED": f"'{receiver}' has rejected your SIM Transfer request.",
        "CANCELLED": f"'{sender}' has cancelled the request to transfer SIM cards.",
        "COMPLETED": f"The SIM Transfer between '{sender}' and '{receiver}' has been completed.",
    }
    notice: dict[str, Any] = {
        "partnerID": partner,
        "transactionID": transfer.id,
        "signupID": transfer.action.id,
        "action": transfer.state,
        "message": messages[transfer.state],
    }
    if transfer.state == "REQUESTED":
        path = f"/partners/{partner}/sims/actions/simtransfer/{transfer.id}"
        update = "update SIM transfer"
        notice["actionLinks"] = {
            "accept": action_link("accept", path, "PATCH", update),
            "reject": action_link("reject", path, "PATCH", update),
            "sims": action_link("sims", path, "GET", "get SIM transfer details"),
        }
    return notice


def profile_notice(
    operation: str, partner: str, body: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the data of the profile notification that an action causes, or None."""
    restriction = before.get("restrictionStatus", "No Restriction")
    if operation == "modify_sim_profiles" and "limitProfile" in body:
        if restriction == "No Restriction":
            return None
        status = _status("Usage Limit", "Limit", 2, "100", "101")
    elif operation == "bind_euiccids" and body["mode"] == "BIND" and "imei" in before:
        status = _status("Device Fraud", "Fraud", 1, "1", "2")
    else:
        return None
    sim = {"iccid": before["iccid"], "restrictionStatus": restriction}
    return {"partnerID": partner, "sim": sim, "profileStatus": status}


def _status(barring: str, kind: str, level: int, allowed: str, detected: str) -> dict[str, Any]:
    return {
        "barring": barring,
        "barringType": kind,
        "barringLevel": level,
        "allowed": allowed,
        "detected": detected,
        "note": f"Reached: {kind} {level} Allowed: {allowed} Detected: {detected}",
    }
