"""Waiting for an action beside a stream: an event ends the wait, a lost one does not hang it."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

import simloom.action
from simloom.action import pauses
from simloom.events.actionwatch import ActionWatch
from simloom.events.lease import NoLeases
from simloom.events.policy import StreamPolicy
from simloom.models import ActionState, ActionStatus
from simloom.sandbox import Sandbox
from simloom.sandbox.clock import SystemClock
from simloom.sandbox.faults import Fault
from simloom.sandbox.quirks import Quirks

ACTION, COST = "simaction.v1", "costlimitnotification.v1"
PENDING = ActionState(provider="telekom-m2m", verb="suspend", id="7")


@pytest.fixture
def slow_looks(monkeypatch):
    """Make looks so rare that only an event can end a wait in time."""
    monkeypatch.setattr(simloom.action, "FIRST_POLL", 30.0)
    monkeypatch.setattr(simloom.action, "REPAIR_POLL", 30.0)


@pytest.fixture
def fast_looks(monkeypatch):
    monkeypatch.setattr(simloom.action, "FIRST_POLL", 0.02)
    monkeypatch.setattr(simloom.action, "REPAIR_POLL", 0.05)


@pytest.fixture
def vendor():
    quirks = Quirks(m2m_idle_end="504")
    with Sandbox(seed=7, sims=5, clock=SystemClock(), quirks=quirks, action_delay=0.1) as sandbox:
        address = sandbox.provider("telekom-m2m")
        settings = {
            "base_url": address.base_url,
            "token_url": address.token_url,
            **address.settings,
        }
        yield SimpleNamespace(sandbox=sandbox, settings=settings, emulator=sandbox.emulator)


class Ticking:
    """An iteration that goes on beside the test."""

    def __init__(self, ears, listener):
        self._task = None
        if ears._runner is None:
            self._thread = threading.Thread(target=lambda: list(listener.stream), daemon=True)
            self._thread.start()
        else:

            async def start():
                async def consume():
                    async for _ in listener.stream:
                        pass

                self._task = asyncio.get_running_loop().create_task(consume())
                await asyncio.sleep(0)

            ears._runner.run(start())


def listen(vendor, ears, *streams):
    client = ears.client(**vendor.settings)
    listener = ears.listen(client=client, types=list(streams), leases=NoLeases())
    ticking = Ticking(ears, listener)
    deadline = time.monotonic() + 5
    while sum(vendor.emulator.events.connections().values()) < len(streams):
        assert time.monotonic() < deadline
        ears.finish(asyncio.sleep(0.01)) if ears._runner else time.sleep(0.01)
    return client, ticking


def looks(vendor):
    return sum(
        one["operationId"] == "get_sim_action_status"
        for one in vendor.emulator.requests()["requests"]
    )


def started(ears, client):
    sim = ears.first(client.sims())
    return ears.finish(client.set_label(sim.iccid, "pump"))


def test_an_event_ends_the_wait(vendor, ears, slow_looks):
    client, _ticking = listen(vendor, ears, ACTION)
    action = started(ears, client)
    began = time.monotonic()
    ears.finish(action.wait(timeout=20))
    assert action.status is ActionStatus.DONE
    assert time.monotonic() - began < 10
    assert looks(vendor) == 1


def test_a_lost_event_does_not_hang_the_wait(vendor, ears, fast_looks):
    vendor.emulator.faults.add(Fault(effect="drop-events", event=ACTION))
    client, _ticking = listen(vendor, ears, ACTION)
    action = started(ears, client)
    ears.finish(action.wait(timeout=20))
    assert action.status is ActionStatus.DONE
    deadline = time.monotonic() + 5  # the stream may come after the look that saw the end
    while not vendor.emulator.faults.report()["faults"][0]["fired"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert looks(vendor) > 1


def test_a_connection_that_breaks_makes_it_look(vendor, ears, slow_looks):
    # Both the event is lost and nothing comes after it: only the reconnection can end the wait.
    vendor.emulator.faults.add(
        Fault(effect="drop-events", event=ACTION, nth=1),
        Fault(effect="cut-stream-after", event=ACTION, nth=2),
    )
    client, _ticking = listen(vendor, ears, ACTION)
    action = started(ears, client)
    deadline = time.monotonic() + 5
    while not vendor.emulator.faults.report()["faults"][0]["fired"]:
        assert time.monotonic() < deadline
        ears.finish(asyncio.sleep(0.01)) if ears._runner else time.sleep(0.01)
    cut = threading.Timer(0.05, publish_other, [vendor])
    cut.start()
    ears.finish(action.wait(timeout=20))
    cut.join()
    assert action.status is ActionStatus.DONE
    assert looks(vendor) == 1


def publish_other(vendor):
    data = {"partnerID": vendor.settings["partner_id"], "signupID": "1", "message": "other"}
    vendor.emulator.events.publish(ACTION, data, partner=vendor.settings["partner_id"])


def test_a_stream_of_something_else_changes_nothing(vendor, ears, fast_looks):
    client, _ticking = listen(vendor, ears, COST)
    assert not client._watch.is_live
    action = started(ears, client)
    ears.finish(action.wait(timeout=20))
    assert action.status is ActionStatus.DONE


def test_a_stream_that_ends_wakes_everybody(vendor, ears, monkeypatch):
    vendor.emulator.faults.add(Fault(effect="drop-events", event=ACTION))
    client, _ticking = listen(vendor, ears, ACTION)
    assert client._watch.is_live
    woken = []
    with client._watch.waiting("7", lambda: woken.append(1)):
        ears.close(client)
    assert not client._watch.is_live
    assert woken == [1]


def test_only_the_one_who_waits_for_it_is_woken():
    watch, rung = ActionWatch(), []
    with watch.waiting("7", lambda: rung.append("7")), watch.waiting("8", lambda: rung.append("8")):
        watch.heard(SimpleNamespace(signup_id="7"))
        watch.heard(SimpleNamespace(signup_id="9"))
        watch.heard(SimpleNamespace(signup_id=None))
        watch.heard(SimpleNamespace())
        assert rung == ["7"]
        watch.joined("stream", missed=False)
        assert rung == ["7"]
        watch.joined("stream", missed=True)
        assert sorted(rung) == ["7", "7", "8"]
        watch.left("stream")
        watch.left("stream")
        assert len(rung) == 5
    watch.heard(SimpleNamespace(signup_id="7"))
    assert len(rung) == 5
    assert watch._waiting == {}


def slept(*rung, live):
    watch = ActionWatch()
    if live:
        watch.joined("stream", missed=False)
    asked = pauses(PENDING, 10_000, lambda: 0.0, watch)
    return [next(asked), *(asked.send(one) for one in rung)]


def test_there_are_fewer_looks_beside_a_stream():
    assert slept(*[None] * 8, live=False) == [1, 2, 4, 8, 15, 15, 15, 15, 15]
    assert slept(*[False] * 8, live=True) == [1, 2, 4, 8, 16, 32, 64, 120, 120]


def test_after_an_event_it_looks_often_again():
    assert slept(False, False, False, True, False, live=True) == [1, 2, 4, 8, 1, 2]


def test_an_idle_end_is_no_gap(portal, ears):
    policy = StreamPolicy(shortest=0.001, longest=0.002)
    portal.script(portal.stream(1), portal.stream(status=504), portal.stream(2, then="hold"))
    client = ears.client()
    woken = []
    with client._watch.waiting("x", lambda: woken.append(1)):
        heard = ears.listen(client=client, policy=policy)
        heard.take(2)
        assert len(portal.asked) == 3
        assert woken == [1]  # after the first, which ended early; not after the 504
