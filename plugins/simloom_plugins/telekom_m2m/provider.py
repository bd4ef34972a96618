"""Deutsche Telekom M2M Service Portal 3.0 as flows.

Actions run in the background: each returns a pending `ActionState` with the vendor's signup id, and
`refresh` tells how it goes. Every SIM is looked up under the partner of the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.capabilities import Evidence, Support, Verb
from simloom.errors import DecodeError, NotFound, UnsupportedOperation
from simloom.identifiers import Kind
from simloom.plugins.flows import call, call_detailed
from simloom.plugins.lookups import LookupOffer
from simloom.plugins.operations import operation
from simloom.plugins.specs import hookimpl
from simloom.plugins.types import EventSource, EventTransport
from simloom.plugins.values import identifier as named
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.sessions import get_sim_session, get_sim_session_history
from simloom_clients.telekom_m2m.api.sims import (
    get_sim_details,
    get_sim_details_by_identifier,
    list_sims,
)
from simloom_clients.telekom_m2m.api.sms import get_sms_history, send_message
from simloom_clients.telekom_m2m.api.usage import get_pool_usage
from simloom_plugins.telekom_m2m import actions, bodies, events, mapping, traffic
from simloom_plugins.telekom_m2m.auth import auth as sign_in
from simloom_plugins.telekom_m2m.bulk import find_actions, send_many
from simloom_plugins.telekom_m2m.mapping import PROVIDER
from simloom_plugins.telekom_m2m.ordering import Ordering
from simloom_plugins.telekom_m2m.settings import Settings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from simloom.identifiers import Identifier
    from simloom.models import (
        Connectivity,
        Event,
        Page,
        PoolUsage,
        SessionEvent,
        Sim,
        SimStatus,
        Sms,
        Usage,
    )
    from simloom.plugins.flows import Flow
    from simloom.runtime import Request
    from simloom.transport.auth import TokenAuth

_UNIT = "the vendor states no unit for volumes: bytes only with `bytes_per_unit`, figures in `raw`"
_PERIOD = "the period is the vendor's and cannot be chosen"


class TelekomM2m(Ordering):
    """SIMs of one partner of the M2M Service Portal.

    A 403 "Limit exceeded" is a `QuotaExceeded`, any other 403 a `PermissionDenied`: the application
    is read-only, its address is not on the allow-list, or the SIM is another partner's.
    """

    id: ClassVar[str] = PROVIDER
    title: ClassVar[str] = "Deutsche Telekom M2M Service Portal 3.0"
    settings_class: ClassVar[type[Settings]] = Settings
    action_streams: ClassVar[frozenset[str]] = frozenset({"simaction"})

    def auth(self) -> TokenAuth[models.AccessToken]:
        """Return what signs requests."""
        given = self.settings
        return sign_in(
            given.client_id, given.client_secret, token_url=given.token_url, scope=given.scope
        )

    # Events

    @hookimpl
    def simloom_event_source(self, settings: Settings) -> EventSource | None:
        """Return the streams: the portal shows an address for each type of event."""
        return EventSource(transport=EventTransport.SSE, urls=settings.event_urls)

    def read_event(self, raw: Mapping[str, Any]) -> Event:
        """Return an event from its parsed JSON."""
        return events.read_event(raw)

    def event_offset(self, raw: Mapping[str, Any]) -> str | None:
        """Return the offset that came with an event."""
        return events.offset(raw)

    # SIMs

    @operation(Verb.LIST, list_sims)
    def list_page(
        self,
        number: int = 1,
        *,
        size: int | None = None,
        status: SimStatus | None = None,  # noqa: ARG002  (the vendor cannot filter by it)
    ) -> Flow[Page[Sim]]:
        """Return one page of SIMs of any status; names of paging parameters are inferred."""
        answer = yield from call(
            list_sims.request(self.partner, page=number, page_size=bodies.given(size))
        )
        return mapping.sim_page(answer, number, size, list_sims.OPERATION.id)

    @operation(Verb.GET, get_sim_details)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return a SIM."""
        details = yield from self._details(get_sim_details.request(self.partner, iccid))
        return mapping.sim(details, iccid)

    def get_by_identifier(self, kind: str, value: str) -> Flow[Sim]:
        """Return the SIM with an identifier, which travels in the body and never in a URL.

        `kind` is `iccid`, `eid`, `imsi`, `imei` (an IMEISV counts as one) or `msisdn`; which of
        them work depends on the SIM's type and status. The path is inferred.
        """
        body = bodies.reference(kind, value)
        details = yield from self._details(
            get_sim_details_by_identifier.request(self.partner, body=body)
        )
        return mapping.sim(details, value if kind == "iccid" else "")

    lookups: ClassVar[Mapping[Kind, LookupOffer]] = dict.fromkeys(
        Kind, LookupOffer(operation=get_sim_details_by_identifier.OPERATION, complete=False)
    )
    """Inferred; it names one SIM, so it would hide that an IMEI or EID is shared."""
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {"894902": Evidence.INFERRED}
    """Germany and Deutsche Telekom's 02 (ITU-T E.118 list of issuers); the document names none."""

    def lookup(self, identifier: Identifier) -> Flow[list[Sim]]:
        """Return the SIM with an identifier, which travels in the body."""
        try:
            sim = yield from self.get_by_identifier(identifier.kind.value, str(identifier))
        except NotFound:
            return []
        named(sim.iccid, get_sim_details_by_identifier.OPERATION.id)
        return [sim]

    # Actions: one shape, in a module of their own

    activate = actions.activate
    suspend = actions.suspend
    resume = actions.resume
    block = actions.block
    unblock = actions.unblock
    terminate = actions.terminate
    reset_limit = actions.reset_limit
    override_limit = actions.override_limit
    restore_limit = actions.restore_limit
    reset_fraud = actions.reset_fraud
    set_label = actions.set_label
    bind_eid = actions.bind_eid
    modify_profiles = actions.modify_profiles
    change_tariff = actions.change_tariff
    change_option = actions.change_option
    book_option = actions.book_option
    terminate_option = actions.terminate_option
    list_actions_page = actions.list_actions_page
    refresh = actions.refresh
    cancel = actions.cancel
    reset_connectivity = actions.reset_connectivity
    bulk = send_many
    find_actions = find_actions

    # Usage, sessions, messages

    @operation(Verb.USAGE, get_sim_details, support=Support.PARTIAL, note=f"{_PERIOD}; {_UNIT}")
    def usage(
        self,
        iccid: str,
        *,
        start: dt.date | None = None,
        end: dt.date | None = None,
        bytes_per_unit: float | None = None,
    ) -> Flow[list[Usage]]:
        """Return the aggregated volumes of a SIM, indicative only, or nothing where there are none.

        `start` and `end` are refused. The volumes become bytes only with `bytes_per_unit`.
        """
        if start is not None or end is not None:
            raise UnsupportedOperation("usage", self.id, note=_PERIOD)
        details = yield from self._details(get_sim_details.request(self.partner, iccid))
        return traffic.usage(details, iccid, bytes_per_unit)

    @operation(Verb.POOL_USAGE, get_pool_usage)
    def pool_usage(self) -> Flow[list[PoolUsage]]:
        """Return what is used of the partner's data, voice and SMS pools."""
        answer = yield from call(get_pool_usage.request(self.partner))
        return traffic.pool_usage(answer)

    @operation(Verb.CONNECTIVITY, get_sim_session, note=_UNIT)
    def connectivity(
        self,
        iccid: str,
        *,
        parallel_sessions: bool | None = None,
        bytes_per_unit: float | None = None,
    ) -> Flow[Connectivity]:
        """Return the present session of a SIM.

        `parallel_sessions` asks for all of them, if that service is booked: the latest counts, the
        others are in `raw`. The volumes become bytes only with `bytes_per_unit`.
        """
        request = get_sim_session.request(
            self.partner, iccid, parallel_sessions=bodies.given(parallel_sessions)
        )
        answer = yield from call(request)
        return traffic.connectivity(answer, iccid, bytes_per_unit)

    @operation(Verb.SESSION_HISTORY, get_sim_session_history, note=_UNIT)
    def session_history_page(
        self,
        iccid: str,
        number: int = 1,
        *,
        size: int | None = None,  # noqa: ARG002  (the vendor does not divide the history)
        start: dt.date | None = None,
        end: dt.date | None = None,
        bytes_per_unit: float | None = None,
    ) -> Flow[Page[SessionEvent]]:
        """Return past sessions on one page; without `start` and `end` of the vendor's own span.

        The volumes become bytes only with `bytes_per_unit`.
        """
        if number > 1:
            return mapping.single_page([], number)
        answer = yield from call(
            get_sim_session_history.request(
                self.partner, iccid, date_from=bodies.day(start), date_to=bodies.day(end)
            )
        )
        return mapping.single_page(traffic.session_events(answer, iccid, bytes_per_unit), number)

    @operation(
        Verb.SEND_SMS, send_message, note="the vendor allows it for diagnostics of single SIMs only"
    )
    def send_sms(self, iccid: str, text: str) -> Flow[Sms]:
        """Send one SMS to a SIM."""
        answer = yield from call(
            send_message.request(self.partner, iccid, body=bodies.message(text))
        )
        return traffic.sent_sms(answer, iccid, text)

    @operation(Verb.LIST_SMS, get_sms_history, note="the vendor does not tell the texts")
    def list_sms_page(
        self,
        iccid: str,
        number: int = 1,
        *,
        size: int | None = None,  # noqa: ARG002  (the vendor does not divide the history)
        start: dt.date | None = None,
        end: dt.date | None = None,
    ) -> Flow[Page[Sms]]:
        """Return the messages from and to a SIM on one page; `start` and `end` are days."""
        if number > 1:
            return mapping.single_page([], number)
        answer = yield from call(
            get_sms_history.request(
                self.partner, iccid, date_from=bodies.day(start), date_to=bodies.day(end)
            )
        )
        return mapping.single_page(traffic.sms_history(answer, iccid), number)

    def _details(self, request: Request[models.SimDetailsEnvelope]) -> Flow[models.SimDetails]:
        response = yield from call_detailed(request)
        details = response.parsed.sim_details
        if not isinstance(details, models.SimDetails):
            raise DecodeError(
                "the answer holds no SIM",
                operation=request.operation.id,
                status=response.status,
                pointer="/SimDetails",
                content=response.content,
            )
        return details
