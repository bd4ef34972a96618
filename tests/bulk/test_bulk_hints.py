"""An open stream of events tells a bulk job when the vendor's actions are over."""

from __future__ import annotations

import asyncio

import pytest

from simloom.bulk import couriers
from simloom.bulk.engine import Engine
from simloom.capabilities import Verb
from simloom.events.actionwatch import ActionWatch
from simloom.events.types import SimAction
from simloom.models import UnknownEvent
from simloom.sandbox import Sandbox


@pytest.fixture
def hints(monkeypatch):
    heard = []
    monkeypatch.setattr(Engine, "hint", lambda _, action: heard.append(action))
    return heard


EVENT = SimAction(provider="telekom-m2m", signup_id="747310284", raw={})


def test_a_job_hears_of_actions_while_it_runs(hints, monkeypatch):
    carry = couriers.carry

    def carried(engine, session, *, at_once):
        client._watch.heard(EVENT)
        client._watch.heard(UnknownEvent(provider="telekom-m2m", raw={}))
        carry(engine, session, at_once=at_once)

    monkeypatch.setattr(couriers, "carry", carried)
    with Sandbox(sims=5) as sandbox, sandbox.connect("telekom-m2m") as client:
        client.bulk(Verb.SUSPEND, []).close()
        client._watch.heard(EVENT)
    assert hints == ["747310284"]


def test_an_awaited_job_hears_of_actions_while_it_runs(hints, monkeypatch):
    acarry = couriers.acarry

    async def main(sandbox):
        async with sandbox.aconnect("telekom-m2m") as client:

            async def carried(engine, session):
                client._watch.heard(EVENT)
                await acarry(engine, session)

            monkeypatch.setattr(couriers, "acarry", carried)
            (await client.bulk(Verb.SUSPEND, [])).close()
            client._watch.heard(EVENT)

    with Sandbox(sims=5) as sandbox:
        asyncio.run(main(sandbox))
    assert hints == ["747310284"]


def test_several_hear_of_the_same_action():
    watch, first, second = ActionWatch(), [], []
    with watch.hearing(first.append), watch.hearing(second.append):
        watch.heard(EVENT)
    watch.heard(EVENT)
    assert first == second == ["747310284"]
