"""Live events of the sandbox, whose own books say what was sent to whom."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest

import simloom
from simloom.errors import PermissionDenied, StreamStolen
from simloom.events.checkpoints import SqliteCheckpoints
from simloom.events.lease import NoLeases
from simloom.events.policy import StreamPolicy
from simloom.events.types import (
    CostLimit,
    PoolLimit,
    ProfileNotification,
    SimAction,
    SimTransfer,
    TransferStep,
)
from simloom.sandbox import Sandbox
from simloom.sandbox.clock import SystemClock
from simloom.sandbox.events.catalogue import EVENT_KINDS
from simloom.sandbox.events.samples import sample
from simloom.sandbox.quirks import Quirks

ACTION = "simaction.v1"
SIM = {"iccid": "8949000000000000001", "imsi": "262011234567890", "msisdn": "4915112345678"}


class Vendor:
    """A running sandbox and the settings of its first application."""

    def __init__(self, sandbox, clock):
        self.desk = sandbox.emulator.events
        self.clock = clock
        address = sandbox.provider("telekom-m2m")
        self.settings = {
            "base_url": address.base_url,
            "token_url": address.token_url,
            **address.settings,
        }

    def publish(self, *kinds):
        now = dt.datetime.now(dt.UTC)
        partner = self.settings["partner_id"]
        return [
            self.desk.publish(kind, sample(kind, partner, SIM, now), partner=partner).id
            for kind in kinds
        ]

    def deliveries(self):
        """How often each event was sent; the books are written a moment after that."""
        return {
            shown["event"]["id"]: sum(
                len(entry["deliveries"]) for entry in shown["subscriptions"] if entry["deliveries"]
            )
            for shown in self.desk.events()["events"]
        }

    def wait_for_deliveries(self, expected):
        deadline = time.monotonic() + 2
        while self.deliveries() != expected and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.deliveries() == expected


@pytest.fixture
def vendor(request):
    quirks = Quirks(**getattr(request, "param", {"m2m_idle_end": "504"}))
    clock = SystemClock()
    with Sandbox(seed=7, sims=5, clock=clock, quirks=quirks) as sandbox:
        yield Vendor(sandbox, clock)


@pytest.mark.parametrize(
    "vendor",
    [
        {},
        {
            "m2m_event_ids": "number",
            "m2m_event_commas": "trailing",
            "m2m_restriction_key": "colon",
            "m2m_event_time": "blank",
            "m2m_stream_charset": "utf-8",
        },
    ],
    ids=["plain", "odd"],
    indirect=True,
)
def test_every_kind_of_event(vendor, ears):
    published = vendor.publish(*EVENT_KINDS)
    found = ears.listen(client=ears.client(**vendor.settings)).take(5)
    events = {type(event): event for event in found}
    assert {event.id for event in found} == set(published)
    assert {event.partner for event in found} == {vendor.settings["partner_id"]}
    assert all(isinstance(event.time, dt.datetime) for event in found)
    assert events[SimAction].signup_id == "700000000"
    assert events[SimTransfer].transaction_id == "1000000000"
    assert events[SimTransfer].step is TransferStep.COMPLETED
    assert events[ProfileNotification].restriction == "Speed Step-down"
    assert events[PoolLimit].threshold == "SMS Limit 1"
    assert events[CostLimit].iccid == SIM["iccid"]
    vendor.wait_for_deliveries(dict.fromkeys(published, 1))


def test_an_idle_stream_is_opened_again_without_a_word(vendor, ears):
    heard = []
    client = ears.client(**vendor.settings)
    published = vendor.publish(ACTION)
    stream = ears.listen(client=client, types=[ACTION], on_error=heard.append)
    next(stream)
    timers = [
        threading.Timer(0.05, vendor.clock.advance, (61,)),
        threading.Timer(0.2, lambda: published.extend(vendor.publish(ACTION))),
    ]
    for timer in timers:
        timer.start()
    next(stream)
    assert heard == []
    assert list(vendor.desk.connections().values()) == [2]
    vendor.wait_for_deliveries(dict.fromkeys(published, 1))
    for timer in timers:
        timer.join()


def test_after_a_restart_nothing_is_missing(vendor, ears, tmp_path):
    path = tmp_path / "events.db"
    published = vendor.publish(*[ACTION] * 4)
    store = SqliteCheckpoints(path)
    client = ears.client(**vendor.settings)
    stream = ears.listen(client=client, types=[ACTION], checkpoints=store)
    assert [event.id for event in stream.take(2)] == published[:2]
    stream.close()  # while the second is being handled
    store.close()
    published += vendor.publish(ACTION, ACTION)
    store = SqliteCheckpoints(path)
    stream = ears.listen(client=client, types=[ACTION], checkpoints=store)
    assert [event.id for event in stream.take(5)] == published[1:]
    store.close()


def test_an_action_of_ours_is_told_when_it_is_done(vendor, ears):
    client = ears.client(**vendor.settings)
    stream = ears.listen(client=client, types=[ACTION])
    action = ears.finish(client.set_label(ears.first(client.sims()).iccid, "pump"))
    event = next(stream)
    assert isinstance(event, SimAction)
    assert event.signup_id == action.state.id


def test_two_clients_that_fight_for_a_subscription(vendor, ears):
    patient = StreamPolicy(longest=0.001, most_cuts=1_000_000)
    stop = threading.Event()

    def steal():
        with simloom.connect("telekom-m2m", **vendor.settings) as other:
            while not stop.is_set():
                with other.events([ACTION], leases=NoLeases(), policy=patient) as stolen:
                    closing = threading.Timer(0.05, stolen.close)
                    closing.start()
                    next(stolen, None)
                    closing.join()

    policy = StreamPolicy(longest=0.001, most_cuts=5)
    client = ears.client(**vendor.settings)
    stream = ears.listen(client=client, types=[ACTION], leases=NoLeases(), policy=policy)
    thief = threading.Thread(target=steal)
    thief.start()
    try:
        with pytest.raises(StreamStolen, match="another client"):
            next(stream)
    finally:
        stop.set()
        thief.join()


def test_a_subscription_of_somebody_else(vendor, ears):
    urls = {name: f"{url[:-4]}0000" for name, url in vendor.settings["event_urls"].items()}
    client = ears.client(**{**vendor.settings, "event_urls": urls})
    with pytest.raises(PermissionDenied):
        next(ears.listen(client=client, types=[ACTION]))
