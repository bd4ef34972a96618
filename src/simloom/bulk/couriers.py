"""Running the tasks of a bulk job, with threads or awaited. Every decision is elsewhere."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import threading
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    InvalidStateError,
    ThreadPoolExecutor,
    wait,
)
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from simloom.bulk.errors import WriteTooLate
from simloom.bulk.interrupts import stopping_at_interrupt
from simloom.bulk.rounds import Finished
from simloom.capabilities import RetryClass
from simloom.errors import DecodeError, OutcomeUnknown, QuotaStoreError, ServerError
from simloom.plugins.flows import arun, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from simloom.bulk.engine import Engine
    from simloom.bulk.rounds import Round, Task
    from simloom.bulk.starting import BulkJob
    from simloom.runtime import Request, Response
    from simloom.transport.session import AsyncSession, Session

T = TypeVar("T")
Input = TypeVar("Input")
log: logging.Logger = logging.getLogger("simloom.bulk")
_NOT_IMPLEMENTED = 501


class _NobodyWaits(Exception):
    """Ends the reading of inputs for a caller who is gone."""


class _Watched:
    """Notes whether a write succeeded, or may have arrived."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.wrote = False
        self.grant = task.grant

    def granted(self, request: Request[Any]) -> Any:
        """Return the job's grant for the first write; what is read before it asks for itself."""
        if request.operation.retry is RetryClass.READ:
            return None
        grant, self.grant = self.grant, None
        return grant

    def note(self, request: Request[Any], error: Exception | None) -> None:
        if request.operation.retry is RetryClass.READ:
            return
        if error is None or isinstance(error, OutcomeUnknown) or _may_have_written(request, error):
            self.wrote = True

    def check(self, request: Request[Any]) -> None:
        """Raise `WriteTooLate` for a first write whose time has passed."""
        if request.operation.retry is RetryClass.READ or self.wrote or self.task.may_write():
            return
        raise WriteTooLate("the request was held up for too long before it could be sent")


def _may_have_written(request: Request[Any], error: Exception) -> bool:
    """Tell whether a write's answer leaves open that it took effect.

    A failure of the server may come after the effect; 501 says that there is none (RFC 9110,
    15.6.2). An answer to another operation, such as the login's, says that this one was not sent.
    """
    if not isinstance(error, (DecodeError, ServerError)):
        return False
    if error.operation not in {"", request.operation.id}:
        return False
    if isinstance(error, DecodeError):
        return error.status is not None and error.status < 300
    return error.status != _NOT_IMPLEMENTED


class _Sender(_Watched):
    def __init__(self, task: Task, session: Session) -> None:
        super().__init__(task)
        self._session = session

    def send(self, request: Request[T], /) -> T:
        return self.send_detailed(request).parsed

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        self.check(request)
        try:
            response = self._session.send_detailed(request, grant=self.granted(request))
        except Exception as error:
            self.note(request, error)
            raise
        self.note(request, None)
        return response


class _AsyncSender(_Watched):
    def __init__(self, task: Task, session: AsyncSession) -> None:
        super().__init__(task)
        self._session = session

    async def send(self, request: Request[T], /) -> T:
        return (await self.send_detailed(request)).parsed

    async def send_detailed(self, request: Request[T], /) -> Response[T]:
        self.check(request)
        try:
            response = await self._session.send_detailed(request, grant=self.granted(request))
        except Exception as error:
            self.note(request, error)
            raise
        self.note(request, None)
        return response


def carry(engine: Engine, session: Session, *, at_once: int) -> None:
    """Run a job with threads. Ctrl-C starts nothing more and waits for what is under way."""
    rounds = engine.rounds()
    flying: set[Future[Finished]] = set()
    finished: Sequence[Finished] | None = None
    bell = _Bell()
    engine.listen(bell.ring)
    with (
        closing(rounds),
        stopping_at_interrupt(engine.stop),
        ThreadPoolExecutor(at_once, thread_name_prefix="simloom-bulk") as pool,
    ):
        while (step := _advance(rounds, finished)) is not None:
            flying |= {pool.submit(run_task, task, session) for task in step.tasks}
            waited = {*flying, bell.rung}
            done, _ = wait(waited, timeout=step.wait, return_when=FIRST_COMPLETED)
            bell.reset()
            ended = done & flying
            finished = [future.result() for future in ended]
            flying -= ended


