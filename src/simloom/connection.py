"""From a provider's name to something that can send: what both kinds of client share."""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields, frozen

from simloom.config import Common, configure
from simloom.errors import ConfigurationError, InvalidParameter
from simloom.plugins.loader import load
from simloom.plugins.manager import ClientHooks
from simloom.plugins.results import own_auth, provider_of
from simloom.runtime.client import check_base_url
from simloom.transport.auth import TokenAuth
from simloom.transport.backend import async_transport, chosen
from simloom.transport.quota.metering import Meter, store_at
from simloom.transport.tokencache import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.plugins.provider import Provider

_PROXY = re.compile(r"https?://[^/?#\s]+/?")


@frozen
class Connection:
    """A provider with its settings and hooks, not connected yet."""

    provider: Provider
    hooks: ClientHooks
    common: Common

    def client_arguments(self) -> dict[str, Any]:
        """Return the arguments of `simloom.runtime.Client` and `AsyncClient`."""
        agent = f"simloom {self.common.user_agent}".strip()
        settings = self.provider.settings
        auth = self.hooks.auth(settings)
        if auth is None:
            auth = own_auth(self.provider)
        if self.common.share_tokens and isinstance(auth, TokenAuth):
            auth.share(SHARED)
        return {
            "base_url": settings.base_url,
            "auth": auth,
            "headers": {"user-agent": agent},
            "timeout": self.common.timeout,
            "verify": self._tls(),
            "proxy": self.common.proxy,
            "allow_insecure_http": self.common.allow_insecure_http,
        }

    def async_client_arguments(self) -> dict[str, Any]:
        """Return the arguments of `AsyncClient`; `http_backend` may be refused here."""
        backend, proxy = self.common.http_backend, self.common.proxy
        chosen(backend, proxy=proxy)
        return {
            **self.client_arguments(),
            "transport": lambda verify: async_transport(backend, verify=verify, proxy=proxy),
        }

    def meter(self) -> Meter:
        """Return what keeps this account within the vendor's limits."""
        common = self.common
        path = None if common.quota_file is None else Path(common.quota_file).expanduser()
        return Meter(
            store_at(path),
            provider=self.provider.id,
            account=self.provider.customer,
            share=common.quota_share,
            longest=common.quota_wait,
        )

    def _tls(self) -> ssl.SSLContext | None:
        if self.common.ca_bundle is None:
            return None
        try:
            return ssl.create_default_context(cafile=self.common.ca_bundle)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"ca_bundle: {error}") from None

    def check(self) -> None:
        """Raise `ConfigurationError` for an address that cannot be sent to, or not safely."""
        settings = self.provider.settings
        for name in (item.name for item in fields(type(settings))):
            value = getattr(settings, name)
            if not name.endswith("_url") or value is None:
                continue
            try:
                check_base_url(value, allow_insecure_http=self.common.allow_insecure_http)
            except InvalidParameter as error:
                why = str(error).removeprefix("base_url ")
                raise ConfigurationError(f"{self.provider.id}: {name}: {why}") from None
        proxy = self.common.proxy
        if proxy is not None and not _PROXY.fullmatch(proxy):  # its text may hold a password
            raise ConfigurationError(f"{self.provider.id}: proxy is not an http(s) URL")


def prepare(
    provider: str,
    profile: str | None = None,
    *,
    plugins: Iterable[object] = (),
    **settings: Any,
) -> Connection:
    """Load a provider and its settings; nothing is sent.

    `plugins` are the application's own objects with `hookimpl` methods. Errors: `UnknownProvider`,
    `PluginLoadError`, `PluginError`, `MissingCredentials`, `ConfigurationError`.
    """
    chosen = load(provider)
    configured = configure(chosen, profile, settings)
    made = provider_of(chosen, configured.own)
    connection = Connection(made, ClientHooks(made, plugins), configured.common)
    connection.check()
    return connection
