"""What the extra `codegen` brings, imported when it is needed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from simloom.newprovider.refusal import CannotCreate

NEEDED = ("jinja2", "yaml", "openapi_python_client", "ruff")


def _missing(name: str) -> CannotCreate:
    return CannotCreate(
        f"{name} is not installed, which comes with the extra 'codegen'",
        "pip install 'simloom[codegen]'",
    )


def wanted(name: str) -> Any:
    """Import a module of the extra; `CannotCreate` with the command that installs it."""
    try:
        return import_module(name)
    except ImportError:
        raise _missing(name) from None


def check_extra() -> None:
    """Raise `CannotCreate` when a package of the extra is missing; imports none of them."""
    for name in NEEDED:
        if find_spec(name) is None:
            raise _missing(name)
