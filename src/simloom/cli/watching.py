"""Which writes of a flow were sent: what decides whether an error leaves a doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from simloom.capabilities import RetryClass

if TYPE_CHECKING:
    from simloom.runtime import Request, Response, Sender

T = TypeVar("T")


class Watch:
    """A client that remembers the operations of the writes it was asked to send."""

    def __init__(self, client: Sender) -> None:
        self._client = client
        self._written: set[str] = set()

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a request."""
        if request.operation.retry is not RetryClass.READ:
            self._written.add(request.operation.id)
        return self._client.send_detailed(request)

    def send(self, request: Request[T], /) -> T:
        """Send a request and return its parsed answer."""
        return self.send_detailed(request).parsed

    def is_of_a_write(self, error: Any) -> bool:
        """Tell whether an error is a write's own, not a read's or the login's before it."""
        return getattr(error, "operation", "") in self._written
