"""`--set key=value`: texts made what a provider's operation takes."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
import re
from typing import TYPE_CHECKING, Any

from attrs import fields

from simloom.cli.exits import UsageProblem
from simloom.errors import SimloomError
from simloom.runtime.encoding import to_builtins
from simloom.runtime.masking import is_secret_name, masked
from simloom.runtime.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom.capabilities import Verb
    from simloom.plugins.provider import Provider
    from simloom.runtime import Model

_MODEL = re.compile(r"\bmodels\.(\w+)")
_SWITCHES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def options_of(provider: Provider, verb: Verb) -> dict[str, inspect.Parameter]:
    """Return the keywords that a provider's operation takes, by name."""
    method = provider.flow(verb)
    if method is None:
        return {}
    found = inspect.signature(method).parameters.values()
    return {item.name: item for item in found if item.kind is item.KEYWORD_ONLY}


def read_options(
    provider: Provider, verb: Verb, given: Sequence[str], from_environment: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the keyword arguments for a verb; what is wrong with them is a usage error.

    `from_environment` are `key=NAME`: the value is a secret in the variable NAME, so that it stands
    neither in the shell's history nor in the list of processes.
    """
    known = options_of(provider, verb)
    texts = {name: (text, False) for name, text in map(_pair, given)}
    for name, variable in map(_pair, from_environment):
        value = os.environ.get(variable)
        if not value:
            raise UsageProblem(f"{name}: the variable {variable} is not set", "export it first")
        texts[name] = (value, True)
    for name in texts:
        if name not in known:
            raise UsageProblem(
                f"{verb.value} of {provider.id} takes no {name!r}",
                f"it takes: {', '.join(known) or 'nothing'}",
            )
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in texts:
            raise UsageProblem(
                f"{verb.value} of {provider.id} needs {name!r}", f"add --set {name}=..."
            )
    return {
        name: Secret(text)
        if hidden
        else _model(name, text, model)
        if (model := _model_of(provider, verb, known[name]))
        else _value(name, text, str(known[name].annotation))
        for name, (text, hidden) in texts.items()
    }


def for_record(options: dict[str, Any]) -> dict[str, Any]:
    """Return arguments for the audit file: secrets masked, by type and by name."""
    return {
        name: MASK
        if isinstance(value, Secret) or is_secret_name(name)
        else masked(to_builtins(value, reveal_secrets=False))
        for name, value in options.items()
    }


def _model_of(provider: Provider, verb: Verb, parameter: inspect.Parameter) -> type[Model] | None:
    """Return the generated model that an argument has to be, e.g. an address."""
    method: Any = provider.flow(verb)
    found = _MODEL.search(str(parameter.annotation))
    return getattr(method.__globals__["models"], found[1]) if found else None


def _model(name: str, text: str, model: type[Model]) -> Model:
    """Read JSON with the vendor's names; a member that would not be sent is an error."""
    try:
        given = _object(text)
        made = model.from_dict(given)
        if to_builtins(made, reveal_secrets=True) == given:
            return made
    except (ValueError, SimloomError):
        pass
    members = ", ".join(model.__wire__.get(item.name, item.name) for item in fields(model))
    raise UsageProblem(
        f"{name} is not the JSON of this vendor's {model.__name__}", f"members: {members}"
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        # Not repeated: it may be a PIN whose name was forgotten.
        raise UsageProblem("a --set is not of the form key=value", "e.g. --set tariff=12")
    return name.strip().replace("-", "_"), value


def _value(name: str, text: str, annotation: str) -> Any:
    """Read a text as the annotation asks, which is text itself."""
    kinds = {part.strip() for part in annotation.split("|")} - {"None"}
    try:
        if any(kind.startswith(("Mapping", "dict")) for kind in kinds):
            return _object(text)
        if any(kind.startswith(("Sequence", "list", "tuple")) for kind in kinds):
            return [part.strip() for part in text.split(",") if part.strip()]
        if "bool" in kinds:
            return _SWITCHES[text.lower()]
        if kinds & {"int", "float"}:
            return int(text) if "int" in kinds else float(text)
        if "dt.date" in kinds:
            return dt.date.fromisoformat(text)
    except (KeyError, ValueError):
        wanted = " or ".join(sorted(kinds))
        raise UsageProblem(f"{name}: {text!r} does not fit", f"it has to be {wanted}") from None
    if "str" in kinds or "Any" in kinds or not kinds:
        return text
    raise UsageProblem(
        f"{name} cannot be given on the command line", "use the library for this argument"
    )


def _object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)  # noqa: TRY004  (told as the other misfits)
    return found
