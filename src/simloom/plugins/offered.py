"""What an entry point leads to: a provider class, or something that offers several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from simloom.plugins.places import kind_of, place_of
from simloom.plugins.provider import Provider
from simloom.plugins.specs import PROJECT, RootSpec
from simloom.plugins.types import API_VERSION


class NotOfferedError(TypeError):
    """What an entry point leads to is no provider, or not the one of its name."""


def offered(loaded: object, provider: str) -> type[Provider]:
    """Return the class itself, or the one of that id that `simloom_providers` returns.

    Raises `NotOfferedError` with what was expected and what came.
    """
    if isinstance(loaded, type) and issubclass(loaded, Provider):
        return loaded
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(RootSpec)
    manager.register(loaded)
    manager.check_pending()
    hooks = manager.hook.simloom_providers.get_hookimpls()
    if not hooks:
        raise NotOfferedError(
            f"the entry point leads to {kind_of(loaded)}: it is neither a Provider class nor "
            "implements simloom_providers, with @simloom.plugins.hookimpl"
        )
    found = [item for hook in hooks for item in _classes(hook.function)]
    fitting = [item for item in found if getattr(item, "id", None) == provider]
    if len(fitting) > 1:
        both = " and ".join(place_of(item) for item in fitting)
        raise NotOfferedError(
            f"simloom_providers returned two classes with the id {provider!r}: {both}"
        )
    if not fitting:
        ids = ", ".join(repr(getattr(item, "id", None)) for item in found) or "none"
        raise NotOfferedError(
            f"simloom_providers returned no Provider class with this id, {provider!r} (ids: {ids})"
        )
    return fitting[0]


def _classes(hook: Any) -> list[type[Provider]]:
    """Return what the hook returns, which has to be provider classes; each once."""
    given: object = hook()
    place = place_of(hook)
    if not isinstance(given, Iterable) or isinstance(given, (str, bytes)):
        if hasattr(given, "close"):
            given.close()  # a coroutine that nobody will await
        raise NotOfferedError(
            f"{place} has to return a list of Provider classes, not {kind_of(given)}"
        )
    found: dict[type[Provider], None] = {}
    for item in given:
        if not isinstance(item, type) or not issubclass(item, Provider):
            raise NotOfferedError(
                f"{place} returned a list with {kind_of(item)}, which is no Provider class"
            )
        found[item] = None
    return list(found)


def advice_on(error: BaseException, package: str) -> str:
    """Return what to do about an error of an import, empty where its text says enough."""
    if not isinstance(error, ImportError):
        return ""
    missing = error.name or ""
    if missing.partition(".")[0] == package and isinstance(error, ModuleNotFoundError):
        return "; the distribution has no such module: correct the entry point, or its packages"
    if missing.partition(".")[0] == "simloom":
        return f"; this simloom has version {API_VERSION} of the plugin surface"
    if isinstance(error, ModuleNotFoundError):
        return (
            f"; it needs the module {missing!r}: add what has it to the dependencies of the "
            "distribution, and install it"
        )
    return ""
