"""Flows and their drivers: answers go in, errors too, and nothing stays open."""

from __future__ import annotations

import asyncio

import pytest

from simloom.errors import ConnectionFailed, NotFound
from simloom.plugins.flows import Script, arun, call, call_detailed, run
from simloom.runtime import Operation, Text

READ: Operation[str] = Operation(id="read", method="GET", path="/a", results={200: Text()})


class Awaited:
    """A script as an awaited client."""

    def __init__(self, script):
        self.script = script

    async def send_detailed(self, request):
        await asyncio.sleep(0)
        return self.script.send_detailed(request)


def play_awaited(script, flow):
    return asyncio.run(arun(flow, Awaited(script)))


@pytest.fixture(params=[run, None], ids=["run", "arun"])
def drive(request):
    def go(flow, *answers):
        script = Script(answers)
        if request.param:
            return run(flow, script), script
        return play_awaited(script, flow), script

    return go


def test_a_flow_gets_its_answers_in_order(drive):
    def flow():
        first = yield from call(READ.request())
        second = yield from call_detailed(READ.request())
        return first, second.status, second.parsed

    result, script = drive(flow(), (200, b"one"), (200, b"two"))
    assert result == ("one", 200, "two")
    assert len(script.requests) == 2


def test_a_flow_that_sends_nothing(drive):
    def flow():
        yield from ()
        return 5

    assert drive(flow())[0] == 5


def test_an_error_arrives_at_the_yield(drive):
    def flow():
        try:
            yield from call(READ.request())
        except NotFound:
            return (yield from call(READ.request()))

    assert drive(flow(), (404, b""), (200, b"found"))[0] == "found"


def test_an_error_that_nobody_catches_closes_the_flow(drive):
    closed = []

    def flow():
        try:
            yield from call(READ.request())
        finally:
            closed.append(True)

    with pytest.raises(ConnectionFailed):
        drive(flow(), ConnectionFailed("reset"))
    assert closed == [True]


def test_an_error_of_the_flow_itself_is_raised(drive):
    def flow():
        yield from call(READ.request())
        raise KeyError("a bug of the provider")

    with pytest.raises(KeyError):
        drive(flow(), (200, b""))


def test_stopping_the_program_is_no_answer():
    def flow():
        try:
            yield from call(READ.request())
        except Exception:  # noqa: BLE001
            pytest.fail("a flow must not catch what ends the program")

    class Stopped:
        def send_detailed(self, request):
            raise KeyboardInterrupt

    kept = flow()
    with pytest.raises(KeyboardInterrupt):
        run(kept, Stopped())
    assert kept.gi_frame is None  # closed


def test_a_cancelled_task_closes_the_flow():
    closed = []

    def flow():
        try:
            yield from call(READ.request())
        finally:
            closed.append(True)

    class Hangs:
        async def send_detailed(self, request):
            await asyncio.Event().wait()

    async def main():
        kept = flow()  # what nobody refers to would be closed anyway
        task = asyncio.create_task(arun(kept, Hangs()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert closed == [True]
        assert kept.gi_frame is None

    asyncio.run(main())


def test_a_script_wants_every_answer_used():
    def flow():
        return (yield from call(READ.request()))

    assert Script([(200, b"x")]).play(flow()) == "x"
    with pytest.raises(AssertionError, match="1 answers were not asked for"):
        Script([(200, b"x"), (200, b"y")]).play(flow())
    with pytest.raises(AssertionError, match="no answer is left"):
        Script([]).play(flow())
