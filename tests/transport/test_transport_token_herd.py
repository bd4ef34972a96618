"""Many threads and tasks find the token missing, expired or refused at the same moment."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import define, field

from simloom.runtime import ConnectionFailed, ServerError
from simloom.transport.flights import Flight, SingleFlight

if TYPE_CHECKING:
    from collections.abc import Callable

HERD = 64
TOKEN_HOST = "login.example"


@define(eq=False)
class Counted(SingleFlight):
    """Tells when so many callers have come: one makes the token request, the others wait."""

    expected: int = HERD
    joined: int = 0
    complete: Event = field(factory=Event)
    counting: Lock = field(factory=Lock)

    def join(self) -> tuple[Flight, bool]:
        found = super().join()
        with self.counting:
            self.joined += 1
            if self.joined >= self.expected:
                self.complete.set()
        return found


def counted(auth: Any, expected: int = HERD) -> Counted:
    auth._held.flights = Counted(expected=expected)
    return auth._held.flights


def in_threads(client: Any, request: Any, count: int = HERD) -> list[Any]:
    barrier = Barrier(count)

    def send(_: int) -> Any:
        barrier.wait(timeout=30)
        try:
            return client.send(request)
        except Exception as error:  # noqa: BLE001
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


async def in_tasks(client: Any, request: Any, count: int = HERD) -> list[Any]:
    sending = (client.send(request) for _ in range(count))
    return await asyncio.gather(*sending, return_exceptions=True)


def patient(
    world: Any, ready: Callable[[], bool], host: str = TOKEN_HOST
) -> Callable[[httpx.Request], Any]:
    """Answer an awaited client's requests to `host` only when `ready`; other tasks run."""

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == TOKEN_HOST == host:
            await until(ready)
        response = world(request)
        if request.url.host == host != TOKEN_HOST:
            await until(ready)
        return response

    return answer


async def until(ready: Callable[[], bool]) -> None:
    """Let the other tasks run; fail when they have had time enough."""
    for _ in range(30_000):
        if ready():
            return
        await asyncio.sleep(0.001)
    pytest.fail("the others never got there")


