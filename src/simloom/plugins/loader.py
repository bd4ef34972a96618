"""Finding provider plugins: names from metadata, one import when one is asked for.

pluggy's own loader imports every plugin, lets one broken plugin stop all, and skips a second plugin
of the same name without a word. This one does none of that.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import TYPE_CHECKING, Any, TypeAlias

import pluggy
from attrs import fields_dict, frozen, has

from simloom.errors import ConfigurationError, PluginLoadError, UnknownProvider
from simloom.plugins.provider import Provider
from simloom.plugins.specs import PROJECT, RootSpec
from simloom.plugins.types import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger("simloom.plugins")

GROUP = "simloom.providers"
OWN_DISTRIBUTION = "simloom"
DISABLE = "SIMLOOM_DISABLE_PLUGINS"
"""Set to 1 to use the built-in providers only, or to a comma list of provider ids to leave out."""


@frozen(kw_only=True)
class Installed:
    """A plugin as its metadata tells, not imported."""

    id: str
    distribution: str
    version: str
    entry_point: EntryPoint

    @property
    def built_in(self) -> bool:
        """Whether it is one of ours."""
        return self.distribution == OWN_DISTRIBUTION


def installed(found: Iterable[Installed] | None = None) -> dict[str, Installed]:
    """Return the plugins by provider id, without importing any.

    Two distributions that provide one id are a `ConfigurationError` naming both.
    """
    plugins: dict[str, Installed] = {}
    for plugin in _scan() if found is None else found:
        if _disabled(plugin):
            continue
        other = plugins.get(plugin.id)
        if other is not None and other.distribution != plugin.distribution:
            raise ConfigurationError(
                f"two distributions provide {plugin.id!r}: {other.distribution} {other.version} "
                f"and {plugin.distribution} {plugin.version}; uninstall one of them"
            )
        plugins[plugin.id] = plugin
    return dict(sorted(plugins.items()))


def load(provider: str, found: Iterable[Installed] | None = None) -> type[Provider]:
    """Import one provider. A broken plugin is a `PluginLoadError`, the others are not touched."""
    plugins = installed(found)
    plugin = plugins.get(provider)
    if plugin is None:
        raise UnknownProvider(provider, list(plugins))
    try:
        chosen = _chosen(plugin.entry_point.load(), provider)
        fault = _fault(chosen)
    except (Exception, SystemExit) as error:
        raise _broken(plugin, f"{type(error).__name__}: {error}") from error
    if fault:
        raise _broken(plugin, fault)
    return chosen


def load_all(
    found: Iterable[Installed] | None = None,
) -> tuple[dict[str, type[Provider]], dict[str, PluginLoadError]]:
    """Import every provider; return those that work, and the errors of those that do not."""
    plugins = list(installed(found).values())
    working: dict[str, type[Provider]] = {}
    broken: dict[str, PluginLoadError] = {}
    for plugin in plugins:
        try:
            working[plugin.id] = load(plugin.id, plugins)
        except PluginLoadError as error:
            broken[plugin.id] = error
    return working, broken


def _chosen(loaded: object, provider: str) -> type[Provider]:
    """Return the class itself, or the one of that id that `simloom_providers` returns."""
    if isinstance(loaded, type) and issubclass(loaded, Provider):
        if loaded.id != provider:
            raise TypeError(f"the class says its id is {loaded.id!r}")
        return loaded
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(RootSpec)
    manager.register(loaded)
    manager.check_pending()
    if not manager.hook.simloom_providers.get_hookimpls():
        kind = type(loaded).__name__
        raise TypeError(f"a {kind} is neither a Provider class nor implements simloom_providers")
    offered = [item for given in manager.hook.simloom_providers() for item in given]
    for item in offered:
        if isinstance(item, type) and issubclass(item, Provider) and item.id == provider:
            return item
    raise TypeError(f"simloom_providers returned no Provider class with this id: {offered!r}")


def _fault(chosen: type[Provider]) -> str | None:
    """Return what is wrong with a class, so that it shows here and not in the middle of a call."""
    if chosen.api_version.partition(".")[0] != API_VERSION.partition(".")[0]:
        return f"it is made for version {chosen.api_version} of plugins, this is {API_VERSION}"
    title: object = chosen.title
    if not isinstance(title, str):
        return "its title is no text"
    if not has(chosen.settings_class) or "base_url" not in fields_dict(chosen.settings_class):
        return "its settings_class is no attrs class with a base_url"
    chosen.capabilities()  # raises for two methods with one verb
    return None


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
    seen: set[tuple[str, str]] = set()
    for distribution in distributions():
        try:
            found = [item for item in distribution.entry_points if item.group == GROUP]
        except Exception:
            log.warning("the entry points of %r cannot be read", distribution, exc_info=True)
            continue
        if not found:
            continue
        name, version = _identity(distribution)
        for entry_point in found:
            if (name, entry_point.name) in seen:
                continue
            seen.add((name, entry_point.name))  # the same distribution twice on the path
            yield Installed(
                id=entry_point.name, distribution=name, version=version, entry_point=entry_point
            )


def _identity(distribution: Distribution) -> tuple[str, str]:
    """Return name and version; a folder that an uninstallation left behind may have neither."""
    told: Any = distribution.metadata or {}
    name, version = told.get("Name", "?"), told.get("Version", "?")
    return re.sub(r"[-_.]+", "-", name).lower(), version  # as PyPI compares names


def _disabled(plugin: Installed) -> bool:
    wish = os.environ.get(DISABLE, "").strip()
    if wish.lower() in {"", "0", "false", "no"}:
        return False
    if wish.lower() in {"1", "true", "yes", "all"}:
        return not plugin.built_in
    return plugin.id in {name.strip() for name in wish.split(",")}


def _broken(plugin: Installed, why: str) -> PluginLoadError:
    return PluginLoadError(
        plugin.id, plugin.distribution, plugin.version, plugin.entry_point.value, why
    )
