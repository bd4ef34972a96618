"""What Acme has to be told before it can be used."""

from __future__ import annotations

from attrs import field, frozen

from simloom.runtime import Secret, to_secret


@frozen(kw_only=True)
class Settings:
    """The key, and where the API is."""

    api_key: Secret = field(
        converter=to_secret,
        metadata={"help": "API key, sent in the header X-Api-Key.", "secret": True},
    )
    base_url: str = field(
        default="https://api.acme.example",
        metadata={"help": "Base URL of the API, without /v1.", "secret": False},
    )
