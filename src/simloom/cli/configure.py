"""`simloom configure`: asks for a provider's settings and writes them to a profile."""

from __future__ import annotations

import getpass
import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import NOTHING, Attribute, fields

from simloom.cli import completing
from simloom.cli.profilefile import read_profiles, with_section, write_private
from simloom.cli.wishes import wishes
from simloom.config import config_path, is_secret
from simloom.errors import ConfigurationError
from simloom.plugins.loader import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.plugins.provider import Provider

DEFAULT_PROFILE = "default"


def configure(
    context: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(
            metavar="PROVIDER", help="E.g. infobip.", autocompletion=completing.providers
        ),
    ],
) -> None:
    """Ask for the settings of a provider and write them to a profile (--profile, else `default`).

    An empty answer keeps what is there. Instead of a secret, `env:NAME` or `command:pass show x`
    may be given: then the file holds only where to get it. Other profiles stay as they are.
    """
    profile = wishes(context).profile or DEFAULT_PROFILE
    path = config_path()
    text, data = read_profiles(path)
    chosen = load(provider)
    profiles = data.get("profiles", {})
    present = profiles.get(profile, {}).get(provider, {}) if isinstance(profiles, dict) else {}
    typer.echo(f"{chosen.title}: profile {profile!r} in {path}", err=True)
    values = ask(chosen, present)
    check(chosen, values)
    write_private(path, with_section(text, profile, provider, values, name=str(path)))
    typer.echo(f"written; use it with --profile {profile}", err=True)


def ask(provider: type[Provider], present: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for each setting of a provider; return what goes to the file.

    What the settings class does not know, or cannot be typed in (tables), stays as it is.
    """
    values = dict(present)
    for item in fields(provider.settings_class):
        if item.default is not NOTHING and not isinstance(item.default, (str, type(None))):
            continue
        typer.echo(f"\n{item.metadata.get('help', '')}", err=True)
        answer = _secret(item, present) if is_secret(item) else _plain(item, present)
        if answer:
            values[item.name] = answer
    return values


def check(provider: type[Provider], values: Mapping[str, Any]) -> None:
    """Raise `ConfigurationError` when the provider would refuse the settings."""
    names = {item.name for item in fields(provider.settings_class)}
    # Where a secret comes from elsewhere, any text stands for it: it is looked up only when used.
    known = {
        name: "elsewhere" if isinstance(value, dict) and set(value) & {"env", "command"} else value
        for name, value in values.items()
        if name in names
    }
    missing = [
        item.name
        for item in fields(provider.settings_class)
        if item.default is NOTHING and not known.get(item.name)
    ]
    if missing:
        raise ConfigurationError(f"{provider.id}: {', '.join(missing)} needed; nothing was written")
    try:
        provider.settings_class(**known)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{provider.id}: {error}; nothing was written") from None


def _plain(item: Attribute[Any], present: Mapping[str, Any]) -> str:
    shown = present.get(item.name) or (item.default if isinstance(item.default, str) else "")
    answer = _line(f"{item.name}{f' [{shown}]' if shown else ''}: ")
    return "" if answer == item.default else answer


def _secret(item: Attribute[Any], present: Mapping[str, Any]) -> str | dict[str, Any]:
    kept = " [kept]" if present.get(item.name) else ""
    prompt = f"{item.name}{kept} (hidden, or env:NAME, or command:...): "
    answer = _hidden(prompt)
    if answer.startswith("env:"):
        return {"env": answer.removeprefix("env:").strip()}
    if answer.startswith("command:"):
        return {"command": shlex.split(answer.removeprefix("command:"))}
    return answer


def _hidden(prompt: str) -> str:
    """Read a secret: unseen on a terminal, one line of stdin otherwise."""
    return getpass.getpass(prompt).strip() if sys.stdin.isatty() else _line(prompt)


def _line(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise ConfigurationError("the input ended before all settings were given")
    if not sys.stdin.isatty():
        sys.stderr.write("\n")
    return line.strip()
