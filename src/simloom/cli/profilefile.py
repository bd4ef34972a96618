"""Changing one section of the settings file; everything else in it stays, byte for byte."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import tomllib
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simloom.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = re.compile(r"^[ \t]*\[", re.MULTILINE)


def read_profiles(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the file as text and as data, both empty when there is none.

    Raises `ConfigurationError` for a file that others can read or that is not TOML.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text("utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    if sys.platform != "win32" and mode & 0o077:
        raise ConfigurationError(f"{path} can be read by others; run `chmod 600 {path}` first")
    return text, data


def with_section(
    text: str, profile: str, provider: str, values: Mapping[str, Any], *, name: str
) -> str:
    """Return the text of a settings file with `[profiles.PROFILE.PROVIDER]` replaced or added.

    The result is read again and compared: a file that writes the section in another way of TOML is
    refused with a `ConfigurationError`, never damaged. `name` is the file, for that error.
    """
    head = f"[profiles.{_key(profile)}.{_key(provider)}]"
    body = "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in values.items())
    found = re.search(rf"^{re.escape(head)}[ \t]*(#.*)?$", text, re.MULTILINE)
    if found is None:
        before, after = (f"{text.rstrip()}\n\n" if text.strip() else ""), ""
    else:
        following = _HEAD.search(text, found.end())
        before = text[: found.start()]
        after = f"\n{text[following.start() :]}" if following else ""
    changed = f"{before}{head}\n{body}{after}"
    wanted = deepcopy(tomllib.loads(text))
    try:
        wanted.setdefault("profiles", {}).setdefault(profile, {})[provider] = dict(values)
        same = tomllib.loads(changed) == wanted
    except (AttributeError, TypeError, tomllib.TOMLDecodeError):
        same = False
    if not same:
        raise ConfigurationError(
            f"{name}: {head} cannot be changed without touching the rest; change it by hand"
        )
    return changed


def write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner can read; a link stays a link."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with open(handle, "w", encoding="utf-8") as stream:  # noqa: PTH123
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    raise ConfigurationError(f"a {type(value).__name__} cannot be written to the settings file")


def _text(value: str) -> str:
    # JSON's escapes are TOML's, except that TOML wants DEL escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
