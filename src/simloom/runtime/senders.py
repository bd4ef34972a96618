"""Who can send a request: the two protocols that generated operations accept as `client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from simloom.runtime.operation import Request, Response

T = TypeVar("T")


class Sender(Protocol):
    """A client that blocks until the answer is there."""

    def send(self, request: Request[T], /) -> T:
        """Send the request, return the parsed answer, raise `SimloomError` otherwise."""
        ...

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send the request, return status, headers, raw bytes and the parsed answer."""
        ...


class AsyncSender(Protocol):
    """A client that is awaited."""

    async def send(self, request: Request[T], /) -> T:
        """Send the request, return the parsed answer, raise `SimloomError` otherwise."""
        ...

    async def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send the request, return status, headers, raw bytes and the parsed answer."""
        ...


__all__ = ["AsyncSender", "Sender"]
