"""Finding provider plugins: names from metadata, one import when one is asked for.

pluggy's own loader imports every plugin, lets one broken plugin stop all, and skips a second plugin
of the same name without a word. This one does none of that.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve, frozen

from simloom.errors import PluginLoadError, UnknownProvider
from simloom.plugins.classfaults import fault_of, is_unsaid
from simloom.plugins.importing import TIMEOUT, StillRunningError, is_imported, limited, listening
from simloom.plugins.offered import NotOfferedError, advice_on, offered
from simloom.plugins.places import place_of_error
from simloom.plugins.types import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.plugins.provider import Provider

log: logging.Logger = logging.getLogger("simloom.plugins")

GROUP = "simloom.providers"
OWN_DISTRIBUTION = "simloom"
_LONGEST = 200
DISABLE = "SIMLOOM_DISABLE_PLUGINS"
"""Set to 1 to use the built-in providers only, or to a comma list of what to leave out: provider
ids, or names of distributions."""


@frozen(kw_only=True)
class Installed:
    """A plugin as its metadata tells, not imported.

    `rivals` are others that claim the same id; then none of them can be used.
    """

    id: str
    distribution: str
    version: str
    entry_point: EntryPoint
    rivals: tuple[Installed, ...] = ()

    @property
    def built_in(self) -> bool:
        """Whether it is one of ours."""
        return self.distribution == OWN_DISTRIBUTION

    @property
    def package(self) -> str:
        """The name of its top-level package."""
        return self.module.partition(".")[0]

    @property
    def module(self) -> str:
        """The name of the module that is imported."""
        return self.entry_point.value.partition(":")[0].strip()


def installed(found: Iterable[Installed] | None = None) -> dict[str, Installed]:
    """Return the plugins by provider id, without importing any.

    Of several that claim one id the first has the others as `rivals`.
    """
    plugins: dict[str, Installed] = {}
    for plugin in _scan() if found is None else found:
        if _disabled(plugin):
            continue
        other = plugins.get(plugin.id)
        if other is None:
            plugins[plugin.id] = plugin
        elif plugin.entry_point != other.entry_point or plugin.distribution != other.distribution:
            plugins[plugin.id] = evolve(other, rivals=(*other.rivals, plugin))
    return dict(sorted(plugins.items()))


def load(provider: str, found: Iterable[Installed] | None = None) -> type[Provider]:
    """Import one provider. A broken plugin is a `PluginLoadError`, the others are not touched.

    Two plugins that claim one id are one, too: nobody takes over the name of another.
    """
    plugins = installed(found)
    plugin = plugins.get(provider)
    if plugin is None:
        raise UnknownProvider(provider, [_shown(one) for one in plugins])
    if plugin.rivals:
        raise _broken(plugin, _collision(plugin))
    if plugin.built_in or is_imported(plugin.module):
        return _loaded(plugin)
    try:
        return limited(_label(plugin), plugin.package, lambda: _loaded(plugin))
    except StillRunningError as error:
        raise _broken(
            plugin,
            f"its import is not over after {error.seconds:g} s, it is at {error.place}; what takes "
            f"long belongs into a method. {TIMEOUT} gives it more seconds, {DISABLE}={plugin.id} "
            "leaves it out",
        ) from None


def load_all(
    found: Iterable[Installed] | None = None,
) -> tuple[dict[str, type[Provider]], dict[str, PluginLoadError]]:
    """Import every provider; return those that work, and the errors of those that do not."""
    working: dict[str, type[Provider]] = {}
    broken: dict[str, PluginLoadError] = {}
    plugins = _scan() if found is None else tuple(found)
    for name in installed(plugins):
        try:
            working[name] = load(name, plugins)
        except PluginLoadError as error:
            broken[name] = error
    return working, broken


def load_imported() -> dict[str, type[Provider]]:
    """Return our own providers that work, and the others that somebody has imported already."""
    known = [one for one in _scan() if one.built_in or is_imported(one.module)]
    return load_all(known)[0]


def _loaded(plugin: Installed) -> type[Provider]:
    """Import a plugin and look at what it offers; any fault of its is a `PluginLoadError`."""
    try:
        with listening(lambda text: _printed(plugin, text)):
            chosen = offered(plugin.entry_point.load(), plugin.id)
        fault = fault_of(chosen, plugin.id)
    except NotOfferedError as error:
        raise _broken(plugin, str(error)) from error
    except KeyboardInterrupt as error:
        if threading.current_thread() is threading.main_thread():
            raise  # it may be the person at the keyboard
        raise _broken(plugin, "it raised KeyboardInterrupt") from error
    except BaseException as error:
        told = f"{type(error).__name__}: {error}".removesuffix(": ")
        place = place_of_error(error, plugin.package)
        what = f"{told} (at {place})" if place else told
        raise _broken(plugin, f"{what}{advice_on(error, plugin.package)}") from error
    if fault:
        raise _broken(plugin, fault)
    if is_unsaid(chosen) and not plugin.built_in:
        _warn_once(
            f"{_label(plugin)} does not say which version of the plugin surface it is made for: "
            f'write api_version = "{API_VERSION}" in its class'
        )
    return chosen


_Folders: TypeAlias = tuple[tuple[str, int], ...]

_scanned: tuple[_Folders, tuple[Installed, ...]] | None = None
"""What the last look found, and the state of `sys.path` it saw: looking takes 10 ms, and longer the
more is installed. Two threads that look at once find the same."""


def _scan() -> tuple[Installed, ...]:
    """Return what is installed; looks again when `sys.path` or a folder on it has changed."""
    global _scanned  # noqa: PLW0603  (once per process)
    folders = tuple((path, _changed(path or ".")) for path in sys.path)
    known = _scanned
    if known is None or known[0] != folders:
        known = _scanned = (folders, tuple(_look()))
    return known[1]


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116  (a Path for each would take longer)
    except OSError:
        return 0


def _look() -> Iterable[Installed]:
    seen: set[str] = set()
    for distribution in distributions():
        try:
            found = [item for item in distribution.entry_points if item.group == GROUP]
            name, version = _identity(distribution) if found else ("", "")
        except Exception as error:  # noqa: BLE001  (one broken distribution stops no other)
            place = str(getattr(distribution, "_path", distribution))
            _warn_once(
                f"what {place!r} says of itself cannot be read, so its providers are not there: "
                f"{type(error).__name__}: {str(error)[:_LONGEST]!r}; install it anew"
            )
            continue
        if not found or name in seen:
            continue  # the same distribution twice on the path; the first is what gets imported
        seen.add(name)
        for entry_point in found:
            yield Installed(
                id=entry_point.name, distribution=name, version=version, entry_point=entry_point
            )


def _identity(distribution: Distribution) -> tuple[str, str]:
    """Return name and version; a folder that an uninstallation left behind may have neither."""
    told: Any = distribution.metadata or {}
    name, version = told.get("Name", "?"), told.get("Version", "?")
    return _shown(re.sub(r"[-_.]+", "-", name).lower()), _shown(version)  # as PyPI compares names


def _shown(text: str) -> str:
    """Return text of a distribution without what a terminal would obey, bounded."""
    return "".join(one if one.isprintable() else "?" for one in text)[:_LONGEST]


def _disabled(plugin: Installed) -> bool:
    wish = os.environ.get(DISABLE, "").strip()
    if wish.lower() in {"", "0", "false", "no"}:
        return False
    if wish.lower() in {"1", "true", "yes", "all"}:
        return not plugin.built_in
    return not {plugin.id, plugin.distribution}.isdisjoint(name.strip() for name in wish.split(","))


def _collision(plugin: Installed) -> str:
    every = (plugin, *plugin.rivals)
    if len({one.distribution for one in every}) == 1:
        values = " and ".join(one.entry_point.value for one in every)
        return (
            f"its distribution offers {plugin.id!r} more than once, as {values}; keep one of them"
        )
    named = " and ".join(f"{one.distribution} {one.version}" for one in every)
    return (
        f"several distributions provide {plugin.id!r}: {named}; keep one of them, or leave the "
        f"others out with {DISABLE}=DISTRIBUTION"
    )


def _label(plugin: Installed) -> str:
    return (
        f"the plugin {plugin.id!r} of {plugin.distribution} {plugin.version} "
        f"({_shown(plugin.entry_point.value)})"
    )


def _printed(plugin: Installed, text: str) -> None:
    _warn_once(
        f"{_label(plugin)} printed while it was imported; it was kept out of stdout, which "
        f"programs read: {text!r}"
    )


_warned: set[str] = set()


def _warn_once(text: str) -> None:
    if text not in _warned:
        _warned.add(text)
        log.warning("%s", text)


def _broken(plugin: Installed, why: str) -> PluginLoadError:
    value = _shown(plugin.entry_point.value)
    return PluginLoadError(plugin.id, plugin.distribution, plugin.version, value, why)
