"""Journals as commands use them: what they are about, how far they are, what a person decides."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom.bulk.errors import JournalBusy, JournalError, JournalMismatch
from simloom.bulk.journal import Job, Journal
from simloom.bulk.outcomes import OutcomeStatus
from simloom.bulk.starting import entries
from simloom.bulk.work import Work
from simloom.cli.exits import UsageProblem
from simloom.cli.jobsinputs import values_of
from simloom.cli.jobsplan import Pace, pace_of
from simloom.cli.sheets import Shape
from simloom.identifiers import Iccid
from simloom.plugins.accounts import account_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from simloom.capabilities import Verb
    from simloom.identifiers.sheets import ReadLine
    from simloom.plugins.provider import Provider


@frozen(kw_only=True)
class Origin:
    """How a job was started: what `resume` needs besides the credentials. No secrets."""

    profile: str | None = None
    settings: Sequence[str] = ()
    secrets: Sequence[str] = ()
    """`KEY=VARIABLE`: names only."""
    file: str | None = None
    """What tells its inputs from others."""
    parameters: Mapping[str, Any] | None = None
    """What the library gave, where no command made the job."""
    pace: Pace = field(factory=lambda: Pace(size=1))

    def to_json(self) -> dict[str, Any]:
        """Return it as the journal keeps it."""
        return {
            "profile": self.profile,
            "settings": list(self.settings),
            "secrets": list(self.secrets),
            "file": self.file,
            "size": self.pace.size,
            "windows": self.pace.windows,
            "by_sim": self.pace.by_sim,
        }

    def values(self, provider: Provider, verb: Verb) -> dict[str, Any]:
        """Return what the verb was given besides the SIM."""
        if self.parameters is not None:
            return dict(self.parameters)
        return values_of(provider, verb, self.settings, self.secrets)

    @classmethod
    def of(cls, job: Job) -> Origin:
        """Return what a journal keeps; a job of the library has its parameters only."""
        kept = json.loads(job.origin)
        windows = tuple((limit, seconds) for limit, seconds in kept.get("windows", ()))
        return cls(
            profile=kept.get("profile"),
            settings=kept.get("settings", ()),
            secrets=kept.get("secrets", ()),
            file=kept.get("file"),
            parameters=None if "settings" in kept else json.loads(job.parameters),
            pace=Pace(size=kept.get("size", 1), windows=windows, by_sim=kept.get("by_sim", True)),
        )


@frozen(kw_only=True)
class Summary:
    """Where a job is. `state` is reading, running, paused, stopped or finished."""

    provider: str
    verb: str
    state: str
    sims: int
    succeeded: int
    rejected: int
    skipped: int
    needs_review: int
    pending: int
    not_attempted: int
    duplicates: int
    least_seconds_left: float | None
    journal: str
    worked_on_by: str | None

    @property
    def left(self) -> int:
        """SIMs without an outcome."""
        return self.pending + self.not_attempted


SUMMARY = Shape.of(
    Summary,
    *("verb", "state", "sims", "succeeded", "rejected", "skipped", "needs_review", "pending"),
    "not_attempted",
)


@contextmanager
def usage_problems() -> Iterator[None]:
    """Tell what is wrong with a journal, with what to do about it."""
    try:
        yield
    except JournalBusy as error:
        raise UsageProblem(str(error), "`simloom jobs status` shows how far it is") from error
    except JournalMismatch as error:
        raise UsageProblem(str(error), "nothing was sent for this command") from error
    except JournalError as error:
        hint = "check the path, the disk and the permissions; what was sent is in the journal"
        raise UsageProblem(str(error), hint) from error


@contextmanager
def reading(path: Path) -> Iterator[tuple[Journal, Job]]:
    """Give a journal that is there, and its job; another process may be working on it."""
    book = Journal(path, make=False)
    try:
        job = book.job()
        if job is None:
            raise JournalError(f"{path} is a journal without a job")
        yield book, job
    finally:
        book.close()


def begin(
    provider: Provider,
    verb: Verb,
    parameters: Mapping[str, Any],
    path: Path,
    origin: Origin,
    lines: Iterable[ReadLine],
) -> bool:
    """Read the inputs into the journal, unless that was done; return whether it was made here.

    Unsupported verbs and values are refused before anything is read.
    """
    Work(provider, verb, parameters)
    book = Journal(path)
    try:
        account = account_of(provider)
        job = book.begin(provider.id, account, verb.value, parameters, origin.to_json())
        if job.read_in:
            _check_file(path, job, origin)
        else:
            book.read(entries(lines))
    except BaseException:
        book.discard() if book.made else book.close()
        raise
    book.close()
    return book.made


def discard(path: Path) -> None:
    """Delete a journal of which nothing was sent, unless another process works on it by now."""
    with suppress(JournalError):
        Journal(path, make=False).discard()


def _check_file(path: Path, job: Job, origin: Origin) -> None:
    """Refuse to go on with other SIMs than those of the file given."""
    if origin.file != Origin.of(job).file:
        raise JournalMismatch(
            f"{path} is the journal of other SIMs than those of this file; use another journal, "
            "or `simloom jobs resume` to go on with that one"
        )


def pause(path: Path) -> Job:
    """Ask whoever works on a journal to pause."""
    with reading(path) as (book, job):
        book.pause()
    return job


def decide(path: Path, iccids: Iterable[str], choice: OutcomeStatus | None) -> None:
    """Note what a person has found out about SIMs; a SIM that needs no review is an error."""
    chosen = [Iccid(iccid) for iccid in iccids]
    with reading(path) as (book, _):
        for iccid in chosen:
            if not book.decide(iccid.key, choice):
                raise UsageProblem(
                    f"{iccid} needs no review", f"`simloom jobs review {path}` lists those that do"
                )


def summary_of(path: Path) -> Summary:
    """Return where a job is."""
    with reading(path) as (book, job):
        counts = book.results.counts()
    left = counts[OutcomeStatus.PENDING] + counts[OutcomeStatus.NOT_ATTEMPTED]
    return Summary(
        provider=job.provider,
        verb=job.verb,
        state=_state(job, left),
        sims=sum(counts.values()),
        **{status.value: count for status, count in counts.items()},
        duplicates=job.duplicates,
        least_seconds_left=Origin.of(job).pace.seconds(counts[OutcomeStatus.NOT_ATTEMPTED]),
        journal=str(path),
        worked_on_by=job.owner or None,
    )


def origin_of(
    provider: Provider,
    verb: Verb,
    profile: str | None,
    settings: Sequence[str],
    secrets: Sequence[str],
    file: str | None,
) -> Origin:
    """Return how a job is started."""
    pace = pace_of(provider.id, profile, verb)
    return Origin(profile=profile, settings=settings, secrets=secrets, file=file, pace=pace)


def _state(job: Job, left: int) -> str:
    if job.owner:
        return "pausing" if job.paused else "running"
    if not job.read_in:
        return "reading"
    if not left:
        return "finished"
    return "paused" if job.paused else "stopped"
