"""What Business Smart Connect has to be told before it can be used."""

from __future__ import annotations

from attrs import field, frozen

from simloom.runtime.secret import Secret, to_secret

BASE_URL = "https://api-business-portal-smart-connect.telekom.de/management-api"


@frozen(kw_only=True)
class Settings:
    """The login of a portal user with API access, and where the API is."""

    username: str = field(
        metadata={
            "help": "Name of a portal user with the role API-Access; the guide's section 3 asks "
            "for an Administrator (Portal).",
            "secret": False,
        }
    )
    password: Secret = field(
        converter=to_secret,
        metadata={"help": "Password of that user in the portal.", "secret": True},
    )
    base_url: str = field(
        default=BASE_URL,
        metadata={
            "help": "Base URL of the API; tokens are asked for at /oauth/token below it.",
            "secret": False,
        },
    )
