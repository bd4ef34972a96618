"""A stream ends within a second wherever it is, leaves nothing behind, and has one listener."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from simloom.errors import SubscriptionInUse
from simloom.events.policy import StreamPolicy

STREAM = "simaction.v1"


def timed_close(ears, stream, act):
    """Close a stream from elsewhere while `act` waits in it; return what `act` came to."""
    if ears._runner is None:
        timer = threading.Timer(0.05, stream.close)
    else:

        def close():
            loop = ears._runner.get_loop()
            loop.call_soon_threadsafe(lambda: loop.create_task(stream.stream.aclose()))

        timer = threading.Timer(0.05, close)
    begin = time.monotonic()
    timer.start()
    result = act()
    assert time.monotonic() - begin < 1
    timer.join()
    stream.close()
    assert time.monotonic() - begin < 1
    return result


@pytest.mark.parametrize(
    "answer",
    [
        {"silent": True, "then": "hold"},
        {"then": "hold"},
        {"body": b": just a comment\n\n", "then": "hold"},
    ],
    ids=["before the status", "before the first byte", "within the body"],
)
def test_closing_ends_a_read(portal, ears, answer):
    portal.script(portal.stream(**answer))
    stream = ears.listen()
    assert timed_close(ears, stream, lambda: list(stream)) == []


def test_closing_ends_the_wait_for_the_next_connection(portal, ears):
    portal.script(portal.stream(status=500))
    stream = ears.listen(policy=StreamPolicy(shortest=60, longest=60), on_error=lambda _: None)
    assert timed_close(ears, stream, lambda: list(stream)) == []


def test_closing_ends_a_stream_that_is_read_too_slowly(portal, ears):
    portal.script(portal.stream(*range(500), then="hold"))
    stream = ears.listen()
    next(stream)
    begin = time.monotonic()
    stream.close()
    assert time.monotonic() - begin < 1
    assert list(stream) == []


def test_closing_twice_and_before_the_first_event(ears):
    stream = ears.listen()
    stream.close()
    stream.close()
    assert list(stream) == []


def test_closing_the_client_ends_its_streams(portal, ears):
    portal.script(portal.stream(1, then="hold"))
    client = ears.client()
    stream = ears.listen(client=client)
    next(stream)
    ears.close(client)
    assert list(stream) == []
    ears.leases.acquire("x", STREAM)  # nobody holds anything of ours
    ears.leases.release("x")


def test_a_forgotten_stream_ends_by_itself(portal, ears):
    if ears._runner is not None:
        return  # tasks belong to their loop, which ends them
    portal.script(portal.stream(1, then="hold"))
    client = ears.client()
    for _ in client.events(leases=ears.leases):
        break
    deadline = time.monotonic() + 2
    while any(each.name.startswith("simloom-events") for each in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert ears.leases._held == {}


def test_a_second_listener_is_told_who_was_first(portal, ears):
    portal.script(portal.stream(1, then="hold"), portal.stream(2, then="hold"))
    client = ears.client()
    first, second = ears.listen(client=client), ears.listen(client=client)
    next(first)
    with pytest.raises(SubscriptionInUse, match="listens already") as caught:
        next(second)
    assert caught.value.holder.startswith("process ")
    assert len(portal.asked) == 1
    first.close()
    assert next(ears.listen(client=client)).id == "event-2"


def test_a_lease_that_is_not_to_be_had_gives_the_others_back(portal, ears):
    portal.script(portal.stream(1, then="hold"), stream="a")
    client = ears.client("a", "b")
    held = client.events(types=["b"], leases=ears.leases)
    held._plan.acquire()
    with pytest.raises(SubscriptionInUse, match="'b'"):
        next(ears.listen(client=client))
    held._plan.release()
    assert next(ears.listen(client=client, types=["a"])).id == "event-1"


def test_giving_up_at_once_leaves_the_stream_usable(portal, ears):
    """Being cancelled while the lease is taken must not keep it."""
    if ears._runner is None:
        return  # a blocking call cannot be cancelled
    portal.script(portal.stream(1, then="hold"))
    stream = ears.listen()

    async def impatient():
        for _ in range(20):
            task = asyncio.ensure_future(anext(stream.stream))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.05)

    ears._runner.run(impatient())
    assert ears.leases._held == {}
    assert next(stream).id == "event-1"


def test_a_store_that_fails_is_an_error_and_not_a_silence(portal, ears):
    class Store(dict):
        def get(self, key):
            if not self:
                self["tried"] = True
                raise OSError("disk full")

        def set(self, key, text):
            raise OSError("disk full")

    portal.script(portal.stream(1, 2, then="hold"))
    stream = ears.listen(checkpoints=Store())
    with pytest.raises(OSError, match="disk full"):
        next(stream)
    assert ears.leases._held == {}
    assert next(stream).id == "event-1"
    with pytest.raises(OSError, match="disk full"):
        next(stream)  # the first cannot be checked off
