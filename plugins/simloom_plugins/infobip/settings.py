"""What Infobip has to be told before it can be used."""

from __future__ import annotations

from attrs import field, frozen

from simloom.runtime.secret import Secret, to_secret

BASE_URL = "https://api.infobip.com"


@frozen(kw_only=True)
class Settings:
    """A login by user name and password or by API key, and where the API is.

    With both, the API key is used. `ValueError` names what is missing.
    """

    username: str | None = field(
        default=None,
        metadata={"help": "User name for HTTP Basic; with password.", "secret": False},
    )
    password: Secret | None = field(
        default=None,
        converter=to_secret,
        metadata={"help": "Password for HTTP Basic.", "secret": True},
    )
    api_key: Secret | None = field(
        default=None,
        converter=to_secret,
        metadata={
            "help": "API key, instead of user name and password; it wins where both are given.",
            "secret": True,
        },
    )
    base_url: str = field(
        default=BASE_URL,
        metadata={
            "help": "Base URL of the API, without /iot.",
            "secret": False,
        },
    )

    def __attrs_post_init__(self) -> None:
        if self.api_key or (self.username and self.password):
            return
        missing = [name for name in ("username", "password") if not getattr(self, name)]
        raise ValueError(f"missing {' and '.join(missing)} (or api_key instead of both)")
