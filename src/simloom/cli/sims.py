"""`simloom sims`: reading SIMs, and the commands that change them."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.exporting import whole_file
from simloom.cli.finding import find_labelled, find_sim, open_several
from simloom.cli.listing import add_all, fill
from simloom.cli.sheets import Shape, Sheet, open_sheet
from simloom.cli.simwrites import Iccid, Iccids, add_write_commands
from simloom.cli.syncing import add_sync_command
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.errors import SimNotFound
from simloom.identifiers import parse_iccid
from simloom.models import Connectivity, Quota, SessionEvent, Sim, SimStatus
from simloom.simfinding import is_iccid

app: typer.Typer = group(
    "sims", "List, read and change SIMs.", "sims list --provider infobip --limit 10"
)

SIM = Shape.of(Sim, "iccid", "status", "vendor_status", "label", "msisdn", "imei")
CONNECTIVITY = Shape.of(Connectivity)
QUOTA = Shape.of(Quota)
EVENT = Shape.of(SessionEvent, "iccid", "at", "ended_at", "kind", "network", "country")

Status = Annotated[SimStatus | None, typer.Option(help="Only SIMs with this status.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Stop after so many.")]


def _list(context: typer.Context, sheet: Sheet, status: SimStatus | None, **how: Any) -> int:
    def keep(sim: Sim) -> bool:  # not every vendor can filter
        return status is None or sim.status == status

    color = wishes(context).color
    with open_client(context) as client:
        return fill(
            sheet, client, Verb.LIST, what="SIMs", keep=keep, color=color, status=status, **how
        )


@app.command(
    "list",
    cls=Command,
    epilog=examples(
        "sims list --provider infobip --status active",
        "sims list --provider infobip --output jsonl --fields iccid,label",
    ),
)
def list_sims(context: typer.Context, *, status: Status = None, limit: Limit = None) -> None:
    """List SIMs, page by page, in constant memory."""
    with open_sheet(wishes(context), SIM) as sheet:
        _list(context, sheet, status, limit=limit)


@app.command(cls=Command, epilog=examples("sims get 8981100022152967705 --provider infobip"))
def get(context: typer.Context, iccids: Iccids) -> None:
    """Read SIMs one by one."""
    chosen = [parse_iccid(iccid) if is_iccid(iccid) else iccid for iccid in iccids]
    with open_sheet(wishes(context), SIM) as sheet, open_client(context) as client:
        for iccid in chosen:
            sheet.add(client.get(iccid))


@app.command(
    cls=Command,
    epilog=examples(
        "sims find imsi:262011234567890 --provider telekom-m2m",
        "sims find --label warehouse --provider infobip",
    ),
)
def find(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for.")],
    *,
    label: Annotated[
        bool, typer.Option("--label", help="Look for TEXT in labels, whatever its case.")
    ] = False,
) -> None:
    """Find the SIM with an ICCID, IMSI, MSISDN, IMEI or EID; bare, or as KIND:VALUE.

    Without --provider all that are configured are asked. An identifier has to fit digit for digit.
    An ICCID is asked for; anything else by the vendor's search, by the index (see `sims sync`), or
    by reading the whole list.
    """
    asked = wishes(context)
    with open_sheet(asked, SIM) as sheet:
        if not label:
            sheet.add(find_sim(context, text))
            return
        with open_several(context) as clients:
            many = len(clients) > 1
            for client in clients.values():
                found = find_labelled(client, text, color=asked.color)
                with suppress(*((SimNotFound,) if many else ())):
                    add_all(sheet, found)


@app.command(cls=Command, epilog=examples("sims export sims.csv --provider infobip"))
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; CSV unless it ends in .jsonl.")],
    *,
    status: Status = None,
    limit: Limit = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Write SIMs to a file that only you can read.

    The file appears when it is complete. When the list breaks off, what arrived is in FILE.partial
    and the exit code is 3.
    """
    asked = wishes(context)
    if file.exists() and not force:
        raise UsageProblem(f"{file} is there already", "add --force to replace it")
    form = asked.output or ("jsonl" if file.suffix in {".jsonl", ".ndjson"} else "csv")
    SIM.columns(asked, form)
    with whole_file(file) as stream, open_sheet(asked, SIM, stream, form) as sheet:
        number = _list(context, sheet, status, limit=limit, prints=False)
    sys.stderr.write(f"{number} SIMs written to {file}\n")


@app.command(
    cls=Command, epilog=examples("sims connectivity 8949023000854173484 --provider telekom-m2m")
)
def connectivity(context: typer.Context, iccid: Iccid) -> None:
    """Read how a SIM is attached right now."""
    with open_sheet(wishes(context), CONNECTIVITY) as sheet, open_client(context) as client:
        sheet.add(client.connectivity(iccid))


@app.command(
    cls=Command, epilog=examples("sims sessions 8949023000854173484 --provider telekom-m2m")
)
def sessions(context: typer.Context, iccid: Iccid, *, limit: Limit = None) -> None:
    """List the sessions or network events of a SIM."""
    asked = wishes(context)
    with open_sheet(asked, EVENT) as sheet, open_client(context) as client:
        (sim,) = client.resolve(Verb.SESSION_HISTORY, [iccid])
        how: dict[str, Any] = {"limit": limit, "color": asked.color}
        fill(sheet, client, Verb.SESSION_HISTORY, sim, what="events", **how)


@app.command(cls=Command, epilog=examples("sims quota 8988280717999264758 --provider telekom-bsc"))
def quota(context: typer.Context, iccid: Iccid) -> None:
    """Read what is left of a SIM's allowances."""
    with open_sheet(wishes(context), QUOTA) as sheet, open_client(context) as client:
        for item in client.quota(iccid):
            sheet.add(item)


add_write_commands(app)
add_sync_command(app)
