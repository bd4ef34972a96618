"""From a verb to a flow, or to the error that says who could do it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from simloom.capabilities import Verb
from simloom.errors import UnsupportedOperation
from simloom.plugins.loader import load_all
from simloom.runtime.secret import to_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider

RECORDS = frozenset(
    {
        Verb.LIST,
        Verb.GET,
        Verb.USAGE,
        Verb.MONTHLY_USAGE,
        Verb.POOL_USAGE,
        Verb.SEND_SMS,
        Verb.LIST_SMS,
        Verb.GET_SMS,
        Verb.CONNECTIVITY,
        Verb.SESSION_HISTORY,
        Verb.QUOTA,
        Verb.TOP_UP,
        Verb.LIST_ORDERS,
        Verb.GET_ORDER,
        Verb.ORDER,
        Verb.LIST_PRODUCTS,
        Verb.PROVISION,
        Verb.RESET_PIN,
        Verb.UNBLOCK_PIN,
        Verb.CREATE_TRANSFER,
        Verb.GET_TRANSFER,
        Verb.ACCEPT_TRANSFER,
        Verb.REJECT_TRANSFER,
        Verb.CANCEL_TRANSFER,
        Verb.LIST_ACTIONS,
    }
)
"""Verbs that return records; every other one changes one SIM and returns an `ActionState`."""


def shielded(provider: Provider, verb: Verb, named: Mapping[str, Any]) -> dict[str, Any]:
    """Return keyword arguments with those in a `Secret` that the provider takes as one.

    So no local variable below the caller's shows a PIN to whoever prints a traceback with them.
    """
    method = provider.flow(verb) if named else None
    if method is None:
        return dict(named)
    known = inspect.signature(method).parameters
    return {
        name: to_secret(value)
        if isinstance(value, str) and name in known and "Secret" in str(known[name].annotation)
        else value
        for name, value in named.items()
    }


def start(provider: Provider, verb: Verb, *arguments: Any, **named: Any) -> Flow[Any]:
    """Return the flow of a verb; raise `UnsupportedOperation` before anything is sent."""
    method = provider.flow(verb)
    if method is None:
        raise unsupported(provider, verb)
    return method(*arguments, **shielded(provider, verb, named))


def unsupported(provider: Provider, verb: Verb) -> UnsupportedOperation:
    """Return the error of a verb that the provider lacks, naming the providers that have it."""
    others, _ = load_all()
    able = [
        name
        for name, other in others.items()
        if name != provider.id and other.capabilities()[verb].usable
    ]
    note = provider.capabilities()[verb].note
    return UnsupportedOperation(verb.value, provider.id, able, note)
