"""The table of write commands: one line per verb that changes a SIM."""

from __future__ import annotations

from attrs import frozen

from simloom.capabilities import Verb


@frozen
class WriteCommand:
    """A command under `sims`. `value` names a value that follows the ICCID."""

    name: str
    verb: Verb
    about: str
    previous: tuple[str, ...] = ()
    value: str | None = None


_STATUS = ("status", "vendor_status")

WRITE_COMMANDS = (
    WriteCommand("activate", Verb.ACTIVATE, "Put SIMs into use.", _STATUS),
    WriteCommand("suspend", Verb.SUSPEND, "Take SIMs out of use for a while.", _STATUS),
    WriteCommand("resume", Verb.RESUME, "Put suspended SIMs back into use.", _STATUS),
    WriteCommand("block", Verb.BLOCK, "Block SIMs.", _STATUS),
    WriteCommand("unblock", Verb.UNBLOCK, "Lift the block of SIMs.", _STATUS),
    WriteCommand("terminate", Verb.TERMINATE, "End SIMs for good.", _STATUS),
    WriteCommand("delete", Verb.DELETE, "Delete SIMs from the vendor's inventory.", _STATUS),
    WriteCommand("label", Verb.SET_LABEL, "Name a SIM.", ("label",), "LABEL"),
    WriteCommand("reset", Verb.RESET_CONNECTIVITY, "Make SIMs attach to the network anew."),
    WriteCommand("lock-imei", Verb.LOCK_IMEI, "Bind SIMs to their present devices."),
    WriteCommand("unlock-imei", Verb.UNLOCK_IMEI, "Lift the binding of SIMs to their devices."),
    WriteCommand("bind-eid", Verb.BIND_EID, "Bind an EID to a SIM."),
    WriteCommand("modify-profiles", Verb.MODIFY_PROFILES, "Assign profiles to SIMs."),
    WriteCommand("change-tariff", Verb.CHANGE_TARIFF, "Give SIMs another tariff."),
    WriteCommand("change-option", Verb.CHANGE_OPTION, "Replace a booked option of SIMs."),
    WriteCommand("book-option", Verb.BOOK_OPTION, "Book an option for SIMs."),
    WriteCommand("terminate-option", Verb.TERMINATE_OPTION, "End an option of SIMs."),
    WriteCommand("reset-limit", Verb.RESET_LIMIT, "Reset the limit status of SIMs."),
    WriteCommand("override-limit", Verb.OVERRIDE_LIMIT, "Override the limit status of SIMs."),
    WriteCommand("restore-limit", Verb.RESTORE_LIMIT, "Restore the limit status of SIMs."),
    WriteCommand("reset-fraud", Verb.RESET_FRAUD, "Reset the fraud status of SIMs."),
    WriteCommand("provision", Verb.PROVISION, "Add a SIM to the vendor's inventory."),
    WriteCommand("top-up", Verb.TOP_UP, "Buy volume for SIMs; costs money each time."),
    WriteCommand("reset-pin", Verb.RESET_PIN, "Change a PIN with the present one."),
    WriteCommand("unblock-pin", Verb.UNBLOCK_PIN, "Unblock a PIN with its PUK."),
)

BY_VERB = {command.verb.value: command for command in WRITE_COMMANDS}
BY_NAME = {command.name: command for command in WRITE_COMMANDS}
