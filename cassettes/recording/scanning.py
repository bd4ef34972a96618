"""Looks for secrets in a cassette, in another way than they were taken out."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from cassettes.recording import yamltext
from cassettes.recording.scrubbing import canaries, secret_names
from cassettes.recording.stage import SEED, SIMS
from simloom.sandbox import Emulator, World
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Iterator

_MASKED = re.compile(r"((Basic|App|Bearer) )?(\*\*\*|token-[0-9]+)")
_NAMES = frozenset(
    {
        "accesstoken",
        "apikey",
        "authorization",
        "clientsecret",
        "cookie",
        "password",
        "secret",
        "setcookie",
    }
)
_TOKENS = 50
"""So many tokens of each vendor are looked for; no cassette has as many."""


def leaks(text: str) -> list[str]:
    """Return what is wrong with a cassette, without the secret itself; nothing if it is clean."""
    found = [f"a value of {name}" for value, name in _values().items() if value in text]
    data = yamltext.load(text)
    for number, exchange in enumerate(data["interactions"], 1):
        for side in ("request", "response"):
            for name, value in _members(exchange[side]):
                plain = name.lower().replace("-", "").replace("_", "")
                if plain in _plain_names() and not _MASKED.fullmatch(str(value)):
                    found.append(f"{side} {number}: {name}")
    return found


def _members(message: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield names with values: headers, query, fields of a form, members of JSON at any depth."""
    for name, values in message["headers"].items():
        yield from ((name, value) for value in values)
    yield from parse_qsl(urlsplit(message.get("uri", "")).query)
    body = message["body"]
    text = body["string"] if isinstance(body, dict) else body
    if not isinstance(text, str):
        return
    yield from parse_qsl(text) if "{" not in text else ()
    pieces = dict.fromkeys((text, *text.replace("data:", "\n").split("\n")))
    for piece in pieces:  # the whole, or an event for each line
        try:
            yield from _json_members(json.loads(piece))
        except ValueError:
            continue


def _json_members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if not isinstance(item, (dict, list)):
                yield name, item
            yield from _json_members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _json_members(item)


@cache
def _plain_names() -> frozenset[str]:
    names = {name.lower().replace("-", "").replace("_", "") for name in secret_names()}
    return _NAMES | names


@cache
def _values() -> dict[str, str]:
    """Return every secret that the sandbox could have told, with what it is."""
    found = dict.fromkeys(canaries(), "a credential")
    for vendor in VENDORS:
        if "username" in vendor.settings:
            pair = f"{vendor.settings['username']}:{vendor.settings['password']}"
            found[base64.b64encode(pair.encode()).decode()] = "a credential"
    emulator: Any = Emulator(World(seed=SEED, sims=SIMS))
    for provider in ("telekom-m2m", "telekom-bsc"):
        tokens = emulator.vendor(provider).tokens
        found |= {tokens.issue(): f"a token of {provider}" for _ in range(_TOKENS)}
    live = emulator.vendor("telcoapi").live
    for index in range(SIMS):
        record = live.record(index)
        found |= {record[name]: name for name in ("ki", "opc") if record.get(name)}
    return {value: name for value, name in found.items() if value}
