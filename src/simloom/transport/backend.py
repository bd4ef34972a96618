"""Which library carries the awaited client's connections."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from simloom.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

    import httpx

BACKENDS: Final = ("auto", "httpx", "aiohttp")


def async_transport(
    backend: str, *, verify: ssl.SSLContext | bool, proxy: str | None = None
) -> httpx.AsyncBaseTransport:
    """Return the transport of an awaited client.

    `auto` is aiohttp where it is installed (the extra `aiohttp`) and no proxy is set, else httpx.
    """
    if chosen(backend, proxy=proxy) == "aiohttp":
        from simloom.transport.aiohttp_pool import AiohttpTransport  # noqa: PLC0415  (an extra)

        return AiohttpTransport(verify=verify)
    from simloom.transport.pool import ShardedAsyncTransport  # noqa: PLC0415  (imports httpx)

    return ShardedAsyncTransport(verify=verify, proxy=proxy)


def chosen(backend: str, *, proxy: str | None = None) -> str:
    """Return `httpx` or `aiohttp`; `ConfigurationError` for aiohttp where it cannot be used."""
    if backend == "httpx":
        return backend
    if backend == "auto":
        return "aiohttp" if proxy is None and has_aiohttp() else "httpx"
    if proxy is not None:
        raise ConfigurationError("http_backend aiohttp takes no proxy; use httpx")
    if not has_aiohttp():
        raise ConfigurationError("http_backend aiohttp: run `pip install 'simloom[aiohttp]'`")
    return backend


@cache
def has_aiohttp() -> bool:
    """Tell whether an aiohttp is installed that has client middlewares: 3.12 or later."""
    if find_spec("aiohttp") is None:
        return False
    try:
        major, minor = version("aiohttp").split(".")[:2]
        return (int(major), int(minor)) >= (3, 12)
    except (PackageNotFoundError, ValueError):
        return False
