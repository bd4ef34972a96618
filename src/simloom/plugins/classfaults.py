"""What is wrong with a provider class, told when it is loaded and not in the middle of a call."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from attrs import fields_dict, has

from simloom.capabilities import Verb
from simloom.plugins.operations import MARK, Declared
from simloom.plugins.places import kind_of, place_of
from simloom.plugins.provider import Provider
from simloom.plugins.types import API_VERSION
from simloom.plugins.versions import version_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EXAMPLES = {"id": '"acme"', "title": '"Acme"', "settings_class": "Settings"}


def fault_of(chosen: type[Provider], provider: str) -> str | None:
    """Return the first fault of the class that is offered as `provider`, with its place."""
    fault = next(_faults(chosen, provider), None)
    return None if fault is None else f"{fault}; see {place_of(chosen)}"


def is_unsaid(chosen: type[Provider]) -> bool:
    """Tell whether a class does not say which version of the surface it was made for."""
    return not any("api_version" in vars(kind) for kind in chosen.__mro__ if kind is not Provider)


def _faults(chosen: type[Provider], provider: str) -> Iterator[str]:
    told: object = getattr(chosen, "api_version", None)
    fault = version_fault(told, API_VERSION)
    if fault:
        yield fault  # first: with another version everything else may be different, too
    for name, example in _EXAMPLES.items():
        if not hasattr(chosen, name):
            yield f"the class has no {name}: write {name} = {example}"
    yield from _naming(chosen, provider)
    yield from _settings(chosen.settings_class)
    yield from _methods(chosen)
    not_written: Any = chosen.not_written
    if not isinstance(not_written, dict):
        yield f"its not_written is {kind_of(not_written)}, not a dict of verbs and reasons"
    for verb, note in not_written.items():
        if not isinstance(verb, Verb) or not isinstance(note, str):
            yield f"its not_written has {verb!r}: expected Verb.X and the reason as text"
    chosen.capabilities()  # raises for two methods with one verb


def _naming(chosen: type[Provider], provider: str) -> Iterator[str]:
    given: object = chosen.id
    if given != provider:
        yield (
            f"the class says its id is {given!r}, the entry point is named {provider!r}: "
            "both have to be the same"
        )
    if not _ID.fullmatch(provider):
        yield f"the id {provider!r} is not made of lower-case letters, digits and hyphens"
    title: object = chosen.title
    if not isinstance(title, str):
        yield f"its title is {kind_of(title)}, not text"


def _settings(given: object) -> Iterator[str]:
    if not isinstance(given, type) or not has(given):
        yield (
            f"its settings_class is {kind_of(given)}, not an attrs class: write a class with "
            "@attrs.frozen(kw_only=True) and a field base_url"
        )
    elif "base_url" not in fields_dict(given):
        named = ", ".join(fields_dict(given)) or "none"
        yield f"its settings_class {place_of(given)} has no field base_url (fields: {named})"


def _methods(chosen: type[Provider]) -> Iterator[str]:
    """Look for methods that would never be driven, or only half."""
    for name in dir(chosen):
        if name.startswith("__"):
            continue
        member = getattr(chosen, name)
        is_marked = isinstance(getattr(member, MARK, None), Declared)
        is_ours = hasattr(Provider, name) and callable(getattr(Provider, name))
        if not is_marked and not is_ours:
            continue
        if inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member):
            yield (
                f"{place_of(member)} is `async def`: write `def` and `yield from call(...)`, "
                "simloom drives it for blocking and for awaited clients"
            )
        if not callable(member):
            yield f"its {name} is {kind_of(member)}, not a method"
