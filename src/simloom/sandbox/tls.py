"""A certificate of its own for a sandbox that speaks https. Needs `trustme`."""

from __future__ import annotations

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory


class TlsNotInstalled(ImportError):
    """The package that makes certificates is missing."""


class Authority:
    """A certificate authority made at the start and forgotten at the end.

    Only its certificate is ever in a file, in a folder of its own: `ca_file`, to be trusted by the
    client. The private keys stay in memory, apart from the moment in which OpenSSL reads them.
    """

    def __init__(self, *hosts: str) -> None:
        try:
            import trustme  # noqa: PLC0415  (optional, and slow to load)
        except ModuleNotFoundError as error:
            raise TlsNotInstalled(
                "https needs trustme, which is not installed: pip install 'simloom[sandbox-tls]'"
            ) from error
        authority = trustme.CA(organization_name="simloom sandbox")
        self._server = authority.issue_cert(*dict.fromkeys(hosts))
        self._folder = TemporaryDirectory(prefix="simloom-sandbox-")
        self.ca_file: Path = Path(self._folder.name) / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)

    def context(self) -> ssl.SSLContext:
        """Return what a server needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._server.configure_cert(context)
        return context

    def close(self) -> None:
        """Remove the file."""
        self._folder.cleanup()
