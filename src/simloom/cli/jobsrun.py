"""Running a job from the command line: question, record, live progress, summary, exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from simloom.bulk.errors import BulkStopped
from simloom.cli.arguments import for_record
from simloom.cli.audit import Audit, audit_path
from simloom.cli.exits import Exit, UsageProblem, code_of, message_of, tell
from simloom.cli.jobsjournal import SUMMARY, Origin, Summary, pause, reading, summary_of
from simloom.cli.jobsprogress import live
from simloom.cli.sheets import open_sheet
from simloom.cli.writing import can_ask

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simloom.capabilities import Verb
    from simloom.cli.wishes import Wishes
    from simloom.client import SimClient


def confirm(asked: Wishes, path: Path, *, yes: bool) -> None:
    """Ask whether a job may be run; a usage error when nobody agrees."""
    if yes:
        return
    found = summary_of(path)
    if not can_ask():
        raise UsageProblem(
            f"{found.verb} changes {found.left} SIMs and nobody can be asked",
            "add --yes, or look first with `simloom jobs plan`",
        )
    with reading(path) as (_, job):
        takes = Origin.of(job).pace.told(found.left)
    profile = asked.chosen_profile()
    where = f"{found.provider}{f' ({profile})' if profile else ''}"
    question = f"{found.verb} {found.left} SIMs at {where}, {takes} at least?"
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the input ended
        agreed = False
    if not agreed:
        raise UsageProblem("not confirmed", "nothing was sent")


def carry_on(
    asked: Wishes, client: SimClient, verb: Verb, parameters: Mapping[str, Any], path: Path
) -> None:
    """Run a job from where its journal is, and end the command with its exit code."""
    before = summary_of(path)
    error: Exception | None = None
    interrupted = False
    with Audit(audit_path(), provider=client.provider.id, profile=asked.chosen_profile()) as audit:
        arguments = {**_recorded(parameters), "journal": str(path), "sims": before.left}
        line = audit.started(f"jobs {verb.value}", None, arguments, None)
        told = "the program failed"
        try:
            with live(before, path, asked.color) as heard:
                client.bulk(verb, (), journal=path, progress=heard, **parameters).close()
        except BulkStopped as stopped:
            if stopped.report is not None:
                stopped.report.close()
            error = stopped
        except KeyboardInterrupt:
            interrupted = True
            pause(path)
        finally:
            found = summary_of(path)
            told = _told(found)
            audit.ended(line, found.state, told)
    _end(asked, found, path, error, interrupted=interrupted)


def _end(
    asked: Wishes, found: Summary, path: Path, error: Exception | None, *, interrupted: bool
) -> None:
    with open_sheet(asked, SUMMARY) as sheet:
        sheet.add(found)
    cause = None if error is None else error.__cause__
    if isinstance(cause, Exception):
        tell(cause, debug=asked.debug)
    elif error is not None:
        typer.echo(message_of(error), err=True)
    if found.needs_review:
        typer.echo(f"a person has to look: simloom jobs review {path}", err=True)
    if found.left:
        typer.echo(f"go on with: simloom jobs resume {path}", err=True)
    code = Exit.INTERRUPTED if interrupted else exit_code(found, cause)
    if code is not Exit.OK:
        raise typer.Exit(code)


def exit_code(found: Summary, cause: BaseException | None = None) -> Exit:
    """Return the exit code of a job: unknown outweighs partly, partly outweighs refused."""
    good = found.succeeded + found.skipped
    if found.needs_review or found.pending:
        return Exit.UNKNOWN
    if good == found.sims:
        return Exit.OK
    if not good and isinstance(cause, Exception):
        return code_of(cause)
    return Exit.PARTLY if good or found.not_attempted else Exit.REFUSED


def _recorded(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for the record; of a message only its length."""
    known = for_record(dict(parameters))
    if isinstance(known.get("text"), str):
        known["text"] = f"*** ({len(known['text'])} characters)"
    return known


def _told(found: Summary) -> str:
    names = ("succeeded", "rejected", "skipped", "needs_review", "pending", "not_attempted")
    return ", ".join(f"{getattr(found, name)} {name}" for name in names if getattr(found, name))
