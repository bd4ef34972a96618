"""Swagger UI for each vendor, from files of an installed package: nothing is loaded from elsewhere.

The package `swagger-ui-py` brings Swagger UI 5; only its folder is used, so it is not imported.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.emulator import ProviderAddress
    from simloom.sandbox.specs import Spec

# Name in our addresses, and media type.
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_SCOPES = ("openid", "profile")


class AssetsMissing(FileNotFoundError):
    """Swagger UI is not installed."""


@cache
def asset(name: str) -> Path:
    """Return where a file of Swagger UI is. Raises AssetsMissing."""
    found = find_spec("swagger_ui")
    for folder in (found.submodule_search_locations if found else None) or ():
        path = Path(folder) / "static" / name
        if path.is_file():
            return path
    raise AssetsMissing(f"no {name}: Swagger UI is part of pip install 'simloom[sandbox]'")


def document(vendor: Spec, root: str) -> dict[str, Any]:
    """Return a vendor's spec as if it were served at `root`, the address of the sandbox."""
    spec = deepcopy(dict(vendor.document))
    mount = f"{root}/{vendor.provider}"
    holders = _holders(spec)
    if not spec.get("servers"):
        spec["servers"] = [{"url": "/"}]
    for holder in holders:
        if "servers" in holder:
            paths = [urlsplit(str(server["url"])).path for server in holder["servers"]]
            holder["servers"] = [
                {"url": mount + path.rstrip("/"), "description": "This sandbox"} for path in paths
            ]
    for scheme in spec.get("components", {}).get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            if "tokenUrl" in flow:
                flow["tokenUrl"] = mount + urlsplit(flow["tokenUrl"]).path
    return spec


def login(address: ProviderAddress) -> dict[str, Any]:
    """Return how the page logs in: what Swagger UI is told, and the same in words.

    `oauth` has client id and secret, `basic` and `keys` the credentials by security scheme.
    """
    settings = address.settings
    if address.id == "telekom-m2m":
        return {
            "words": "Authorize has the demo application filled in; press Authorize there.",
            "oauth": {
                "clientId": settings["client_id"],
                "clientSecret": settings["client_secret"],
                "tokenUrl": address.token_url,
                "scopes": list(_SCOPES),
            },
        }
    if address.id == "telekom-bsc":
        return {
            "words": (
                "Logged in for create_token. Run it, then put its access_token into"
                " Authorize, bearerToken."
            ),
            "basic": {"basicCredentials": _pair(settings)},
        }
    if address.id == "telcoapi":
        return {"words": "Logged in with the demo key.", "keys": {"apiKey": settings["api_key"]}}
    return {
        "words": "Logged in with the demo credentials.",
        "basic": {"basicCredentials": _pair(settings)},
    }


def _pair(settings: Mapping[str, Any]) -> list[str]:
    return [settings["username"], settings["password"]]


def _holders(spec: dict[str, Any]) -> list[dict[str, Any]]:
    items = list(spec["paths"].values())
    nodes = [node for item in items for node in item.values() if isinstance(node, dict)]
    return [spec, *items, *nodes]
