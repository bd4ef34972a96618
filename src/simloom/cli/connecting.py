"""From the options of a command to a connected client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from simloom.cli.wishes import wishes
from simloom.statefolder import state_folder

if TYPE_CHECKING:
    import typer

    from simloom.client import SimClient


def open_client(context: typer.Context) -> SimClient:
    """Return a client of the provider asked for; use it as a context manager.

    Commands are processes of their own: they share the vendor's limits in a file, unless the
    settings name another.
    """
    from simloom.client import SimClient  # noqa: PLC0415  (httpx is slow to import)
    from simloom.connection import prepare  # noqa: PLC0415

    asked = wishes(context)
    connection = prepare(asked.chosen_provider(), asked.profile)
    if connection.common.quota_file is None:
        folder = state_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        common = evolve(connection.common, quota_file=str(folder / "quota.db"))
        connection = evolve(connection, common=common)
    return SimClient(connection)
