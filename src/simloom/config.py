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

import math
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import NOTHING, field, fields, frozen

from simloom.errors import ConfigurationError, MissingCredentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from attrs import Attribute

    from simloom.plugins.provider import Provider

COMMAND_TIMEOUT = 30.0
"""Seconds that a command which prints a secret may take."""


def _boolean(value: Any) -> bool:
    """Read a switch; the environment has it as text."""
    if isinstance(value, str):
        text = value.strip().lower()
        if text not in {"0", "1", "false", "true", "no", "yes"}:
            raise ValueError(f"allow_insecure_http: {value!r} is neither true nor false")
        return text in {"1", "true", "yes"}
    return bool(value)


def _seconds(value: Any) -> float:
    """Read a time-out; there is always one."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"timeout: {value!r} is not a number of seconds above 0")
    return seconds


@frozen(kw_only=True)
class Common:
    """Settings that every provider has besides its own."""

    timeout: float = field(
        default=30.0,
        converter=_seconds,
        metadata={"help": "Seconds for connecting, for sending and for waiting for data"},
    )
    user_agent: str = field(
        default="", metadata={"help": "Added to the User-Agent, e.g. acme-fleet/1.2"}
    )
    proxy: str | None = field(
        default=None,
        repr=False,
        metadata={
            "help": "URL of an HTTP proxy; none is taken from the environment",
            "secret": True,  # it may hold the proxy's password
        },
    )
    ca_bundle: str | None = field(
        default=None, metadata={"help": "File with the certificates to trust, PEM"}
    )
    allow_insecure_http: bool = field(
        default=False,
        converter=_boolean,
        metadata={
            "help": "Send credentials over plain http to other machines; never in production"
        },
    )


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
    """Put the settings of a provider together; nothing is sent.

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
    values |= given
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


def _from_environment(provider: str, names: Iterable[str]) -> dict[str, str]:
    found = {name: os.environ.get(variable(provider, name)) for name in names}
    return {name: value for name, value in found.items() if value}


def _from_profile(
    provider: str, profile: str | None, known: Mapping[str, Attribute[Any]]
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
        if item is None or str(item.type).startswith("dict"):
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
