"""Whom a fleet asks for a SIM, in which order, and what the answers come to. It sends nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from simloom.config import is_mentioned
from simloom.connection import prepare
from simloom.errors import (
    ConfigurationError,
    IdentifierError,
    InvalidParameter,
    MissingCredentials,
    PluginError,
    PluginLoadError,
    SimloomError,
    SimNotFound,
    UnsupportedOperation,
)
from simloom.identifiers import Iccid, Identifier, parse
from simloom.models import Sim
from simloom.plugins.loader import installed, load
from simloom.resolve.errors import SearchIncomplete, SharedIdentifier, SimIndexError
from simloom.resolve.index import SimIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, MutableMapping, Sequence

    from simloom.connection import Connection
    from simloom.plugins.provider import Provider

log: logging.Logger = logging.getLogger("simloom.resolve")


def configured(
    profile: str | None, providers: Iterable[str] | None, plugins: Iterable[object]
) -> tuple[dict[str, Connection], dict[str, SimloomError]]:
    """Return every provider that has its credentials, and what is wrong with the others.

    A provider that nobody has said anything about is none. Raises `ConfigurationError` when there
    is no provider at all.
    """
    ready: dict[str, Connection] = {}
    problems: dict[str, SimloomError] = {}
    given = list(plugins)
    names = list(installed()) if providers is None else list(providers)
    for name in names:
        try:
            ready[name] = prepare(name, profile, plugins=given)
        except MissingCredentials as error:
            if providers is not None or is_mentioned(load(name), profile):
                problems[name] = error
        except (ConfigurationError, PluginError) as error:
            problems[name] = error
    if ready:
        return ready, problems
    for problem in problems.values():
        if not isinstance(problem, (MissingCredentials, PluginError, PluginLoadError)):
            raise problem
    told = "; ".join(str(problem) for problem in problems.values())
    raise ConfigurationError(told or f"no provider is configured (installed: {', '.join(names)})")


def leaders(providers: Mapping[str, Provider], wanted: Sequence[Identifier]) -> list[str]:
    """Return whom to ask first: who had the SIM, else whose ICCIDs begin like this one."""
    index = SimIndex()
    try:
        found = [name for one in wanted for name in index.providers_of(one)]
        iccids = [one for one in wanted if isinstance(one, Iccid)]
        found = found or [name for one in iccids for name in index.issuers_of(one)[:1]]
    except SimIndexError as error:
        log.warning("%s", error)
        found = []
    if not found:
        found = [
            name
            for name, provider in providers.items()
            for one in wanted
            if isinstance(one, Iccid) and str(one).startswith(tuple(provider.iin_prefixes))
        ]
    return [name for name in dict.fromkeys(found) if name in providers]


def search(
    providers: Mapping[str, Provider],
    given: Sequence[str | Identifier],
    problems: MutableMapping[str, SimloomError],
) -> Generator[list[str], Mapping[str, Sim | SimloomError], Sim]:
    """Yield whom to ask at the same time and be sent what each answered; return the SIM.

    `problems` holds those of providers that cannot be asked, and is told of new ones.
    """
    wanted = [one for one in map(_read, given) if one is not None]
    first = leaders(providers, wanted)
    others = [name for name in providers if name not in first]
    found: dict[str, Sim] = {}
    refusals: list[SimloomError] = []
    for group in filter(None, (first, others)):
        answers = yield group
        for name, answer in answers.items():
            if isinstance(answer, Sim):
                found[name] = answer
            if isinstance(answer, SharedIdentifier):
                raise answer
            if isinstance(answer, (Sim, IdentifierError, UnsupportedOperation, InvalidParameter)):
                problems.pop(name, None)
            else:
                problems[name] = answer
            if isinstance(answer, (IdentifierError, UnsupportedOperation, InvalidParameter)):
                refusals.append(answer)
        if found:
            break
    return _one(found, refusals, providers, wanted, problems)


def _one(
    found: Mapping[str, Sim],
    refusals: Sequence[SimloomError],
    providers: Iterable[str],
    wanted: Sequence[Identifier],
    problems: Mapping[str, SimloomError],
) -> Sim:
    kinds = " or ".join(one.kind.upper() for one in wanted)
    if len(found) > 1:
        where = f"{kinds} at {', '.join(found)}"
        raise SharedIdentifier(where, [sim.iccid for sim in found.values()])
    if found:
        return next(iter(found.values()))
    absent = [error for error in refusals if isinstance(error, SimNotFound)]
    if refusals and not absent and not problems:
        raise refusals[0]
    masked = f" ({wanted[0].masked})" if wanted else ""
    text = f"{', '.join(providers)}: no SIM has this {kinds}{masked}"
    if problems:
        raise SearchIncomplete(text, problems)
    raise SimNotFound(text)


def _read(given: str | Identifier) -> Identifier | None:
    """Return what a text names; None for what only an application's plugin may know."""
    try:
        return parse(given)
    except IdentifierError:
        return None


def outcome(work: Callable[[], Any]) -> Any:
    """Return what a call returns, or the error of this library that it raises."""
    try:
        return work()
    except SimloomError as error:
        return error
