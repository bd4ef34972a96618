"""Infobip IoT SIM management.

The page shows no error body and says 401 only. The others are answered in the envelope that
Infobip's APIs share (`requestError`), which is an assumption here; 401 has no body, as the spec
declares it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.listing import page_of
from simloom.sandbox.messages import Call, Refused, Reply, Why, app_key, basic_credentials
from simloom.sandbox.populations.infobip import InfobipSims
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sims = InfobipSims(self.draw, world.sims)
        self.handlers = {"list_sims": self.list_sims, "get_sim": self.get_sim}

    def authenticate(self, call: Call) -> Reply | None:
        """Take HTTP Basic or `App` with the API key."""
        if same_secret(app_key(call), self.settings["api_key"]):
            return None
        user, password = basic_credentials(call) or (None, None)
        right = same_secret(user, self.settings["username"])
        if right & same_secret(password, self.settings["password"]):
            return None
        return _error(
            401,
            "UNAUTHORIZED",
            "Invalid login details",
            headers={"WWW-Authenticate": 'Basic realm="infobip"'},
            reason="send HTTP Basic with username and password, or Authorization: App <api_key>",
        )

    def list_sims(self, call: Call) -> Reply:
        """Return one page; nothing tells how many there are."""
        page, limit = call.parameters["page"], call.parameters["limit"]
        indexes = page_of(range(self.sims.count), page, limit)
        sims = [self.sims.record(index) for index in indexes]
        return Reply(body={"page": page, "limit": limit, "sims": sims})

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM."""
        index = self.sims.find("iccid", call.parameters["iccid"])
        if index is None:
            return _error(404, "NOT_FOUND", "SIM not found", reason="no SIM has this ICCID")
        return Reply(body=self.sims.record(index))

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the envelope, with the usual status."""
        return _error(
            refused.why.value,
            _MESSAGE_IDS[refused.why],
            refused.detail,
            headers=refusal_headers(refused),
            reason=refused.detail,
        )

    def state(self) -> dict[str, Any]:
        """Return the number of SIMs."""
        return {"sims": self.sims.count}

    def reset(self) -> None:
        """Do nothing: there is no state yet."""


def _error(
    status: int,
    message_id: str,
    text: str,
    *,
    headers: dict[str, str] | None = None,
    reason: str,
) -> Reply:
    exception = {"messageId": message_id, "text": text}
    body = {"requestError": {"serviceException": exception}}
    return Reply(status=status, body=body, headers=headers or {}, reason=reason)
