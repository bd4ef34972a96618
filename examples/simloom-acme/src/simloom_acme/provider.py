"""Acme Cards: every verb as a flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve

from simloom.capabilities import Verb
from simloom.errors import InvalidParameter
from simloom.models import ActionState, ActionStatus, Event, Page, Sim, SimStatus
from simloom.plugins import EventSource, EventTransport, Provider, call, hookimpl, operation
from simloom.plugins.values import records, text
from simloom.runtime import UNSET
from simloom_acme import mapping, webhooks
from simloom_acme.cursors import Cursors
from simloom_acme.settings import Settings
from simloom_acme_client import models
from simloom_acme_client.api.cards import change_status, get_card, list_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simloom.plugins import Flow
    from simloom_acme.auth import HeaderKey

MOST_PER_PAGE = 50


class Acme(Provider):
    """Cards with a status object; changes are done when they are answered."""

    id: ClassVar[str] = mapping.ID
    title: ClassVar[str] = "Acme Cards"
    settings_class: ClassVar[type[Settings]] = Settings
    api_version: ClassVar[str] = "1.0"
    settings: Settings

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._cursors = Cursors()

    def auth(self) -> HeaderKey:
        """Return what adds the key."""
        from simloom_acme.auth import HeaderKey  # noqa: PLC0415  (needs httpx)

        return HeaderKey(self.settings.api_key)

    @operation(Verb.LIST, list_cards)
    def list_page(
        self, number: int = 1, *, size: int | None = None, status: SimStatus | None = None
    ) -> Flow[Page[Sim]]:
        """Return one page. The vendor has cursors: a page out of turn costs those before it."""
        if number < 1 or (size is not None and size < 1):
            raise InvalidParameter("pages count from 1 and have at least one entry")
        limit = min(size or MOST_PER_PAGE, MOST_PER_PAGE)
        wishes = (limit, status)
        code = UNSET if status is None else mapping.CODES.get(status, UNSET)
        page, cursor = self._cursors.nearest(number, wishes)
        while True:
            answer = yield from call(
                list_cards.request(cursor=cursor or UNSET, limit=limit, status=code)
            )
            name = list_cards.OPERATION.id
            cards = records(answer.cards, models.Card, name, required=True)
            sims = [mapping.to_sim(card, name) for card in cards]
            cursor = text(answer.next_cursor)
            if cursor:
                self._cursors.keep(page + 1, wishes, cursor)
            if page == number:
                return Page(items=sims, number=number, more=bool(cursor))
            if not cursor:
                return Page(items=[], number=number, more=False)
            page += 1

    @operation(Verb.GET, get_card)
    def get(self, iccid: str) -> Flow[Sim]:
        """Return one SIM."""
        card = yield from call(get_card.request(iccid))
        return mapping.to_sim(card, get_card.OPERATION.id)

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

    def bulk(self, verb: Verb, iccids: Sequence[str], **_: Any) -> Flow[ActionState]:
        """Change up to 100 SIMs with one request; each has its own result."""
        return (yield from self._change(verb, tuple(iccids)))

    def refresh(self, action: ActionState) -> Flow[ActionState]:
        """Settle an action whose result was left out, by reading the SIMs."""
        if action.status.is_final or action.expected is None:
            return action
        for iccid in action.iccids:
            sim = yield from self.get(iccid)
            if sim.status is not action.expected:
                return action
        return evolve(action, status=ActionStatus.DONE)

    @hookimpl
    def simloom_event_source(self) -> EventSource:
        """Events arrive as webhooks."""
        return EventSource(transport=EventTransport.WEBHOOK)

    def read_event(self, raw: Mapping[str, Any]) -> Event:
        """Return an event from its parsed JSON."""
        return webhooks.read_event(raw)

    def _change(self, verb: Verb, iccids: tuple[str, ...]) -> Flow[ActionState]:
        expected = SimStatus.SUSPENDED if verb is Verb.SUSPEND else SimStatus.ACTIVE
        body = models.StatusChange(iccids=list(iccids), code=mapping.CODES[expected])
        answer = yield from call(change_status.request(body=body))
        state = mapping.to_action(verb.value, iccids, answer, change_status.OPERATION.id)
        return evolve(state, expected=expected)
