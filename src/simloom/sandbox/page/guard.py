"""Who may reach the page and `/_sandbox`: nobody whom a web page elsewhere has sent.

The admin surface has no login. Two things keep other people's web pages out:

- The `Host` has to be an IP address, `localhost`, the name that the sandbox listens on or the name
  of the machine. A page that has its own name pointed at this machine (DNS rebinding) has another.
- A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`). What comes from elsewhere
  may not change anything, and may read nothing but by following a link to the page.

Programs such as curl send neither header and are let in. The vendors' own paths are not looked at:
they ask for credentials, as the vendors do.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from simloom.sandbox.answers import json_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READS = {"GET", "HEAD", "OPTIONS"}
_OWN = {"same-origin", "none"}  # none: the address was typed, or a bookmark
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Wraps the application; refuses with 403 and a reason in JSON."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = {"localhost", host.lower(), socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        reason = self._refusal(scope, Headers(scope=scope))
        answer = self._app if reason is None else json_answer({"error": reason}, 403)
        await answer(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        host = headers.get("host")
        if host is not None and not self._is_known(host):
            return (
                "the Host is neither an IP address, nor localhost, nor a name of this sandbox:"
                " use one of these, or start it with --host and that name"
            )
        site = headers.get("sec-fetch-site")
        is_foreign = site is not None and site.lower() not in _OWN
        if scope["method"] in _READS:
            if is_foreign and headers.get("sec-fetch-mode") != "navigate":
                return "another site may not read this"
            return None
        if is_foreign or _is_foreign(headers.getlist("origin"), f"{scope['scheme']}://{host}"):
            return "another site may not change anything here"
        return None

    def _is_known(self, host: str) -> bool:
        name = _name(host)
        if name in self._names or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _is_ours(path: str) -> bool:
    return path in {"", "/"} or path.startswith("/_sandbox")


def _is_foreign(origins: Iterable[str], own: str) -> bool:
    return any(origin.lower() != own.lower() for origin in origins)


def _name(host: str) -> str:
    """Return the host without its port, brackets and final dot."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".").lower()
