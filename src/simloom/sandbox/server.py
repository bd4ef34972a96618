"""The sandbox as a running server, in a thread of this process."""

from __future__ import annotations

import ipaddress
import os
import socket
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from simloom.sandbox.app import create_app
from simloom.sandbox.clock import Clock, SystemClock
from simloom.sandbox.emulator import Emulator, ProviderAddress
from simloom.sandbox.quirks import Quirks
from simloom.sandbox.vendor import World

if TYPE_CHECKING:
    from types import TracebackType

LOOPBACK = "127.0.0.1"
# Requests that are being answered when the sandbox stops get this long, in seconds.
_GRACE = 1


class Sandbox:
    """The four vendors on one port, from entering the context until leaving it.

        with Sandbox(seed=7, sims=100) as sandbox:
            address = sandbox.provider("infobip")
            ...  # address.base_url, address.settings

    `sims` is per vendor. With port 0 the system chooses one. Listening on anything but loopback
    needs `host` to say so: there is no protection but the well-known demo credentials.
    `queue_delay` and `action_delay` are seconds until queued changes and actions take effect.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        sims: int = 25,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock | None = None,
        quirks: Quirks | None = None,
        queue_delay: float = 0.0,
        action_delay: float = 0.2,
    ) -> None:
        world = World(
            seed=seed,
            sims=sims,
            clock=clock or SystemClock(),
            quirks=quirks or Quirks(),
            queue_delay=queue_delay,
            action_delay=action_delay,
        )
        self.emulator = Emulator(world)
        self._host = host
        self._wanted_port = port
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen and serve. Raises OSError if the address cannot be had."""
        if self._thread is not None:
            raise RuntimeError("this sandbox is running already")
        listener = _listen(self._host, self._wanted_port)
        config = uvicorn.Config(
            create_app(self.emulator),
            http="h11",
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        self._socket = listener
        self._server = _Server(config)
        self._thread = Thread(
            target=self._server.serve_on, args=(listener,), name="simloom-sandbox", daemon=True
        )
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError("the server of the sandbox did not start; its log says why")

    def stop(self) -> None:
        """Stop serving and free the port. Stopping twice does nothing."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._server = self._thread = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError unless it runs."""
        if self._socket is None:
            raise RuntimeError("the sandbox is not running: use it as a context manager")
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address without a slash at its end, such as `http://127.0.0.1:41234`."""
        return f"http://{_reachable(self._host)}:{self.port}"

    @property
    def providers(self) -> dict[str, ProviderAddress]:
        """Where each vendor is."""
        return {name: self.emulator.address(name, self.url) for name in self.emulator.providers}

    def provider(self, provider: str) -> ProviderAddress:
        """Return where one vendor is. Raises KeyError for an id that is not emulated."""
        if provider not in self.emulator.providers:
            raise KeyError(f"{provider!r} is not one of {', '.join(self.emulator.providers)}")
        return self.emulator.address(provider, self.url)

    def describe(self) -> dict[str, Any]:
        """Return addresses and demo credentials as the command line prints them."""
        return {
            "url": self.url,
            "port": self.port,
            "providers": {
                name: {
                    "base_url": address.base_url,
                    "token_url": address.token_url,
                    "settings": dict(address.settings),
                }
                for name, address in self.providers.items()
            },
        }


class _Server(uvicorn.Server):
    """Tells when it serves, or that it never will."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = Event()

    def serve_on(self, listener: socket.socket) -> None:
        try:
            self.run(sockets=[listener])
        finally:
            self.settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


def is_loopback(host: str) -> bool:
    """Tell whether a host given to listen on is reachable from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise ValueError(f"a port is a number from 0 to 65535, not {port}")
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # asyncio turns off Nagle's algorithm only for sockets that name their protocol; with it on,
    # every answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # a restart finds the port free; elsewhere it would share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _reachable(host: str) -> str:
    """Return the host as a URL needs it; a wildcard is reached over loopback."""
    if host == "0.0.0.0":  # noqa: S104  (compared, not bound)
        return LOOPBACK
    if host == "::":
        host = "::1"
    return f"[{host}]" if ":" in host else host
