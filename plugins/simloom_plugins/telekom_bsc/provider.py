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
    Order,
    Page,
    Product,
    Quota,
    SessionEvent,
    Sim,
    SimStatus,
    Sms,
    Usage,
)
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.lookups import LookupOffer
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.values import records, whole
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.connectivity import (
    get_connectivity_info,
    list_events,
    reset_connectivity,
)
from simloom_clients.telekom_bsc.api.orders import create_order, get_order, list_orders
from simloom_clients.telekom_bsc.api.products import list_products
from simloom_clients.telekom_bsc.api.quota import get_data_quota, get_sms_quota, top_up_sim
from simloom_clients.telekom_bsc.api.sims import get_sim, list_sims, update_sim
from simloom_clients.telekom_bsc.api.sms import cancel_sms, get_sms, list_sms, send_sms
from simloom_clients.telekom_bsc.api.usage import get_usage
from simloom_plugins.telekom_bsc import events, mapping, paging
from simloom_plugins.telekom_bsc.changes import change
from simloom_plugins.telekom_bsc.connectivity import to_connectivity
from simloom_plugins.telekom_bsc.history import within
from simloom_plugins.telekom_bsc.orders import new_order, order_id, paid_by
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
_NO_NUMBER = "the answer does not name the order: find it in the list of orders"
_NO_ID = "the answer does not name the message: find it in the list of SMS"


