"""Posting lines of JSON to an address of the user's own: no login, no redirects, no proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import httpx

if TYPE_CHECKING:
    from types import TracebackType

_TIMEOUT = 10.0


class Poster:
    """Posts to one address over a connection that is kept."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(timeout=_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def refusal(self, content: bytes) -> str | None:
        """Send lines; return None when they were answered by 2xx, otherwise what happened."""
        headers = {"content-type": "application/x-ndjson"}
        try:
            answer = self._client.post(self._url, content=content, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        return None if answer.is_success else f"status {answer.status_code}"