def blocked(world: Any, ready: Event) -> Callable[[httpx.Request], httpx.Response]:
    """Answer a blocking client's token request only when `ready`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == TOKEN_HOST:
            assert ready.wait(30)
        return world(request)

    return answer


@pytest.mark.parametrize("expired", [False, True])
def test_threads_cause_one_token_request(world, open_blocking, read, expired):
    auth = world.auth()
    with open_blocking(world, auth) as client:
        if expired:
            client.send(read)
            world.clock.now += 1000
    all_wait = counted(auth).complete
    with open_blocking(blocked(world, all_wait), auth) as client:
        answers = in_threads(client, read)
    assert answers == [f"t{1 + expired}"] * HERD
    assert len(world.tokens) == 1 + expired


@pytest.mark.parametrize("expired", [False, True])
def test_tasks_cause_one_token_request(world, open_awaited, read, expired):
    async def scenario() -> list[Any]:
        auth = world.auth()
        async with open_awaited(world, auth) as client:
            if expired:
                await client.send(read)
                world.clock.now += 1000
        all_wait = counted(auth).complete
        async with open_awaited(patient(world, all_wait.is_set), auth) as client:
            return await in_tasks(client, read)

    assert asyncio.run(scenario()) == [f"t{1 + expired}"] * HERD
    assert len(world.tokens) == 1 + expired


@pytest.mark.parametrize("first", ["a thread", "a task"])
def test_threads_and_tasks_together_cause_one_token_request(
    world, open_blocking, open_awaited, read, first
):
    auth = world.auth()
    with open_blocking(world, auth) as client:
        client.send(read)
    world.clock.now += 1000
    counting = counted(auth, 2 * HERD)
    begun = Event()

    def threads() -> list[Any]:
        if first == "a task":
            assert begun.wait(30)
        with open_blocking(blocked(world, counting.complete), auth) as client:
            return in_threads(client, read)

    async def tasks() -> list[Any]:
        if first == "a thread":
            await until(lambda: counting.joined > 0)
        begun.set()
        async with open_awaited(patient(world, counting.complete.is_set), auth) as client:
            return await in_tasks(client, read)

    with ThreadPoolExecutor(1) as pool:
        in_background = pool.submit(threads)
        answers = asyncio.run(tasks()) + in_background.result(30)
    assert answers == ["t2"] * 2 * HERD
    assert len(world.tokens) == 2


def test_threads_that_all_meet_a_401_cause_one_token_request(world, open_blocking, read):
    first_wave = Barrier(HERD)

    def together(request: httpx.Request) -> None:
        if request.headers["authorization"] == "Bearer t1":
            first_wave.wait(30)

    with open_blocking(world, world.auth()) as client:
        client.send(read)
        world.rejected = {"t1"}
        world.before_answer = together
        assert in_threads(client, read) == ["t2"] * HERD
    assert len(world.tokens) == 2
    assert world.used == ["t1"] * (1 + HERD) + ["t2"] * HERD


def test_tasks_that_all_meet_a_401_cause_one_token_request(world, open_awaited, read):
    async def scenario() -> list[Any]:
        ready = lambda: len(world.requests) > HERD or not refused  # noqa: E731
        async with open_awaited(patient(world, ready, "api.example"), world.auth()) as client:
            await client.send(read)
            world.rejected = {"t1"}
            refused.append(True)
            return await in_tasks(client, read)

    refused: list[bool] = []
    assert asyncio.run(scenario()) == ["t2"] * HERD
    assert len(world.tokens) == 2
    assert world.used == ["t1"] * (1 + HERD) + ["t2"] * HERD


def failing(kind: str) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if kind == "an answer":
            return httpx.Response(500)
        raise httpx.ReadTimeout("slow")

    return answer


@pytest.mark.parametrize("kind", ["an answer", "none"])
@pytest.mark.parametrize("blocking", [True, False])
def test_those_who_wait_share_the_failure(world, open_blocking, open_awaited, read, kind, blocking):
    """Each asking in turn would hammer a broken server, or wait for it 64 times over."""
    auth = world.auth()
    all_wait = counted(auth).complete
    asked: list[httpx.Request] = []

    def count(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return failing(kind)(request)

    if blocking:
        with open_blocking(blocked(count, all_wait), auth) as client:
            errors = in_threads(client, read)
    else:

        async def scenario() -> list[Any]:
            async with open_awaited(patient(count, all_wait.is_set), auth) as client:
                return await in_tasks(client, read)

        errors = asyncio.run(scenario())
    assert len(asked) == 1
    assert len({id(error) for error in errors}) == HERD  # each its own traceback
    assert {error.operation for error in errors} == {"create_token"}
    if kind == "an answer":
        assert {(type(error), error.status) for error in errors} == {(ServerError, 500)}
    else:
        shared = [error for error in errors if isinstance(error, ConnectionFailed)]
        assert len(shared) == HERD - 1
        assert not any(error.sent for error in shared)
    world.clock.now += 1
    counted(auth)
    with open_blocking(world, auth) as client:
        assert client.send(read) == "t1"  # and the next one asks again


def test_while_the_token_is_stale_one_renews_and_the_others_use_it(world, open_blocking, read):
    auth = world.auth()
    with open_blocking(world, auth) as client:
        client.send(read)
    world.clock.now += 280  # of 300: stale from 270 on, invalid from 295 on
    all_there = counted(auth).complete

    def vendor(request: httpx.Request) -> httpx.Response:
        if request.url.host == TOKEN_HOST:
            return world(request)
        return httpx.Response(200, text=request.headers["authorization"].removeprefix("Bearer "))

    with open_blocking(blocked(vendor, all_there), auth) as client:
        answers = in_threads(client, read)
    assert sorted(answers) == ["t1"] * (HERD - 1) + ["t2"]
    assert len(world.tokens) == 2


def test_a_token_that_is_not_to_be_kept_serves_all_who_waited_for_it(world, open_blocking, read):
    world.expires_in = 0
    auth = world.auth()
    all_wait = counted(auth).complete
    with open_blocking(blocked(world, all_wait), auth) as client:
        assert in_threads(client, read) == ["t1"] * HERD
        assert client.send(read) == "t2"


def test_several_event_loops_one_after_another(world, open_awaited, read):
    auth = world.auth()

    async def scenario() -> list[Any]:
        all_wait = counted(auth, 8).complete
        async with open_awaited(patient(world, all_wait.is_set), auth) as client:
            return await in_tasks(client, read, 8)

    for number in range(1, 9):
        world.clock.now += 1000
        assert asyncio.run(scenario()) == [f"t{number}"] * 8
        assert len(world.tokens) == number


def test_event_loops_in_several_threads(world, open_awaited, read):
    auth = world.auth()
    all_wait = counted(auth, 32).complete

    def run(_: int) -> list[Any]:
        async def scenario() -> list[Any]:
            async with open_awaited(patient(world, all_wait.is_set), auth) as client:
                return await in_tasks(client, read, 8)

        return asyncio.run(scenario())

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    assert answers == [["t1"] * 8] * 4
    assert len(world.tokens) == 1


def test_threads_and_tasks_share_the_token(world, open_blocking, open_awaited, read):
    auth = world.auth()
    with open_blocking(world, auth) as client:
        assert client.send(read) == "t1"

    async def scenario() -> Any:
        async with open_awaited(world, auth) as client:
            return await client.send(read)

    assert asyncio.run(scenario()) == "t1"
    assert len(world.tokens) == 1


def test_a_blocking_call_within_a_coroutine_does_not_wait_for_its_own_loop(
    world, open_blocking, open_awaited, read
):
    """The task that asks for the token cannot go on while its loop is held up: ask as well."""
    auth = world.auth()
    released: list[bool] = []

    async def scenario() -> tuple[Any, Any]:
        counting = counted(auth, 1)
        async with open_awaited(patient(world, lambda: bool(released)), auth) as client:
            task = asyncio.create_task(client.send(read))
            await until(counting.complete.is_set)
            with open_blocking(world, auth) as blocking:
                mine = blocking.send(read)
            released.append(True)
            return mine, await task

    assert asyncio.run(scenario()) == ("t1", "t2")


@pytest.mark.parametrize("who", ["the one that asks", "one that waits"])
def test_a_cancelled_task_does_not_hold_up_the_others(world, open_awaited, read, who):
    async def scenario() -> list[Any]:
        auth = world.auth()
        all_wait = counted(auth, 3).complete
        async with open_awaited(patient(world, released.is_set), auth) as client:
            tasks = [asyncio.create_task(client.send(read)) for _ in range(3)]
            await until(all_wait.is_set)
            tasks[0 if who == "the one that asks" else 1].cancel()
            await asyncio.sleep(0)
            released.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    released = asyncio.Event()
    answers = asyncio.run(scenario())
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == 1
    assert answers.count("t1") == 2
    assert len(world.tokens) == 1
