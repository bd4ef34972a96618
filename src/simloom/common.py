"""The settings that every provider has besides its own."""

from __future__ import annotations

import math
from typing import Any

from attrs import field, frozen

from simloom.transport.backend import BACKENDS


def _boolean(name: str, value: Any) -> bool:
    """Read a switch; the environment has it as text."""
    if isinstance(value, str):
        text = value.strip().lower()
        if text not in {"0", "1", "false", "true", "no", "yes"}:
            raise ValueError(f"{name}: {value!r} is neither true nor false")
        return text in {"1", "true", "yes"}
    return bool(value)


def _allow_insecure_http(value: Any) -> bool:
    return _boolean("allow_insecure_http", value)


def _share_tokens(value: Any) -> bool:
    return _boolean("share_tokens", value)


def _keep_index(value: Any) -> bool:
    return _boolean("keep_index", value)


def _backend(value: Any) -> str:
    """Read the name of a backend."""
    if value not in BACKENDS:
        raise ValueError(f"http_backend: {value!r} is none of {', '.join(BACKENDS)}")
    return str(value)


def _seconds(value: Any) -> float:
    """Read a time-out; there is always one."""
    seconds = _number(value)
    if not seconds > 0:
        raise ValueError(f"timeout: {value!r} is not a number of seconds above 0")
    return seconds


def _quota_wait(value: Any) -> float:
    """Read the patience of a call; 0 waits for nothing."""
    seconds = _number(value)
    if not seconds >= 0:
        raise ValueError(f"quota_wait: {value!r} is not a number of seconds from 0")
    return seconds


def _quota_share(value: Any) -> float:
    """Read our part of a vendor's limits."""
    share = _number(value)
    if not 0 < share <= 1:
        raise ValueError(f"quota_share: {value!r} is not a number above 0 and at most 1")
    return share


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan


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
        converter=_allow_insecure_http,
        metadata={
            "help": "Send credentials over plain http to other machines; never in production"
        },
    )
    http_backend: str = field(
        default="auto",
        converter=_backend,
        metadata={
            "help": "Connections of the awaited client: httpx, aiohttp, or auto (aiohttp where "
            "it is installed and no proxy is set)"
        },
    )
    share_tokens: bool = field(
        default=True,
        converter=_share_tokens,
        metadata={"help": "Use one token for every client of this process with these credentials"},
    )
    quota_share: float = field(
        default=0.9,
        converter=_quota_share,
        metadata={
            "help": "Our part of the vendor's limits; the portal and other tools use them too"
        },
    )
    quota_wait: float = field(
        default=60.0,
        converter=_quota_wait,
        metadata={"help": "Seconds that a call waits for room in the vendor's limits"},
    )
    quota_file: str | None = field(
        default=None,
        metadata={
            "help": "SQLite file in which the processes of this machine share the vendor's limits; "
            "without it each process counts for itself"
        },
    )
    keep_index: bool = field(
        default=True,
        converter=_keep_index,
        metadata={
            "help": "Keep an index of SIMs on this machine, for finding them by other identifiers "
            "than the ICCID; it is personal data"
        },
    )
