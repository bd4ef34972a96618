"""What an application tells about its access to the M2M Service Portal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from simloom.runtime.secret import Secret, to_secret
from simloom_plugins.telekom_m2m.auth import SCOPE, TOKEN_URL

if TYPE_CHECKING:
    from attrs import Attribute

BASE_URL = "https://sg-api.telekom.de/iot/connectivity/management/v1"

_PARTNER_ID = re.compile(r"[0-9]{1,20}")


def _not_empty(_: object, attribute: Attribute[Any], value: object) -> None:
    if not value:
        raise ValueError(f"{attribute.name} is empty")


def _partner_id(_: object, attribute: Attribute[Any], value: str) -> None:
    if not _PARTNER_ID.fullmatch(value):
        raise ValueError(f"{attribute.name} has to be the partner's number, digits only")


@frozen(kw_only=True)
class Settings:
    """Settings of `telekom-m2m`; `ValueError` names what is wrong, never its value."""

    client_id: str = field(
        validator=_not_empty,
        metadata={
            "help": "Client id of the application registered in the portal, tab REST API",
            "secret": False,
        },
    )
    client_secret: Secret = field(
        converter=to_secret,
        validator=_not_empty,
        metadata={"help": "Client secret of that application", "secret": True},
    )
    partner_id: str = field(
        converter=str,
        validator=_partner_id,
        metadata={
            "help": "Partner the SIMs belong to; SIMs of a subunit need the subunit's own id",
            "secret": False,
        },
    )
    base_url: str = field(
        default=BASE_URL,
        validator=_not_empty,
        metadata={"help": "Address of the API", "secret": False},
    )
    token_url: str = field(
        default=TOKEN_URL,
        validator=_not_empty,
        metadata={"help": "Address that issues tokens", "secret": False},
    )
    scope: str = field(
        default=SCOPE,
        metadata={"help": "Scopes to ask for, separated by blanks", "secret": False},
    )
    event_urls: dict[str, str] = field(
        factory=dict,
        converter=dict,
        metadata={
            "help": "Event type to the subscription's address, both as the portal shows them",
            "secret": False,
        },
    )
