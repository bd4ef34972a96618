"""`simloom sims`: reading SIMs, and the commands that change them."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.listing import fill
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import add_write_commands
from simloom.cli.wishes import Command, group, wishes
from simloom.models import Connectivity, Quota, SessionEvent, Sim, SimStatus

app = group("sims", "List, read and change SIMs.")

SIM = Shape.of(Sim, "iccid", "status", "vendor_status", "label", "msisdn", "imei")
CONNECTIVITY = Shape.of(Connectivity)
QUOTA = Shape.of(Quota)
EVENT = Shape.of(SessionEvent, "iccid", "at", "ended_at", "kind", "network", "country")

Iccids = Annotated[list[str], typer.Argument(metavar="ICCID...", help="18 to 22 digits each.")]
Iccid = Annotated[str, typer.Argument(metavar="ICCID", help="18 to 22 digits.")]
Status = Annotated[SimStatus | None, typer.Option(help="Only SIMs with this status.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Stop after so many.")]


def _list(context: typer.Context, sheet: Any, status: SimStatus | None, **how: Any) -> int:
    def keep(sim: Sim) -> bool:  # not every vendor can filter
        return status is None or sim.status == status

    color = not wishes(context).no_color
    with open_client(context) as client:
        return fill(
            sheet, client, Verb.LIST, what="SIMs", keep=keep, color=color, status=status, **how
        )


@app.command("list", cls=Command)
def list_sims(context: typer.Context, *, status: Status = None, limit: Limit = None) -> None:
    """List SIMs, page by page, in constant memory."""
    with open_sheet(wishes(context), SIM) as sheet:
        _list(context, sheet, status, limit=limit)


@app.command(cls=Command)
def get(context: typer.Context, iccids: Iccids) -> None:
    """Read SIMs one by one."""
    with open_sheet(wishes(context), SIM) as sheet, open_client(context) as client:
        for iccid in iccids:
            sheet.add(client.get(iccid))


@app.command(cls=Command)
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; CSV unless it ends in .jsonl.")],
    *,
    status: Status = None,
    limit: Limit = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write SIMs to a file that only you can read; all of them, or no file at all."""
    asked = wishes(context)
    if file.exists() and not force:
        raise UsageProblem(f"{file} is there already", "add --force to replace it")
    form = asked.output or ("jsonl" if file.suffix in {".jsonl", ".ndjson"} else "csv")
    SIM.columns(asked, form)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with (
            open(handle, "w", encoding="utf-8", newline="") as stream,  # noqa: PTH123
            open_sheet(asked, SIM, stream, form) as sheet,
        ):
            number = _list(context, sheet, status, limit=limit, prints=False)
        Path(name).replace(file)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108
        raise
    sys.stderr.write(f"{number} SIMs written to {file}\n")


@app.command(cls=Command)
def connectivity(context: typer.Context, iccid: Iccid) -> None:
    """Read how a SIM is attached right now."""
    with open_sheet(wishes(context), CONNECTIVITY) as sheet, open_client(context) as client:
        sheet.add(client.connectivity(iccid))


@app.command(cls=Command)
def sessions(context: typer.Context, iccid: Iccid, *, limit: Limit = None) -> None:
    """List the sessions or network events of a SIM."""
    from simloom.identifiers import parse_iccid  # noqa: PLC0415

    with open_sheet(wishes(context), EVENT) as sheet, open_client(context) as client:
        fill(sheet, client, Verb.SESSION_HISTORY, parse_iccid(iccid), what="events", limit=limit)


@app.command(cls=Command)
def quota(context: typer.Context, iccid: Iccid) -> None:
    """Read what is left of a SIM's allowances."""
    with open_sheet(wishes(context), QUOTA) as sheet, open_client(context) as client:
        for item in client.quota(iccid):
            sheet.add(item)


add_write_commands(app)
