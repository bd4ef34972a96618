"""SIMs, actions, orders and transfers to provider-neutral models; the answer stays in `raw`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from simloom.capabilities import Verb
from simloom.models import ActionState, ActionStatus, Order, Page, Sim, SimStatus, Transfer
from simloom.plugins.values import count, entries, identifier, moment, records, text, whole
from simloom.runtime.unset import UNSET
from simloom_clients.telekom_m2m import models

if TYPE_CHECKING:
    from collections.abc import Sequence

PROVIDER = "telekom-m2m"

T = TypeVar("T")

SIM_STATUSES = {
    "Ordered": SimStatus.ORDERED,
    "Ordered for stock": SimStatus.ORDERED,
    "On Stock": SimStatus.INVENTORY,
    "Delivered": SimStatus.READY,
    "Test": SimStatus.TEST,
    "Productive": SimStatus.ACTIVE,
    "Suspended": SimStatus.SUSPENDED,
    "Blocked (automatically)": SimStatus.BLOCKED,
    "Blocked (manually)": SimStatus.BLOCKED,
    "Blocked (MNO)": SimStatus.BLOCKED,
    "Terminated": SimStatus.TERMINATED,
    "Special Terminated": SimStatus.TERMINATED,
    "Deleted": SimStatus.DELETED,
    "Undefined": SimStatus.UNKNOWN,
}
"""FAQ 2, status values. Delivered SIMs are the ones that can be activated."""

ACTION_STATUSES = {
    "PENDING": ActionStatus.PENDING,
    "IN_PROGRESS": ActionStatus.PENDING,
    "DONE": ActionStatus.DONE,
    "FAILED": ActionStatus.FAILED,
    "CANCELLED": ActionStatus.CANCELLED,
}

ACTION_VERBS = {
    "activation": Verb.ACTIVATE,
    "suspend": Verb.SUSPEND,
    "unsuspend": Verb.RESUME,
    "block": Verb.BLOCK,
    "unblock": Verb.UNBLOCK,
    "termination": Verb.TERMINATE,
    "modifyremarks": Verb.SET_LABEL,
    "modifyprofiles": Verb.MODIFY_PROFILES,
    "bindeuiccid": Verb.BIND_EID,
    "changetariff": Verb.CHANGE_TARIFF,
    "changeoption": Verb.CHANGE_OPTION,
    "bookoption": Verb.BOOK_OPTION,
    "terminateoption": Verb.TERMINATE_OPTION,
    "resetlimitstatus": Verb.RESET_LIMIT,
    "overridelimitstatus": Verb.OVERRIDE_LIMIT,
    "restorelimitstatus": Verb.RESTORE_LIMIT,
    "resetfraudstatus": Verb.RESET_FRAUD,
}
"""Last part of an action's path to its verb."""

_NOT_DONE = {ActionStatus.FAILED, ActionStatus.CANCELLED}


def sim(answer: models.SimListItem | models.SimDetails, iccid: str = "") -> Sim:
    """Return a SIM of the list or of the details; `iccid` is what was asked for."""
    status = text(answer.status) or ""
    return Sim(
        provider=PROVIDER,
        iccid=text(answer.iccid) or iccid,
        eid=text(answer.euiccid),
        imsi=text(answer.imsi),
        msisdn=text(answer.msisdn),
        imei=text(answer.imei),
        status=SIM_STATUSES.get(status, SimStatus.UNKNOWN),
        vendor_status=status,
        label=text(answer.remarks),
        raw=answer,
    )


def sim_page(
    answer: models.SimList, asked: int, asked_size: int | None, operation: str
) -> Page[Sim]:
    """Return one page of SIMs; one without an ICCID is a `DecodeError`."""
    found = records(answer.sims, models.SimListItem, operation)
    items = [sim(item, identifier(text(item.iccid), operation)) for item in found]
    return _page(items, answer, asked, asked_size)


def action_page(
    answer: models.SimActionList, asked: int, asked_size: int | None, operation: str
) -> Page[ActionState]:
    """Return one page of actions; one without a signup id is a `DecodeError`."""
    found = records(answer.actions, models.SimActionListItem, operation)
    items = [listed_action(item, operation) for item in found]
    return _page(items, answer, asked, asked_size)


def listed_action(record: models.SimActionListItem, operation: str) -> ActionState:
    """Return an action of the list, which tells neither its SIMs nor whether it can be cancelled.

    Its kind is the last part of the action's path where the vendor does as its events do
    (inferred); any other word is kept as it is.
    """
    kind = text(record.action) or ""
    sims = count(record.sim_count)
    verb = ACTION_VERBS.get(kind.lower().replace(" ", ""))
    return ActionState(
        provider=PROVIDER,
        verb=verb.value if verb else kind,
        id=identifier(record.signup_id, operation),
        status=_action_status(record.status),
        message=None if sims is None else f"{sims} SIM{'' if sims == 1 else 's'}",
        requested_at=moment(record.created),
        finished_at=moment(record.finished),
        raw=record,
    )


