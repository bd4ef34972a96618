"""An ASGI application that takes webhooks: needs the extra `webhooks` (starlette).

    app = WebhookApp(store, [Endpoint("telekom-bsc", Tokens.of(token))])

An address ends in `/<provider>/<token>`, whatever stands before. 2xx is answered only when the
webhook is on the disk, or was there before; 5xx only when it cannot be stored. Tokens are part of
the address: keep addresses out of the logs of servers and proxies (uvicorn: `access_log=False`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

from attrs import field, frozen
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from simloom.errors import ConfigurationError, WebhookRejected, WebhookStoreError
from simloom.events.webhookguard import Network, Tokens, Verifier, Window, is_in, networks, sender
from simloom.events.webhooks import LONGEST, check_method, check_type, read, webhook_of
from simloom.plugins.loader import load
from simloom.plugins.provider import Provider  # noqa: TC001  (attrs reads it)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.types import Receive, Scope, Send

    from simloom.events.webhookstore import WebhookStore

log: logging.Logger = logging.getLogger("simloom.webhooks")

_RETRY_AFTER = "60"


def _provider(given: str | type[Provider]) -> type[Provider]:
    chosen = load(given) if isinstance(given, str) else given
    if not chosen.webhook_methods:
        raise ConfigurationError(f"{chosen.id} sends no webhooks")
    return chosen


@frozen
class Endpoint:
    """Where one vendor sends its webhooks, and who is let in.

    `provider` is an id or a class, `allowed` the vendor's networks (empty: all).
    """

    provider: type[Provider] = field(converter=_provider)
    tokens: Tokens
    allowed: tuple[Network, ...] = field(default=(), kw_only=True)
    verifier: Verifier | None = field(default=None, kw_only=True)
    window: Window = field(factory=Window, kw_only=True)


class WebhookApp:
    """Stores what vendors send; `simloom.events.webhookevents` hands it out.

    `proxies` are networks of proxies of ours, whose X-Forwarded-For is believed. `slowest` is how
    many seconds a body may take.
    """

    def __init__(
        self,
        store: WebhookStore,
        endpoints: Iterable[Endpoint],
        *,
        proxies: Iterable[str] = (),
        slowest: float = 10.0,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._store = store
        self._endpoints: dict[str, Endpoint] = {}
        for endpoint in endpoints:
            if self._endpoints.setdefault(endpoint.provider.id, endpoint) is not endpoint:
                raise ConfigurationError(f"{endpoint.provider.id} has two endpoints")
        self._proxies = networks(proxies)
        self._slowest = slowest
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI wants it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, request: Request) -> Response:
        _, provider, token = ("", "", *request.scope["path"].rsplit("/", 2))[-3:]
        endpoint = self._endpoints.get(provider)
        if endpoint is None or not endpoint.tokens.admit(token):
            return Response(status_code=404)
        try:
            is_new = await self._take(request, endpoint)
        except WebhookRejected as error:
            log.warning("%s: %s", provider, error)
            return _refusal(error, endpoint)
        except WebhookStoreError as error:
            log.error("%s: %s", provider, error)  # noqa: TRY400  (it says all there is)
            return Response(status_code=503, headers={"Retry-After": _RETRY_AFTER})
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        log.info("%s: %s", provider, "stored" if is_new else "known already")
        return Response(status_code=204)

    async def _take(self, request: Request, endpoint: Endpoint) -> bool:
        """Store a webhook; tell whether it is a new one."""
        peer = request.client.host if request.client else None
        forwarded = request.headers.getlist("x-forwarded-for")
        if endpoint.allowed and not is_in(sender(peer, forwarded, self._proxies), endpoint.allowed):
            raise WebhookRejected(403, "the sender is in no network that is allowed")
        headers = dict(request.headers)
        check_method(endpoint.provider, request.method)
        check_type(headers)
        body = await self._body(request)
        now = self._now()
        if endpoint.verifier is not None:
            endpoint.verifier.verify(headers, body, now)
        event = read(endpoint.provider, request.method, body)
        endpoint.window.check(event, now)
        webhook = webhook_of(event, request.method, body)
        return await asyncio.to_thread(self._store.add, webhook)

    async def _body(self, request: Request) -> bytes:
        """Read no more than is taken: neither what is announced nor what comes is believed."""
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced[:20]) > LONGEST:
            raise WebhookRejected(413, f"the body has more than {LONGEST} bytes")
        body = bytearray()
        try:
            async with asyncio.timeout(self._slowest):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > LONGEST:
                        raise WebhookRejected(413, f"the body has more than {LONGEST} bytes")
        except TimeoutError:
            raise WebhookRejected(408, "the body did not come in time") from None
        return bytes(body)


def _refusal(error: WebhookRejected, endpoint: Endpoint) -> Response:
    headers = {"Connection": "close"}  # there may be a body that nobody reads
    if error.status == 405:
        headers["Allow"] = ", ".join(sorted(endpoint.provider.webhook_methods))
    return JSONResponse({"error": str(error)}, error.status, headers)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
