"""The file of webhooks: what is stored, what is handed out, what is forgotten."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import threading

import pytest

from simloom.errors import SubscriptionInUse, WebhookStoreError
from simloom.events.types import SmsReceived
from simloom.events.webhookevents import AsyncWebhookEvents, WebhookEvents
from simloom.events.webhooks import parse, webhook_of
from simloom.events.webhookstore import SqliteWebhooks

JSON = {"content-type": "application/json"}


def webhook(provider, body):
    content = json.dumps(body).encode()
    return webhook_of(parse(provider, "POST", JSON, content), "POST", content)


def deleted(number):
    return webhook("telcoapi", {"event": "sim.physical.deleted", "data": {"iccid": str(number)}})


def part(number, total, text, reference="7", sms_id=None):
    info = {"partno": number, "total": total, "identifier": reference}
    body = {
        "id": sms_id or f"{reference}-{number}",
        "payload": text,
        "dcs": "0",
        "endpoint": {"name": "89"},
        "multi_part_info": info,
    }
    return webhook("telekom-bsc", body)


class Time:
    now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def wall():
    return Time()


@pytest.fixture
def store(tmp_path, wall):
    with SqliteWebhooks(tmp_path / "webhooks.db", wall=wall) as store:
        yield store


def handled(store):
    """Handle everything there is; return texts or ICCIDs."""
    found = []
    events = WebhookEvents(store, poll=0.01)
    for _ in range(store.waiting() + 1):
        event = events._next()
        if event is None:
            break
        found.append(event.text if isinstance(event, SmsReceived) else event.iccid)
    events.close()
    return found


def test_the_file_is_its_owners_alone(store):
    store.add(deleted(1))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.glob("webhooks.db*")}
    assert modes == {0o600}
    assert "webhooks.db" in repr(store)


def test_what_is_known_is_not_stored_again_handled_or_not(store):
    assert store.add(deleted(1))
    assert not store.add(deleted(1))
    assert handled(store) == ["1"]
    assert not store.add(deleted(1))
    assert store.waiting() == 0


def test_an_event_stays_until_its_handler_is_done(store):
    for number in range(3):
        store.add(deleted(number))
    with WebhookEvents(store) as events:
        assert [next(events).iccid, next(events).iccid] == ["0", "1"]
        assert store.waiting() == 2
    # the handler of the second raised
    with WebhookEvents(store) as events:
        assert [next(events).iccid, next(events).iccid] == ["1", "2"]


def test_after_it_was_handled_a_message_is_not_in_the_file(store):
    store.add(part(1, 1, "very-private-text"))
    assert handled(store) == ["very-private-text"]
    store._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in store.path.parent.glob("webhooks.db*"):
        assert b"very-private-text" not in path.read_bytes()


def test_an_event_that_was_handled_while_it_was_closed_is_done(store):
    store.add(deleted(1))
    events = WebhookEvents(store)
    for event in events:
        assert event.iccid == "1"
        threading.Thread(target=events.close).run()
    assert store.waiting() == 0
    store.add(deleted(2))
    with WebhookEvents(store) as events:
        next(events)
    assert store.waiting() == 1


def test_two_handlers_of_one_store(store):
    store.add(deleted(1))
    with WebhookEvents(store) as first, WebhookEvents(store) as second:
        next(first)
        with pytest.raises(SubscriptionInUse, match=r"webhooks\.db"):
            next(second)


def test_parts_in_any_order_and_twice_are_one_message(store):
    for one in (part(3, 3, "c"), part(1, 3, "a"), part(3, 3, "c"), part(2, 3, "b")):
        store.add(one)
    (handout,) = store.take()
    assert len(handout.webhooks) == 3
    assert handled(store) == ["abc"]
    assert not store.add(part(2, 3, "b"))


def test_parts_wait_for_one_another_and_then_no_longer(store, wall):
    store.add(part(1, 3, "a"))
    wall.now += 10
    store.add(part(3, 3, "c"))
    assert handled(store) == []
    wall.now += 3_595
    assert handled(store) == ["a"]
    wall.now += 10
    (handout,) = store.take()
    assert handout.webhooks[0].part == 3
    assert handled(store) == ["c"]
    store.add(part(2, 3, "b"))  # much too late
    assert handled(store) == []
    wall.now += 3_601
    assert handled(store) == ["b"]


def test_a_reference_that_is_used_again(store):
    for text in ("first", "later"):
        for number in (1, 2):
            store.add(part(number, 2, f"{text}{number} ", sms_id=f"{text}-{number}"))
    assert len(store.take()) == 1
    assert handled(store) == ["first1 first2 ", "later1 later2 "]


def test_messages_of_different_sims_are_not_mixed(store):
    store.add(part(1, 2, "a"))
    store.add(part(2, 2, "b", reference="8"))
    assert handled(store) == []


def test_events_come_in_the_order_they_came(store):
    store.add(deleted(1))
    store.add(part(2, 2, "b"))
    store.add(deleted(2))
    store.add(part(1, 2, "a"))
    store.add(deleted(3))
    assert handled(store) == ["1", "ab", "2", "3"]


def test_a_full_store_refuses_but_knows_what_it_has(tmp_path):
    with SqliteWebhooks(tmp_path / "w.db", most=2) as store:
        assert store.add(deleted(1))
        assert store.add(deleted(2))
        with pytest.raises(WebhookStoreError, match="2 webhooks wait"):
            store.add(deleted(3))
        assert not store.add(deleted(2))
        assert len(handled(store)) == 2
        assert store.add(deleted(3))


def test_what_was_handled_is_forgotten_in_time_and_in_number(tmp_path, wall):
    with SqliteWebhooks(tmp_path / "w.db", remembered=100, most_remembered=2, wall=wall) as store:
        for number in range(4):
            store.add(deleted(number))
        wall.now += 1
        assert len(handled(store)) == 4
        wall.now += 61
        store.add(deleted(9))
        assert store._database.execute("SELECT count(*) FROM webhook").fetchone() == (3,)
        wall.now += 61
        assert store.add(deleted(0))
        assert handled(store) == ["9", "0"]


def test_what_is_not_handled_is_never_forgotten(store, wall):
    store.add(deleted(1))
    wall.now += 400 * 86_400
    store.add(deleted(2))
    assert handled(store) == ["1", "2"]


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 30, None])
def test_a_file_of_something_else(tmp_path, content):
    path = tmp_path / "other.db"
    if content is None:
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE other (a)")
        database.commit()
        database.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(WebhookStoreError, match=r"other\.db"):
        SqliteWebhooks(path)
    assert content is None or path.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(WebhookStoreError, match="cannot be used"):
        SqliteWebhooks(tmp_path / "none" / "w.db")


def test_a_closed_store(store):
    store.close()
    store.close()
    with pytest.raises(WebhookStoreError):
        store.add(deleted(1))


def test_a_waiting_handler_is_woken_and_can_be_closed(store):
    seen = []
    events = WebhookEvents(store, poll=30)

    def handle():
        seen.extend(event.iccid for event in events)

    thread = threading.Thread(target=handle)
    thread.start()
    store.add(deleted(1))
    store.add(deleted(2))
    while store.waiting():
        assert thread.is_alive()
    events.close()
    thread.join(5)
    assert not thread.is_alive()
    assert seen == ["1", "2"]
    with WebhookEvents(store) as again:
        store.add(deleted(3))
        assert next(again).iccid == "3"


def test_many_senders_at_once(store):
    numbers = [[number % 50 for number in range(start, start + 100)] for start in range(4)]
    threads = [
        threading.Thread(target=lambda mine=mine: [store.add(deleted(one)) for one in mine])
        for mine in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, handled(store))) == list(range(50))


def test_awaited_the_same(store):
    async def take(count):
        async with AsyncWebhookEvents(store, poll=0.01) as events:
            return [(await anext(events)).iccid for _ in range(count)]

    async def all_of_it():
        adding = asyncio.create_task(asyncio.to_thread(store.add, deleted(1)))
        first = await take(1)
        await adding
        store.add(deleted(2))
        return first, await take(2)

    assert asyncio.run(all_of_it()) == (["1"], ["1", "2"])
