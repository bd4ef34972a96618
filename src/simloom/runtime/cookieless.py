"""httpx's two clients without a cookie jar.

Calls of an API depend on nothing but their token, so a cookie that a gateway sets is not sent back.
The jar of the standard library also costs a tenth of a call, cookie or not.
"""

from __future__ import annotations

import httpx


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep nothing."""


_NONE = _NoCookies()


class CookielessClient(httpx.Client):
    """An `httpx.Client` that keeps no cookies."""

    @property  # type: ignore[misc]  # read-only: nothing can be put in
    def cookies(self) -> httpx.Cookies:
        """Return the empty jar."""
        return _NONE


class CookielessAsyncClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` that keeps no cookies."""

    @property  # type: ignore[misc]  # read-only: nothing can be put in
    def cookies(self) -> httpx.Cookies:
        """Return the empty jar."""
        return _NONE
