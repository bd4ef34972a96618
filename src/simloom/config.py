"""Settings of a provider, put together from keywords, the environment and a TOML profile.

Keywords win over `SIMLOOM_<PROVIDER>_<FIELD>` in the environment, and that over the profile:

    [profiles.prod.infobip]
    username = "fleet"
    password = { command = ["pass", "show", "infobip"] }    # or { env = "INFOBIP_PASSWORD" }

The file is `$SIMLOOM_CONFIG`, else `simloom/config.toml` below `$XDG_CONFIG_HOME` (`~/.config`). It
must not be readable by others when it holds a secret in the clear, nor ever writable by others:
it names commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import NOTHING, fields, frozen

from simloom.common import Common
from simloom.errors import ConfigurationError, MissingCredentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrs import Attribute

    from simloom.plugins.provider import Provider

__all__ = [
    "Common",
    "Configured",
    "config_path",
    "configure",
    "is_mentioned",
    "is_secret",
    "setting_of",
    "variable",
]

COMMAND_TIMEOUT = 30.0
"""Seconds that a command which prints a secret may take."""


@frozen
class Configured:
    """A provider's own settings and the common ones."""

    own: Any
    common: Common


def config_path() -> Path:
    """Return where profiles are read from, whether or not the file is there."""
    if wish := os.environ.get("SIMLOOM_CONFIG"):
        return Path(wish)
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "simloom" / "config.toml"


def configure(
    provider: type[Provider], profile: str | None = None, given: Mapping[str, Any] | None = None
) -> Configured:
    """Put the settings of a provider together; nothing is sent. A keyword of None is not given.

    Raises `MissingCredentials` naming every field without a value, `ConfigurationError` for unknown
    names, a profile that is not there, or a value the provider refuses.
    """
    given = dict(given or {})
    own, common = _fields(provider.settings_class), _fields(Common)
    unknown = sorted(set(given) - set(own) - set(common))
    if unknown:
        known = ", ".join(sorted({*own, *common}))
        raise ConfigurationError(f"{provider.id}: no setting {unknown[0]!r}; there are {known}")
    known_fields = {**common, **own}
    values = {
        **_from_profile(provider.id, profile, known_fields),
        **_from_environment(provider.id, known_fields),
    }
    values |= {name: value for name, value in given.items() if value is not None}
    unknown = sorted(set(values) - set(own) - set(common))
    if unknown:
        raise ConfigurationError(
            f"{provider.id}: the profile has an unknown setting {unknown[0]!r}"
        )
    missing = [
        name for name, item in own.items() if item.default is NOTHING and not values.get(name)
    ]
    if missing:
        raise MissingCredentials(provider.id, missing)
    return Configured(
        _made(provider, provider.settings_class, own, values),
        _made(provider, Common, common, values),
    )


def is_mentioned(provider: type[Provider], profile: str | None = None) -> bool:
    """Tell whether the environment or the profile says anything about a provider."""
    own = _fields(provider.settings_class)
    return bool(_from_environment(provider.id, own) or _from_profile(provider.id, profile, own))


def setting_of(provider: type[Provider], name: str, profile: str | None = None) -> Any:
    """Return what the environment or the profile says of one setting, None where neither does."""
    own = _fields(provider.settings_class)
    if name not in own:
        raise ConfigurationError(f"{provider.id}: no setting {name!r}; there are {', '.join(own)}")
    known = {name: own[name]}
    told = _from_profile(provider.id, profile, known, only=name)
    return {**told, **_from_environment(provider.id, known)}.get(name)


def variable(provider: str, name: str) -> str:
    """Return the environment variable of a setting."""
    return f"SIMLOOM_{provider}_{name}".upper().replace("-", "_")


def is_secret(item: Attribute[Any]) -> bool:
    """Tell whether a settings field holds a secret."""
    return bool(item.metadata.get("secret"))


def _fields(settings: type[Any]) -> dict[str, Attribute[Any]]:
    return {item.name: item for item in fields(settings)}