class TelekomBsc(Provider):
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
        return self._done(Verb.SET_LABEL, iccid)

    @operation(Verb.LOCK_IMEI, get_sim, update_sim, note=_READS_FIRST)
    def lock_imei(self, iccid: str) -> Flow[ActionState]:
        """Lock the SIM to the device it is in; status and label stay as they are."""
        yield from change(iccid, imei_lock=True)
        return self._done(Verb.LOCK_IMEI, iccid)

    @operation(Verb.UNLOCK_IMEI, get_sim, update_sim, note=_READS_FIRST)
    def unlock_imei(self, iccid: str) -> Flow[ActionState]:
        """Let the SIM work in any device; status and label stay as they are."""
        yield from change(iccid, imei_lock=False)
        return self._done(Verb.UNLOCK_IMEI, iccid)

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

    @operation(Verb.SEND_SMS, send_sms, note=_NO_ID)
    def send_sms(
        self, iccid: str, text: str, *, source_address: str | None = None, dcs: int | None = None
    ) -> Flow[Sms]:
        """Send a message to the SIM; the result has no id.

        `source_address` is the sender the SIM sees (the guide shows an ICCID), `dcs` the coding of
        `text`: 0 is GSM 7-bit, 4 is 8-bit data, 8 is UCS-2; left out, the vendor decides.
        """
        body = models.SmsMessage(
            payload=text,
            source_address=UNSET if source_address is None else source_address,
            dcs=UNSET if dcs is None else models.SmsDataCoding(dcs),
        )
        yield from call(send_sms.request(iccid, body=body))
        return Sms(provider=self.id, iccid=iccid, text=text, direction="mt")

    @operation(Verb.LIST_SMS, list_sms)
    def list_sms_page(
        self, iccid: str, number: int = 1, *, size: int | None = None
    ) -> Flow[Page[Sms]]:
        """Return one page of the messages in both directions, at most 100."""
        place = paging.Place.of(number, size, paging.SMS)
        answer = yield from call_detailed(
            list_sms.request(iccid, page=place.number, page_size=place.size)
        )
        name = list_sms.OPERATION.id
        found = records(answer.parsed, models.SmsData, name)
        return place.page([mapping.to_sms(iccid, sms, name) for sms in found], answer.headers)

    @operation(Verb.GET_SMS, get_sms)
    def get_sms(self, iccid: str, sms_id: str) -> Flow[Sms]:
        """Return one message."""
        record = yield from call(get_sms.request(iccid, sms_id))
        return mapping.to_sms(iccid, record, get_sms.OPERATION.id)

    @operation(Verb.CANCEL_SMS, cancel_sms)
    def cancel_sms(self, iccid: str, sms_id: str) -> Flow[ActionState]:
        """Cancel a message that is not delivered yet; an unknown one may look the same (no 404)."""
        yield from call(cancel_sms.request(iccid, sms_id))
        return self._done(Verb.CANCEL_SMS, iccid)

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

    @operation(Verb.QUOTA, get_data_quota, get_sms_quota)
    def quota(self, iccid: str) -> Flow[list[Quota]]:
        """Return what remains of the data volume (in MB) and of the SMS; two requests."""
        data = yield from call(get_data_quota.request(iccid))
        sms = yield from call(get_sms_quota.request(iccid))
        return [
            mapping.to_quota(iccid, "data", "MB", data),
            mapping.to_quota(iccid, "sms", "sms", sms),
        ]

    @operation(Verb.TOP_UP, top_up_sim)
    def top_up(self, iccid: str, *, payment_method: str | None = None) -> Flow[Order]:
        """Buy volume for one SIM; costs money each time.

        The number of the order is empty when the answer has no `Location`. Methods of payment
        (inferred): `banktransfer`, `boleto`, `creditcard`, `monthlyinvoice`. The vendor takes an
        unknown one for a bank transfer, so it is refused here.
        """
        method = UNSET if payment_method is None else paid_by(payment_method)
        answer = yield from call_detailed(top_up_sim.request(iccid, payment_method=method))
        return Order(
            provider=self.id,
            number=mapping.order_number(answer.headers),
            kind=models.OrderType.TOPUP.value,
            iccids=(iccid,),
        )

    @operation(Verb.LIST_ORDERS, list_orders)
    def list_orders_page(self, number: int = 1, *, size: int | None = None) -> Flow[Page[Order]]:
        """Return one page of orders, at most 10."""
        place = paging.Place.of(number, size, paging.ORDERS)
        answer = yield from call_detailed(
            list_orders.request(page=place.number, page_size=place.size)
        )
        name = list_orders.OPERATION.id
        found = records(answer.parsed, models.Order, name)
        return place.page([mapping.to_order(order, name) for order in found], answer.headers)

    @operation(Verb.GET_ORDER, get_order)
    def get_order(self, number: str) -> Flow[Order]:
        """Return one order; `number` is digits only."""
        record = yield from call(get_order.request(order_id(number)))
        return mapping.to_order(record, get_order.OPERATION.id)

    @operation(Verb.ORDER, create_order, note=_NO_NUMBER)
    def order(
        self,
        *,
        products: Mapping[str, int],
        delivery_address: models.Address | None = None,
        customer_reference: str | None = None,
    ) -> Flow[Order]:
        """Place a binding order.

        `products` maps product ids to quantities. Without an address the vendor takes the account's
        default one and refuses when there are several. The order's number is usually empty: the
        vendor does not promise to tell it.
        """
        body = new_order(products, delivery_address, customer_reference)
        answer = yield from call_detailed(create_order.request(body=body))
        number = mapping.order_number(answer.headers)
        return Order(provider=self.id, number=number, raw=answer.parsed)

    @operation(Verb.LIST_PRODUCTS, list_products)
    def list_products(self) -> Flow[list[Product]]:
        """Return everything that can be ordered, in one answer."""
        answer = yield from call(list_products.request())
        name = list_products.OPERATION.id
        return [mapping.to_product(item, name) for item in records(answer, models.Product, name)]

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

    def _done(self, verb: Verb, iccid: str) -> ActionState:
        """Return the state of a change that the vendor's 200 ends (guide 2.2: synchronous)."""
        return ActionState(
            provider=self.id, verb=verb.value, status=ActionStatus.DONE, iccids=(iccid,)
        )


def _day(day: dt.date) -> dt.date:
    """Drop the time of day: the vendor takes `YYYY-MM-DD` only."""
    return day.date() if isinstance(day, dt.datetime) else day
