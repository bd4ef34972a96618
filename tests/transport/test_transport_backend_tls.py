"""The awaited client over both libraries: certificates and handshakes."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rawserver import (
    GET,
    KEY,
    check,
    nothing_left_open,
    opened,
    serving,
)

from simloom.runtime import (
    ConnectionFailed,
    RequestTimeout,
    Secret,
    TransportError,
)
from simloom.transport.auth import BearerAuth


def certificate(folder: Any) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return contexts of a server on 127.0.0.1 and of a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vendor")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


@pytest.mark.parametrize("trusted", [True, False])
def test_tls(engine, tmp_path, trusted):
    server_side, client_side = certificate(tmp_path)

    async def run() -> tuple[Any, list[bytes]]:
        verify = client_side if trusted else None
        options = {"verify": verify, "auth": BearerAuth(Secret(KEY))}
        async with (
            serving(tls=server_side) as server,
            opened(engine, server.url, **options) as client,
        ):
            try:
                return await client.send(GET), server.seen
            except TransportError as error:
                return error, server.seen

    with nothing_left_open():
        found, seen = asyncio.run(run())
    if trusted:
        assert (found, len(seen)) == ("ok", 1)
    else:
        check(found, ConnectionFailed, sent=False)
        assert "certificate" in str(found).lower()
        assert seen == []


def test_a_tls_handshake_that_does_not_come_was_never_sent(engine):
    async def run() -> Any:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            async with opened(engine, f"https://127.0.0.1:{port}", timeout=0.05) as client:
                try:
                    await client.send(GET)
                except TransportError as error:
                    return error

    check(asyncio.run(run()), RequestTimeout, sent=False)
