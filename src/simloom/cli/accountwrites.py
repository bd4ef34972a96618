"""Writes that are not about single SIMs: orders and transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.cli.arguments import for_record, read_options
from simloom.cli.connecting import open_client
from simloom.cli.writing import Manner, Write, carry_out
from simloom.plugins.verbs import start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import typer

    from simloom.capabilities import Verb


def change_account(
    context: typer.Context,
    verb: Verb,
    arguments: Sequence[Any],
    recorded: Mapping[str, Any],
    settings: Sequence[str],
    manner: Manner,
) -> None:
    """Carry out a verb that is not about one SIM; `recorded` are its arguments by name."""
    with open_client(context) as client:
        provider = client.provider
        if provider.flow(verb) is None:
            start(provider, verb)  # raises, naming the providers that have it
        options = read_options(provider, verb, settings)
        done = Write(
            verb=verb.value,
            iccids=[""],
            flow=lambda _sim: start(provider, verb, *arguments, **options),
            arguments={**recorded, **for_record(options)},
        )
        carry_out(context, client, done, manner)
