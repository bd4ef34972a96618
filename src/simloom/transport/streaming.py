"""Answers that go on for ever: opened, read piece by piece, and broken off from another thread.

Nothing is retried here. Redirects are off, nothing is taken from the environment, and no
compression is asked for: a compressing gateway holds events back.
"""

from __future__ import annotations

import socket
from contextlib import asynccontextmanager, contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

import httpx
from attrs import frozen

from simloom.errors import ConnectionFailed
from simloom.runtime.client import default_tls, transport_error, unsendable
from simloom.runtime.cookieless import CookielessAsyncClient, CookielessClient

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterator, Mapping

_LONGEST_ERROR = 64 * 1024


@frozen(kw_only=True)
class StreamSettings:
    """How to connect: the login, and seconds for connecting and for waiting for the next byte."""

    auth: Any
    connect_timeout: float
    read_timeout: float
    user_agent: str = "simloom"
    verify: ssl.SSLContext | None = None
    proxy: str | None = None

    def options(self, url: str) -> dict[str, Any]:
        """Return the options of an httpx client."""
        brief = self.connect_timeout
        return {
            "auth": self.auth,
            "headers": {"user-agent": self.user_agent, "accept-encoding": "identity"},
            "timeout": httpx.Timeout(brief, read=self.read_timeout),
            "verify": False if url.startswith("http://") else self.verify or default_tls(),
            "proxy": self.proxy,
            "follow_redirects": False,
            "trust_env": False,
        }


class StreamedAnswer:
    """An answer whose body has not been read. `content` of an error is read up to 64 KiB."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status: int = answer.status_code
        self.headers: dict[str, str] = dict(answer.headers.items())
        self._answer = answer

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it arrives."""
        return self._answer.iter_bytes()

    def content(self) -> bytes:
        """Return the beginning of the body."""
        content = b""
        for chunk in self._answer.iter_bytes():
            content += chunk
            if len(content) >= _LONGEST_ERROR:
                break
        return content[:_LONGEST_ERROR]

    def achunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""
        return self._answer.aiter_bytes()

    async def acontent(self) -> bytes:
        """Return the beginning of the body."""
        content = b""
        async for chunk in self._answer.aiter_bytes():
            content += chunk
            if len(content) >= _LONGEST_ERROR:
                break
        return content[:_LONGEST_ERROR]


class StreamOpener:
    """Opens one stream at a time, again and again. `break_off` ends a read in another thread."""

    def __init__(self, name: str, url: str, settings: StreamSettings) -> None:
        self._name = name
        self._url = url
        self._broken = False
        self._lock = Lock()
        self._sockets: list[Any] = []
        hooks = {"request": [self._watch]}
        self._client = CookielessClient(**settings.options(url), event_hooks=hooks)

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str]) -> Iterator[StreamedAnswer]:
        """Send a GET; raise `TransportError` for what breaks, also while reading."""
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as answer:
                yield StreamedAnswer(answer)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            raise unsendable(self._name) from None
        except httpx.HTTPError as error:
            raise transport_error(error, self._name) from error

    def break_off(self) -> None:
        """Let every read fail, from now on; safe from any thread."""
        with self._lock:
            self._broken = True
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            _shut(each)

    def close(self) -> None:
        """Close the connections; from the thread that reads."""
        self._client.close()

    def _watch(self, request: httpx.Request) -> None:
        """Hear of the connections that a request opens, those of a token request included."""
        if self._broken:
            raise ConnectionFailed("the stream was closed", operation=self._name, sent=False)
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        opened = info["return_value"].get_extra_info("socket")
        with self._lock:
            if not self._broken:
                self._sockets = [each for each in self._sockets if each.fileno() >= 0]
                self._sockets.append(opened)
                return
        _shut(opened)


class AsyncStreamOpener:
    """`StreamOpener` for tasks; cancelling the task ends a read."""

    def __init__(self, name: str, url: str, settings: StreamSettings) -> None:
        self._name = name
        self._client = CookielessAsyncClient(**settings.options(url))

    @asynccontextmanager
    async def open(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[StreamedAnswer]:
        """Send a GET; raise `TransportError` for what breaks, also while reading."""
        try:
            async with self._client.stream("GET", url, headers=dict(headers)) as answer:
                yield StreamedAnswer(answer)
        except (httpx.LocalProtocolError, httpx.InvalidURL):
            raise unsendable(self._name) from None
        except httpx.HTTPError as error:
            raise transport_error(error, self._name) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _shut(opened: Any) -> None:
    """End both directions, which wakes a thread that reads; closing the socket would not."""
    with suppress(OSError):
        # Not the method of a TLS socket, which takes away what the reading thread is using.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
