"""The address that a sandbox listens on."""

from __future__ import annotations

import ipaddress
import os
import socket

LOOPBACK = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Tell whether a host given to listen on is reachable from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError, and ValueError for what is no port."""
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


def reachable(host: str) -> str:
    """Return the host as a URL needs it; a wildcard is reached over loopback."""
    if host == "0.0.0.0":  # noqa: S104  (compared, not bound)
        return LOOPBACK
    if host == "::":
        host = "::1"
    return f"[{host}]" if ":" in host else host


def named(host: str) -> str:
    """Return the host for the certificate; a wildcard names no machine."""
    return LOOPBACK if host in {"0.0.0.0", "::"} else host  # noqa: S104
