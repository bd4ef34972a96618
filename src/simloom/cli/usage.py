"""`simloom usage`: what SIMs used."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.listing import fill
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import wishes
from simloom.models import Usage

USAGE = Shape.of(
    Usage, "iccid", "period_start", "period_end", "data_bytes", "sms_received", "sms_sent"
)


def usage(
    context: typer.Context,
    iccids: Annotated[
        list[str] | None, typer.Argument(metavar="[ICCID]...", help="18 to 22 digits each.")
    ] = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="This month's usage of every SIM.")
    ] = False,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="With --all: stop after so many.")
    ] = None,
) -> None:
    """Show what SIMs used: of those named, or with --all of every SIM this month."""
    if everything == bool(iccids):
        raise UsageProblem("name ICCIDs, or use --all, not both", "e.g. `simloom usage --all`")
    days = {"start": _day(start), "end": _day(end)}
    period = {name: day for name, day in days.items() if day is not None}
    asked = wishes(context)
    with open_sheet(asked, USAGE) as sheet, open_client(context) as client:
        if everything:
            if period:
                raise UsageProblem("--all is this month's", "leave --from and --to out")
            color = not asked.no_color
            fill(sheet, client, Verb.MONTHLY_USAGE, what="SIMs", limit=limit, color=color)
        for iccid in iccids or ():
            for entry in client.usage(iccid, **period):
                sheet.add(entry)


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a date", "write it as 2026-01-31") from None
