"""Reading an answer within an auth flow, with a cap: httpx itself would read it whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from simloom.runtime.client import Limited

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 1024 * 1024
"""Cap on the decoded answer to a token request, and on that of a 401 which is not passed on."""


@frozen
class Reading:
    """An answer that the flow needs whole, and the operation to name when it is too large."""

    answer: httpx.Response
    operation: str

    def read(self) -> None:
        """Read the answer of a blocking client; `DecodeError` when it is too large."""
        content = Limited(self.operation, MAX_BYTES)
        try:
            for chunk in self.answer.iter_bytes():
                content.add(chunk)
        except BaseException:
            self._keep(b"")
            self.answer.close()
            raise
        self._keep(content.bytes())

    async def aread(self) -> None:
        """Read the answer of an awaited client; `DecodeError` when it is too large."""
        content = Limited(self.operation, MAX_BYTES)
        try:
            async for chunk in self.answer.aiter_bytes():
                content.add(chunk)
        except BaseException:
            self._keep(b"")
            await self.answer.aclose()
            raise
        self._keep(content.bytes())

    def _keep(self, content: bytes) -> None:
        """Let `read()`, which httpx calls and which has no cap, find the content."""
        self.answer._content = content  # noqa: SLF001  (there is no public way to bound it)
