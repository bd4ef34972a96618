"""`--from` and `--to`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from simloom.cli.exits import UsageProblem

FirstDay = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day.")]
LastDay = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day.")]


def period_of(start: str | None, end: str | None) -> dict[str, dt.date]:
    """Return the days that were given, as a provider's `start` and `end`."""
    given = {"start": _day(start), "end": _day(end)}
    days = {name: day for name, day in given.items() if day is not None}
    if len(days) == 2 and days["start"] > days["end"]:
        raise UsageProblem("--from is after --to", "exchange the two")
    return days


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a date", "write it as 2026-01-31") from None
