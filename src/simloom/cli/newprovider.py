"""`simloom new-provider`: a repository for a provider of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simloom.cli.exits import UsageProblem


def new_provider(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Provider id, e.g. acme-cards.")],
    *,
    spec: Annotated[
        Path,
        typer.Option("--spec", metavar="FILE", help="OpenAPI 3 or Swagger 2.0; YAML or JSON."),
    ],
    auth: Annotated[
        str | None,
        typer.Option(
            "--auth",
            metavar="KIND",
            help="bearer, basic, api-key-header, oauth2-client-credentials or login-token; "
            "else what the document says.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", metavar="DIR", help="New or empty folder; else simloom-NAME."),
    ] = None,
) -> None:
    """Write a repository for a provider of your own, from the vendor's OpenAPI document."""
    from simloom.newprovider.creating import create  # noqa: PLC0415  (one command needs it)
    from simloom.newprovider.refusal import CannotCreate  # noqa: PLC0415

    try:
        made = create(name, spec, auth=auth, folder=folder)
    except CannotCreate as error:
        raise UsageProblem(str(error), error.hint) from error
    typer.echo(f"wrote {made.folder}")
    typer.echo(f"written: {', '.join(made.verbs) or 'no verb is certain'}")
    for verb, why in made.undecided.items():
        typer.echo(f"to decide: {verb}: {why}")
    typer.echo('next, in this folder: python -m pip install -e ".[test]" && python -m pytest')
