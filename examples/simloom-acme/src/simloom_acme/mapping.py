"""Records of Acme as provider-neutral models."""

from __future__ import annotations

from simloom.models import ActionState, ActionStatus, Sim, SimStatus
from simloom.plugins.values import identifier, records, text
from simloom_acme_client import models

ID = "acme"

STATUSES: dict[str, SimStatus] = {
    models.StatusCode.STOCK: SimStatus.INVENTORY,
    models.StatusCode.LIVE: SimStatus.ACTIVE,
    models.StatusCode.PAUSED: SimStatus.SUSPENDED,
}
CODES = {status: models.StatusCode(code) for code, status in STATUSES.items()}


def to_sim(card: models.Card, operation: str) -> Sim:
    """Map a card; its status is an object."""
    status: object = card.status  # the decoder keeps what is no object, too
    code = text(status.code) if isinstance(status, models.Status) else None
    return Sim(
        provider=ID,
        iccid=identifier(card.iccid, operation),
        imsi=text(card.imsi),
        msisdn=text(card.msisdn),
        label=text(card.name),
        status=STATUSES.get(code or "", SimStatus.UNKNOWN),
        vendor_status=code or "",
        raw=card,
    )


def to_action(
    verb: str, iccids: tuple[str, ...], answer: models.StatusResults, operation: str
) -> ActionState:
    """Map one result per card; a card that the answer leaves out is unknown."""
    told: dict[str, tuple[ActionStatus, str | None]] = {}
    for result in records(answer.results, models.StatusResult, operation, required=True):
        done = {True: ActionStatus.DONE, False: ActionStatus.FAILED}
        ok: object = result.ok
        status = done[ok] if isinstance(ok, bool) else ActionStatus.UNKNOWN
        told[identifier(result.iccid, operation)] = (status, text(result.reason))
    sims = {iccid: told.get(iccid, (ActionStatus.UNKNOWN, None)) for iccid in iccids}
    statuses = {status for status, _ in sims.values()}
    first = next((why for _, why in sims.values() if why), None)
    whole = statuses.pop() if len(statuses) == 1 else ActionStatus.FAILED
    if ActionStatus.UNKNOWN in (status for status, _ in sims.values()):
        whole = ActionStatus.UNKNOWN  # not final: the SIMs can still be read
    return ActionState(
        provider=ID,
        verb=verb,
        status=whole,
        message=first,
        iccids=iccids,
        sims=sims,
        raw=answer,
    )
