"""Acme Cards: every verb as a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve

from simloom.capabilities import Evidence, Support, Verb
from simloom.errors import InvalidParameter, UnsupportedOperation
from simloom.identifiers import Kind
from simloom.models import ActionState, ActionStatus, Event, Page, Sim, SimStatus, Sms, Usage
from simloom.plugins import (
    ChunkPolicy,
    EventSource,
    EventTransport,
    Lookup,
    LookupOffer,
    OnReject,
    Provider,
    ResolutionPlan,
    call,
    hookimpl,
    operation,
)
from simloom.plugins.values import records, text
from simloom.runtime import UNSET
from simloom_acme import cardnumbers, mapping, webhooks
from simloom_acme.cursors import Cursors
from simloom_acme.jobs import find_actions, jobs_asked
from simloom_acme.settings import Settings
from simloom_acme_client import models
from simloom_acme_client.api.cards import (
    change_status,
    end_card,
    get_card,
    get_usage,
    list_cards,
    rename_card,
)
from simloom_acme_client.api.jobs import cancel_job, get_job, list_jobs
from simloom_acme_client.api.messages import list_messages, send_message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from simloom.events.webhookguard import HmacVerifier
    from simloom.identifiers import Identifier
    from simloom.plugins import Flow
    from simloom.runtime import Secret, Unset
    from simloom_acme.auth import HeaderKey

MOST_PER_PAGE = 50
LONGEST_TEXT = 160
ANSWERED_AT_ONCE = 5
"""Cards that one change may have without becoming a job."""


class Acme(Provider):
    """Cards with a status object. Small changes are done when answered, others become jobs."""

    id: ClassVar[str] = mapping.ID
    title: ClassVar[str] = "Acme Cards"
    settings_class: ClassVar[type[Settings]] = Settings
    api_version: ClassVar[str] = "1.0"
    not_written: ClassVar[Mapping[Verb, str]] = {
        Verb.QUOTA: "the vendor shows allowances in its portal, and promises them for its version 2"
    }
    webhook_methods: ClassVar[frozenset[str]] = webhooks.METHODS
    webhook_secret: ClassVar[str] = "webhook_secret"
    settings: Settings

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._cursors = Cursors()

    @property
    def customer(self) -> str:
        """Whom the vendor's limits are counted for."""
        return self.settings.account or super().customer

    def auth(self) -> HeaderKey:
        """Return what adds the key."""
        from simloom_acme.auth import HeaderKey  # noqa: PLC0415  (needs httpx)

        return HeaderKey(self.settings.api_key)

    # Reading

    @operation(Verb.LIST, list_cards)
    def list_page(
        self, number: int = 1, *, size: int | None = None, status: SimStatus | None = None
    ) -> Flow[Page[Sim]]:
        """Return one page; `UNKNOWN` and what the vendor has no word for filters nothing here."""
        if size is not None and size < 1:
            raise InvalidParameter("a page has at least one entry")
        limit = min(size or MOST_PER_PAGE, MOST_PER_PAGE)
        code = UNSET if status is None else mapping.CODES.get(status, UNSET)

        def ask(cursor: str | Unset) -> Flow[tuple[list[Sim], str | None]]:
            request = list_cards.request(cursor=cursor, limit=limit, status=code)
            answer = yield from call(request)
            return _sims(answer), text(answer.next_cursor)

        return (yield from self._cursors.page(number, ("cards", limit, status), ask))

    @operation(Verb.GET, get_card)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return one SIM."""
        card = yield from call(get_card.request(iccid))
        return mapping.to_sim(card, get_card.OPERATION.id)

    lookups: ClassVar[Mapping[Kind, LookupOffer]] = {
        Kind.IMSI: LookupOffer(operation=list_cards.OPERATION, complete=True)
    }
    listed_kinds: ClassVar[frozenset[Kind]] = frozenset({Kind.ICCID, Kind.IMSI, Kind.MSISDN})
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {cardnumbers.PREFIX: Evidence.DOCUMENTED}

    def lookup(self, identifier: Identifier) -> Flow[list[Sim]]:
        """Return the card with an IMSI."""
        if identifier.kind is not Kind.IMSI:
            return (yield from super().lookup(identifier))
        return _sims((yield from call(list_cards.request(imsi=str(identifier)))))

    @operation(Verb.USAGE, get_usage, note="at most 90 days back")
    def usage(
        self, iccid: str, *, start: dt.date | None = None, end: dt.date | None = None
    ) -> Flow[list[Usage]]:
        """Return the usage day by day, both ends included; days without traffic are left out."""
        answer = yield from call(get_usage.request(iccid, from_=start or UNSET, to=end or UNSET))
        days = records(answer.days, models.UsageDay, get_usage.OPERATION.id, required=True)
        return [mapping.to_usage(record, iccid) for record in days]

    @operation(
        Verb.LIST_SMS, list_messages, support=Support.PARTIAL, note="the last 100 messages only"
    )
    def list_sms_page(self, iccid: str, number: int = 1) -> Flow[Page[Sms]]:
        """Return the last messages to a card, all on one page."""
        if number > 1:
            return Page(items=[], number=number, more=False)
        answer = yield from call(list_messages.request(iccid))
        name = list_messages.OPERATION.id
        found = records(answer.messages, models.Message, name, required=True)
        return Page(items=[mapping.to_sms(one, iccid) for one in found], number=1, more=False)

    @operation(Verb.LIST_ACTIONS, list_jobs)
    def list_actions_page(self, number: int = 1) -> Flow[Page[ActionState]]:
        """Return one page of jobs, the latest first; `live` is the vendor's word for two verbs."""
        return (yield from self._cursors.page(number, ("jobs",), jobs_asked))

    # Changing

    @operation(Verb.ACTIVATE, change_status)
    def activate(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status `live`."""
        return (yield from self._change(Verb.ACTIVATE, (iccid,)))

    @operation(Verb.SUSPEND, change_status)
    def suspend(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status `paused`."""
        return (yield from self._change(Verb.SUSPEND, (iccid,)))

    @operation(Verb.RESUME, change_status)
    def resume(self, iccid: str) -> Flow[ActionState]:
        """Ask for the status `live`: the vendor does not tell resuming from activating."""
        return (yield from self._change(Verb.RESUME, (iccid,)))

    @operation(Verb.TERMINATE, end_card, note="can be cancelled while its job is queued")
    def terminate(self, iccid: str) -> Flow[ActionState]:
        """End a card for good."""
        job = yield from call(end_card.request(iccid))
        name = end_card.OPERATION.id
        state = mapping.to_job(job, name, verb=Verb.TERMINATE.value, iccids=(iccid,))
        return evolve(state, expected=SimStatus.TERMINATED)

    @operation(Verb.SET_LABEL, rename_card)
    def set_label(self, iccid: str, label: str) -> Flow[ActionState]:
        """Name a card."""
        card = yield from call(rename_card.request(iccid, body=models.CardName(name=label)))
        done = text(card.name) == label
        return ActionState(
            provider=self.id,
            verb=Verb.SET_LABEL.value,
            status=ActionStatus.DONE if done else ActionStatus.UNKNOWN,
            message=None if done else "the vendor answered with another name",
            iccids=(iccid,),
            raw=card,
        )

    @operation(Verb.SEND_SMS, send_message, note="each message is billed")
    def send_sms(self, iccid: str, text: str) -> Flow[Sms]:
        """Send a message of up to 160 characters."""
        if not 1 <= len(text) <= LONGEST_TEXT:
            raise InvalidParameter(f"a message has 1 to {LONGEST_TEXT} characters")
        answer = yield from call(send_message.request(iccid, body=models.NewMessage(text=text)))
        return mapping.to_sms(answer, iccid)

    # What becomes of a change

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Ask for the job; without one, settle what is unclear by reading the SIMs."""
        if action.status.is_final:
            return action
        if action.id:
            job = yield from call(get_job.request(action.id))
            return _of_job(action, job, get_job.OPERATION.id)
        if action.expected is None or not action.iccids:
            return action
        for iccid in action.iccids:
            sim = yield from self.get(iccid)
            if sim.status is not action.expected:
                return action
        return evolve(action, status=ActionStatus.DONE)

    def cancel(self, action: ActionState) -> Flow[ActionState]:
        """Cancel a job; `Conflict` when it is no longer queued."""
        if not action.id:
            note = f"{action.verb} is done when it is answered"
            raise UnsupportedOperation("cancel", self.id, note=note)
        job = yield from call(cancel_job.request(action.id))
        return _of_job(action, job, cancel_job.OPERATION.id)

    # Bulk jobs

    def bulk(self, verb: Verb, iccids: Sequence[str], **_: Any) -> Flow[ActionState]:
        """Change up to 100 SIMs with one request; each has its own result."""
        return (yield from self._change(verb, tuple(iccids)))

    find_actions = find_actions

    @hookimpl
    def simloom_chunk_policy(self, verb: Verb) -> ChunkPolicy | None:
        """Activating costs a fee, so it is asked for in portions that are answered at once."""
        if verb is not Verb.ACTIVATE:
            return None
        return ChunkPolicy(size=ANSWERED_AT_ONCE, atomic=False, on_reject=[OnReject.SINGLES])

    # Identifiers and events

    @hookimpl
    def simloom_resolve_identifier(self, identifier: str) -> ResolutionPlan | None:
        """Know the ICCID of `card:17`, the number that is printed on a card, without a request."""
        iccid = cardnumbers.iccid_of_printed(identifier)
        if iccid is None:
            return None
        return ResolutionPlan(lookup=Lookup.NATIVE, cost=0, arguments={"iccid": iccid})

    @hookimpl
    def simloom_event_source(self) -> EventSource:
        """Events arrive as webhooks."""
        return EventSource(transport=EventTransport.WEBHOOK)

    def read_event(self, raw: Mapping[str, Any]) -> Event:
        """Return an event from its parsed JSON."""
        return webhooks.read_event(raw)

    @classmethod
    def read_webhook(cls, method: str, raw: Mapping[str, Any]) -> Event:  # noqa: ARG003
        """Return the event of a webhook."""
        return webhooks.read_event(raw)

    @classmethod
    def webhook_verifier(cls, secrets: Sequence[Secret]) -> HmacVerifier:
        """Return what checks the signature of a webhook, with one secret or two."""
        return webhooks.verifier(secrets)

    def _change(self, verb: Verb, iccids: tuple[str, ...]) -> Flow[ActionState]:
        expected = SimStatus.SUSPENDED if verb is Verb.SUSPEND else SimStatus.ACTIVE
        body = models.StatusChange(iccids=list(iccids), code=mapping.CODES[expected])
        answer = yield from call(change_status.request(body=body))
        name = change_status.OPERATION.id
        if isinstance(answer, models.Job):
            state = mapping.to_job(answer, name, verb=verb.value, iccids=iccids)
        else:
            state = mapping.to_results(verb.value, iccids, answer.results, name, answer)
        return evolve(state, expected=expected)


def _sims(answer: models.CardList) -> list[Sim]:
    name = list_cards.OPERATION.id
    cards = records(answer.cards, models.Card, name, required=True)
    return [mapping.to_sim(card, name) for card in cards]


def _of_job(action: ActionState, job: models.Job, operation: str) -> ActionState:
    state = mapping.to_job(job, operation, verb=action.verb, iccids=action.iccids)
    return evolve(state, expected=action.expected)
