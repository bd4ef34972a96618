"""From the arguments of `client.bulk` to an engine that is ready to run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom.bulk.engine import Engine
from simloom.bulk.errors import BulkStopped
from simloom.bulk.journal import Entry, Journal
from simloom.bulk.policy import Patience
from simloom.bulk.report import BulkReport
from simloom.bulk.work import Work
from simloom.capabilities import Verb
from simloom.errors import IdentifierError, InvalidParameter
from simloom.identifiers import BadLine, GoodLine, Iccid, Identifier, parse, parse_iccid
from simloom.plugins.accounts import account_of

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simloom.bulk.outcomes import Outcome
    from simloom.bulk.resolving import FindMany
    from simloom.bulk.rounds import Limits
    from simloom.identifiers.sheets import ReadLine
    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider

_LONGEST = 200


@frozen
class BulkJob:
    """A job that is ready: its engine, and the report that it fills."""

    engine: Engine
    report: BulkReport
    at_once: int

    def finish(self) -> BulkReport:
        """Return the report of a job whose engine has ended, or raise `BulkStopped`."""
        if self.engine.stopped is None:
            return self.report
        raise BulkStopped(f"the job stopped: {self.engine.stopped}", self.report) from (
            self.engine.fatal
        )


@frozen(kw_only=True)
class BulkOptions:
    """How a job is run. `at` is told the name of each step, so that tests can crash there."""

    journal: str | os.PathLike[str] | None = None
    patience: Patience = field(factory=Patience)
    limits: Limits | None = None
    find: FindMany | None = None
    wall: Callable[[], float] = time.time
    progress: Callable[[Outcome], None] | None = None
    at: Callable[[str], None] = lambda _: None
    origin: Mapping[str, Any] | None = None
    """What whoever starts the job wants to find in the journal later; JSON, no secrets."""


def verb_of(verb: Verb | str) -> Verb:
    """Return the verb of this name; raise `InvalidParameter` for what is none."""
    try:
        return Verb(verb)
    except ValueError:
        raise InvalidParameter(f"{verb!r} is no verb; simloom.Verb has them") from None


def prepare_bulk(
    provider: Provider,
    hooks: ClientHooks,
    verb: Verb,
    identifiers: Iterable[str | Identifier | ReadLine],
    parameters: Mapping[str, Any],
    options: BulkOptions | None = None,
) -> BulkJob:
    """Read the identifiers into the journal and return the job; nothing is sent.

    Errors: `UnsupportedOperation`, `InvalidParameter`, `JournalMismatch`, `JournalBusy`,
    `JournalError`.
    """
    work = Work(provider, verb, parameters, hooks)
    options = options or BulkOptions()
    patience, progress = options.patience, options.progress
    path = None if options.journal is None else Path(options.journal)
    book = Journal(path, wall=options.wall)
    try:
        account = account_of(provider)
        job = book.begin(provider.id, account, verb.value, parameters, options.origin)
        if not job.read_in:
            book.read(entries(identifiers, lambda text: hooks.iccid_of(text, verb)))

        def tell(outcome: Outcome) -> None:
            hooks.outcome(outcome)
            if progress is not None:
                progress(outcome)

        engine = Engine(
            work,
            book,
            patience=patience,
            wall=options.wall,
            limits=options.limits,
            find=options.find,
            tell=tell,
            at=options.at,
        )
    except BaseException:
        book.close()
        raise
    most = patience.chunks_at_once if work.in_bulk else 0
    return BulkJob(
        engine,
        BulkReport(book, verb=verb.value, provider=provider.id),
        most + patience.singles_at_once,
    )


def entries(
    identifiers: Iterable[str | Identifier | ReadLine],
    known_as: Callable[[str], Iccid | None] = lambda _: None,
) -> Iterator[Entry]:
    """Read inputs one by one; one that is no identifier is reported and stops nothing.

    Lines of `read_identifiers` may be among them. `known_as` is asked first for what is no ICCID;
    it may know kinds of its own.
    """
    for given in identifiers:
        if isinstance(given, BadLine):
            yield Entry(identifier=f"line {given.line}", problem=_storable(str(given.error)))
            continue
        known = given.identifier if isinstance(given, GoodLine) else given
        text = known.tagged if isinstance(known, Identifier) else known
        text = str(known) if isinstance(known, Iccid) else text
        shown = _storable(str(text))
        try:
            identifier = _read(known, known_as)
            if not isinstance(identifier, Iccid):  # resolved before anything is sent
                yield Entry(identifier=shown if shown == text else identifier.tagged)
                continue
            iccid = parse_iccid(identifier)
        except IdentifierError as error:
            yield Entry(identifier=shown, problem=_storable(str(error)))
        else:
            yield Entry(identifier=shown, iccid=iccid, key=identifier.key)


def _read(given: str | Identifier, known_as: Callable[[str], Iccid | None]) -> Identifier:
    try:
        identifier = parse(given)
    except IdentifierError:
        told = known_as(given) if isinstance(given, str) else None
        if told is None:
            raise
        return told
    if isinstance(identifier, Iccid):
        return identifier
    return known_as(identifier.tagged) or identifier


def _storable(text: str) -> str:
    """Return a text as a journal can hold it: bounded, and with what is no Unicode replaced."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()
