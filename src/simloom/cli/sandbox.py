"""`simloom sandbox`: all four vendors on this machine."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command. The sandbox parses its own options, as `python -m simloom.sandbox` does."""
    app.command(
        "sandbox",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )(sandbox)


def sandbox(context: typer.Context) -> None:
    """Serve all four vendors on this machine, for tests; `simloom sandbox --help` has options."""
    from simloom.sandbox.__main__ import main  # noqa: PLC0415  (another extra)

    raise typer.Exit(main(context.args, "simloom sandbox"))
