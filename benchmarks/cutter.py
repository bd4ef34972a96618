"""A relay on loopback that breaks its connections after a random number of bytes."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from random import Random
    from types import TracebackType

_PIECE = 16_384
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing resets the connection


class Cutter:
    """Passes on what it gets; cuts what comes back after `average` bytes, more or less.

    The first connection gets `first` bytes at least. With `average` 0 nothing is cut.
    """

    def __init__(
        self, target: tuple[str, int], *, average: int, first: int, random: Random
    ) -> None:
        self._target = target
        self._average = average
        self._first = first
        self._random = random
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._ending = False
        self.cuts = 0
        self.connections = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in tuple(self._open):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _accept(self) -> None:
        while not self._ending:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            limit = self._random.randrange(1, 2 * self._average) if self._average else 1 << 60
            if self.connections == 1:
                limit = max(limit, self._first)
            far = socket.create_connection(self._target)
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()
            threading.Thread(target=self._down, args=(far, near, limit), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(_PIECE):
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)

    def _down(self, far: socket.socket, near: socket.socket, limit: int) -> None:
        with suppress(OSError):
            while data := far.recv(_PIECE):
                near.sendall(data[:limit])
                limit -= len(data)
                if limit <= 0:
                    self.cuts += 1
                    if self._random.random() < 0.5:
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    break
        for one in (near, far):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with self._lock:
            self._open -= {near, far}
