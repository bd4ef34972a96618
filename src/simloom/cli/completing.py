"""What the shell offers for a word that is typed in part. Never fails: a shell shows no errors."""

from __future__ import annotations

import tomllib
from typing import Any

import typer  # noqa: TC002  (typer reads the annotations at run time)

from simloom.plugins.loader import installed


def providers(context: typer.Context, arguments: list[str], typed: str) -> list[str]:  # noqa: ARG001
    """Return the ids of the installed providers; none of them is loaded."""
    return [name for name in installed() if name.startswith(typed)]


def profiles(context: typer.Context, arguments: list[str], typed: str) -> list[str]:  # noqa: ARG001
    """Return the names of the profiles in the settings file; nothing of their content is used."""
    from simloom.config import config_path  # noqa: PLC0415  (only the shell asks)

    try:
        found: Any = tomllib.loads(config_path().read_text("utf-8")).get("profiles")
    except (OSError, ValueError, RecursionError):
        return []
    return [name for name in found if name.startswith(typed)] if isinstance(found, dict) else []
