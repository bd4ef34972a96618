"""Real requests to the emulated vendors on behalf of the page, with the demo credentials.

They go through the emulator like anybody's, without a socket in between: journal, ledger, limits
and faults apply. Only what a fault does to the bytes of an answer cannot be seen here.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from simloom.sandbox.messages import Call, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.emulator import Emulator

_AGENT = "simloom-sandbox-page"
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_GRANT = {"grant_type": "client_credentials"}


class Caller:
    """Logs in where it has to, and keeps the tokens."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._tokens: dict[str, str] = {}

    def send(self, provider: str, method: str, path: str, body: Any = None) -> Reply:
        """Send a request; the path is below the vendor's base URL. Returns the answer.

        Logs in again, once, if the token is not taken. If that is refused, its answer is returned.
        """
        base = self._emulator.address(provider, "").base_url.removeprefix(f"/{provider}")
        for is_last in (False, True):
            authorization = self._authorization(provider)
            if isinstance(authorization, Reply):
                return authorization
            headers = {"authorization": authorization}
            reply = self._answer(provider, method, base + path, headers, body)
            if reply.status != 401 or is_last or self._tokens.pop(provider, None) is None:
                return reply
        raise AssertionError  # the loop above returns

    def _answer(
        self, provider: str, method: str, path: str, headers: Mapping[str, str], body: Any
    ) -> Reply:
        sent = {"user-agent": _AGENT, "accept": _JSON, **headers}
        content = b""
        if body is not None:
            sent["content-type"] = _JSON
            content = json.dumps(body).encode()
        return self._emulator.answer(
            provider, Call(method=method, path=path, headers=sent, body=content)
        )

    def _authorization(self, provider: str) -> str | Reply:
        address = self._emulator.address(provider, "")
        settings = address.settings
        if address.token_url is None:
            scheme = "App" if provider == "infobip" else "Bearer"
            return f"{scheme} {settings['api_key']}"
        if provider not in self._tokens:
            reply = self._login(provider, address.token_url, settings)
            if reply.status != 200 or not isinstance(reply.body, dict):
                return reply
            self._tokens[provider] = str(reply.body["access_token"])
        return f"Bearer {self._tokens[provider]}"

    def _login(self, provider: str, token_url: str, settings: Mapping[str, Any]) -> Reply:
        form, headers = dict(_GRANT), {"user-agent": _AGENT, "content-type": _FORM}
        if "client_secret" in settings:
            form |= {name: settings[name] for name in ("client_id", "client_secret")}
        else:
            pair = f"{settings['username']}:{settings['password']}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        body = urlencode(form).encode()
        wants_json = self._emulator.world.quirks.bsc_token_body == "json"  # noqa: S105  (no secret)
        if wants_json and provider == "telekom-bsc":
            headers["content-type"], body = _JSON, json.dumps(form).encode()
        path = urlsplit(token_url).path.removeprefix(f"/{provider}")
        return self._emulator.answer(
            provider, Call(method="POST", path=path, headers=headers, body=body)
        )
