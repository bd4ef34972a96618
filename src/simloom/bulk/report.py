"""What a bulk job came to: one outcome per SIM, read from its journal in constant memory."""

from __future__ import annotations

import csv
import json
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

from simloom.bulk.errors import BulkFailures
from simloom.bulk.outcomes import FAILURES, Outcome, OutcomeStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from simloom.bulk.journal import Journal

FIELDS = ("position", "identifier", "iccid", "status", "reason")
# What a spreadsheet would take for a formula. A vendor's text may begin with anything.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class BulkReport:
    """The outcomes of a job. Iterate over it, look at `counts`, or write it to a file.

    It reads from the journal as long as it is open; leaving `with`, or `close()`, closes it.
    """

    def __init__(self, journal: Journal, *, verb: str, provider: str) -> None:
        self._journal = journal
        self._finalizer = weakref.finalize(self, journal.close)
        self.verb = verb
        self.provider = provider

    def __repr__(self) -> str:
        told = ", ".join(f"{count} {status}" for status, count in self.counts.items() if count)
        return f"<BulkReport {self.verb} {self.provider}: {told or 'no SIMs'}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Outcome]:
        return self._journal.results.outcomes()

    def __len__(self) -> int:
        return self._journal.results.total()

    def __bool__(self) -> bool:
        """Be true even without SIMs: there is a report."""
        return True

    @property
    def counts(self) -> Mapping[OutcomeStatus, int]:
        """How many SIMs have each outcome."""
        return self._journal.results.counts()

    @property
    def duplicates(self) -> int:
        """How many inputs named a SIM that an earlier one had named."""
        job = self._journal.job()
        return 0 if job is None else job.duplicates

    def only(self, *statuses: OutcomeStatus) -> Iterator[Outcome]:
        """Yield the outcomes of these kinds."""
        return self._journal.results.outcomes(*statuses)

    def raise_for_failures(self) -> None:
        """Raise `BulkFailures` if a SIM was rejected or needs a review."""
        counts = self.counts
        if any(counts[status] for status in FAILURES):
            raise BulkFailures({status.value: count for status, count in counts.items()})

    def to_csv(self, target: Path | str | TextIO) -> None:
        """Write a table with a header. Texts that a spreadsheet would run begin with `'`."""
        with self._opened(target) as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(FIELDS)
            for outcome in self:
                row = (getattr(outcome, name) for name in FIELDS)
                table.writerow([_cell(value) for value in row])

    def to_jsonl(self, target: Path | str | TextIO) -> None:
        """Write one JSON object per line."""
        with self._opened(target) as file:
            for outcome in self:
                row = {name: getattr(outcome, name) for name in FIELDS}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    @contextmanager
    def _opened(self, target: Path | str | TextIO) -> Iterator[TextIO]:
        """Yield a file; it is closed at the end if it was opened here."""
        if not isinstance(target, (str, Path)):
            yield target
            return
        path, journal = Path(target), self._journal.path
        if journal is not None and path.exists() and path.samefile(journal):
            raise ValueError(f"{path} is the journal of this job; choose another file")
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file

    def close(self) -> None:
        """Close the journal. Closing twice does nothing."""
        self._finalizer()


def _cell(value: Any) -> Any:
    number = isinstance(value, str) and value.isascii() and value[1:].isdigit()
    if isinstance(value, str) and value.startswith(_FORMULA) and not number:
        return f"'{value}"
    return "" if value is None else value
