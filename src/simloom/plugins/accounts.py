"""Which account of a vendor a client belongs to, as a name that tells nothing."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from attrs import fields

if TYPE_CHECKING:
    from simloom.plugins.provider import Provider


def account_of(provider: Provider) -> str:
    """Return a short name for the account: a hash of the settings that are no secrets."""
    told = {
        item.name: str(getattr(provider.settings, item.name))
        for item in fields(type(provider.settings))
        if not item.metadata.get("secret")
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
