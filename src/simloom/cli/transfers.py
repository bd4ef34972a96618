"""`simloom transfers`: handing SIMs over to another partner of the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.accountwrites import change_account
from simloom.cli.connecting import open_client
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import DryRun, Iccids, Settings, Yes, epilog
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.cli.writing import Manner
from simloom.identifiers import parse_iccid
from simloom.models import Transfer

if TYPE_CHECKING:
    from collections.abc import Callable

app: typer.Typer = group(
    "transfers",
    "Hand SIMs over to another partner of the vendor.",
    "transfers show 4711 --provider telekom-m2m",
)

TRANSFER = Shape.of(Transfer)

TransferId = Annotated[str, typer.Argument(metavar="ID", help="The vendor's id of the transfer.")]


@app.command(cls=Command, epilog=examples("transfers show 4711 --provider telekom-m2m"))
def show(context: typer.Context, transfer_id: TransferId) -> None:
    """Read a transfer."""
    with open_sheet(wishes(context), TRANSFER) as sheet, open_client(context) as client:
        sheet.add(client.get_transfer(transfer_id))


@app.command(
    cls=Command,
    epilog=epilog("transfers create 8949023000854173484 --to 100017 --provider telekom-m2m"),
)
def create(
    context: typer.Context,
    iccids: Iccids,
    *,
    to: Annotated[str, typer.Option("--to", metavar="PARTNER", help="Who gets the SIMs.")],
    settings: Settings = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Offer SIMs to another partner: all of them, or none."""
    sims = list(dict.fromkeys(map(parse_iccid, iccids)))
    change_account(
        context,
        Verb.CREATE_TRANSFER,
        [sims],
        {"iccids": sims},
        [*(settings or ()), f"to_partner={to}"],
        Manner(yes=yes, dry_run=dry_run),
    )


def _decision(verb: Verb) -> Callable[..., None]:
    def decide(
        context: typer.Context,
        transfer_id: TransferId,
        *,
        settings: Settings = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        manner = Manner(yes=yes, dry_run=dry_run)
        change_account(context, verb, [transfer_id], {"id": transfer_id}, settings or (), manner)

    return decide


for _name, _verb, _about in (
    ("accept", Verb.ACCEPT_TRANSFER, "Take over the SIMs of a transfer, as its receiver."),
    ("reject", Verb.REJECT_TRANSFER, "Decline a transfer, as its receiver."),
    ("cancel", Verb.CANCEL_TRANSFER, "Take back a transfer, as its sender."),
):
    app.command(
        _name,
        cls=Command,
        help=_about,
        epilog=epilog(f"transfers {_name} 4711 --provider telekom-m2m"),
    )(_decision(_verb))
