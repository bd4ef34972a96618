"""Records of Acme as provider-neutral models."""

from __future__ import annotations

from simloom.capabilities import Verb
from simloom.models import ActionState, ActionStatus, Sim, SimStatus, Sms, Usage
from simloom.plugins.values import count, day, identifier, moment, part, records, text
from simloom_acme_client import models

ID = "acme"

STATUSES: dict[str, SimStatus] = {
    models.StatusCode.STOCK: SimStatus.INVENTORY,
    models.StatusCode.LIVE: SimStatus.ACTIVE,
    models.StatusCode.PAUSED: SimStatus.SUSPENDED,
    models.StatusCode.ENDED: SimStatus.TERMINATED,
}
CODES = {status: models.StatusCode(code) for code, status in STATUSES.items()}

JOB_STATES: dict[str, ActionStatus] = {
    models.JobState.QUEUED: ActionStatus.PENDING,
    models.JobState.RUNNING: ActionStatus.PENDING,
    models.JobState.DONE: ActionStatus.DONE,
    models.JobState.FAILED: ActionStatus.FAILED,
    models.JobState.CANCELLED: ActionStatus.CANCELLED,
}
JOB_KINDS: dict[str, Verb] = {
    models.JobKind.END: Verb.TERMINATE,
    models.JobKind.PAUSED: Verb.SUSPEND,
}
"""`live` is missing: the vendor does not tell resuming from activating."""


def to_sim(card: models.Card, operation: str) -> Sim:
    """Map a card; its status is an object."""
    status = part(card.status, models.Status)  # the decoder keeps what is no object, too
    code = text(status.code) if status is not None else None
    return Sim(
        provider=ID,
        iccid=identifier(card.iccid, operation),
        imsi=text(card.imsi),
        msisdn=text(card.msisdn),
        label=text(card.name),
        status=STATUSES.get(code or "", SimStatus.UNKNOWN),
        vendor_status=code or "",
        updated_at=moment(status.since) if status is not None else None,
        raw=card,
    )


def to_usage(record: models.UsageDay, iccid: str) -> Usage:
    """Map one day; a direction that is not told makes the sum unknown."""
    up, down = count(record.bytes_up), count(record.bytes_down)
    return Usage(
        provider=ID,
        iccid=iccid,
        period_start=day(record.day),
        period_end=day(record.day),
        data_bytes=None if up is None or down is None else up + down,
        data_bytes_received=down,
        data_bytes_sent=up,
        sms_received=count(record.messages),
        raw=record,
    )


def to_sms(record: models.Message, iccid: str) -> Sms:
    """Map a message; the vendor has those to the card only."""
    delivered: object = record.delivered
    return Sms(
        provider=ID,
        iccid=iccid,
        id=text(record.id),
        text=text(record.text),
        direction="mt",
        status={True: "delivered", False: "waiting"}[delivered]
        if isinstance(delivered, bool)
        else None,
        submitted_at=moment(record.at),
        raw=record,
    )


def to_results(
    verb: str, iccids: tuple[str, ...], results: object, operation: str, raw: object
) -> ActionState:
    """Map one result per card; a card that the answer leaves out is unknown."""
    told: dict[str, tuple[ActionStatus, str | None]] = {}
    for result in records(results, models.StatusResult, operation, required=True):
        done = {True: ActionStatus.DONE, False: ActionStatus.FAILED}
        ok: object = result.ok
        status = done[ok] if isinstance(ok, bool) else ActionStatus.UNKNOWN
        told[identifier(result.iccid, operation)] = (status, text(result.reason))
    sims = {iccid: told.get(iccid, (ActionStatus.UNKNOWN, None)) for iccid in iccids}
    statuses = {status for status, _ in sims.values()}
    whole = statuses.pop() if len(statuses) == 1 else ActionStatus.FAILED
    if ActionStatus.UNKNOWN in (status for status, _ in sims.values()):
        whole = ActionStatus.UNKNOWN  # not final: the SIMs can still be read
    return ActionState(
        provider=ID,
        verb=verb,
        status=whole,
        message=next((why for _, why in sims.values() if why), None),
        iccids=iccids,
        sims=sims,
        raw=raw,
    )


def to_job(
    job: models.Job, operation: str, *, verb: str = "", iccids: tuple[str, ...] = ()
) -> ActionState:
    """Map a job; `verb` and `iccids` are what it was asked for, where that is known."""
    named: object = job.iccids
    told = tuple(filter(None, map(text, named))) if isinstance(named, list) else ()
    kind = text(job.kind) or ""
    state = ActionState(
        provider=ID,
        verb=str(verb or JOB_KINDS.get(kind, kind)),
        status=JOB_STATES.get(text(job.state) or "", ActionStatus.UNKNOWN),
        iccids=iccids or told,
        raw=job,
    )
    if state.status in {ActionStatus.DONE, ActionStatus.FAILED} and isinstance(job.results, list):
        state = to_results(state.verb, state.iccids, job.results, operation, job)
    return ActionState(
        provider=ID,
        id=identifier(job.id, operation),
        verb=state.verb,
        status=state.status,
        message=state.message,
        iccids=state.iccids,
        cancellable=text(job.state) == models.JobState.QUEUED,
        requested_at=moment(job.created),
        finished_at=moment(job.ended),
        sims=state.sims,
        raw=job,
    )
