"""Recording: every scene before a sandbox that nobody has used, the same bytes every time."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from cassettes.recording.documented import verbatim
from cassettes.recording.scrubbing import Scrubber
from cassettes.recording.stage import SEED, SIMS, RecordedStage
from cassettes.recording.tape import recording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from cassettes.recording.scene import Told


class Studio:
    """Records scenes below a folder. Starts a sandbox where the one before cannot be reset."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sandbox = ExitStack()
        self._stage: RecordedStage | None = None
        self._start: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._sandbox.close()

    def record(self, told: Told) -> Path:
        """Record one scene and return its file. Nothing is written if it fails."""
        path = self._folder / told.path
        stage = self._stage_for(told)
        scrubber = Scrubber(stage.origins)
        with recording(path, scrubber, lambda exchanges: header(told, exchanges)) as tape:
            stage.tape = tape
            result, _ = told.acted(stage)
            if result is not None:
                tape.get_metadata("result", result)
        return path

    def _stage_for(self, told: Told) -> RecordedStage:
        if self._stage is None or self._start != told.start or not self._stage.reset():
            self._sandbox.close()
            self._stage = None
            self._stage = self._sandbox.enter_context(RecordedStage.open(told.start))
            self._start = told.start
        return self._stage


def header(told: Told, exchanges: Sequence[Any]) -> str:
    """Return the comment at the top of a cassette."""
    began = told.start.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        "Recorded against the simloom sandbox, not against the vendor; written by nox -s record.",
        f"Seed {SEED}, {SIMS} SIMs; the clock begins at {began} and moves only when it is told to.",
    ]
    operation = told.operation
    if operation is not None:
        lines.append(
            f"Operation {operation.id}: {operation.method} {operation.path}, path "
            f"{operation.evidence or 'inferred'}."
        )
    found = list(verbatim(told.provider, exchanges))
    lines += [f"Documented example: yes, {one}." for one in found] or ["Documented example: no."]
    return "".join(f"# {line}\n" for line in lines)
