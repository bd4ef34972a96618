"""What each verb has to return, checked where a provider hands it over."""

from __future__ import annotations

from inspect import iscoroutine
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from simloom import models
from simloom.capabilities import RetryClass, Verb
from simloom.errors import PluginError, SimloomError
from simloom.plugins.places import kind_of, place_of
from simloom.runtime.masking import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider

_PAGES: dict[Verb, type[Any]] = {
    Verb.LIST: models.Sim,
    Verb.MONTHLY_USAGE: models.Usage,
    Verb.SESSION_HISTORY: models.SessionEvent,
    Verb.LIST_SMS: models.Sms,
    Verb.LIST_ORDERS: models.Order,
    Verb.LIST_ACTIONS: models.ActionState,
}
_LISTS: dict[Verb, type[Any]] = {
    Verb.USAGE: models.Usage,
    Verb.POOL_USAGE: models.PoolUsage,
    Verb.QUOTA: models.Quota,
    Verb.LIST_PRODUCTS: models.Product,
}
_SINGLE: dict[Verb, type[Any]] = {
    Verb.GET: models.Sim,
    Verb.PROVISION: models.Sim,
    Verb.CONNECTIVITY: models.Connectivity,
    Verb.SEND_SMS: models.Sms,
    Verb.GET_SMS: models.Sms,
    Verb.TOP_UP: models.Order,
    Verb.ORDER: models.Order,
    Verb.GET_ORDER: models.Order,
    Verb.RESET_PIN: models.PinResult,
    Verb.UNBLOCK_PIN: models.PinResult,
    Verb.CREATE_TRANSFER: models.Transfer,
    Verb.GET_TRANSFER: models.Transfer,
    Verb.ACCEPT_TRANSFER: models.Transfer,
    Verb.REJECT_TRANSFER: models.Transfer,
    Verb.CANCEL_TRANSFER: models.Transfer,
}

RECORDS = frozenset({*_PAGES, *_LISTS, *_SINGLE})
"""Verbs that return records; every other one changes one SIM and returns an `ActionState`."""


def expected(verb: Verb) -> str:
    """Return what a method of a verb has to return, in words."""
    if verb in _PAGES:
        return f"a simloom.models.Page of {_PAGES[verb].__name__}"
    if verb in _LISTS:
        return f"a list of {_LISTS[verb].__name__}"
    return f"a simloom.models.{_SINGLE.get(verb, models.ActionState).__name__}"


def provider_of(chosen: type[Provider], settings: Any) -> Provider:
    """Return a provider with its settings; what its code raises is a `PluginError`."""
    try:
        return chosen(settings)
    except SimloomError:
        raise
    except Exception as error:
        raise PluginError(place_of(chosen), _raised("its constructor", error)) from error


def own_auth(provider: Provider) -> Any:
    """Return how a provider signs its requests; `PluginError` if that is no `httpx.Auth`."""
    from simloom.transport.auth import is_auth  # noqa: PLC0415  (loads httpx)

    try:
        auth = provider.auth()
    except SimloomError:
        raise
    except Exception as error:
        raise PluginError(place_of(provider.auth), _raised("it", error)) from error
    if is_auth(auth):
        return auth
    raise PluginError(
        place_of(provider.auth),
        f"it has to return an httpx.Auth, as simloom.transport.auth has, not {kind_of(auth)}",
    )


def _raised(what: str, error: Exception) -> str:
    return f"{what} raised {type(error).__name__}: {safe_text(str(error))}"


def checked(provider: Provider, verb: Verb, method: Callable[..., Any], flow: Any) -> Flow[Any]:
    """Return the flow of a method, with its result looked at; `PluginError` if it is none.

    The error of a result says whether the vendor may have carried something out.
    """
    if not isinstance(flow, GeneratorType):
        if iscoroutine(flow):
            flow.close()  # nobody will await it
        raise PluginError(
            place_of(method),
            f"@operation(Verb.{verb.name}) has to be a generator that yields requests and returns "
            f"{expected(verb)}; it returned {kind_of(flow)}, without a request",
        )
    looked_at: Any = _looked_at(provider, verb, method, flow)
    looked_at.__qualname__ = flow.__qualname__  # what logs and errors call it
    return looked_at  # type: ignore[no-any-return]


def _looked_at(
    provider: Provider, verb: Verb, method: Callable[..., Any], flow: Flow[Any]
) -> Flow[Any]:
    result = yield from flow
    came = _odd(verb, result)
    if came is None:
        return result
    is_write = any(item.retry is not RetryClass.READ for item in provider.operations(verb))
    raise PluginError(
        place_of(method),
        f"@operation(Verb.{verb.name}) has to return {expected(verb)}, it returned {came}",
        may_have_written=is_write,
    )


def follow(provider: Provider, name: str, *arguments: Any, **named: Any) -> Flow[Any]:
    """Carry out a method of a provider that is no verb, and look at its result as for verbs.

    `name` is refresh, cancel, bulk, find_actions or lookup.
    """
    method = getattr(provider, name)
    flow = method(*arguments, **named)
    wanted = "a simloom.models.ActionState"
    if name == "lookup":
        wanted = "a list of Sim"
    elif name == "find_actions":
        wanted = "a list of ActionState or None"
    if not isinstance(flow, GeneratorType):
        if iscoroutine(flow):
            flow.close()
        raise PluginError(
            place_of(method), f"it has to be a generator that returns {wanted}, not {kind_of(flow)}"
        )
    result = yield from flow
    if name == "lookup":
        came = _odd_items(result, models.Sim, "")
    elif name == "find_actions":
        came = None if result is None else _odd_items(result, models.ActionState, "")
    else:
        came = None if isinstance(result, models.ActionState) else kind_of(result)
    if came is not None:
        text = f"it has to return {wanted}, it returned {came}"
        is_write = name in {"bulk", "cancel"}
        raise PluginError(place_of(method), text, may_have_written=is_write)
    return result


def _odd(verb: Verb, result: Any) -> str | None:
    """Return what a result is, if it is not what the verb returns."""
    if verb in _PAGES:
        if not isinstance(result, models.Page):
            return kind_of(result)
        return _odd_items(result.items, _PAGES[verb], "a Page whose items are ")
    if verb in _LISTS:
        return _odd_items(result, _LISTS[verb], "")
    kind = _SINGLE.get(verb, models.ActionState)
    return None if isinstance(result, kind) else kind_of(result)


def _odd_items(items: Any, kind: type[Any], of: str) -> str | None:
    if not isinstance(items, (list, tuple)):
        return f"{of}{kind_of(items)}"
    for at, item in enumerate(items):
        if not isinstance(item, kind):
            return f"{of}a list whose entry {at} is {kind_of(item)}"
    return None
