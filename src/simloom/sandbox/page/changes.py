"""What the page can do to a SIM: each vendor's own operations, as one button each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from simloom.sandbox.populations.telekom_m2m import STATUSES

Record = Mapping[str, Any]


@frozen(kw_only=True)
class Change:
    """One button. `statuses` are those that it is for, and the vendor does it then; None is any.

    `ask` names what has to be typed for it. `path` is below the base URL; `{iccid}` and `{partner}`
    stand for those of the SIM. `body` makes the body from the SIM and the typed text.
    """

    name: str
    title: str
    operation: str
    method: str
    path: str
    body: Callable[[Record, str], Any] | None = None
    statuses: frozenset[str] | None = None
    ask: str | None = None
    longest: int = 160
    is_final: bool = False

    def shown(self, status: str) -> dict[str, Any]:
        """Return it for a SIM in a status; `possible` tells whether it is for that status."""
        return {
            "name": self.name,
            "title": self.title,
            "operation": self.operation,
            "ask": self.ask,
            "longest": self.longest,
            "final": self.is_final,
            "possible": self.statuses is None or status in self.statuses,
        }


def _infobip_status(name: str, title: str, wanted: str, *statuses: str) -> Change:
    return Change(
        name=name,
        title=title,
        operation="update_sim_status",
        method="PUT",
        path="/iot/1/sims/{iccid}/status",
        body=lambda _sim, _text: {"status": wanted},
        statuses=frozenset(statuses),
    )


def _telcoapi_state(name: str, title: str, wanted: str, *statuses: str) -> Change:
    return Change(
        name=name,
        title=title,
        operation="update_sim_state",
        method="PATCH",
        path="/v1/sim/physical/{iccid}/state",
        body=lambda _sim, _text: {"state": wanted},
        statuses=frozenset(statuses),
    )


def _bsc_update(
    name: str, title: str, *statuses: str, ask: str | None = None, **fixed: str
) -> Change:
    def body(sim: Record, text: str) -> Record:
        # What is left out would be set to the vendor's defaults.
        kept = {member: sim[member] for member in ("iccid", "status", "imei_lock") if member in sim}
        return {**kept, **fixed, **({"label": text} if ask else {})}

    return Change(
        name=name,
        title=title,
        operation="update_sim",
        method="PUT",
        path="/v1/sims/{iccid}",
        body=body,
        statuses=frozenset(statuses) if statuses else None,
        ask=ask,
    )


def _m2m_action(
    name: str, title: str, operation: str, action: str, *statuses: str, is_final: bool = False
) -> Change:
    return Change(
        name=name,
        title=title,
        operation=operation,
        method="POST",
        path=f"/partners/{{partner}}/sims/actions/{action}",
        body=lambda sim, _text: {"sims": [{"iccid": sim["iccid"]}]},
        statuses=frozenset(statuses),
        is_final=is_final,
    )


_BLOCKED = ("Blocked (manually)", "Blocked (automatically)")
_IN_USE = ("Productive", "Test", "Suspended", *_BLOCKED, "Blocked (MNO)")

CHANGES: Mapping[str, tuple[Change, ...]] = {
    "telekom-m2m": (
        _m2m_action("activate", "Activate", "activate_sims", "activation", "Delivered", "On Stock"),
        _m2m_action("suspend", "Suspend", "suspend_sims", "suspend", "Productive", "Test"),
        _m2m_action("resume", "Resume", "unsuspend_sims", "unsuspend", "Suspended"),
        _m2m_action("block", "Block", "block_sims", "block", "Productive", "Test", "Suspended"),
        _m2m_action("unblock", "Unblock", "unblock_sims", "unblock", *_BLOCKED),
        _m2m_action("restrict", "Restrict data", "restrict_sims", "restrict", *_IN_USE),
        _m2m_action("unrestrict", "Lift restriction", "unrestrict_sims", "unrestrict", *_IN_USE),
        _m2m_action(
            "terminate", "Terminate", "terminate_sims", "termination", *_IN_USE, is_final=True
        ),
        Change(
            name="remarks",
            title="Set remarks",
            operation="modify_sim_remarks",
            method="POST",
            path="/partners/{partner}/sims/actions/modifyremarks",
            body=lambda sim, text: {"sims": [{"iccid": sim["iccid"]}], "remarks": text},
            statuses=frozenset(STATUSES) - {"Deleted"},
            ask="Remarks",
        ),
        Change(
            name="sms",
            title="Send SMS",
            operation="send_message",
            method="POST",
            path="/partners/{partner}/sims/{iccid}/sms",
            body=lambda _sim, text: {"message": text},
            statuses=frozenset({"Productive", "Test"}),
            ask="Message",
        ),
    ),
    "telekom-bsc": (
        _bsc_update("enable", "Enable", "Disabled", status="Enabled"),
        _bsc_update("disable", "Disable", "Enabled", status="Disabled"),
        Change(
            name="reset",
            title="Reset connectivity",
            operation="reset_connectivity",
            method="POST",
            path="/v1/sims/{iccid}/reset",
        ),
        Change(
            name="top-up",
            title="Top up",
            operation="top_up_sim",
            method="POST",
            path="/v1/sims/{iccid}/topup",
        ),
        _bsc_update("label", "Set label", ask="Label"),
        Change(
            name="sms",
            title="Send SMS",
            operation="send_sms",
            method="POST",
            path="/v1/sims/{iccid}/sms",
            body=lambda _sim, text: {"payload": text},
            ask="Message",
        ),
    ),
    "telcoapi": (
        _telcoapi_state("activate", "Activate", "ACTIVE", "INVENTORY"),
        _telcoapi_state("suspend", "Suspend", "SUSPENDED", "ACTIVE"),
        _telcoapi_state("resume", "Resume", "ACTIVE", "SUSPENDED"),
        _telcoapi_state("block", "Block", "BLOCKED", "ACTIVE", "SUSPENDED"),
        _telcoapi_state("unblock", "Unblock", "SUSPENDED", "BLOCKED"),
        Change(
            name="delete",
            title="Delete",
            operation="delete_sim",
            method="DELETE",
            path="/v1/sim/physical/{iccid}",
            is_final=True,
        ),
    ),
    "infobip": (
        _infobip_status("activate", "Activate", "Active", "Activation Ready"),
        _infobip_status("suspend", "Suspend", "Suspended", "Active"),
        _infobip_status("resume", "Resume", "Active", "Suspended"),
        Change(
            name="diagnostic",
            title="Run diagnostic",
            operation="run_diagnostic",
            method="POST",
            path="/iot/1/sims/{iccid}/diagnostic",
            statuses=frozenset({"Active"}),
        ),
        Change(
            name="rename",
            title="Rename",
            operation="rename_sim",
            method="PATCH",
            path="/iot/1/sims/{iccid}",
            body=lambda _sim, text: {"name": text},
            ask="Name",
        ),
        Change(
            name="sms",
            title="Send SMS",
            operation="send_sms",
            method="POST",
            path="/iot/1/sims/{iccid}/sms",
            body=lambda _sim, text: {"text": text},
            statuses=frozenset({"Active"}),
            ask="Message",
        ),
    ),
}
