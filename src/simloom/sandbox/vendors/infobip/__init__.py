"""Infobip IoT SIM management.

The page shows no error body and says 401 only. The others are answered in the envelope that
Infobip's APIs share (`requestError`), which is an assumption here; 401 has no body, as the spec
declares it. `sims` and `services` say what is assumed there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.messages import Call, Refused, Reply, Why, app_key, basic_credentials
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.infobip import InfobipSims
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret
from simloom.sandbox.vendors.infobip.errors import ActionIds, error
from simloom.sandbox.vendors.infobip.services import Services
from simloom.sandbox.vendors.infobip.sims import Sims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.vendor import Handler

_MESSAGE_IDS = {
    Why.REQUEST: "BAD_REQUEST",
    Why.PATH: "NOT_FOUND",
    Why.METHOD: "METHOD_NOT_ALLOWED",
}


class Infobip(Vendor):
    """Credentials are checked on every request; there are no tokens."""

    id: ClassVar[str] = "infobip"
    settings: ClassVar[Mapping[str, str]] = {
        "username": "sandbox-user",
        "password": "sandbox-infobip-password",
        "api_key": "sandbox-infobip-api-key",
    }
    secret_settings: ClassVar[frozenset[str]] = frozenset({"password", "api_key"})

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self.sims: InfobipSims = InfobipSims(self.draw, world.sims)
        self.live: LiveSims = LiveSims(self.sims, "status")
        self._actions = ActionIds(self.draw)
        self.handlers: Mapping[str, Handler] = {
            **Sims(self.live, self.ledger, self._actions, world.clock).handlers,
            **Services(self.live, self.ledger, self._actions).handlers,
        }
        self.parts.update({"sims": self.live, "actions": self._actions})

    def authenticate(self, call: Call) -> Reply | None:
        """Take HTTP Basic or `App` with the API key."""
        if same_secret(app_key(call), self.settings["api_key"]):
            return None
        user, password = basic_credentials(call) or (None, None)
        right = same_secret(user, self.settings["username"])
        if right & same_secret(password, self.settings["password"]):
            return None
        return error(
            401,
            "UNAUTHORIZED",
            "Invalid login details",
            headers={"WWW-Authenticate": 'Basic realm="infobip"'},
            reason="send HTTP Basic with username and password, or Authorization: App <api_key>",
        )

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the envelope, with the usual status."""
        return error(
            refused.why.value,
            _MESSAGE_IDS[refused.why],
            refused.detail,
            headers=refusal_headers(refused),
            reason=refused.detail,
        )

    def state(self) -> dict[str, Any]:
        """Return the number of SIMs."""
        return {"sims": self.sims.count}
