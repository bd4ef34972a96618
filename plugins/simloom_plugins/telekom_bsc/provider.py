"""Telekom Business Smart Connect, a white label of 1NCE's API: every verb as a flow.

Paths are documented by the guide of 2019; names of fields come from 1NCE and are inferred. Errors
other than 400 have no body. 422 means that the SIM has expired.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve

from simloom.capabilities import Evidence, Support, Verb
from simloom.errors import UnsupportedOperation
from simloom.identifiers import Kind
from simloom.models import (
    ActionState,
    ActionStatus,
    Connectivity,
    Page,
    SessionEvent,
    Sim,
    SimStatus,
    Usage,
)
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.lookups import LookupOffer
from simloom.plugins.operations import operation
from simloom.plugins.values import records, text, whole
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.connectivity import (
    get_connectivity_info,
    list_events,
    reset_connectivity,
)
from simloom_clients.telekom_bsc.api.sims import get_sim, list_sims, update_sim
from simloom_clients.telekom_bsc.api.usage import get_usage
from simloom_plugins.telekom_bsc import events, mapping, paging
from simloom_plugins.telekom_bsc.changes import change, ended
from simloom_plugins.telekom_bsc.connectivity import to_connectivity
from simloom_plugins.telekom_bsc.history import within
from simloom_plugins.telekom_bsc.messaging import Messaging
from simloom_plugins.telekom_bsc.ordering import Ordering
from simloom_plugins.telekom_bsc.settings import Settings
from simloom_plugins.telekom_bsc.usage import to_usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.events.types import Event
    from simloom.identifiers import Identifier
    from simloom.plugins.flows import Flow
    from simloom.transport.auth import TokenAuth

_READS_FIRST = "reads the SIM first and sends its other values along; two requests"
_SIX_MONTHS = "at most the last six months (inferred)"
_PAGES_CUT = "the vendor cannot select by time: start and end are applied to each page"
_2G_3G = "says something only while the SIM is attached to a 2G or 3G network"


class TelekomBsc(Messaging, Ordering):
    """Business Smart Connect: SIMs are `Enabled` or `Disabled`, and nothing else.

    Every change of a SIM reads it first: see `simloom_plugins.telekom_bsc.changes`.
    """

    id: ClassVar[str] = mapping.ID
    title: ClassVar[str] = "Telekom Business Smart Connect"
    settings_class: ClassVar[type[Settings]] = Settings
    pages_ahead: ClassVar[int] = 1
    """The vendor takes 10 requests a second of an organisation; several at once would pass that."""
    webhook_methods: ClassVar[frozenset[str]] = events.METHODS
    settings: Settings

    def auth(self) -> TokenAuth[models.TokenResponse]:
        """Return what signs requests: HTTP Basic for a token, the token for everything else."""
        from simloom_plugins.telekom_bsc.auth import auth  # noqa: PLC0415  (needs httpx)

        settings = self.settings
        return auth(settings.username, settings.password, base_url=settings.base_url)

    @classmethod
    def read_webhook(cls, method: str, raw: Mapping[str, Any]) -> Event:
        """Return a delivery report or a message from a SIM."""
        return events.read_webhook(method, raw)

    @operation(Verb.LIST, list_sims)
    def list_page(
        self,
        number: int = 1,
        *,
        size: int | None = None,
        status: SimStatus | None = None,  # noqa: ARG002  (the vendor cannot: the client filters)
    ) -> Flow[Page[Sim]]:
        """Return one page of SIMs, at most 100; `status` is not sent and filters nothing here."""
        place = paging.Place.of(number, size, paging.SIMS)
        answer = yield from call_detailed(
            list_sims.request(page=place.number, page_size=place.size)
        )
        name = list_sims.OPERATION.id
        found = records(answer.parsed, models.SimCard, name)
        return place.page([mapping.to_sim(sim, name) for sim in found], answer.headers)

    @operation(Verb.GET, get_sim)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return one SIM."""
        record = yield from call(get_sim.request(iccid))
        return mapping.to_sim(record, get_sim.OPERATION.id)

    lookups: ClassVar[Mapping[Kind, LookupOffer]] = {
        Kind.IMEI: LookupOffer(operation=list_sims.OPERATION, complete=True)
    }
    listed_kinds: ClassVar[frozenset[Kind]] = frozenset(Kind) - {Kind.EID}
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {"8988280": Evidence.INFERRED}
    """The beginning of the ICCIDs in the guide's examples (chapter 4)."""

    def second_imsi(self, sim: Sim) -> str | None:
        """Return the IMSI of a second profile (`imsi_2`)."""
        return text(sim.raw.imsi_2) if isinstance(sim.raw, models.SimCard) else None

    def lookup(self, identifier: Identifier) -> Flow[list[Sim]]:
        """Return the SIMs with an IMEI, which the vendor takes in the URL only (`q`, inferred)."""
        if identifier.kind is not Kind.IMEI:
            return (yield from super().lookup(identifier))
        answer = yield from call(
            list_sims.request(page=1, page_size=paging.SIMS, q=f"imei:{identifier}")
        )
        name = list_sims.OPERATION.id
        return [mapping.to_sim(sim, name) for sim in records(answer, models.SimCard, name)]

    @operation(Verb.ACTIVATE, get_sim, update_sim, note=_READS_FIRST)
    def activate(self, iccid: str) -> Flow[ActionState]:
        """Set the status `Enabled`; done at once, without a write, if it has it."""
        return (yield from self._set_status(Verb.ACTIVATE, iccid, models.SimStatus.ENABLED))

    @operation(Verb.SUSPEND, get_sim, update_sim, note=_READS_FIRST)
    def suspend(self, iccid: str) -> Flow[ActionState]:
        """Set the status `Disabled`; done at once, without a write, if it has it."""
        return (yield from self._set_status(Verb.SUSPEND, iccid, models.SimStatus.DISABLED))

    @operation(Verb.RESUME, get_sim, update_sim, note=_READS_FIRST)
    def resume(self, iccid: str) -> Flow[ActionState]:
        """Set the status `Enabled`: the vendor does not tell resuming from activating."""
        return (yield from self._set_status(Verb.RESUME, iccid, models.SimStatus.ENABLED))

    @operation(Verb.SET_LABEL, get_sim, update_sim, note=_READS_FIRST)
    def set_label(self, iccid: str, label: str) -> Flow[ActionState]:
        """Change the label; status and IMEI lock stay as they are."""
        yield from change(iccid, label=label)
        return ended(self.id, Verb.SET_LABEL, iccid)

    @operation(Verb.LOCK_IMEI, get_sim, update_sim, note=_READS_FIRST)
    def lock_imei(self, iccid: str) -> Flow[ActionState]:
        """Lock the SIM to the device it is in; status and label stay as they are."""
        yield from change(iccid, imei_lock=True)
        return ended(self.id, Verb.LOCK_IMEI, iccid)

    @operation(Verb.UNLOCK_IMEI, get_sim, update_sim, note=_READS_FIRST)
    def unlock_imei(self, iccid: str) -> Flow[ActionState]:
        """Let the SIM work in any device; status and label stay as they are."""
        yield from change(iccid, imei_lock=False)
        return ended(self.id, Verb.UNLOCK_IMEI, iccid)

    @operation(Verb.USAGE, get_usage, note=_SIX_MONTHS)
    def usage(
        self, iccid: str, *, start: dt.date | None = None, end: dt.date | None = None
    ) -> Flow[list[Usage]]:
        """Return the usage day by day, both ends included; MB are taken for 10**6 bytes (inferred).

        Without a span it is the vendor's own; further back than six months it tells nothing.
        """
        answer = yield from call(
            get_usage.request(
                iccid,
                start_dt=UNSET if start is None else _day(start),
                end_dt=UNSET if end is None else _day(end),
            )
        )
        days = records(answer.stats, models.DailyUsageEntry, get_usage.OPERATION.id)
        return [to_usage(iccid, entry) for entry in days]

    @operation(Verb.CONNECTIVITY, get_connectivity_info, support=Support.PARTIAL, note=_2G_3G)
    def connectivity(self, iccid: str) -> Flow[Connectivity]:
        """Return attachment and radio cell."""
        answer = yield from call_detailed(get_connectivity_info.request(iccid))
        return to_connectivity(iccid, answer)

    @operation(Verb.SESSION_HISTORY, list_events, note=_PAGES_CUT)
    def session_history_page(
        self,
        iccid: str,
        number: int = 1,
        *,
        size: int | None = None,
        start: dt.datetime | dt.date | None = None,
        end: dt.datetime | dt.date | None = None,
    ) -> Flow[Page[SessionEvent]]:
        """Return one page of network and management events, at most 1,000.

        With `start` or `end` (both included, a date is its whole UTC day) a page may hold fewer
        events than the vendor sent, even none, while `more` is true.
        """
        place = paging.Place.of(number, size, paging.EVENTS)
        answer = yield from call_detailed(
            list_events.request(iccid, page=place.number, page_size=place.size)
        )
        body = answer.parsed
        found = records(body.events, models.SimEvent, list_events.OPERATION.id)
        events = [mapping.to_event(iccid, event) for event in found]
        return place.page(
            [event for event in events if within(event, start, end)],
            answer.headers,
            received=len(found),
            total_pages=whole(body.total_pages),
            total=whole(body.total_events),
        )

    @operation(Verb.RESET_CONNECTIVITY, reset_connectivity)
    def reset_connectivity(self, iccid: str) -> Flow[ActionState]:
        """Queue a reset; the vendor never tells when it is done."""
        yield from call(reset_connectivity.request(iccid))
        verb = Verb.RESET_CONNECTIVITY.value
        return ActionState(
            provider=self.id, verb=verb, iccids=(iccid,), message="placed into the vendor's queue"
        )

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Read the SIMs again: done when all have the expected status, else as pending as before.

        The vendor knows no actions, so one without an expected status becomes unknown.
        """
        if action.status.is_final:
            return action
        if action.expected is None or not action.iccids:
            return evolve(action, status=ActionStatus.UNKNOWN)
        for iccid in action.iccids:
            sim = yield from self.get(iccid)
            if sim.status is not action.expected:
                return evolve(action, status=ActionStatus.PENDING)
        return evolve(action, status=ActionStatus.DONE)

    def cancel(self, action: ActionState) -> Flow[ActionState]:
        """Raise `UnsupportedOperation`: what is sent cannot be called back."""
        note = f"{action.verb} cannot be called back; set the SIM's former state instead"
        raise UnsupportedOperation("cancel", self.id, note=note)

    def _set_status(self, verb: Verb, iccid: str, status: models.SimStatus) -> Flow[ActionState]:
        sent = yield from change(iccid, status=status)
        return ActionState(
            provider=self.id,
            verb=verb.value,
            status=ActionStatus.PENDING if sent else ActionStatus.DONE,
            iccids=(iccid,),
            expected=mapping.STATUSES[status],
        )


def _day(day: dt.date) -> dt.date:
    """Drop the time of day: the vendor takes `YYYY-MM-DD` only."""
    return day.date() if isinstance(day, dt.datetime) else day
