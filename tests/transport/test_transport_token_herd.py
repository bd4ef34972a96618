"""Many threads or tasks find the token missing, expired or refused at the same moment."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HERD = 32
ALL_WAIT = HERD + 2
"""How often the clock is asked until all wait: once by each, twice more by the one that asks for
the token. Only then is the token given out."""
TOKEN_HOST = "login.example"


def in_threads(client: Any, request: Any, count: int = HERD) -> list[Any]:
    barrier = Barrier(count)

    def send(_: int) -> Any:
        barrier.wait(timeout=30)
        return client.send(request)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(send, range(count)))


async def in_tasks(client: Any, request: Any, count: int = HERD) -> list[Any]:
    return await asyncio.gather(*(client.send(request) for _ in range(count)))


def patient(
    world: Any, host: str, ready: Callable[[httpx.Request], bool]
) -> Callable[[httpx.Request], Any]:
    """Answer requests to `host` only when `ready`; other tasks run meanwhile."""

    async def answer(request: httpx.Request) -> httpx.Response:
        response = world(request)
        if request.url.host == host:
            await until(lambda: ready(request))
        return response

    return answer


async def until(ready: Callable[[], bool]) -> None:
    """Let the other tasks run; fail when they have had turns enough."""
    for _ in range(10_000):
        if ready():
            return
        await asyncio.sleep(0)
    pytest.fail("the others never got there")


def wait(world: Any) -> Callable[[], None]:
    def before_token() -> None:
        assert world.clock.reached.wait(30)

    return before_token


@pytest.mark.parametrize("expired", [False, True])
def test_threads_cause_one_token_request(world, open_blocking, read, expired):
    with open_blocking(world, world.auth()) as client:
        if expired:
            client.send(read)
            world.clock.now += 1000
        world.clock.expect(ALL_WAIT)
        world.before_token = wait(world)
        answers = in_threads(client, read)
    assert answers == [f"t{1 + expired}"] * HERD
    assert len(world.tokens) == 1 + expired


@pytest.mark.parametrize("expired", [False, True])
def test_tasks_cause_one_token_request(world, open_awaited, read, expired):
    async def scenario() -> list[Any]:
        answer = patient(world, TOKEN_HOST, lambda _: world.clock.reached.is_set())
        async with open_awaited(answer, world.auth()) as client:
            if expired:
                world.clock.expect(0)
                await client.send(read)
                world.clock.now += 1000
            world.clock.expect(ALL_WAIT)
            return await in_tasks(client, read)

    assert asyncio.run(scenario()) == [f"t{1 + expired}"] * HERD
    assert len(world.tokens) == 1 + expired


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
        answer = patient(world, "api.example", lambda _: len(world.requests) > HERD or not ready)
        async with open_awaited(answer, world.auth()) as client:
            await client.send(read)
            world.rejected = {"t1"}
            ready.append(True)
            return await in_tasks(client, read)

    ready: list[bool] = []
    assert asyncio.run(scenario()) == ["t2"] * HERD
    assert len(world.tokens) == 2
    assert world.used == ["t1"] * (1 + HERD) + ["t2"] * HERD


def test_when_the_token_endpoint_fails_each_waiting_thread_tries_in_turn(
    world, open_blocking, read
):
    """One error for one caller: the others do not share it, they ask themselves."""
    world.clock.expect(4 + 2)
    world.before_token = wait(world)
    world.token_answers = [(500, "")]
    errors: list[Exception] = []

    class Sending:
        def __init__(self, client: Any) -> None:
            self.client = client

        def send(self, request: Any) -> Any:
            try:
                return self.client.send(request)
            except Exception as error:  # noqa: BLE001
                errors.append(error)
                return "failed"

    with open_blocking(world, world.auth()) as client:
        answers = in_threads(Sending(client), read, 4)
    assert sorted(answers) == ["failed", "t2", "t2", "t2"]
    assert [str(error)[:22] for error in errors] == ["create_token: HTTP 500"]
    assert len(world.tokens) == 2


def test_several_event_loops_one_after_another(world, open_awaited, read):
    """A lock that tasks have waited for belongs to its loop for ever."""
    auth = world.auth()

    async def scenario() -> list[Any]:
        answer = patient(world, TOKEN_HOST, lambda _: world.clock.reached.is_set())
        async with open_awaited(answer, auth) as client:
            return await in_tasks(client, read, 8)

    for number in range(1, 9):
        world.clock.now += 1000
        world.clock.expect(8 + 2)
        assert asyncio.run(scenario()) == [f"t{number}"] * 8
        assert len(world.tokens) == number
    assert len(auth._task_locks) == 1  # closed loops are not kept


def test_event_loops_in_several_threads(world, open_awaited, read):
    auth = world.auth()
    barrier = Barrier(4)

    def run(_: int) -> list[Any]:
        async def scenario() -> list[Any]:
            async with open_awaited(world, auth) as client:
                return await in_tasks(client, read, 8)

        barrier.wait(30)
        return asyncio.run(scenario())

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    assert all(answer.startswith("t") for group in answers for answer in group)
    assert 1 <= len(world.tokens) <= 8


def test_threads_and_tasks_share_the_token(world, open_blocking, open_awaited, read):
    auth = world.auth()
    with open_blocking(world, auth) as client:
        assert client.send(read) == "t1"

    async def scenario() -> Any:
        async with open_awaited(world, auth) as client:
            return await client.send(read)

    assert asyncio.run(scenario()) == "t1"
    assert len(world.tokens) == 1


@pytest.mark.parametrize("who", ["the one that asks", "one that waits"])
def test_a_cancelled_task_does_not_hold_up_the_others(world, open_awaited, read, who):
    async def scenario() -> list[Any]:
        answer = patient(world, TOKEN_HOST, lambda _: len(world.tokens) > 1 or released.is_set())
        async with open_awaited(answer, world.auth()) as client:
            world.clock.expect(3 + 2)
            tasks = [asyncio.create_task(client.send(read)) for _ in range(3)]
            await until(world.clock.reached.is_set)
            tasks[0 if who == "the one that asks" else 1].cancel()
            await asyncio.sleep(0)
            if who == "one that waits":
                released.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    released = asyncio.Event()
    answers = asyncio.run(scenario())
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == 1
    token = "t2" if who == "the one that asks" else "t1"
    assert answers.count(token) == 2
