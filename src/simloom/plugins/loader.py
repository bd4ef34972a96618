"""Finding provider plugins: names from metadata, one import when one is asked for.

pluggy's own loader imports every plugin, lets one broken plugin stop all, and skips a second plugin
of the same name without a word. This one does none of that.
"""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint, distributions
from typing import TYPE_CHECKING

from attrs import frozen

from simloom.errors import ConfigurationError, PluginLoadError, UnknownProvider
from simloom.plugins.provider import Provider

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        loaded = plugin.entry_point.load()
    except Exception as error:
        raise _broken(plugin, f"{type(error).__name__}: {error}") from error
    if not (isinstance(loaded, type) and issubclass(loaded, Provider)):
        raise _broken(plugin, f"the entry point is a {type(loaded).__name__}, not a Provider class")
    if loaded.id != provider:
        raise _broken(plugin, f"the class says its id is {loaded.id!r}")
    return loaded


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


def _scan() -> Iterable[Installed]:
    seen: set[tuple[str, str]] = set()
    for distribution in distributions():
        name, version = distribution.metadata["Name"] or "?", distribution.version
        for entry_point in distribution.entry_points:
            if entry_point.group != GROUP or (name, entry_point.name) in seen:
                continue
            seen.add((name, entry_point.name))  # the same distribution twice on the path
            yield Installed(
                id=entry_point.name, distribution=name, version=version, entry_point=entry_point
            )


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
