"""Acme with one fault each; the suite has to find every one of them."""

from __future__ import annotations

import logging

from attrs import evolve, field, frozen
from simloom_acme.auth import HeaderKey
from simloom_acme.mapping import STATUSES
from simloom_acme.provider import Acme
from simloom_acme_client.api.cards import change_status, get_card

from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.models import ActionState, ActionStatus, Sim
from simloom.plugins import call, operation


class Idle(Acme):
    """Says that it has suspended a SIM, and has asked nobody."""

    @operation(Verb.SUSPEND, change_status)
    def suspend(self, iccid):
        yield from ()
        return ActionState(
            provider="acme", verb="suspend", status=ActionStatus.DONE, iccids=(iccid,)
        )

    def bulk(self, verb, iccids, **_):
        yield from ()
        sims = dict.fromkeys(iccids, (ActionStatus.DONE, None))
        return ActionState(
            provider="acme",
            verb=verb.value,
            status=ActionStatus.DONE,
            iccids=tuple(iccids),
            sims=sims,
        )


class Ineffective(Acme):
    """Suspends with the word for activating."""

    @operation(Verb.SUSPEND, change_status)
    def suspend(self, iccid):
        return (yield from self.resume(iccid))


class Modest(Acme):
    """Can block SIMs and does not say so."""

    def block(self, iccid):
        return (yield from self.suspend(iccid))


class Stubborn(Acme):
    """Sends again what may have happened."""

    @operation(Verb.SUSPEND, change_status)
    def suspend(self, iccid):
        try:
            return (yield from super().suspend(iccid))
        except SimloomError:
            return (yield from super().suspend(iccid))


class Hasty(Acme):
    """Stops after the first page."""

    def list_page(self, number=1, *, size=None, status=None):
        page = yield from super().list_page(number, size=size, status=status)
        return evolve(page, more=False)

    list_page.__simloom_operation__ = Acme.list_page.__simloom_operation__


class Strict(Acme):
    """Knows its statuses and nothing else."""

    @operation(Verb.GET, get_card)
    def get(self, iccid):
        card = yield from call(get_card.request(iccid))
        status = STATUSES[card.status.code]
        return Sim(provider="acme", iccid=card.iccid, status=status, vendor_status=card.status.code)


class Gullible(Acme):
    """Takes any answer for the SIM it asked about."""

    @operation(Verb.GET, get_card)
    def get(self, iccid):
        try:
            return (yield from super().get(iccid))
        except SimloomError:
            return Sim(provider="acme", iccid=iccid, vendor_status="?")


class Hammer(HeaderKey):
    def auth_flow(self, request):
        request.headers["x-api-key"] = self._key.reveal()
        for _ in range(5):
            if (yield request).status_code != 401:
                return


class Talker(HeaderKey):
    def auth_flow(self, request):
        request.headers["x-api-key"] = self._key.reveal()
        answer = yield request
        if answer.status_code == 403:
            logging.getLogger("acme").debug("refused: %s", dict(request.headers))


class Chatty(Acme):
    """Logs its key when it is refused."""

    def auth(self):
        return Talker(self.settings.api_key)


class Endless(Acme):
    """Follows every cursor, whether or not it leads on."""

    def list_page(self, number=1, *, size=None, status=None):
        page = yield from super().list_page(1, size=size, status=status)
        while page.more:
            number += 1
            page = yield from super().list_page(number, size=size, status=status)
        return page

    list_page.__simloom_operation__ = Acme.list_page.__simloom_operation__


class Locking(Acme):
    """Tries wrong credentials until the account is locked."""

    def auth(self):
        return Hammer(self.settings.api_key)


@frozen(kw_only=True)
class OpenSettings:
    api_key: str = field(metadata={"help": "The key.", "secret": True})
    base_url: str = field(
        default="https://api.acme.example", metadata={"help": "x", "secret": False}
    )


class Open(Acme):
    """Keeps its key as plain text."""

    settings_class = OpenSettings


class Brittle(Acme):
    """Breaks on events that it does not know."""

    def read_event(self, raw):
        return super().read_event({"type": raw["type"], **raw})


class Nameless(Acme):
    title = " "
