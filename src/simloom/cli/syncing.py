"""`simloom sims sync`: the index of SIMs, made new or forgotten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from simloom.cli.exits import code_of, tell
from simloom.cli.finding import open_several
from simloom.cli.progress import meter
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import Command, examples, wishes
from simloom.errors import SimloomError

if TYPE_CHECKING:
    from simloom.client import SimClient
    from simloom.resolve.index import Synced


@frozen(kw_only=True)
class Row:
    """What reading one provider's list came to."""

    provider: str
    sims: int
    new: int
    gone: int
    pages: int


SYNCED = Shape.of(Row)

Forget = Annotated[
    bool, typer.Option("--forget", help="Delete the index instead; nothing is asked of anybody.")
]


def sync(context: typer.Context, *, forget: Forget = False) -> None:
    """Read all SIMs into the index on this machine, which finds them by any identifier.

    Without --provider it is done for every provider that is configured. When a list breaks off, the
    index stays as it was. It holds IMSIs and phone numbers in a file that only you can read.
    """
    asked = wishes(context)
    if forget:
        _forget(asked.provider)
        return
    failed: list[SimloomError] = []
    with open_sheet(asked, SYNCED) as sheet, open_several(context) as clients:
        for client in clients.values():
            try:
                done = _synced(client, asked.color)
            except SimloomError as error:
                if len(clients) == 1:
                    raise
                failed.append(error)
                tell(error, debug=asked.debug)
            else:
                sheet.add(
                    Row(
                        provider=done.provider,
                        sims=done.sims,
                        new=done.new,
                        gone=done.gone,
                        pages=done.pages,
                    )
                )
    if failed:
        raise typer.Exit(max(code_of(error) for error in failed))


def add_sync_command(app: typer.Typer) -> None:
    """Add it to `simloom sims`."""
    shown = examples("sims sync --provider telekom-bsc", "sims sync --forget")
    app.command("sync", cls=Command, epilog=shown)(sync)


def _synced(client: SimClient, color: str) -> Synced:
    with meter(f"SIMs of {client.provider.id}", prints=False, color=color) as bar:
        return client.sync_index(bar.page)


def _forget(provider: str | None) -> None:
    from simloom.resolve.index import SimIndex  # noqa: PLC0415  (only here)

    index = SimIndex()
    number = index.forget(provider)
    sys.stderr.write(f"{number} SIMs forgotten, in {index.path}\n")
