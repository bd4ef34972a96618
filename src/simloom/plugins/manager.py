"""Typed calls of the hooks: callers never touch pluggy's untyped relay."""

from __future__ import annotations

import inspect
import logging
import time
from typing import TYPE_CHECKING, Any

import pluggy

from simloom.errors import ConfigurationError, IdentifierError, PluginError, SimloomError
from simloom.identifiers import Iccid, Identifier, parse_iccid
from simloom.plugins.places import kind_of, place_of
from simloom.plugins.specs import PROJECT, ClientSpec, RootSpec
from simloom.plugins.types import ChunkPolicy, EventSource, ResolutionPlan
from simloom.runtime.masking import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simloom.capabilities import Verb
    from simloom.plugins.provider import Provider
    from simloom.runtime import Request

log: logging.Logger = logging.getLogger("simloom.plugins")

SLOW = 1.0
"""Seconds after which a hook is told to hold up its caller; once per hook and client."""


class ClientHooks:
    """The hooks of one connected client: its provider's and the application's plugins.

    Later plugins are asked first, so that an application can override its provider. A question
    whose answer is of another type, or that raises, is a `PluginError` naming the plugin's code;
    errors of simloom pass through.
    """

    def __init__(self, provider: Provider, plugins: Iterable[object] = ()) -> None:
        self._provider = provider
        self._slow: set[str] = set()
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
        from simloom.transport.auth import is_auth  # noqa: PLC0415  (loads httpx)

        odd = _unless(is_auth, "an httpx.Auth")
        return self._ask("simloom_auth", odd, settings=settings)

    def event_source(self, settings: Any) -> EventSource | None:
        """Return where events come from."""
        found: EventSource | None = self._ask(
            "simloom_event_source", _no(EventSource), settings=settings
        )
        return found

    def chunk_policy(self, verb: Verb) -> ChunkPolicy | None:
        """Return how a bulk verb is cut."""
        found: ChunkPolicy | None = self._ask("simloom_chunk_policy", _no(ChunkPolicy), verb=verb)
        return found

    def resolve_identifier(self, identifier: str, verb: Verb) -> ResolutionPlan | None:
        """Return how an identifier is resolved."""
        found: ResolutionPlan | None = self._ask(
            "simloom_resolve_identifier", _odd_plan, identifier=identifier, verb=verb
        )
        return found

    def iccid_of(self, identifier: str, verb: Verb) -> Iccid | None:
        """Return the ICCID that a plugin knows for an identifier, None where none does."""
        plan = self.resolve_identifier(identifier, verb)
        told = None if plan is None else plan.arguments.get("iccid")
        return None if told is None else Iccid(told)

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

    def _ask(self, name: str, odd: Callable[[Any], str | None], **arguments: Any) -> Any:
        """Return the first answer that is not None; `odd` says what is wrong with one."""
        arguments["provider"] = self._provider
        for hook in reversed(getattr(self._manager.hook, name).get_hookimpls()):
            try:
                answer = self._call(hook, name, arguments)
            except SimloomError:
                raise
            except Exception as error:
                what = f"{name} raised {type(error).__name__}: {safe_text(str(error))}"
                raise PluginError(place_of(hook.function), what) from error
            if answer is None:
                continue
            fault = odd(answer)
            if fault is None:
                return answer
            raise PluginError(place_of(hook.function), f"{name} {fault}")
        return None

    def _tell(self, name: str, **arguments: Any) -> None:
        """Call each observer; one that raises is logged, and keeps nobody else from hearing."""
        for observer in reversed(getattr(self._manager.hook, name).get_hookimpls()):
            try:
                self._call(observer, name, arguments)
            except Exception:
                log.exception("an observer of %s raised", name)

    def _call(self, hook: Any, name: str, arguments: dict[str, Any]) -> Any:
        began = time.monotonic()
        try:
            return hook.function(*(arguments[wanted] for wanted in hook.argnames))
        finally:
            seconds = time.monotonic() - began
            if seconds > SLOW:
                self._tell_slow(place_of(hook.function), name, seconds)

    def _tell_slow(self, place: str, name: str, seconds: float) -> None:
        if place not in self._slow:
            self._slow.add(place)
            log.warning(
                "%s: %s took %.1f s; its caller waited for it, and with it everything else in the "
                "same thread or event loop: a hook must not block",
                place,
                name,
                seconds,
            )


_HOOKS = {name for name in dir(ClientSpec) if name.startswith("simloom_")}
_OBSERVERS = {"simloom_request", "simloom_response", "simloom_event", "simloom_outcome"}


def _check_names(plugin: object) -> None:
    """Refuse what would be passed over: a misspelt hook, one not marked, a wrapper, a coroutine."""
    for name in dir(plugin):
        if not name.startswith("simloom_") or name == "simloom_providers":
            continue
        if name not in _HOOKS:
            raise ConfigurationError(
                f"{_name(plugin)}.{name} is no hook of simloom; hooks are "
                f"{', '.join(sorted(_HOOKS))}"
            )
        hook = getattr(plugin, name)
        mark = getattr(hook, f"{PROJECT}_impl", None)
        if mark is None:
            raise ConfigurationError(f"{_name(plugin)}.{name} lacks @simloom.plugins.hookimpl")
        if mark["wrapper"] or mark["hookwrapper"]:
            what = "observes" if name in _OBSERVERS else "answers"
            raise ConfigurationError(f"{_name(plugin)}.{name} {what}, it cannot wrap")
        if inspect.iscoroutinefunction(hook) or inspect.isasyncgenfunction(hook):
            raise ConfigurationError(
                f"{_name(plugin)}.{name} is `async def`: hooks are called, not awaited; write `def`"
            )


def _unless(fits: Callable[[object], bool], wanted: str) -> Callable[[object], str | None]:
    """Return what tells an answer that does not fit."""

    def odd(answer: object) -> str | None:
        if fits(answer):
            return None
        if inspect.iscoroutine(answer):
            answer.close()  # nobody will await it
        return f"has to return {wanted} or None, it returned {kind_of(answer)}"

    return odd


def _no(kind: type) -> Callable[[object], str | None]:
    return _unless(lambda answer: isinstance(answer, kind), f"a simloom.plugins.{kind.__name__}")


def _odd_plan(answer: Any) -> str | None:
    odd = _no(ResolutionPlan)(answer)
    told = None if odd else answer.arguments.get("iccid")
    if odd or told is None:
        return odd
    if not isinstance(told, (str, Identifier)):
        return f'returned arguments["iccid"] that is {kind_of(told)}, not an ICCID as text'
    try:
        parse_iccid(told)
    except IdentifierError as error:
        return f'returned arguments["iccid"] that is none: {error}'
    return None


def _name(plugin: object) -> str:
    """Return a plugin's name: a module's own, else that of its class."""
    return str(getattr(plugin, "__name__", type(plugin).__name__))
