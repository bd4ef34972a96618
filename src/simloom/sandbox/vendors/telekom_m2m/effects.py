"""What each of the 21 actions does to a SIM, and for which SIMs it is possible.

The document names the actions and the statuses, but not which status allows which action; that is
assumed: a delivered SIM can be activated, only a SIM in use can be changed, and a SIM cannot be put
into the status that it has. An action that finds everything else as it wants it succeeds and has
no effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.populations.telekom_m2m import IN_USE, OPTIONS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from simloom.sandbox.populations.common import Record

_ANY = frozenset(STATUSES) - {"Deleted"}
_OPTION_NAMES = dict(OPTIONS)
_NOT_FOR_SUBUNITS = {"data best"}  # the document's example (FAQ 3); there may be more


@frozen(kw_only=True)
class Case:
    """One SIM of an action: the body, its entry there, how the SIM is and how the seed made it."""

    body: Mapping[str, Any]
    entry: Mapping[str, Any]
    sim: Record
    seeded: Record
    today: date
    in_subunit: bool = False

    def options(self) -> list[Record]:
        """Return the options that are booked."""
        return list(self.sim.get("options", ()))

    def has(self, option: str) -> bool:
        """Tell whether an option is booked."""
        return any(item["optionID"] == option for item in self.options())

    def booked(self, option: str) -> Record:
        """Return an option as it looks when it is booked today."""
        name = _OPTION_NAMES.get(option, f"Option {option}")
        return {
            "optionID": option,
            "name": name,
            "status": "Active",
            "bookedSince": self.today.isoformat(),
        }


def _nothing(_case: Case) -> None:
    return None


@frozen(kw_only=True)
class Effect:
    """One kind of action.

    `fields` returns the new fields of the SIM; `complaint` why it is not possible, or None.
    `notes` names members of the body that take effect without being shown by any read.
    """

    name: str
    fields: Callable[[Case], dict[str, Any]]
    allowed: frozenset[str] = IN_USE
    complaint: Callable[[Case], str | None] = _nothing
    notes: tuple[str, ...] = ()

    def refusal(self, case: Case) -> str | None:
        """Return why the action is not possible for this SIM, or None if it is."""
        status = case.sim["status"]
        if status not in self.allowed:
            return f"{self.name} is not possible in status {status}"
        return self.complaint(case)


def _status(name: str, new: str, *allowed: str) -> Effect:
    return Effect(name=name, fields=lambda _case: {"status": new}, allowed=frozenset(allowed))


def _set(name: str, **fields: str) -> Effect:
    return Effect(name=name, fields=lambda _case: dict(fields))


def _activated(case: Case) -> dict[str, Any]:
    given = case.body
    new = {name: given[name] for name in ("offering", "accessProfile", "remarks") if name in given}
    if "options" in given:
        new["options"] = [case.booked(option) for option in given["options"]]
    return {"status": "Productive", **new}


def _tariff_complaint(case: Case) -> str | None:
    offering = case.body.get("offering", "")
    if case.in_subunit and offering.casefold() in _NOT_FOR_SUBUNITS:
        return f"{offering} cannot be used for SIMs in Subunits"
    return None


def _bound(case: Case) -> dict[str, Any]:
    if case.body["mode"] == "BIND":
        return {"euiccid": case.entry["euiccid"], "eidProfileStatus": "Enabled"}
    return dict.fromkeys(("euiccid", "eidProfileStatus", "activationCode"))


def _binding_complaint(case: Case) -> str | None:
    if case.body["mode"] == "BIND":
        return None if "euiccid" in case.entry else "euiccid is missing"
    return None if "euiccid" in case.sim else "no eUICCID is bound to it"


def _restriction(case: Case) -> dict[str, Any]:
    return {"restrictionStatus": case.body.get("restrictionStatus", "Data Restricted")}


def _option_change(case: Case) -> dict[str, Any]:
    kept = [item for item in case.options() if item["optionID"] != case.body["optionID"]]
    return {"options": [*kept, case.booked(case.body["newOptionID"])]}


def _option_change_complaint(case: Case) -> str | None:
    if case.has(case.body["newOptionID"]):
        return "the new option is booked already"
    return _not_booked(case)


def _not_booked(case: Case) -> str | None:
    return None if case.has(case.body["optionID"]) else "the option is not booked"


EFFECTS: Mapping[str, Effect] = {
    "activate_sims": Effect(
        name="activation",
        fields=_activated,
        allowed=frozenset({"Delivered", "On Stock"}),
        complaint=_tariff_complaint,
    ),
    "block_sims": _status("block", "Blocked (manually)", "Productive", "Test", "Suspended"),
    "bind_euiccids": Effect(
        name="bindeuiccid", fields=_bound, allowed=_ANY, complaint=_binding_complaint
    ),
    "reset_fraud_status": _set("resetfraudstatus", fraudStatus="OK"),
    "override_limit_status": _set("overridelimitstatus", limitStatus="Overridden"),
    "reset_limit_status": _set("resetlimitstatus", limitStatus="OK"),
    "restore_limit_status": Effect(
        name="restorelimitstatus",
        fields=lambda case: {"limitStatus": case.seeded.get("limitStatus", "OK")},
    ),
    "enter_productive_state": _status("enterproductivestate", "Productive", "Test"),
    "modify_sim_profiles": Effect(
        name="modifyprofiles",
        fields=lambda case: (
            {"accessProfile": case.body["accessProfile"]} if "accessProfile" in case.body else {}
        ),
        notes=("limitProfile", "fraudProfile", "staticIpsPerApn"),
    ),
    "modify_sim_remarks": Effect(
        name="modifyremarks", fields=lambda case: {"remarks": case.body["remarks"]}, allowed=_ANY
    ),
    "restrict_sims": Effect(name="restrict", fields=_restriction),
    "move_sims": Effect(name="move", fields=lambda _case: {}, allowed=_ANY),
    "suspend_sims": _status("suspend", "Suspended", "Productive", "Test"),
    "change_sim_tariff": Effect(
        name="changetariff",
        fields=lambda case: {"offering": case.body["offering"]},
        complaint=_tariff_complaint,
        notes=("upgrade",),
    ),
    "change_sim_option": Effect(
        name="changeoption", fields=_option_change, complaint=_option_change_complaint
    ),
    "book_sim_option": Effect(
        name="bookoption",
        fields=lambda case: {"options": [*case.options(), case.booked(case.body["optionID"])]},
        complaint=lambda case: (
            "the option is booked already" if case.has(case.body["optionID"]) else None
        ),
    ),
    "terminate_sim_option": Effect(
        name="terminateoption",
        fields=lambda case: {
            "options": [
                item for item in case.options() if item["optionID"] != case.body["optionID"]
            ]
        },
        complaint=_not_booked,
    ),
    "terminate_sims": _status("termination", "Terminated", *IN_USE),
    "unblock_sims": _status(
        "unblock", "Productive", "Blocked (manually)", "Blocked (automatically)"
    ),
    "unrestrict_sims": Effect(
        name="unrestrict",
        fields=lambda _case: {"restrictionStatus": "No Restriction"},
        notes=("apns",),
    ),
    "unsuspend_sims": _status("unsuspend", "Productive", "Suspended"),
}
