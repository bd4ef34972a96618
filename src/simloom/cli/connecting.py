"""From the options of a command to a connected client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.cli.wishes import wishes

if TYPE_CHECKING:
    import typer

    from simloom.client import SimClient


def open_client(context: typer.Context) -> SimClient:
    """Return a client of the provider asked for; use it as a context manager."""
    from simloom.client import connect  # noqa: PLC0415  (httpx is slow to import)

    asked = wishes(context)
    return connect(asked.chosen_provider(), asked.profile)
