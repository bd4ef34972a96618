"""Telekom M2M Service Portal 3.0 REST API.

Paging, the members of the list and the error bodies other than 403 are assumed, as in the spec;
100 entries per page without `pageSize` is an assumption of its own. The token endpoint answers like
the OpenID Connect server whose paths it has. The other modules say what is assumed there.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.messages import Call, Refused, Reply, Why, bearer_token, read_form
from simloom.sandbox.populations.telekom_m2m import SUPERUNIT
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret
from simloom.sandbox.vendors.telekom_m2m.actions import Actions
from simloom.sandbox.vendors.telekom_m2m.estate import Estate
from simloom.sandbox.vendors.telekom_m2m.partners import Partners
from simloom.sandbox.vendors.telekom_m2m.sims import Sims
from simloom.sandbox.vendors.telekom_m2m.traffic import Traffic
from simloom.sandbox.vendors.telekom_m2m.transfers import Transfers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.ledger import Ledger

_LIFETIME = 300  # seconds; "approximately" in the document
_SCOPES = {"openid", "profile"}


class TelekomM2m(Vendor):
    """SIMs are reachable under the partner they belong to, and under no other.

    The demo application may act for the superunit and its subunit.
    """

    id: ClassVar[str] = "telekom-m2m"
    settings: ClassVar[Mapping[str, str]] = {
        "client_id": "sandbox-client",
        "client_secret": "sandbox-m2m-client-secret",
        "partner_id": SUPERUNIT,
    }
    secret_settings: ClassVar[frozenset[str]] = frozenset({"client_secret"})
    login_operation: ClassVar[str | None] = "create_token"

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self._estate = Estate(world, self.draw, self.ledger, self.agenda)
        self.sims, self.live = self._estate.sims, self._estate.live
        self.tokens = TokenStore(
            world.clock, _LIFETIME, lambda n: self.draw.hexadecimal(n, "token", 64)
        )
        self._actions = Actions(self._estate)
        self._transfers = Transfers(self._estate, self._actions)
        self._traffic = Traffic(self._estate)
        self._partners = Partners(self._estate, self._actions)
        self.handlers = {
            "create_token": self.create_token,
            **Sims(self._estate).handlers,
            **self._actions.handlers,
            **self._transfers.handlers,
            **self._traffic.handlers,
            **self._partners.handlers,
        }

    def handle(self, operation_id: str, call: Call) -> Reply:
        """Answer a call, and count it for the usage of the API."""
        self._partners.count(operation_id, call)
        return super().handle(operation_id, call)

    def authenticate(self, call: Call) -> Reply | None:
        """Take a token that has not expired."""
        if self.tokens.accepts(bearer_token(call)):
            return None
        detail = "The token is missing, unknown or expired."
        headers = {"WWW-Authenticate": "Bearer"}
        return self._estate.error(HTTPStatus.UNAUTHORIZED, "Unauthorized", detail, headers=headers)

    def create_token(self, call: Call) -> Reply:
        """Issue a token for client credentials in the form body, and nowhere else."""
        if call.media_type != "application/x-www-form-urlencoded":
            return _no_token(400, "invalid_request", "The body has to be a form")
        form = read_form(call)
        if "grant_type" not in form:
            return _no_token(400, "invalid_request", "Missing form parameter: grant_type")
        if form["grant_type"] != "client_credentials":
            return _no_token(400, "unsupported_grant_type", "Unsupported grant_type")
        right = same_secret(form.get("client_id"), self.settings["client_id"])
        if not right & same_secret(form.get("client_secret"), self.settings["client_secret"]):
            return _no_token(401, "invalid_client", "Invalid client or Invalid client credentials")
        scopes = form.get("scope", "").split()
        if not _SCOPES.issuperset(scopes):
            return _no_token(400, "invalid_scope", "Invalid scopes")
        return Reply(
            body={
                "access_token": self.tokens.issue(),
                "expires_in": _LIFETIME,
                "token_type": "Bearer",
                "scope": " ".join(scopes),
            }
        )

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the shape of the documented error body, or as the token endpoint does."""
        if operation_id == self.login_operation:
            return _no_token(400, "invalid_request", refused.detail)
        status = HTTPStatus(refused.why.value)
        message = "Bad Request" if refused.why is Why.REQUEST else status.phrase
        headers = refusal_headers(refused)
        return self._estate.error(status, message, refused.detail, headers=headers)

    def state(self) -> dict[str, Any]:
        """Return the numbers of SIMs, also by partner, of tokens, and of actions."""
        return {
            "sims": self.sims.count,
            "simsByPartner": {name: len(own) for name, own in self._estate.owned().items()},
            "tokensIssued": self.tokens.issued,
            "tokensLive": self.tokens.live,
            "actions": self._actions.count,
        }

    def reset(self) -> None:
        """Forget tokens, changes, actions, transfers and messages."""
        super().reset()
        self.tokens.reset()
        for part in (
            self._estate,
            self._actions,
            self._transfers,
            self._traffic,
            self._partners,
        ):
            part.reset()


def _no_token(status: int, error: str, description: str) -> Reply:
    body = {"error": error, "error_description": description}
    return Reply(status=status, body=body, reason=f"{error}: {description}")