def _made(
    provider: type[Provider],
    settings: type[Any],
    known: Mapping[str, Attribute[Any]],
    values: Mapping[str, Any],
) -> Any:
    try:
        return settings(**{name: value for name, value in values.items() if name in known})
    except (TypeError, ValueError) as error:
        text = str(error)
        if text.startswith("missing "):
            named = [name for name in known if re.search(rf"\b{name}\b", text)]
            told = text.removeprefix("missing ")
            raise MissingCredentials(provider.id, named, told) from None
        raise ConfigurationError(f"{provider.id}: {text}") from None


def _from_environment(provider: str, known: Mapping[str, Attribute[Any]]) -> dict[str, Any]:
    found = {name: os.environ.get(variable(provider, name)) for name in known}
    return {
        name: _table_of(variable(provider, name), value) if _is_table(known[name]) else value
        for name, value in found.items()
        if value
    }


def _is_table(item: Attribute[Any]) -> bool:
    return str(item.type).startswith(("dict", "Mapping"))


def _table_of(name: str, text: str) -> dict[str, str]:
    """Read a table from a variable: a JSON object of texts, or `name=value,name=value`."""
    if text.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(text, type=dict[str, str])
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            raise ConfigurationError(f"{name} is not a JSON object of texts") from None
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if not all(key.strip() and equals and value.strip() for key, equals, value in pairs):
        raise ConfigurationError(f"{name} is neither a JSON object nor name=value,name=value")
    return {key.strip(): value.strip() for key, _, value in pairs}


def _from_profile(
    provider: str,
    profile: str | None,
    known: Mapping[str, Attribute[Any]],
    *,
    only: str | None = None,
) -> dict[str, Any]:
    name = profile or os.environ.get("SIMLOOM_PROFILE")
    if name is None:
        return {}
    path = config_path()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"profile {name!r}: there is no file {path}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    profiles = _table(path, "profiles", data.get("profiles", {}))
    if name not in profiles:
        listed = ", ".join(sorted(profiles)) or "none"
        raise ConfigurationError(f"{path}: no profile {name!r} (there are: {listed})")
    place = f"profiles.{name}"
    values = _table(path, place, profiles[name]).get(provider, {})
    values = _table(path, f"{place}.{provider}", values)
    in_clear = any(
        key in known and is_secret(known[key]) and not isinstance(value, dict)
        for key, value in values.items()
    )
    _check_mode(path, in_clear=in_clear)
    return {
        key: _value(value, f"{name}.{provider}.{key}", known.get(key))
        for key, value in values.items()
        if only in {None, key}
    }


def _table(path: Path, place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{path}: {place} is not a table")
    return value


def _check_mode(path: Path, *, in_clear: bool) -> None:
    """Refuse a file that others may change, or may read although it holds a secret."""
    if sys.platform == "win32":
        return
    mode = path.stat().st_mode
    if mode & 0o022 or (in_clear and mode & 0o077):
        may = "changed" if mode & 0o022 else "read"
        raise ConfigurationError(
            f"{path} can be {may} by others; run `chmod 600 {path}` and use it again"
        )


def _value(value: Any, place: str, item: Attribute[Any] | None) -> Any:
    """Return a profile's value; `{env = …}` and `{command = […]}` are looked up."""
    if not isinstance(value, dict):
        return value
    if set(value) not in ({"env"}, {"command"}):
        if item is None or _is_table(item):
            return value
        raise ConfigurationError(f"{place}: a table holds `env` or `command` and nothing else")
    if "env" in value:
        found = os.environ.get(str(value["env"]))
        if not found:
            raise ConfigurationError(f"{place}: the variable {value['env']} is not set")
        return found
    command = value["command"]
    if (
        not isinstance(command, list)
        or not command
        or not all(isinstance(part, str) for part in command)
    ):
        raise ConfigurationError(f"{place}: command is a list of texts")
    try:
        done = subprocess.run(  # noqa: S603  (the user's own configuration names it)
            command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:  # ValueError: not UTF-8
        why = type(error).__name__  # its text and attributes may hold the secret
    else:
        why = ""
    if why:
        raise ConfigurationError(f"{place}: {command[0]}: {why}")
    if done.returncode != 0 or not done.stdout.strip():
        raise ConfigurationError(f"{place}: {command[0]} gave nothing (exit {done.returncode})")
    return done.stdout.strip("\r\n")
