"""From a verb to a flow, or to the error that says who could do it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from simloom.errors import UnsupportedOperation
from simloom.plugins.loader import load_imported
from simloom.plugins.results import RECORDS, checked
from simloom.runtime.secret import to_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.capabilities import Verb
    from simloom.plugins.flows import Flow
    from simloom.plugins.provider import Provider

__all__ = ["RECORDS", "shielded", "start", "unsupported"]


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
    """Return the flow of a verb; raise `UnsupportedOperation` before anything is sent.

    A method that is no generator, or returns something else than the verb does, is a `PluginError`.
    """
    method = provider.flow(verb)
    if method is None:
        raise unsupported(provider, verb)
    flow = method(*arguments, **shielded(provider, verb, named))
    return checked(provider, verb, method, flow)


def unsupported(provider: Provider, verb: Verb) -> UnsupportedOperation:
    """Return the error of a verb that the provider lacks, naming the providers that have it.

    An installed plugin that nobody has used is not imported for that.
    """
    able = [
        name
        for name, other in load_imported().items()
        if name != provider.id and other.capabilities()[verb].usable
    ]
    note = provider.capabilities()[verb].note
    return UnsupportedOperation(verb.value, provider.id, able, note)
