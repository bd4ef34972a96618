"""What a provider can do, as data: the one table that docs, CLI, errors and tests read."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from simloom.runtime.operation import Evidence, RetryClass

__all__ = ["Capability", "Evidence", "RetryClass", "Support", "Verb"]


class Verb(StrEnum):
    """The unified operations, named as the command line writes them."""

    LIST = "list"
    GET = "get"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    BLOCK = "block"
    UNBLOCK = "unblock"
    TERMINATE = "terminate"
    SET_LABEL = "set-label"
    USAGE = "usage"
    MONTHLY_USAGE = "monthly-usage"
    POOL_USAGE = "pool-usage"
    SEND_SMS = "send-sms"
    LIST_SMS = "list-sms"
    GET_SMS = "get-sms"
    CANCEL_SMS = "cancel-sms"
    CONNECTIVITY = "connectivity"
    SESSION_HISTORY = "session-history"
    RESET_CONNECTIVITY = "reset-connectivity"
    QUOTA = "quota"
    TOP_UP = "top-up"
    LIST_ORDERS = "list-orders"
    GET_ORDER = "get-order"
    ORDER = "order"
    LIST_PRODUCTS = "list-products"
    PROVISION = "provision"
    DELETE = "delete"
    RESET_PIN = "reset-pin"
    UNBLOCK_PIN = "unblock-pin"
    CREATE_TRANSFER = "create-transfer"
    GET_TRANSFER = "get-transfer"
    ACCEPT_TRANSFER = "accept-transfer"
    REJECT_TRANSFER = "reject-transfer"
    CANCEL_TRANSFER = "cancel-transfer"
    LIST_ACTIONS = "list-actions"
    LOCK_IMEI = "lock-imei"
    UNLOCK_IMEI = "unlock-imei"
    BIND_EID = "bind-eid"
    MODIFY_PROFILES = "modify-profiles"
    CHANGE_TARIFF = "change-tariff"
    CHANGE_OPTION = "change-option"
    BOOK_OPTION = "book-option"
    TERMINATE_OPTION = "terminate-option"
    RESET_LIMIT = "reset-limit"
    OVERRIDE_LIMIT = "override-limit"
    RESTORE_LIMIT = "restore-limit"
    RESET_FRAUD = "reset-fraud"


class Support(StrEnum):
    """How far a provider supports a verb, and whose fault a gap is."""

    FULL = "full"
    """Everything the verb means."""
    PARTIAL = "partial"
    """With a restriction that the note tells."""
    VENDOR_CANNOT = "vendor-cannot"
    """The vendor's documents have nothing like it."""
    NOT_WRITTEN = "not-written"
    """The vendor could, this library does not yet."""


@frozen(kw_only=True)
class Capability:
    """One line of the table: what one provider can do for one verb.

    `identifiers` are the kinds (`iccid`, `eid`, `imsi`, `imei`, `msisdn`) the operation takes
    natively; `bulk_max` the most SIMs in one request, None where it takes one; `atomic` whether one
    bad SIM rejects the whole request; `quota` the vendor's bucket that the SIMs count against.
    """

    provider: str
    verb: Verb
    support: Support
    evidence: Evidence | None = None
    identifiers: tuple[str, ...] = ()
    bulk_max: int | None = None
    atomic: bool | None = None
    quota: str | None = None
    retry_class: RetryClass | None = None
    note: str = ""

    @property
    def usable(self) -> bool:
        """Whether calling the verb sends something."""
        return self.support in {Support.FULL, Support.PARTIAL}
