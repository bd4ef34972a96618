"""The sandbox as a running server, in a thread of this process."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from simloom.sandbox import clients
from simloom.sandbox.app import create_app
from simloom.sandbox.binding import LOOPBACK, listen, named, reachable
from simloom.sandbox.clock import Clock, SystemClock
from simloom.sandbox.emulator import Emulator, ProviderAddress
from simloom.sandbox.events.live import Live
from simloom.sandbox.faults.connection import ConnectionProtocol
from simloom.sandbox.quirks import Quirks
from simloom.sandbox.state import StateFile, begin_with
from simloom.sandbox.tls import Authority
from simloom.sandbox.vendor import World

if TYPE_CHECKING:
    import socket
    from pathlib import Path
    from types import TracebackType

    from simloom.aclient import AsyncSimClient
    from simloom.client import SimClient
    from simloom.sandbox.anyspec import SpecFiles
    from simloom.sandbox.faults.registry import Faults

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
    Without `limits` the vendors refuse nothing for being too much; it is counted all the same.
    With `tls` it speaks https; `ca_file` is what a client has to trust then. `state` names a file
    from which it goes on, and into which it writes when it stops; `seed` (else 1) and `sims` (else
    25) may then be left out. `specs` are more vendors, one per OpenAPI document: paths, or
    `NAME=FILE`.
    """

    def __init__(  # noqa: PLR0913  (all of them are names)
        self,
        *,
        seed: int | None = None,
        sims: int | None = None,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock | None = None,
        quirks: Quirks | None = None,
        queue_delay: float = 0.0,
        action_delay: float = 0.2,
        limits: bool = True,
        tls: bool = False,
        state: str | Path | None = None,
        specs: SpecFiles = (),
    ) -> None:
        file = None if state is None else StateFile(state)
        seed, sims = begin_with(seed, sims) if file is None else file.origin(seed, sims)
        world = World(
            seed=seed,
            sims=sims,
            clock=clock or SystemClock(),
            quirks=quirks or Quirks(),
            queue_delay=queue_delay,
            action_delay=action_delay,
            limits=limits,
        )
        self.emulator: Emulator = Emulator(world, specs)
        if file is not None:
            self.emulator.state_file = file
            self.emulator.restore(file)
        self._tls = tls
        self._authority: Authority | None = None
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
        authority = None
        if self._tls:
            authority = Authority(named(self._host), "localhost", LOOPBACK, "::1")
        try:
            config = self._config(authority)
            listener = listen(self._host, self._wanted_port)
        except Exception:
            if authority is not None:
                authority.close()
            raise
        self._authority = authority
        self._socket = listener
        self._server = _Server(config, Live(self.emulator))
        self._thread = Thread(
            target=self._server.serve_on, args=(listener,), name="simloom-sandbox", daemon=True
        )
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError("the server of the sandbox did not start; its log says why")

    def _config(self, authority: Authority | None) -> uvicorn.Config:
        config = uvicorn.Config(
            create_app(self.emulator, self._host),
            http=ConnectionProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        config.load()
        if authority is not None:
            config.ssl = authority.context()
        return config

    def stop(self) -> None:
        """Stop serving, free the port, write the state. Stopping twice does nothing.

        Raises OSError if the state cannot be written; everything else is done then.
        """
        served = False
        if self._server is not None and self._thread is not None:
            served = self._server.started
            self._server.should_exit = True
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._server = self._thread = None
        if self._authority is not None:
            self._authority.close()
            self._authority = None
        if served and self.emulator.state_file is not None:
            self.emulator.save(self.emulator.state_file)

    @property
    def port(self) -> int:
        """The port it listens on. Raises RuntimeError unless it runs."""
        if self._socket is None:
            raise RuntimeError("the sandbox is not running: use it as a context manager")
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address without a slash at its end, such as `http://127.0.0.1:41234`."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{reachable(self._host)}:{self.port}"

    @property
    def ca_file(self) -> Path | None:
        """The certificate that clients have to trust; None without `tls` or before the start."""
        return None if self._authority is None else self._authority.ca_file

    @property
    def faults(self) -> Faults:
        """What goes wrong on demand: `sandbox.faults.add(Fault(effect="reset-after"))`."""
        return self.emulator.faults

    @property
    def providers(self) -> dict[str, ProviderAddress]:
        """Where each vendor is."""
        return {name: self.emulator.address(name, self.url) for name in self.emulator.providers}

    def provider(self, provider: str) -> ProviderAddress:
        """Return where one vendor is. Raises KeyError for an id that is not emulated."""
        if provider not in self.emulator.providers:
            raise KeyError(f"{provider!r} is not one of {', '.join(self.emulator.providers)}")
        return self.emulator.address(provider, self.url)

    def connect(
        self, provider: str, *, application: str | None = None, **settings: Any
    ) -> SimClient:
        """Return a client of a vendor here, as `simloom.connect` does; close it after use.

        `application` takes other demo credentials, such as `read_only` of the M2M Service Portal.
        """
        return clients.connect(self, provider, application, **settings)

    def aconnect(
        self, provider: str, *, application: str | None = None, **settings: Any
    ) -> AsyncSimClient:
        """Return an awaited client of a vendor here, as `simloom.aio.connect` does."""
        return clients.aconnect(self, provider, application, **settings)

    def describe(self) -> dict[str, Any]:
        """Return addresses and demo credentials as the command line prints them."""
        tls = {} if self.ca_file is None else {"ca_file": str(self.ca_file)}
        return {
            "url": self.url,
            "port": self.port,
            **tls,
            "providers": {
                name: {
                    "base_url": address.base_url,
                    "token_url": address.token_url,
                    "settings": dict(address.settings),
                    "applications": {
                        name: dict(settings) for name, settings in address.applications.items()
                    },
                }
                for name, address in self.providers.items()
            },
        }


class _Server(uvicorn.Server):
    """Tells when it serves, or that it never will."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self.settled = Event()
        self._live = live

    def serve_on(self, listener: socket.socket) -> None:
        try:
            self.run(sockets=[listener])
        finally:
            self.settled.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._live.start()
        self.settled.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._live.stop()
        await super().shutdown(sockets)
