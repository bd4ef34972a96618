"""Who may ask the M2M Service Portal for what: the applications registered in its GUI.

The portal offers read-only applications, a whitelist of up to ten addresses, and users of single
subunits (Event Documentation, Application Management). A refusal is 403; its words, and that a
token is issued all the same, are assumed.
"""

from __future__ import annotations

from attrs import field, frozen

from simloom.sandbox.populations.telekom_m2m import SUBUNIT, SUPERUNIT


@frozen(kw_only=True)
class Application:
    """One pair of client id and secret, and what it may do."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)
    partners: tuple[str, ...] = (SUPERUNIT, SUBUNIT)
    writes: bool = True
    reachable: bool = True
    """False for one whose whitelist has none of the addresses that a sandbox is asked from."""

    @property
    def settings(self) -> dict[str, str]:
        """The names under which the client takes them."""
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "partner_id": self.partners[0],
        }

    def refusal(self, partner: str | None, *, is_read: bool) -> str | None:
        """Return why a call is not allowed, or None if it is."""
        if not self.reachable:
            return "The address of the caller is not on the whitelist of the application."
        if partner in (SUPERUNIT, SUBUNIT) and partner not in self.partners:
            return "The application may not act for this partner."
        if not self.writes and not is_read:
            return "The application is read-only."
        return None


# The secrets are the well-known ones of the demo: they let nobody in anywhere else.
FULL = Application(
    name="full",
    client_id="sandbox-client",
    client_secret="sandbox-m2m-client-secret",  # noqa: S106
)
APPLICATIONS = (
    FULL,
    Application(
        name="read_only",
        client_id="sandbox-read-only",
        client_secret="sandbox-m2m-read-only-secret",  # noqa: S106
        writes=False,
    ),
    Application(
        name="whitelisted",
        client_id="sandbox-whitelisted",
        client_secret="sandbox-m2m-whitelisted-secret",  # noqa: S106
        reachable=False,
    ),
    Application(
        name="subunit",
        client_id="sandbox-subunit",
        client_secret="sandbox-m2m-subunit-secret",  # noqa: S106
        partners=(SUBUNIT,),
    ),
)
