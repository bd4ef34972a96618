"""What TelcoAPI has to be told before it can be used."""

from __future__ import annotations

from attrs import field, frozen

from simloom.runtime.secret import Secret, to_secret

BASE_URL = "https://api.telcoapi.com"
"""Inferred: the reference gives no base URL, only the host of its error types."""


@frozen(kw_only=True)
class Settings:
    """The key, and where the API is."""

    api_key: Secret = field(
        converter=to_secret,
        metadata={"help": "API key, sent as a bearer token (inferred).", "secret": True},
    )
    base_url: str = field(
        default=BASE_URL,
        metadata={
            "help": "Base URL of the API, without /v1 (inferred).",
            "secret": False,
        },
    )
