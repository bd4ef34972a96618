"""`simloom orders` and `simloom products`: what was ordered, what can be, and ordering it."""

from __future__ import annotations

from typing import Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.accountwrites import change_account
from simloom.cli.connecting import open_client
from simloom.cli.listing import fill
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import DryRun, Settings, Yes, epilog
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.cli.writing import Manner
from simloom.models import Order, Product

app: typer.Typer = group(
    "orders", "List orders and place them.", "orders list --provider telekom-bsc"
)

ORDER = Shape.of(Order, "number", "kind", "status", "placed_at")
PRODUCT = Shape.of(Product)


@app.command("list", cls=Command, epilog=examples("orders list --provider telekom-bsc --limit 5"))
def list_orders(
    context: typer.Context,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
) -> None:
    """List the account's orders."""
    asked = wishes(context)
    with open_sheet(asked, ORDER) as sheet, open_client(context) as client:
        fill(sheet, client, Verb.LIST_ORDERS, what="orders", limit=limit, color=asked.color)


@app.command(cls=Command, epilog=examples("orders show 4711 --provider telekom-bsc"))
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number of the order.")],
) -> None:
    """Read one order."""
    with open_sheet(wishes(context), ORDER) as sheet, open_client(context) as client:
        sheet.add(client.get_order(number))


@app.command(
    cls=Command,
    epilog=epilog(
        "orders create --provider telekom-m2m --set material=M2M-4FF --set quantity=20 --dry-run",
        """orders create --provider telekom-bsc --set products='{"1001": 2}'""",
    ),
)
def create(
    context: typer.Context,
    *,
    settings: Settings = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Place a binding order of SIMs; it costs money each time."""
    manner = Manner(yes=yes, dry_run=dry_run)
    change_account(context, Verb.ORDER, [], {}, settings or (), manner)


def products(context: typer.Context) -> None:
    """List what can be ordered."""
    with open_sheet(wishes(context), PRODUCT) as sheet, open_client(context) as client:
        for product in client.products():
            sheet.add(product)
