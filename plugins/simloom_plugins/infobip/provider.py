"""Infobip's IoT SIM management: every verb as a flow.

Everything is documented. Versions 1 and 2 of the path are mixed on purpose: the page's "Resource"
lines do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import evolve

from simloom.capabilities import Evidence, Support, Verb
from simloom.errors import InvalidParameter, UnsupportedOperation
from simloom.identifiers import Kind
from simloom.models import ActionState, ActionStatus, Page, Sim, SimStatus, Sms, Usage
from simloom.plugins.flows import call
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.values import records
from simloom_clients.infobip import models
from simloom_clients.infobip.api.diagnostics import run_diagnostic
from simloom_clients.infobip.api.sims import get_sim, list_sims, rename_sim, update_sim_status
from simloom_clients.infobip.api.sms import send_sms
from simloom_clients.infobip.api.usage import get_usage, list_monthly_usage
from simloom_plugins.infobip import mapping
from simloom_plugins.infobip.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from simloom.plugins.flows import Flow
    from simloom.transport.auth import BasicAuth, BearerAuth

MOST_PER_PAGE = 100
LONGEST_SMS = 160
"""Characters (section 6); the page says nothing about other alphabets."""

_THIS_MONTH = "the current month only, so far"
_DIAGNOSTIC = "the vendor's diagnostic: synchronises all services of the SIM again"
_NO_ID = "the answer is empty: the message has no id and cannot be looked up"


class Infobip(Provider):
    """SIMs whose changes run in the background under an action id that no request takes."""

    id: ClassVar[str] = mapping.ID
    title: ClassVar[str] = "Infobip IoT SIM management"
    settings_class: ClassVar[type[Settings]] = Settings
    listed_kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ICCID, Kind.IMSI, Kind.MSISDN})
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {"898110": Evidence.INFERRED}
    """The beginning of the ICCIDs in the page's examples."""
    settings: Settings

    def auth(self) -> BasicAuth | BearerAuth:
        """Return what signs requests: the API key if there is one, else HTTP Basic."""
        from simloom_plugins.infobip.auth import auth  # noqa: PLC0415  (needs httpx)

        settings = self.settings
        return auth(settings.username, settings.password, api_key=settings.api_key)

    @operation(Verb.LIST, list_sims)
    def list_page(
        self,
        number: int = 1,
        *,
        size: int | None = None,
        status: SimStatus | None = None,  # noqa: ARG002  (the vendor cannot: the client filters)
    ) -> Flow[Page[Sim]]:
        """Return one page of SIMs, at most 100; `status` is not sent and filters nothing here."""
        limit = _limit(number, size)
        answer = yield from call(list_sims.request(limit=limit, page=number))
        name = list_sims.OPERATION.id
        found = records(answer.sims, models.Sim, name, required=True)
        sims = [mapping.to_sim(sim, name) for sim in found]
        return mapping.to_page(sims, number, limit, answer.limit)

    @operation(Verb.GET, get_sim)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return one SIM."""
        record = yield from call(get_sim.request(iccid))
        return mapping.to_sim(record, get_sim.OPERATION.id)

    @operation(Verb.ACTIVATE, update_sim_status)
    def activate(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status Active."""
        return (yield from self._set_status(Verb.ACTIVATE, iccid, models.SimTargetStatus.ACTIVE))

    @operation(Verb.SUSPEND, update_sim_status)
    def suspend(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status Suspended."""
        return (yield from self._set_status(Verb.SUSPEND, iccid, models.SimTargetStatus.SUSPENDED))

    @operation(Verb.RESUME, update_sim_status)
    def resume(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status Active: the vendor does not tell resuming from activating."""
        return (yield from self._set_status(Verb.RESUME, iccid, models.SimTargetStatus.ACTIVE))

    @operation(Verb.SET_LABEL, rename_sim)
    def set_label(self, iccid: str, label: str) -> Flow[ActionState]:
        """Rename the SIM; its status has its own request and stays as it is."""
        record = yield from call(rename_sim.request(iccid, body=models.NameUpdate(name=label)))
        return self._accepted(Verb.SET_LABEL, iccid, record)

    @operation(Verb.USAGE, get_usage, support=Support.PARTIAL, note=_THIS_MONTH)
    def usage(
        self, iccid: str, *, start: dt.date | None = None, end: dt.date | None = None
    ) -> Flow[list[Usage]]:
        """Return the current month so far, as one entry without a period.

        `InvalidParameter` when a span is asked for: the vendor has no other month to tell.
        """
        if start is not None or end is not None:
            raise InvalidParameter(f"{self.id} tells {_THIS_MONTH}: leave start and end out")
        record = yield from call(get_usage.request(iccid))
        return [mapping.to_usage(record, get_usage.OPERATION.id)]

    @operation(Verb.MONTHLY_USAGE, list_monthly_usage)
    def monthly_usage_page(self, number: int = 1, *, size: int | None = None) -> Flow[Page[Usage]]:
        """Return the current month of up to 100 SIMs, entries without a period."""
        limit = _limit(number, size)
        answer = yield from call(list_monthly_usage.request(limit=limit, page=number))
        name = list_monthly_usage.OPERATION.id
        found = records(answer.usage, models.SimUsage, name, required=True)
        usage = [mapping.to_usage(record, name) for record in found]
        return mapping.to_page(usage, number, limit, answer.limit)

    @operation(Verb.SEND_SMS, send_sms, note=_NO_ID)
    def send_sms(self, iccid: str, text: str) -> Flow[Sms]:
        """Send a message of at most 160 characters; a longer one raises `InvalidParameter`."""
        if len(text) > LONGEST_SMS:
            raise InvalidParameter(
                f"the message has {len(text)} characters, the vendor takes {LONGEST_SMS} at most"
            )
        yield from call(send_sms.request(iccid, body=models.SmsText(text=text)))
        return Sms(provider=self.id, iccid=iccid, text=text, direction="mt")

    @operation(Verb.RESET_CONNECTIVITY, run_diagnostic, note=_DIAGNOSTIC)
    def reset_connectivity(self, iccid: str) -> Flow[ActionState]:
        """Run the vendor's diagnostic."""
        record = yield from call(run_diagnostic.request(iccid))
        return self._accepted(Verb.RESET_CONNECTIVITY, iccid, record)

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Read the SIMs again: done when all have the expected status, else as pending as before.

        No request takes an action id, so an action without an expected status becomes unknown.
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
        """Raise `UnsupportedOperation`: no request takes an action id."""
        note = f"no request takes the id of {action.verb}; it is for questions to the vendor"
        raise UnsupportedOperation("cancel", self.id, note=note)

    def _set_status(
        self, verb: Verb, iccid: str, status: models.SimTargetStatus
    ) -> Flow[ActionState]:
        body = models.StatusUpdate(status=status)
        record = yield from call(update_sim_status.request(iccid, body=body))
        return self._accepted(verb, iccid, record, expected=mapping.STATUSES[status])

    def _accepted(
        self,
        verb: Verb,
        iccid: str,
        record: models.ActionAccepted,
        *,
        expected: SimStatus | None = None,
    ) -> ActionState:
        return ActionState(
            provider=self.id,
            verb=verb.value,
            id=mapping.action_id(record),
            iccids=(iccid,),
            expected=expected,
            raw=record,
        )


def _limit(number: int, size: int | None) -> int:
    """Return the size to ask for: always sent, as a shorter page is how the end shows."""
    if number < 1:
        raise InvalidParameter(f"page {number}: pages count from 1")
    if size is not None and size < 1:
        raise InvalidParameter(f"a page cannot have {size} entries")
    return MOST_PER_PAGE if size is None else min(size, MOST_PER_PAGE)
