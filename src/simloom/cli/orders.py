"""`simloom orders`: what was ordered and what can be."""

from __future__ import annotations

from typing import Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.listing import fill
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import Command, group, wishes
from simloom.models import Order, Product

app = group("orders", "List orders and what can be ordered.")

ORDER = Shape.of(Order, "number", "kind", "status", "placed_at")
PRODUCT = Shape.of(Product)


@app.command("list", cls=Command)
def list_orders(
    context: typer.Context,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
) -> None:
    """List the account's orders."""
    with open_sheet(wishes(context), ORDER) as sheet, open_client(context) as client:
        fill(sheet, client, Verb.LIST_ORDERS, what="orders", limit=limit)


@app.command(cls=Command)
def get(context: typer.Context, number: str) -> None:
    """Read one order."""
    with open_sheet(wishes(context), ORDER) as sheet, open_client(context) as client:
        sheet.add(client.get_order(number))


@app.command(cls=Command)
def products(context: typer.Context) -> None:
    """List what can be ordered."""
    with open_sheet(wishes(context), PRODUCT) as sheet, open_client(context) as client:
        for product in client.products():
            sheet.add(product)
