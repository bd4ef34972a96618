"""TelcoAPI's Physical SIM API: every verb as a flow.

All operations and bodies are documented; base URL, authentication and the list of states are
inferred. Errors are problem documents (RFC 9457).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve

from simloom.capabilities import Evidence, Verb
from simloom.errors import NotFound, UnsupportedOperation
from simloom.identifiers import Kind
from simloom.models import ActionState, ActionStatus, Page, PinResult, Sim, SimStatus
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.values import text
from simloom_clients.telcoapi import models
from simloom_clients.telcoapi.api.pins import reset_pin, unblock_pin
from simloom_clients.telcoapi.api.sims import (
    delete_sim,
    get_sim,
    list_sims,
    provision_sim,
    update_sim_state,
)
from simloom_plugins.telcoapi import events, mapping
from simloom_plugins.telcoapi.checks import given, iccid_of, page_number, pin_type, told
from simloom_plugins.telcoapi.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.events.types import Event
    from simloom.plugins.flows import Flow
    from simloom.runtime import Secret
    from simloom.transport.auth import BearerAuth

_DELETES = "terminate and delete are the same request: the SIM is gone for good"


class TelcoApi(Provider):
    """Physical SIMs with their PINs and keys; every answer to a write is final.

    ICCIDs of other than 19 or 20 digits raise `InvalidParameter` before anything is sent.
    """

    id: ClassVar[str] = mapping.ID
    title: ClassVar[str] = "TelcoAPI Physical SIM API"
    settings_class: ClassVar[type[Settings]] = Settings
    webhook_methods: ClassVar[frozenset[str]] = events.METHODS
    listed_kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ICCID, Kind.IMSI, Kind.MSISDN})
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {"894412": Evidence.INFERRED}
    """The beginning of the ICCIDs in the reference's examples."""
    settings: Settings

    def auth(self) -> BearerAuth:
        """Return what signs requests: the API key as bearer (inferred)."""
        from simloom_plugins.telcoapi.auth import auth  # noqa: PLC0415  (needs httpx)

        return auth(self.settings.api_key)

    @classmethod
    def read_webhook(cls, method: str, raw: Mapping[str, Any]) -> Event:  # noqa: ARG003
        """Return one of the five events."""
        return events.read_webhook(raw)

    @operation(Verb.LIST, list_sims)
    def list_page(
        self,
        number: int = 1,
        *,
        size: int | None = None,
        status: SimStatus | None = None,
        vendor: str | None = None,
        sort: str | None = None,
    ) -> Flow[Page[Sim]]:
        """Return one page of SIMs, without their secrets.

        The vendor filters by `status`; one that it has no state for gives an empty page at once.
        `UNKNOWN` stands for states that nobody knows, so it is not sent and filters nothing here.
        `vendor` is the maker of the card, `sort` a field and direction like `created_at:desc`.
        """
        number = page_number(number, size)
        state = None if status is None else mapping.STATES.get(status)
        if state is None and status not in {None, SimStatus.UNKNOWN}:
            return Page(items=[], number=number, more=False, total_pages=0, total=0)
        answer = yield from call(
            list_sims.request(
                state=told(state),
                vendor=told(vendor),
                page=number,
                per_page=told(size),
                sort=told(sort),
            )
        )
        return mapping.to_page(answer, number, size, list_sims.OPERATION.id)

    @operation(Verb.GET, get_sim)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return one SIM; its PINs, PUKs and keys are in `raw`, masked until `reveal()`."""
        record = yield from call(get_sim.request(iccid_of(iccid)))
        return mapping.to_sim(record, get_sim.OPERATION.id)

    @operation(Verb.ACTIVATE, update_sim_state)
    def activate(self, iccid: str, *, reason: str | None = None) -> Flow[ActionState]:
        """Set the state ACTIVE; `reason` comes back in the vendor's webhook."""
        return (yield from self._set_state(Verb.ACTIVATE, iccid, models.SimState.ACTIVE, reason))

    @operation(Verb.SUSPEND, update_sim_state)
    def suspend(self, iccid: str, *, reason: str | None = None) -> Flow[ActionState]:
        """Set the state SUSPENDED; `reason` comes back in the vendor's webhook."""
        return (yield from self._set_state(Verb.SUSPEND, iccid, models.SimState.SUSPENDED, reason))

    @operation(Verb.RESUME, update_sim_state)
    def resume(self, iccid: str, *, reason: str | None = None) -> Flow[ActionState]:
        """Set the state ACTIVE: the vendor does not tell resuming from activating."""
        return (yield from self._set_state(Verb.RESUME, iccid, models.SimState.ACTIVE, reason))

    @operation(Verb.TERMINATE, delete_sim, note=_DELETES)
    def terminate(self, iccid: str) -> Flow[ActionState]:
        """Delete the SIM: the vendor knows no other end."""
        return (yield from self._delete(Verb.TERMINATE, iccid))

    @operation(Verb.DELETE, delete_sim, note=_DELETES)
    def delete(self, iccid: str) -> Flow[ActionState]:
        """Delete the SIM."""
        return (yield from self._delete(Verb.DELETE, iccid))

    @operation(Verb.PROVISION, provision_sim)
    def provision(  # noqa: PLR0913  (the members of the vendor's body)
        self,
        iccid: str,
        *,
        imsi: str | None = None,
        msisdn: str | None = None,
        vendor: str | None = None,
        pin1: str | Secret | None = None,
        pin2: str | Secret | None = None,
        puk1: str | Secret | None = None,
        puk2: str | Secret | None = None,
        ki: str | Secret | None = None,
        opc: str | Secret | None = None,
    ) -> Flow[Sim]:
        """Put a SIM into the inventory.

        Which members may be left out is not documented. The result is what the vendor repeats:
        ICCID, state and times.
        """
        body = models.SimProvisioning(
            iccid=iccid_of(iccid),
            imsi=told(imsi),
            msisdn=told(msisdn),
            vendor=told(vendor),
            pin1=told(pin1),
            pin2=told(pin2),
            puk1=told(puk1),
            puk2=told(puk2),
            ki=told(ki),
            opc=told(opc),
        )
        record = yield from call(provision_sim.request(body=body))
        return mapping.to_sim(record, provision_sim.OPERATION.id)

    @operation(Verb.RESET_PIN, reset_pin)
    def reset_pin(
        self, iccid: str, *, current_pin: str | Secret, new_pin: str | Secret, pin: str = "PIN1"
    ) -> Flow[PinResult]:
        """Change a PIN; a wrong `current_pin` uses up an attempt."""
        body = models.PinReset(
            pin_type=pin_type(pin),
            current_pin=given("current_pin", current_pin),
            new_pin=given("new_pin", new_pin),
        )
        answer = yield from call_detailed(reset_pin.request(iccid_of(iccid), body=body))
        return mapping.to_pin_result(iccid, answer, reset_pin.OPERATION.id)

    @operation(Verb.UNBLOCK_PIN, unblock_pin)
    def unblock_pin(
        self, iccid: str, *, puk: str | Secret, new_pin: str | Secret, pin: str = "PIN1"
    ) -> Flow[PinResult]:
        """Unblock a PIN; a wrong `puk` uses up one of few attempts."""
        body = models.PinUnblock(
            pin_type=pin_type(pin), puk=given("puk", puk), new_pin=given("new_pin", new_pin)
        )
        answer = yield from call_detailed(unblock_pin.request(iccid_of(iccid), body=body))
        return mapping.to_pin_result(iccid, answer, unblock_pin.OPERATION.id)

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Return a final action as it is; settle an unclear one by reading the SIMs again."""
        if action.status.is_final or action.expected is None or not action.iccids:
            return action
        for iccid in action.iccids:
            if (yield from self._status(iccid)) is not action.expected:
                return action
        return evolve(action, status=ActionStatus.DONE)

    def cancel(self, action: ActionState) -> Flow[ActionState]:
        """Raise `UnsupportedOperation`: every answer is final."""
        note = f"{action.verb} is final once it is answered"
        raise UnsupportedOperation("cancel", self.id, note=note)

    def _status(self, iccid: str) -> Flow[SimStatus]:
        """Return the status of a SIM, `DELETED` when the vendor knows no such SIM."""
        try:
            sim = yield from self.get(iccid)
        except NotFound:
            return SimStatus.DELETED
        return sim.status

    def _set_state(
        self, verb: Verb, iccid: str, state: models.SimState, reason: str | None
    ) -> Flow[ActionState]:
        body = models.SimStateUpdate(state=state, reason=told(reason))
        record = yield from call(update_sim_state.request(iccid_of(iccid), body=body))
        now = text(record.state)
        return ActionState(
            provider=self.id,
            verb=verb.value,
            status=ActionStatus.DONE if now == state else ActionStatus.UNKNOWN,
            message=None if now == state else f"the vendor answered with the state {now}",
            iccids=(iccid,),
            expected=mapping.STATUSES[state],
            raw=record,
        )

    def _delete(self, verb: Verb, iccid: str) -> Flow[ActionState]:
        record = yield from call(delete_sim.request(iccid_of(iccid)))
        outcomes = {True: ActionStatus.DONE, False: ActionStatus.FAILED}
        success = record.success if isinstance(record.success, bool) else None
        return ActionState(
            provider=self.id,
            verb=verb.value,
            status=ActionStatus.UNKNOWN if success is None else outcomes[success],
            iccids=(iccid,),
            expected=SimStatus.DELETED,
            raw=record,
        )
