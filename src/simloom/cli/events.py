"""`simloom events`: what a vendor tells of its own accord, as it comes."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from simloom.cli.connecting import open_client
from simloom.cli.eventrows import EventRow, row_of
from simloom.cli.exits import UsageProblem
from simloom.cli.sheets import Shape, Sheet, open_sheet
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.models import Event
from simloom.runtime.timestamps import parse_timestamp

app: typer.Typer = group(
    "events",
    "Listen to live events (telekom-m2m). Vendors that send webhooks: `simloom webhooks serve`.",
    "events tail --provider telekom-m2m --output jsonl",
)

EVENT = Shape.of(EventRow, "time", "kind", "iccid", "details")


def add_at_once(sheet: Sheet, event: Event) -> None:
    """Write an event so that the reader of the output has it when this returns."""
    sheet.add(row_of(event))
    sheet.close()  # a table keeps its first rows back otherwise
    sys.stdout.flush()


@app.command(
    cls=Command,
    epilog=examples(
        "events tail --provider telekom-m2m --output jsonl",
        "events tail --provider telekom-m2m --type simaction --checkpoints events.db",
    ),
)
def tail(
    context: typer.Context,
    *,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Only this stream; may be repeated."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="OFFSET|TIME", help="Begin behind an offset, or at a time (UTC)."),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Remember what was written, and go on behind it."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
) -> None:
    """Write events as they come, until Ctrl-C.

    With --checkpoints an event counts as handled when it was written to stdout.
    """
    asked = wishes(context)
    given: dict[str, Any] = {} if since is None else {"since": _moment(since)}
    with ExitStack() as stack:
        if checkpoints is not None:
            from simloom.events.checkpoints import SqliteCheckpoints  # noqa: PLC0415

            given["checkpoints"] = stack.enter_context(SqliteCheckpoints(checkpoints))
        sheet = stack.enter_context(open_sheet(asked, EVENT))
        client = stack.enter_context(open_client(context))
        stream = stack.enter_context(client.events(types, **given))
        for count, event in enumerate(stream, 1):
            add_at_once(sheet, event)
            if count == limit:
                stream.check_off()
                break


def _moment(text: str) -> Any:
    """Return a time, or an offset: a text that is none."""
    if not text:
        raise UsageProblem("--since is empty", "give an offset or a time such as 2026-01-31T12:00Z")
    return parse_timestamp(text)
