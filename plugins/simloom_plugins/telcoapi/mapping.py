"""Records of TelcoAPI as provider-neutral models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.errors import DecodeError
from simloom.models import Page, PinResult, Sim, SimStatus
from simloom.plugins.values import count, identifier, moment, records, text
from simloom_clients.telcoapi import models

if TYPE_CHECKING:
    from simloom.runtime import Response

ID = "telcoapi"

STATUSES: dict[str, SimStatus] = {
    models.SimState.INVENTORY: SimStatus.INVENTORY,
    models.SimState.ACTIVE: SimStatus.ACTIVE,
    models.SimState.SUSPENDED: SimStatus.SUSPENDED,
    models.SimState.BLOCKED: SimStatus.BLOCKED,
}
"""The four states that occur in the reference; it has no list of them."""

STATES = {status: models.SimState(state) for state, status in STATUSES.items()}


def to_sim(
    record: models.PhysicalSim | models.PhysicalSimDetails | models.ProvisionedSim, operation: str
) -> Sim:
    """Map a SIM. Its PINs, PUKs and keys, if the vendor sent any, are in `raw`, masked."""
    state = text(record.state)
    return Sim(
        provider=ID,
        iccid=identifier(record.iccid, operation),
        imsi=None if isinstance(record, models.ProvisionedSim) else text(record.imsi),
        msisdn=None if isinstance(record, models.ProvisionedSim) else text(record.msisdn),
        status=STATUSES.get(state or "", SimStatus.UNKNOWN),
        vendor_status=state or "",
        created_at=moment(record.created_at),
        updated_at=moment(record.updated_at),
        raw=record,
    )


def to_page(answer: models.PhysicalSimPage, number: int, size: int | None, name: str) -> Page[Sim]:
    """Map one page.

    `meta` tells whether another page follows. Without it a page that is shorter than asked is the
    last; without a size, an empty one.
    """
    found = records(answer.data, models.PhysicalSim, name, required=True)
    sims = [to_sim(item, name) for item in found]
    meta = answer.meta if isinstance(answer.meta, models.PageMeta) else models.PageMeta()
    total, per_page = count(meta.total), count(meta.per_page) or size
    if total is not None and per_page:
        pages = -(-total // per_page)
        return Page(items=sims, number=number, more=number < pages, total_pages=pages, total=total)
    return Page(items=sims, number=number, more=len(sims) >= (per_page or 1), total=total)


def to_pin_result(
    iccid: str,
    answer: Response[models.PinResetResult] | Response[models.PinUnblockResult],
    name: str,
) -> PinResult:
    """Map the outcome of a PIN operation; raise `DecodeError` when the vendor does not tell it."""
    record = answer.parsed
    if not isinstance(record.success, bool):
        raise DecodeError(
            "the answer does not tell whether the PIN was changed",
            operation=name,
            status=answer.status,
            content=answer.content,
        )
    left = record.remaining_attempts if isinstance(record, models.PinUnblockResult) else None
    return PinResult(
        provider=ID,
        iccid=iccid,
        success=record.success,
        remaining_attempts=count(left),
        raw=record,
    )
