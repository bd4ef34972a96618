"""Jobs that are killed with SIGKILL at every point, and what the vendor saw of them.

A process that has everything imported is asked, line by line, to fork a worker that goes on with a
job: real processes, each started in milliseconds. A worker kills itself at a labelled point, or is
killed after some time, whatever it does then. All the while another process opens the journal, as
`jobs status`, `export` and `pause` do; that one is killed, too.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import asdict, field, frozen

from benchmarks.bulkwatch import watch
from simloom.bulk.couriers import carry
from simloom.bulk.journal import Journal
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.policy import Patience
from simloom.bulk.starting import BulkOptions, prepare_bulk
from simloom.capabilities import RetryClass, Verb
from simloom.connection import prepare
from simloom.plugins.manager import ClientHooks
from simloom.plugins.specs import hookimpl
from simloom.plugins.types import ChunkPolicy
from simloom.runtime.client import Client
from simloom.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simloom.sandbox import Sandbox

LABELS = ("before-journal", "after-journal", "after-send", "after-response", "after-commit")
ROOT = Path(__file__).resolve().parents[1]
PATIENCE = Patience(
    settle=0.5,  # a worker that is killed has sent what it ever will; the sandbox is at once
    look_again=0.05,
    first_ask=0.02,
    longest_ask=0.1,
    heartbeat=0.5,
    failure_pause=0.05,
)
_CHUNK = 10
_PAUSED = 3
"""The exit status of a worker whose job somebody paused."""
_AS_ASKED = frozenset({0, -signal.SIGKILL, -signal.SIGTERM})
"""How a process that looks on may end; it is asked to before it listens, sometimes."""


@frozen(kw_only=True)
class Task:
    """One job: where, what, which SIMs."""

    provider: str
    settings: dict[str, Any]
    verb: str
    journal: str
    iccids: list[str]
    parameters: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Kill:
    """When a worker dies: at the `nth` time that it passes `label`, or after `seconds`."""

    label: str = ""
    nth: int = 1
    seconds: float | None = None


def task_at(
    sandbox: Sandbox,
    provider: str,
    verb: str,
    journal: Path,
    *,
    count: int,
    parameters: dict[str, Any],
) -> Task:
    """Return a job for SIMs of a sandbox."""
    address = sandbox.provider(provider)
    settings = {**address.settings, "base_url": address.base_url}
    if provider == "telekom-m2m":
        settings["token_url"] = address.token_url
    with sandbox.connect(provider) as client:
        iccids = [sim.iccid for sim in islice(client.sims(), count)]
    return Task(
        provider=provider,
        settings={name: value for name, value in settings.items() if isinstance(value, str)},
        verb=verb,
        journal=str(journal),
        iccids=iccids,
        parameters=parameters,
    )


class SmallChunks:
    """A plugin: chunks so small that a short job has many."""

    @hookimpl
    def simloom_chunk_policy(self, provider: Any, verb: Verb) -> ChunkPolicy | None:
        """Return chunks of ten where the vendor takes several."""
        several = (provider.capabilities()[verb].bulk_max or 1) > 1
        return ChunkPolicy(size=_CHUNK, atomic=True) if several else None


class _KilledAfterSend(Session):
    """Dies when the vendor has answered a write and nobody has seen the answer."""

    reach: Any

    def send_detailed(self, request: Any, /, *, grant: Any = None) -> Any:
        response = super().send_detailed(request, grant=grant)
        if request.operation.retry is not RetryClass.READ:
            self.reach("after-send")
        return response


def work(task: Task, kill: Kill) -> None:
    """Go on with a job until its end, or until death."""
    left = {kill.label: kill.nth}

    def reach(label: str) -> None:
        if label in left:
            left[label] -= 1
            if not left[label]:
                os.kill(os.getpid(), signal.SIGKILL)

    connection = prepare(task.provider, plugins=[SmallChunks()], **task.settings)
    verb = Verb(task.verb)
    options = BulkOptions(journal=task.journal, patience=PATIENCE, at=reach)
    hooks = ClientHooks(connection.provider, [SmallChunks()])
    job = prepare_bulk(connection.provider, hooks, verb, task.iccids, task.parameters, options)
    with _KilledAfterSend(Client(**connection.client_arguments())) as session:
        session.reach = reach
        carry(job.engine, session, at_once=job.at_once)
    job.report.close()
    if job.engine.stopped == "paused":
        sys.exit(_PAUSED)
    job.finish()


def serve() -> None:
    """Fork a worker and an onlooker for each line of stdin; answer with how they ended."""
    draw = random.Random(1)
    for line in sys.stdin:
        asked = json.loads(line)
        task, kill = Task(**asked["task"]), Kill(**asked["kill"])
        onlooker = _forked(watch, Path(task.journal), draw.random())
        worker = _ended(_forked(work, task, kill), kill.seconds)
        os.kill(onlooker, draw.choice((signal.SIGKILL, signal.SIGTERM)))
        print(json.dumps([worker, _ended(onlooker, None)]), flush=True)


def _forked(run: Callable[..., None], *arguments: Any) -> int:
    """Call a function in a child process and return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        run(*arguments)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001  (it must not go on as its parent)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(child: int, seconds: float | None) -> int:
    """Return the exit status of a worker, negative for a signal; kill it when its time is up."""
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        done, status = os.waitpid(child, 0 if until is None else os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if until is not None and time.monotonic() >= until:
            os.kill(child, signal.SIGKILL)
            until = None
        time.sleep(0.001)


class Workers:
    """The process that forks workers; use it as a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bulkcrash"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def run(self, task: Task, kill: Kill | None = None) -> int:
        """Run a worker; return its exit status, -9 when it was killed.

        Raises `RuntimeError` when something went wrong with the process that looks on.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        kill = kill or Kill()
        asked = {
            "task": asdict(task),
            "kill": asdict(kill),
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        ended, onlooker = json.loads(self._process.stdout.readline())
        if onlooker not in _AS_ASKED:
            raise RuntimeError(f"the process that looks on has failed with {onlooker}")
        if ended not in {0, _PAUSED, -signal.SIGKILL}:
            raise RuntimeError(f"a worker has failed with {ended}")
        return int(ended)

    def finish(self, task: Task, kills: Sequence[Kill]) -> int:
        """Run a job, killed as often as asked, to its end; return how often it was killed."""
        killed = sum(self.run(task, kill) == -signal.SIGKILL for kill in kills)
        while self.run(task) == _PAUSED:
            pass
        return killed


@frozen(kw_only=True)
class Verdict:
    """What came of a job by its journal, and what the vendor did. All numbers are SIMs."""

    outcomes: dict[str, int]
    effects: int
    lost: int
    """Without an outcome, or called succeeded with nothing done."""
    twice: int
    untold: int
    """Done, and neither called succeeded nor left to a person."""

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, done twice, or kept quiet about."""
        return not (self.lost or self.twice or self.untold)


def judge(task: Task, ledger: dict[str, Any], operation: str) -> Verdict:
    """Compare a journal with the sandbox's ledger."""
    changed = Counter(
        effect["iccid"] for effect in ledger["effects"] if effect["operation"] == operation
    )
    book = Journal(Path(task.journal), make=False)
    try:
        found = {outcome.iccid: outcome.status for outcome in book.results.outcomes()}
        counts = {status.value: count for status, count in book.results.counts().items() if count}
    finally:
        book.close()
    of = {
        status: {sim for sim, told in found.items() if told is status} for status in OutcomeStatus
    }
    open_ones = of[OutcomeStatus.PENDING] | of[OutcomeStatus.NOT_ATTEMPTED]
    missing = set(task.iccids) - set(found)
    succeeded, doubtful = of[OutcomeStatus.SUCCEEDED], of[OutcomeStatus.NEEDS_REVIEW]
    return Verdict(
        outcomes=counts,
        effects=len(changed),
        lost=len(open_ones | missing | (succeeded - set(changed))),
        twice=sum(times > 1 for times in changed.values()),
        untold=len(set(changed) - succeeded - doubtful),
    )


if __name__ == "__main__":
    serve()
