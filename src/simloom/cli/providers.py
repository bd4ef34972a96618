"""`simloom providers`: what is installed, whether it works, and what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from simloom.capabilities import Capability
from simloom.cli import completing
from simloom.cli.exits import Exit, tell
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.plugins.loader import Installed, installed, load, load_all

if TYPE_CHECKING:
    from simloom.errors import PluginLoadError

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
    """A provider as its metadata tells, and what is wrong with it, None where nothing is known."""

    provider: str
    distribution: str
    version: str
    entry_point: str
    built_in: bool
    works: bool
    problem: str | None

    @classmethod
    def of(cls, plugin: Installed, error: PluginLoadError | None) -> Listed:
        """Return the row of a plugin."""
        every = (plugin, *plugin.rivals)
        return cls(
            provider=plugin.id,
            distribution=", ".join(dict.fromkeys(one.distribution for one in every)),
            version=", ".join(dict.fromkeys(one.version for one in every)),
            entry_point=", ".join(dict.fromkeys(one.entry_point.value for one in every)),
            built_in=plugin.built_in,
            works=error is None,
            problem=None if error is None else error.why,
        )


LISTED = Shape.of(Listed, "provider", "distribution", "version", "built_in", "works")
CHECKED = Shape.of(Listed, "provider", "distribution", "version", "works", "problem")


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
    """List the installed providers; those that are not built in are loaded to see if they work.

    With `--capabilities`, and always with `--output jsonl` or `csv`, it is the table of what each
    provider can do: one line per provider and verb. A broken one is told on stderr; the exit code
    is 2 then.
    """
    asked = wishes(context)
    plugins = installed()
    if not capabilities and asked.form == "table":
        others = [one for plugin in plugins.values() for one in (plugin, *plugin.rivals)]
        suspects = [one for one in others if not one.built_in or plugins[one.id].rivals]
        broken = load_all(suspects)[1]
        with open_sheet(asked, LISTED) as sheet:
            for plugin in plugins.values():
                sheet.add(Listed.of(plugin, broken.get(plugin.id)))
        _end(broken, debug=asked.debug)
        return
    shape = Shape(CAPABILITY.names, ("provider", *CAPABILITY.brief))
    working, broken = load_all()
    with open_sheet(asked, shape) as sheet:
        for provider in working.values():
            for line in provider.capabilities().values():
                sheet.add(line)
    _end(broken, debug=asked.debug)


@app.command(cls=Command, epilog=examples("providers check", "providers check --output jsonl"))
def check(context: typer.Context) -> None:
    """Load every installed provider and tell which work, and what is wrong with the others.

    The exit code is 2 if one does not.
    """
    asked = wishes(context)
    _, broken = load_all()
    with open_sheet(asked, CHECKED) as sheet:
        for plugin in installed().values():
            sheet.add(Listed.of(plugin, broken.get(plugin.id)))
    if broken:
        raise typer.Exit(Exit.USAGE)


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


def _end(broken: dict[str, PluginLoadError], *, debug: bool) -> None:
    """Tell what is broken, and end with the exit code for it."""
    for error in broken.values():
        tell(error, debug=debug)
    if broken:
        raise typer.Exit(Exit.USAGE)


def _worth_a_row(line: Capability) -> bool:
    """Leave out of a table for people what the vendor simply does not have."""
    return line.usable or bool(line.note)