def _page(
    items: list[T],
    answer: models.SimList | models.SimActionList,
    asked: int,
    asked_size: int | None,
) -> Page[T]:
    """Make a page.

    The vendor's totals decide whether there is more. Without them a full page does, and without
    a page size any page with entries, provided the answer says that it is a page at all.
    """
    pages, total = whole(answer.total_pages), whole(answer.total_count)
    size = whole(answer.page_size) or asked_size
    if pages is not None:
        more = asked < pages
    elif total is not None and size:
        more = asked * size < total
    elif size:
        more = len(items) >= size
    else:
        more = bool(items) and whole(answer.page) is not None
    return Page(items=items, number=asked, more=more, total_pages=pages, total=total)


def single_page(items: list[T], asked: int) -> Page[T]:
    """Return the only page of an answer that the vendor does not divide; later ones are empty."""
    return Page(items=items, number=asked, more=False, total_pages=1)


def accepted(verb: Verb, answer: models.SimActionAccepted, iccids: Sequence[str]) -> ActionState:
    """Return an action on its way; unknown when the vendor gave no handle to ask with."""
    signup = text(answer.signup_id) or ""
    link = answer.action_link
    rel = text(link.rel) if isinstance(link, models.ActionLink) else None
    return ActionState(
        provider=PROVIDER,
        verb=verb.value,
        id=signup,
        status=ActionStatus.PENDING if signup else ActionStatus.UNKNOWN,
        message=text(answer.message),
        iccids=tuple(iccids),
        cancellable=(rel or "").lower() == "cancel",
        raw=answer,
    )


def progress(action: ActionState, answer: models.SimActionStatus) -> ActionState:
    """Return where an action is now.

    An action that the vendor calls done counts as failed when one of its SIMs failed or was
    cancelled; `sims` has the outcome of each. A link is only looked at for being there.
    """
    outcomes = entries(answer.sims, models.SimActionOutcome)
    status = _action_status(answer.status)
    lost = next((item for item in outcomes if _action_status(item.status) in _NOT_DONE), None)
    message = text(answer.message)
    if lost is not None:
        message = text(lost.message) or message
        status = ActionStatus.FAILED if status is ActionStatus.DONE else status
    links = answer.action_links
    sims = {
        iccid: (_action_status(item.status), text(item.message))
        for item in outcomes
        if (iccid := text(item.iccid))
    }
    return evolve(
        action,
        status=status,
        message=message,
        iccids=action.iccids or tuple(sims),
        sims=sims,
        cancellable=isinstance(links, models.SimActionLinks)
        and links.cancel is not UNSET
        and links.cancel is not None,
        raw=answer,
    )


def hlr_reset(verb: Verb, answer: models.HlrResetResult, iccid: str) -> ActionState:
    """Return the outcome of a reset, which is carried out at once.

    Its words are not documented: the answer is the confirmation, unless it has a word of the
    actions for something else. An unknown word becomes the message.
    """
    said = text(answer.status)
    status = ActionStatus.DONE if said is None else _action_status(said)
    return ActionState(
        provider=PROVIDER,
        verb=verb.value,
        status=ActionStatus.DONE if status is ActionStatus.UNKNOWN else status,
        message=text(answer.message) or said,
        iccids=(iccid,),
        raw=answer,
    )


def order(answer: models.SimOrderAccepted) -> Order:
    """Return an accepted order; its number is the signup id, and its ICCIDs are never told."""
    return Order(provider=PROVIDER, number=text(answer.signup_id) or "", raw=answer)


def requested_transfer(answer: models.SimTransferAccepted, iccids: Sequence[str]) -> Transfer:
    """Return a transfer just asked for; without a transaction id its `id` is empty."""
    return Transfer(
        provider=PROVIDER, id=text(answer.transaction_id) or "", iccids=tuple(iccids), raw=answer
    )


def transfer(answer: models.SimTransfer, transfer_id: str) -> Transfer:
    """Return a transfer as the vendor shows it."""
    sims = entries(answer.sims, models.SimTransferItem)
    return Transfer(
        provider=PROVIDER,
        id=text(answer.transaction_id) or transfer_id,
        status=text(answer.status),
        iccids=tuple(iccid for item in sims if (iccid := text(item.iccid))),
        raw=answer,
    )


def _action_status(value: object) -> ActionStatus:
    return ACTION_STATUSES.get(text(value) or "", ActionStatus.UNKNOWN)
