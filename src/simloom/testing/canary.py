"""Rules about what must not be seen: credentials, tokens, the numbers of SIMs."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect
from simloom.testing.needs import needs
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from simloom.testing.desk import Desk
    from simloom.testing.wire import Sent

_SIGNED = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key")
_SHORTEST = 6
"""Texts below this length are found anywhere, and say nothing."""


class BaseSecrets(BaseProviderTests):
    """Mandatory: nothing secret in logs, errors, tracebacks and reprs."""

    @needs(Verb.LIST, Verb.GET)
    def test_nothing_secret_is_shown(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        """Calls, errors whose answer repeats the request, and lost answers, at level DEBUG."""
        shown: list[str] = []
        caplog.set_level(logging.DEBUG)
        sim = desk.sim()
        for answer in (None, 400, 401, 403, 500, "lost"):
            self._spoil(desk, answer)
            for act in (lambda: desk.client.get(sim.iccid), lambda: list(desk.client.sims())):
                try:
                    act()
                except SimloomError as error:
                    shown += [str(error), repr(error), *traceback.format_exception(error)]
        for thing in (desk.client, desk.provider, desk.provider.settings, desk.provider.auth()):
            shown += [repr(thing), str(thing)]
        mine = threading.get_ident()  # the stand-in may run in this process and log what it likes
        logged = [record.getMessage() for record in caplog.records if record.thread == mine]
        for name, secret in self._secrets(desk):
            for text in (*shown, *logged):
                expect(secret not in text, f"{name} is shown: {text.replace(secret, '***')[:200]}")
        for name in ("imsi", "msisdn", "imei"):
            told = getattr(sim, name)
            if told:
                expect(not any(told in text for text in logged), f"the log shows the {name}")

    def _spoil(self, desk: Desk, answer: int | str | None) -> None:
        desk.wire.relax()
        if answer == "lost":
            desk.wire.lose(desk.is_call)
        elif isinstance(answer, int):
            desk.wire.change(lambda sent, _: _echo(sent, answer), desk.is_call)

    def _secrets(self, desk: Desk) -> Iterator[tuple[str, str]]:
        yield from desk.secrets().items()
        for sent in desk.wire.sent():
            for header in _SIGNED:
                value = sent.headers.get(header, "").rpartition(" ")[2]
                if len(value) >= _SHORTEST:
                    yield f"the header {header}", value


def _echo(sent: Sent, status: int) -> Answer:
    """Return an error that repeats how the request was signed, as some gateways do."""
    signed = " ".join(sent.headers.get(name, "") for name in _SIGNED).strip()
    body = '{"message": "refused", "detail": "' + signed.replace('"', "") + '"}'
    return Answer(status, [("content-type", "application/json")], body.encode())