class _Bell:
    """Wakes who waits, from any thread."""

    def __init__(self) -> None:
        self.rung: Future[Any] = Future()

    def ring(self) -> None:
        """Wake who waits now, or will next."""
        with suppress(InvalidStateError):  # somebody else has rung
            self.rung.set_result(None)

    def reset(self) -> None:
        """Get ready for the next time; what it was rung for is seen after this."""
        if self.rung.done():
            self.rung = Future()


def run_task(task: Task, session: Session) -> Finished:
    """Run one task to its end; errors are part of what it returns."""
    sender = _Sender(task, session)
    try:
        value = run(task.flow, sender)
    except Exception as error:  # noqa: BLE001  (the engine decides what it means)
        return Finished(task=task, error=error, wrote=sender.wrote)
    finally:
        _release(session, sender.grant)
    return Finished(task=task, value=value, wrote=sender.wrote)


async def acarry(engine: Engine, session: AsyncSession) -> None:
    """Run a job with tasks; when it is cancelled, so are they, and the journal knows of them."""
    rounds = engine.rounds()
    flying: set[asyncio.Task[Finished]] = set()
    finished: Sequence[Finished] | None = None
    loop, bell = asyncio.get_running_loop(), asyncio.Event()
    engine.listen(lambda: loop.call_soon_threadsafe(bell.set))
    try:
        while True:
            # The journal writes to the disk: not in the thread of the event loop.
            step = await _in_thread(
                functools.partial(_advance, rounds, finished),
                undo=lambda step: _unsend(engine, session, step),
            )
            if step is None:
                return
            flying |= {asyncio.create_task(_arun(task, session)) for task in step.tasks}
            rung = asyncio.create_task(bell.wait())
            try:
                done, _ = await asyncio.wait(
                    {*flying, rung}, timeout=step.wait, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                rung.cancel()
                bell.clear()
            ended = flying & done
            finished = [task.result() for task in ended]
            flying -= ended
    finally:
        for task in flying:
            task.cancel()
        try:
            await asyncio.gather(*flying, return_exceptions=True)
        finally:
            rounds.close()


def _unsend(engine: Engine, session: AsyncSession, step: Round | None) -> None:
    """Take back what was to be started when the job was cancelled."""
    if step is not None:
        engine.unsend(step.tasks)
        for task in step.tasks:
            _release(session, task.grant)


async def aprepare(
    prepare: Callable[[Iterable[Input]], BulkJob], identifiers: Iterable[Input]
) -> BulkJob:
    """Call what reads the inputs into the journal, in a thread.

    A cancellation ends it at the next input. By the time that it is seen, others may have the
    journal.
    """
    is_cancelled = threading.Event()

    def wanted() -> Iterator[Input]:
        for one in identifiers:
            if is_cancelled.is_set():
                raise _NobodyWaits
            yield one

    return await _in_thread(
        functools.partial(prepare, wanted()), is_cancelled.set, lambda job: job.report.close()
    )


async def _in_thread(
    work: Callable[[], T],
    stop: Callable[[], object] = lambda: None,
    undo: Callable[[T], object] = lambda _: None,
) -> T:
    """Run what a cancellation must not cut off, as it writes to the journal.

    When it is cancelled, `stop` is called, and `undo` with what the thread returns all the same.
    """
    context = contextvars.copy_context()
    running = asyncio.get_running_loop().run_in_executor(None, context.run, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop()
        while not running.done():
            with suppress(asyncio.CancelledError):  # once is enough
                await asyncio.wait({running})
        if running.exception() is None:
            undo(running.result())
        raise


def _advance(rounds: Any, finished: Sequence[Finished] | None) -> Round | None:
    try:
        step: Round = next(rounds) if finished is None else rounds.send(finished)
    except StopIteration:
        return None
    return step


async def _arun(task: Task, session: AsyncSession) -> Finished:
    sender = _AsyncSender(task, session)
    try:
        value = await arun(task.flow, sender)
    except Exception as error:  # noqa: BLE001  (the engine decides what it means)
        return Finished(task=task, error=error, wrote=sender.wrote)
    finally:
        _release(session, sender.grant)
    return Finished(task=task, value=value, wrote=sender.wrote)


def _release(session: Session | AsyncSession, grant: Any) -> None:
    """Give a grant back that nothing was sent with; one that cannot be is only held for longer."""
    try:
        session.release(grant)
    except QuotaStoreError as error:
        log.warning("%s; the grant stays held", error)
