"""`simloom usage` and `simloom pools`: what SIMs used, alone and together."""

from __future__ import annotations

from typing import Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.listing import fill
from simloom.cli.periods import FirstDay, LastDay, period_of
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import wishes
from simloom.identifiers import parse_iccid
from simloom.models import PoolUsage, Usage

USAGE = Shape.of(
    Usage, "iccid", "period_start", "period_end", "data_bytes", "sms_received", "sms_sent"
)
POOL = Shape.of(PoolUsage)


def usage(
    context: typer.Context,
    iccids: Annotated[
        list[str] | None, typer.Argument(metavar="[ICCID]...", help="18 to 22 digits each.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="This month's usage of every SIM.")
    ] = False,
    start: FirstDay = None,
    end: LastDay = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="With --all: stop after so many.")
    ] = None,
) -> None:
    """Show what SIMs used: of those named, or with --all of every SIM this month."""
    if everything == bool(iccids):
        raise UsageProblem("name ICCIDs, or use --all, not both", "e.g. `simloom usage --all`")
    period = period_of(start, end)
    if everything and period:
        raise UsageProblem("--all is this month's", "leave --from and --to out")
    chosen = [parse_iccid(iccid) for iccid in iccids or ()]
    asked = wishes(context)
    with open_sheet(asked, USAGE) as sheet, open_client(context) as client:
        if everything:
            fill(sheet, client, Verb.MONTHLY_USAGE, what="SIMs", limit=limit, color=asked.color)
        for iccid in chosen:
            for entry in client.usage(iccid, **period):
                sheet.add(entry)


def pools(context: typer.Context) -> None:
    """Show how much of the shared pools is used."""
    with open_sheet(wishes(context), POOL) as sheet, open_client(context) as client:
        for pool in client.pool_usage():
            sheet.add(pool)
