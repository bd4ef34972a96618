"""An API key in a header of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator

    from simloom.runtime import Secret


class HeaderKey(httpx.Auth):
    """Sends the key as `X-Api-Key`."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["x-api-key"] = self._key.reveal()
        yield request
