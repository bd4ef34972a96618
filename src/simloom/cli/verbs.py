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
    example: str = ""
    """What follows the ICCID in the help's example."""
    provider: str = "telekom-m2m"
    """Whom the example is about."""

    def shown(self) -> str:
        """Return the example, without the program's name."""
        iccid = _ICCIDS[self.provider]
        return " ".join(
            filter(None, ("sims", self.name, iccid, self.example, f"--provider {self.provider}"))
        )


_ICCIDS = {
    "infobip": "8981100022152967705",
    "telcoapi": "89441259053213716068",
    "telekom-bsc": "8988280717999264758",
    "telekom-m2m": "8949023000854173484",
}


_STATUS = ("status", "vendor_status")

WRITE_COMMANDS = (
    WriteCommand("activate", Verb.ACTIVATE, "Put SIMs into use.", _STATUS),
    WriteCommand("suspend", Verb.SUSPEND, "Take SIMs out of use for a while.", _STATUS),
    WriteCommand("resume", Verb.RESUME, "Put suspended SIMs back into use.", _STATUS),
    WriteCommand("block", Verb.BLOCK, "Block SIMs.", _STATUS),
    WriteCommand("unblock", Verb.UNBLOCK, "Lift the block of SIMs.", _STATUS),
    WriteCommand("terminate", Verb.TERMINATE, "End SIMs for good.", _STATUS),
    WriteCommand(
        "delete",
        Verb.DELETE,
        "Delete SIMs from the vendor's inventory.",
        _STATUS,
        provider="telcoapi",
    ),
    WriteCommand("label", Verb.SET_LABEL, "Name a SIM.", ("label",), "LABEL", "'Line 4'"),
    WriteCommand("reset", Verb.RESET_CONNECTIVITY, "Make SIMs attach to the network anew."),
    WriteCommand(
        "lock-imei", Verb.LOCK_IMEI, "Bind SIMs to their present devices.", provider="telekom-bsc"
    ),
    WriteCommand(
        "unlock-imei",
        Verb.UNLOCK_IMEI,
        "Lift the binding of SIMs to their devices.",
        provider="telekom-bsc",
    ),
    WriteCommand(
        "bind-eid",
        Verb.BIND_EID,
        "Bind an EID to a SIM.",
        example="--set eid=89049032000000000000000000000001",
    ),
    WriteCommand(
        "modify-profiles",
        Verb.MODIFY_PROFILES,
        "Assign profiles to SIMs.",
        example="--set access_profile=720378456",
    ),
    WriteCommand(
        "change-tariff", Verb.CHANGE_TARIFF, "Give SIMs another tariff.", example="--set tariff=12"
    ),
    WriteCommand(
        "change-option",
        Verb.CHANGE_OPTION,
        "Replace a booked option of SIMs.",
        example="--set option=800000333 --set new_option=800000334",
    ),
    WriteCommand(
        "book-option",
        Verb.BOOK_OPTION,
        "Book an option for SIMs.",
        example="--set option=800000333",
    ),
    WriteCommand(
        "terminate-option",
        Verb.TERMINATE_OPTION,
        "End an option of SIMs.",
        example="--set option=800000333",
    ),
    WriteCommand("reset-limit", Verb.RESET_LIMIT, "Reset the limit status of SIMs."),
    WriteCommand("override-limit", Verb.OVERRIDE_LIMIT, "Override the limit status of SIMs."),
    WriteCommand("restore-limit", Verb.RESTORE_LIMIT, "Restore the limit status of SIMs."),
    WriteCommand("reset-fraud", Verb.RESET_FRAUD, "Reset the fraud status of SIMs."),
    WriteCommand(
        "provision",
        Verb.PROVISION,
        "Add a SIM to the vendor's inventory.",
        example="--set imsi=234150000000001 --set-from-env ki=SIM_KI",
        provider="telcoapi",
    ),
    WriteCommand(
        "top-up",
        Verb.TOP_UP,
        "Buy volume for SIMs; costs money each time.",
        example="--set payment_method=creditcard",
        provider="telekom-bsc",
    ),
    WriteCommand(
        "reset-pin",
        Verb.RESET_PIN,
        "Change a PIN with the present one.",
        example="--set-from-env current_pin=OLD_PIN --set-from-env new_pin=NEW_PIN",
        provider="telcoapi",
    ),
    WriteCommand(
        "unblock-pin",
        Verb.UNBLOCK_PIN,
        "Unblock a PIN with its PUK.",
        example="--set-from-env puk=SIM_PUK --set-from-env new_pin=NEW_PIN",
        provider="telcoapi",
    ),
)

BY_VERB = {command.verb.value: command for command in WRITE_COMMANDS}
BY_NAME = {command.name: command for command in WRITE_COMMANDS}
