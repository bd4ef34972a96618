"""Typed calls of the hooks: callers never touch pluggy's untyped relay."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pluggy

from simloom.errors import ConfigurationError
from simloom.plugins.specs import PROJECT, ClientSpec, RootSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.capabilities import Verb
    from simloom.plugins.provider import Provider
    from simloom.plugins.types import ChunkPolicy, EventSource, ResolutionPlan
    from simloom.runtime import Request

log = logging.getLogger("simloom.plugins")


class ClientHooks:
    """The hooks of one connected client: its provider's and the application's plugins.

    Later plugins are asked first, so that an application can override its provider.
    """

    def __init__(self, provider: Provider, plugins: Iterable[object] = ()) -> None:
        self._provider = provider
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(ClientSpec)
        self._manager.add_hookspecs(RootSpec)  # an installed plugin may be passed here, too
        for plugin in (provider, *plugins):
            _check_names(plugin)
            try:
                self._manager.register(plugin)
                self._manager.check_pending()
            except pluggy.PluginValidationError as error:
                raise ConfigurationError(f"a plugin does not fit the hooks: {error}") from None
            except ValueError:
                raise ConfigurationError(f"{_name(plugin)} is given twice") from None

    def auth(self, settings: Any) -> Any:
        """Return the auth flow of the first plugin that has one."""
        return self._manager.hook.simloom_auth(provider=self._provider, settings=settings)

    def event_source(self, settings: Any) -> EventSource | None:
        """Return where events come from."""
        found: EventSource | None = self._manager.hook.simloom_event_source(
            provider=self._provider, settings=settings
        )
        return found

    def chunk_policy(self, verb: Verb) -> ChunkPolicy | None:
        """Return how a bulk verb is cut."""
        found: ChunkPolicy | None = self._manager.hook.simloom_chunk_policy(
            provider=self._provider, verb=verb
        )
        return found

    def resolve_identifier(self, identifier: str, verb: Verb) -> ResolutionPlan | None:
        """Return how an identifier is resolved."""
        found: ResolutionPlan | None = self._manager.hook.simloom_resolve_identifier(
            provider=self._provider, identifier=identifier, verb=verb
        )
        return found

    def requested(self, request: Request[Any], attempt: int) -> None:
        """Tell observers that a request is about to be sent."""
        self._tell("simloom_request", request=request, attempt=attempt)

    def answered(self, request: Request[Any], attempt: int, status: int, seconds: float) -> None:
        """Tell observers that an answer arrived."""
        self._tell(
            "simloom_response", request=request, attempt=attempt, status=status, seconds=seconds
        )

    def event(self, event: Any) -> None:
        """Tell observers of an event."""
        self._tell("simloom_event", event=event)

    def outcome(self, outcome: Any) -> None:
        """Tell observers of a SIM's outcome."""
        self._tell("simloom_outcome", outcome=outcome)

    def _tell(self, name: str, **arguments: Any) -> None:
        """Call each observer; one that raises is logged, and keeps nobody else from hearing."""
        for observer in reversed(getattr(self._manager.hook, name).get_hookimpls()):
            try:
                observer.function(*(arguments[wanted] for wanted in observer.argnames))
            except Exception:
                log.exception("an observer of %s raised", name)


_HOOKS = {name for name in dir(ClientSpec) if name.startswith("simloom_")}
_OBSERVERS = {"simloom_request", "simloom_response", "simloom_event", "simloom_outcome"}


def _check_names(plugin: object) -> None:
    """Refuse what pluggy would pass over: a misspelt hook, one not marked, a wrapped observer."""
    for name in dir(plugin):
        if not name.startswith("simloom_") or name == "simloom_providers":
            continue
        if name not in _HOOKS:
            raise ConfigurationError(
                f"{_name(plugin)}.{name} is no hook of simloom; hooks are "
                f"{', '.join(sorted(_HOOKS))}"
            )
        mark = getattr(getattr(plugin, name), f"{PROJECT}_impl", None)
        if mark is None:
            raise ConfigurationError(f"{_name(plugin)}.{name} lacks @simloom.plugins.hookimpl")
        if name in _OBSERVERS and (mark["wrapper"] or mark["hookwrapper"]):
            raise ConfigurationError(f"{_name(plugin)}.{name} observes, it cannot wrap")


def _name(plugin: object) -> str:
    """Return a plugin's name: a module's own, else that of its class."""
    return str(getattr(plugin, "__name__", type(plugin).__name__))
