"""How each verb is called where an ICCID is all it needs, and what it has to come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from simloom import models
from simloom.capabilities import Verb
from simloom.models import SimStatus

if TYPE_CHECKING:
    from simloom.testing.desk import Desk

Call: TypeAlias = Callable[["Desk"], Any]

LABEL = "conformance"
TEXT = "conformance"

_ACTIVE_FIRST = (SimStatus.ACTIVE, SimStatus.SUSPENDED)
_UNUSED = (SimStatus.READY, SimStatus.INVENTORY, SimStatus.TEST, SimStatus.SUSPENDED)


def of_a_sim(verb: Verb, *statuses: SimStatus) -> Call:
    """Return a call of the client's method for a SIM of one of these statuses."""
    return lambda desk: desk.client.do(verb, desk.sim(*statuses).iccid)


def changing(verb: Verb, *statuses: SimStatus, **options: Any) -> Call:
    """Return a call that changes a SIM of one of these statuses and gives an action."""
    return lambda desk: desk.client.change(verb, desk.sim(*statuses).iccid, **options)


CALLS: dict[Verb, Call] = {
    Verb.LIST: lambda desk: list(desk.client.sims()),
    Verb.GET: of_a_sim(Verb.GET),
    Verb.ACTIVATE: changing(Verb.ACTIVATE, *_UNUSED),
    Verb.SUSPEND: changing(Verb.SUSPEND, SimStatus.ACTIVE),
    Verb.RESUME: changing(Verb.RESUME, SimStatus.SUSPENDED),
    Verb.BLOCK: changing(Verb.BLOCK, SimStatus.ACTIVE),
    Verb.UNBLOCK: changing(Verb.UNBLOCK, SimStatus.BLOCKED),
    Verb.TERMINATE: changing(Verb.TERMINATE, SimStatus.TEST, SimStatus.SUSPENDED, SimStatus.ACTIVE),
    Verb.DELETE: changing(Verb.DELETE),
    Verb.SET_LABEL: lambda desk: desk.client.set_label(desk.sim(*_ACTIVE_FIRST).iccid, LABEL),
    Verb.USAGE: of_a_sim(Verb.USAGE, *_ACTIVE_FIRST),
    Verb.MONTHLY_USAGE: lambda desk: list(desk.client.monthly_usage()),
    Verb.POOL_USAGE: lambda desk: desk.client.pool_usage(),
    Verb.SEND_SMS: lambda desk: desk.client.send_sms(desk.sim(SimStatus.ACTIVE).iccid, TEXT),
    Verb.LIST_SMS: lambda desk: list(desk.client.messages(desk.sim(*_ACTIVE_FIRST).iccid)),
    Verb.CONNECTIVITY: of_a_sim(Verb.CONNECTIVITY, SimStatus.ACTIVE),
    Verb.SESSION_HISTORY: lambda desk: list(
        desk.client.session_history(desk.sim(*_ACTIVE_FIRST).iccid)
    ),
    Verb.RESET_CONNECTIVITY: changing(Verb.RESET_CONNECTIVITY, SimStatus.ACTIVE),
    Verb.QUOTA: of_a_sim(Verb.QUOTA, *_ACTIVE_FIRST),
    Verb.TOP_UP: of_a_sim(Verb.TOP_UP, *_ACTIVE_FIRST),
    Verb.LIST_ORDERS: lambda desk: list(desk.client.orders()),
    Verb.LIST_PRODUCTS: lambda desk: desk.client.products(),
    Verb.LIST_ACTIONS: lambda desk: list(desk.client.actions()),
    Verb.LOCK_IMEI: changing(Verb.LOCK_IMEI, *_ACTIVE_FIRST),
    Verb.UNLOCK_IMEI: changing(Verb.UNLOCK_IMEI, *_ACTIVE_FIRST),
    Verb.RESET_LIMIT: changing(Verb.RESET_LIMIT, *_ACTIVE_FIRST),
    Verb.OVERRIDE_LIMIT: changing(Verb.OVERRIDE_LIMIT, *_ACTIVE_FIRST),
    Verb.RESTORE_LIMIT: changing(Verb.RESTORE_LIMIT, *_ACTIVE_FIRST),
    Verb.RESET_FRAUD: changing(Verb.RESET_FRAUD, *_ACTIVE_FIRST),
}
"""Ways to call that need nothing of the vendor's own."""

RECORDS: dict[Verb, type[Any]] = {
    Verb.LIST: models.Sim,
    Verb.GET: models.Sim,
    Verb.USAGE: models.Usage,
    Verb.MONTHLY_USAGE: models.Usage,
    Verb.POOL_USAGE: models.PoolUsage,
    Verb.SEND_SMS: models.Sms,
    Verb.LIST_SMS: models.Sms,
    Verb.GET_SMS: models.Sms,
    Verb.CONNECTIVITY: models.Connectivity,
    Verb.SESSION_HISTORY: models.SessionEvent,
    Verb.QUOTA: models.Quota,
    Verb.TOP_UP: models.Order,
    Verb.LIST_ORDERS: models.Order,
    Verb.GET_ORDER: models.Order,
    Verb.ORDER: models.Order,
    Verb.LIST_PRODUCTS: models.Product,
    Verb.PROVISION: models.Sim,
    Verb.RESET_PIN: models.PinResult,
    Verb.UNBLOCK_PIN: models.PinResult,
    Verb.CREATE_TRANSFER: models.Transfer,
    Verb.GET_TRANSFER: models.Transfer,
    Verb.ACCEPT_TRANSFER: models.Transfer,
    Verb.REJECT_TRANSFER: models.Transfer,
    Verb.CANCEL_TRANSFER: models.Transfer,
    Verb.LIST_ACTIONS: models.ActionState,
}
"""What a verb returns, alone or as a list; every other one returns an action."""

GONE = frozenset({SimStatus.TERMINATED, SimStatus.DELETED})

ENDS: dict[Verb, frozenset[SimStatus]] = {
    Verb.ACTIVATE: frozenset({SimStatus.ACTIVE}),
    Verb.SUSPEND: frozenset({SimStatus.SUSPENDED}),
    Verb.RESUME: frozenset({SimStatus.ACTIVE}),
    Verb.BLOCK: frozenset({SimStatus.BLOCKED}),
    Verb.UNBLOCK: frozenset({SimStatus.ACTIVE}),
    Verb.TERMINATE: GONE,
    Verb.DELETE: GONE,
}
"""The status that a SIM is in when the action is done."""
