"""One careful GET: https, one origin, conditional, and never more bytes or seconds than allowed.

No credential is ever sent: a request carries nothing but what is written here, and an address with
a user name in it is refused.
"""

from __future__ import annotations

import contextlib
import ipaddress
from typing import TYPE_CHECKING

import httpx
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

VALIDATORS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
_REDIRECTS = 5
_HEADERS = {
    "Accept": "application/json, application/yaml, text/yaml, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "User-Agent": "simloom-codegen",
}


@frozen
class DownloadLimits:
    """How much and how long. Sizes count decompressed bytes; times are seconds."""

    min_bytes: int = 256
    max_bytes: int = 32 * 1024 * 1024
    timeout: float = 20.0
    """Longest silence while connecting, sending or reading."""
    deadline: float = 120.0
    """Longest time for everything; looked at before each request and after each piece of a body."""


@frozen
class Answer:
    """What a server sent, now or earlier."""

    data: bytes
    validators: dict[str, str]
    """Request headers that ask for anything newer than this."""
    fresh: bool
    """Whether it was sent now."""


class UnusableError(Exception):
    """Nothing usable came; the text says why in one line."""


def download(
    url: str,
    kept: Answer | None,
    client: httpx.Client | None,
    limits: DownloadLimits,
    clock: Callable[[], float],
) -> Answer:
    """Get a file, or give `kept` back if the server has nothing newer.

    Of a given client only the connections are used: not its credentials, cookies, headers or
    redirects. Raises `UnusableError`, `httpx.HTTPError` or `httpx.InvalidURL`.
    """
    target = _allowed(httpx.URL(url))
    headers = {**_HEADERS, **(kept.validators if kept else {})}
    timeout = {"timeout": httpx.Timeout(limits.timeout).as_dict()}
    end = clock() + limits.deadline
    with contextlib.ExitStack() as stack:
        client = client or stack.enter_context(_client(target))
        for _ in range(_REDIRECTS + 1):
            if clock() > end:
                raise UnusableError("it took too long")
            request = httpx.Request("GET", target, headers=headers, extensions=timeout)
            response = client.send(request, stream=True, auth=None, follow_redirects=False)
            with contextlib.closing(response):
                if response.status_code == 304 and kept is not None:
                    return kept
                if response.status_code == 200:
                    data = _body(response, limits, lambda: clock() > end)
                    found = {h: response.headers.get(name, "") for h, name in VALIDATORS.items()}
                    validators = {header: value for header, value in found.items() if value}
                    return Answer(data, validators, fresh=True)
                if not response.has_redirect_location:
                    raise UnusableError(f"the server says HTTP {response.status_code}")
                target = _redirected(target, response.headers["Location"])
    raise UnusableError(f"more than {_REDIRECTS} redirects")


def _client(target: httpx.URL) -> httpx.Client:
    """Make a client that uses the proxies of the environment, except for this machine itself."""
    try:
        return httpx.Client(trust_env=not _is_loopback(target.host))
    except (ImportError, OSError, ValueError) as error:
        raise UnusableError(f"the proxy or TLS settings here do not work: {error}") from error


def _body(response: httpx.Response, limits: DownloadLimits, late: Callable[[], bool]) -> bytes:
    data = bytearray()
    for piece in response.iter_bytes():
        data += piece
        if len(data) > limits.max_bytes:
            raise UnusableError(f"the file is larger than {limits.max_bytes} bytes")
        if late():
            raise UnusableError("it took too long")
    return bytes(data)


def _allowed(url: httpx.URL) -> httpx.URL:
    if not url.host:
        raise UnusableError("the address names no host")
    if url.userinfo:
        raise UnusableError("the address carries credentials")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise UnusableError("the address is not https")
    return url


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    target = _allowed(url.join(location))
    if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
        raise UnusableError(f"redirected to another origin, {target.scheme}://{target.host}")
    return target


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
