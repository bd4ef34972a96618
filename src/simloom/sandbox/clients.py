"""Clients of simloom that talk to a sandbox, with its demo credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import fields_dict

if TYPE_CHECKING:
    from simloom.aclient import AsyncSimClient
    from simloom.client import SimClient
    from simloom.sandbox.server import Sandbox


def settings_for(sandbox: Sandbox, provider: str, application: str | None = None) -> dict[str, Any]:
    """Return the settings with which `simloom.connect` reaches a vendor of the sandbox.

    `application` names other credentials than the usual ones. Raises KeyError for an unknown one.
    """
    # Not above: the server of the sandbox needs none of the client.
    from simloom.plugins.loader import load  # noqa: PLC0415

    address = sandbox.provider(provider)
    if application is not None and application not in address.applications:
        known = ", ".join(address.applications) or "none"
        raise KeyError(f"{provider} has no application {application!r}; there are: {known}")
    settings: dict[str, Any] = dict(
        address.settings if application is None else address.applications[application]
    )
    settings["base_url"] = address.base_url
    if "token_url" in fields_dict(load(provider).settings_class):
        settings["token_url"] = address.token_url
    if sandbox.ca_file is not None:
        settings["ca_bundle"] = str(sandbox.ca_file)
    return settings


def connect(
    sandbox: Sandbox, provider: str, application: str | None = None, **settings: Any
) -> SimClient:
    """Return a client; `settings` are those of `simloom.connect` and win over the sandbox's."""
    from simloom.client import connect as connect_client  # noqa: PLC0415

    return connect_client(provider, **{**settings_for(sandbox, provider, application), **settings})


def aconnect(
    sandbox: Sandbox, provider: str, application: str | None = None, **settings: Any
) -> AsyncSimClient:
    """Return an awaited client; `settings` are those of `simloom.aio.connect`."""
    from simloom.aclient import connect as connect_client  # noqa: PLC0415

    return connect_client(provider, **{**settings_for(sandbox, provider, application), **settings})
