"""`simloom sims find`: from what is printed on a SIM, or what a log says, to the SIM."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem, message_of
from simloom.cli.listing import pages
from simloom.cli.progress import meter, meters
from simloom.cli.wishes import wishes
from simloom.errors import AmbiguousIdentifier, InvalidIdentifier, SimNotFound
from simloom.identifiers import Identifier, Kind, parse
from simloom.identifiers.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

    from simloom.client import SimClient
    from simloom.fleet import Fleet
    from simloom.models import Sim


@contextmanager
def open_several(context: typer.Context) -> Iterator[dict[str, SimClient]]:
    """Yield the provider that was named, or all that are configured, by id.

    What is wrong with one of several is told on stderr.
    """
    asked = wishes(context)
    with ExitStack() as stack:
        if asked.provider or os.environ.get("SIMLOOM_PROVIDER"):
            client = stack.enter_context(open_client(context))
            yield {client.provider.id: client}
            return
        fleet = stack.enter_context(_fleet(asked.profile))
        yield {name: fleet[name] for name in fleet.providers}
        tell_problems(fleet)


def find_sim(context: typer.Context, text: str) -> Sim:
    """Return the one SIM with an identifier, at the provider that was named or at any."""
    wanted = read_wanted(text)
    asked = wishes(context)
    if asked.provider or os.environ.get("SIMLOOM_PROVIDER"):
        with (
            open_client(context) as client,
            meter(f"SIMs of {client.provider.id}", prints=False, color=asked.color) as bar,
        ):
            return client.find(*wanted, told=bar.page)
    with _fleet(asked.profile) as fleet:
        with meters(prints=False, color=asked.color) as bar_of:
            sim = fleet.find(
                *wanted, told=lambda provider, page: bar_of(f"SIMs of {provider}").page(page)
            )
        tell_problems(fleet)
        return sim


def read_wanted(text: str) -> list[Identifier]:
    """Read `KIND:VALUE`, or a bare value as every kind that it fits; the error never repeats it."""
    try:
        return [parse(text)]
    except AmbiguousIdentifier as error:
        return [KINDS[Kind(kind)](text) for kind in error.candidates]
    except InvalidIdentifier as error:
        raise UsageProblem(
            f"that is no identifier: {error}",
            "give KIND:VALUE, e.g. imsi:...; add --label to look for a part of the label",
        ) from None


def tell_problems(fleet: Fleet) -> None:
    """Tell on stderr what is wrong with providers that were left out."""
    for name, error in fleet.problems.items():
        sys.stderr.write(f"warning: {name} was left out: {message_of(error)}\n")


def find_labelled(
    client: SimClient, text: str, *, prints: bool = True, color: str = "auto"
) -> Iterator[Sim]:
    """Yield the SIMs with a text in their label, whatever its case; `SimNotFound` after none."""
    empty, part = True, text.casefold()
    if not part:
        raise UsageProblem("what should the label contain?", "give at least one character")
    with meter("SIMs", prints=prints, color=color) as bar:
        for sim in pages(client, Verb.LIST, told=bar.total):
            bar.step()
            if part in (sim.label or "").casefold():
                empty = False
                yield sim
    if empty:
        raise SimNotFound(f"{client.provider.id}: no SIM has that in its label")


def _fleet(profile: str | None) -> Fleet:
    from simloom.fleet import Fleet  # noqa: PLC0415  (httpx is slow to import)

    return Fleet.from_config(profile)
