"""`simloom providers`: what is installed and what it can do."""

from __future__ import annotations

from typing import Annotated

import typer
from attrs import frozen

from simloom.capabilities import Capability
from simloom.cli import completing
from simloom.cli.exits import tell
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.plugins.loader import installed, load, load_all

app: typer.Typer = group(
    "providers",
    "Show which providers are installed and what each can do.",
    "providers show infobip",
)

# The order and the names are a promise to programs.
CAPABILITY = Shape(
    (
        "provider",
        "verb",
        "support",
        "evidence",
        "identifiers",
        "bulk_max",
        "atomic",
        "quota",
        "retry_class",
        "note",
    ),
    ("verb", "support", "evidence", "bulk_max", "note"),
)


@frozen(kw_only=True)
class Listed:
    """A provider as its metadata tells."""

    provider: str
    distribution: str
    version: str
    built_in: bool


LISTED = Shape.of(Listed)


@app.command(
    "list", cls=Command, epilog=examples("providers list", "providers list --output jsonl")
)
def list_providers(
    context: typer.Context,
    *,
    capabilities: Annotated[
        bool, typer.Option("--capabilities", help="What each can do; loads every provider.")
    ] = False,
) -> None:
    """List the installed providers, without loading them.

    With `--capabilities`, and always with `--output jsonl` or `csv`, it is the table of what each
    provider can do: one line per provider and verb.
    """
    asked = wishes(context)
    if not capabilities and asked.form == "table":
        with open_sheet(asked, LISTED) as sheet:
            for plugin in installed().values():
                sheet.add(
                    Listed(
                        provider=plugin.id,
                        distribution=plugin.distribution,
                        version=plugin.version,
                        built_in=plugin.built_in,
                    )
                )
        return
    shape = Shape(CAPABILITY.names, ("provider", *CAPABILITY.brief))
    working, broken = load_all()
    with open_sheet(asked, shape) as sheet:
        for provider in working.values():
            for line in provider.capabilities().values():
                sheet.add(line)
    for error in broken.values():
        tell(error, debug=asked.debug)
    if broken:
        raise typer.Exit(2)


@app.command(cls=Command, epilog=examples("providers show infobip"))
def show(
    context: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(metavar="ID", help="E.g. infobip.", autocompletion=completing.providers),
    ],
) -> None:
    """Show what one provider can do, one line per verb."""
    asked = wishes(context)
    chosen = load(provider)
    with open_sheet(asked, CAPABILITY) as sheet:
        for line in chosen.capabilities().values():
            if asked.form != "table" or _worth_a_row(line):
                sheet.add(line)


def _worth_a_row(line: Capability) -> bool:
    """Leave out of a table for people what the vendor simply does not have."""
    return line.usable or bool(line.note)
