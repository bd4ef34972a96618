"""What Acme has to be told before it can be used."""

from __future__ import annotations

from attrs import converters, field, frozen

from simloom.runtime import Secret, to_secret


@frozen(kw_only=True)
class Settings:
    """The key, whose it is, and where the API is."""

    api_key: Secret = field(
        converter=to_secret,
        metadata={"help": "API key, sent in the header X-Api-Key.", "secret": True},
    )
    account: str = field(
        default="",
        metadata={"help": "Account number; its keys share the vendor's limits.", "secret": False},
    )
    webhook_secret: Secret | None = field(
        default=None,
        converter=converters.optional(to_secret),
        metadata={"help": "Secret that Acme signs its webhooks with.", "secret": True},
    )
    base_url: str = field(
        default="https://api.acme.example",
        metadata={"help": "Base URL of the API, without /v1.", "secret": False},
    )
