"""`--dry-run`: a flow is driven until its first write, which is shown instead of sent.

Reads before a write are really sent: what the write will hold may depend on their answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from simloom.capabilities import RetryClass
from simloom.cli import cells
from simloom.cli.sheets import Shape, open_sheet
from simloom.plugins.flows import run
from simloom.runtime.encoding import to_builtins
from simloom.runtime.masking import is_secret_name, masked
from simloom.runtime.secret import MASK
from simloom.runtime.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from simloom.cli.wishes import Wishes
    from simloom.plugins.flows import Flow
    from simloom.runtime import Request, Response, Sender

T = TypeVar("T")


@frozen(kw_only=True)
class Shown:
    """A request as people may see it: secrets masked, identifiers not."""

    sent: bool
    operation: str
    method: str
    path: str
    query: dict[str, str]
    body: Any


SHAPE = Shape.of(Shown)


class _Reached(BaseException):
    """The first write was reached."""


class Recorder:
    """Sends reads, shows everything, and stops at the first request that could change anything."""

    def __init__(self, client: Sender, show: Callable[[Shown], None]) -> None:
        self._client = client
        self._show = show

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a read; raise at a write."""
        reads = request.operation.retry is RetryClass.READ
        self._show(shown(request, sent=reads))
        if not reads:
            raise _Reached
        return self._client.send_detailed(request)

    def send(self, request: Request[T], /) -> T:
        """Send a read and return its parsed answer; raise at a write."""
        return self.send_detailed(request).parsed


def shown(request: Request[Any], *, sent: bool) -> Shown:
    """Return a request with every secret masked, by type and by name."""
    body = None if request.body is UNSET else request.body
    return Shown(
        sent=sent,
        operation=request.operation.id,
        method=request.operation.method,
        path=request.path,
        query={name: MASK if is_secret_name(name) else value for name, value in request.query},
        body=masked(to_builtins(body, reveal_secrets=False)),
    )


def rehearse(flow: Flow[Any], client: Sender, show: Callable[[Shown], None]) -> bool:
    """Drive a flow up to its first write; return whether it wants to write at all."""
    try:
        run(flow, Recorder(client, show))
    except _Reached:
        return True
    return False


class Announcer:
    """Writes requests to stdout: as text for people, as rows for programs."""

    def __init__(self, wishes: Wishes, stream: TextIO) -> None:
        self._stream = stream
        self._sheet = None if wishes.form == "table" else open_sheet(wishes, SHAPE, stream)

    def __call__(self, request: Shown) -> None:
        """Write one request."""
        if self._sheet is not None:
            self._sheet.add(request)
            return
        state = "sent (a read)" if request.sent else "not sent"
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        target = f"{request.path}?{query}" if query else request.path
        self._stream.write(f"{state}: {request.method} {cells.table_cell(target)}\n")
        if request.body is not None:
            self._stream.write(f"    {cells.json_line(request.body)}\n")
