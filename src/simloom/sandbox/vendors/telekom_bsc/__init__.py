"""Telekom Business Smart Connect, a white label of 1NCE.

Errors other than those of the token endpoint have no body. That a bad parameter or body is answered
by 400 with `message`, as the top-ups do, is an assumption. The other modules say what is assumed
there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.messages import (
    Call,
    Refused,
    Reply,
    Why,
    basic_credentials,
    bearer_token,
    read_form,
    read_json,
)
from simloom.sandbox.specs import load_spec
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret
from simloom.sandbox.vendors.telekom_bsc.account import Account
from simloom.sandbox.vendors.telekom_bsc.history import History
from simloom.sandbox.vendors.telekom_bsc.messages import Messages
from simloom.sandbox.vendors.telekom_bsc.orders import Orders
from simloom.sandbox.vendors.telekom_bsc.quotas import Quotas
from simloom.sandbox.vendors.telekom_bsc.rates import sims_limit, too_many
from simloom.sandbox.vendors.telekom_bsc.sims import Sims

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.populations.telekom_bsc import TelekomBscSims
    from simloom.sandbox.quotas import Exceeded, Limit
    from simloom.sandbox.vendor import Handler

_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_TOKEN_BODIES = {"form": (_FORM,), "json": (_JSON,), "any": (_FORM, _JSON)}
_LIFETIME = 3599  # seconds; the guide's text says 240 minutes, its example this


class TelekomBsc(Vendor):
    """Opaque tokens for HTTP Basic credentials; bare arrays, totals in headers."""

    id: ClassVar[str] = "telekom-bsc"
    settings: ClassVar[Mapping[str, str]] = {
        "username": "sandbox-user",
        "password": "sandbox-bsc-password",
    }
    secret_settings: ClassVar[frozenset[str]] = frozenset({"password"})
    login_operation: ClassVar[str | None] = "create_token"

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self._account = Account(world, self.draw, self.ledger, self.agenda, self.publish)
        self.sims: TelekomBscSims = self._account.sims
        self.live: LiveSims = self._account.live
        self.tokens: TokenStore = TokenStore(
            world.clock, _LIFETIME, lambda n: self.draw.uuid(n, "token")
        )
        self._messages = Messages(self._account)
        self._orders = Orders(self._account)
        self.handlers: Mapping[str, Handler] = {
            "create_token": self.create_token,
            **Sims(self._account).handlers,
            **self._messages.handlers,
            **self._orders.handlers,
            **Quotas(self._account, self._orders).handlers,
            **History(self._account).handlers,
        }
        self.parts.update(
            {
                "tokens": self.tokens,
                "sims": self.live,
                "account": self._account,
                "messages": self._messages,
                "orders": self._orders,
            }
        )

    def receive_sms(self, iccid: str, payload: str, dest_address: str, dcs: int) -> list[str]:
        """Let a SIM send a message. Returns the numbers of its parts; none for an unknown SIM."""
        return self._messages.receive(iccid, payload, dest_address, dcs)

    def limits(self) -> Iterable[Limit]:
        """Return the limit of requests for SIMs."""
        return (sims_limit(load_spec(self.id)),)

    def over_limit(self, exceeded: Exceeded) -> Reply:
        """Return a 429."""
        return too_many(exceeded, self.world.quirks)

    def authenticate(self, call: Call) -> Reply | None:
        """Take a token that has not expired."""
        if self.tokens.accepts(bearer_token(call)):
            return None
        return Reply(
            status=401,
            headers={"WWW-Authenticate": "Bearer"},
            reason="the token is missing, unknown or expired",
        )

    def create_token(self, call: Call) -> Reply:
        """Issue a token. A wrong user is 400, not 401."""
        taken = _TOKEN_BODIES[self.world.quirks.bsc_token_body]
        if call.media_type not in taken:
            return _no_token("UnsupportedContentTypeError", f"Content-Type has to be {taken[0]}")
        credentials = basic_credentials(call)
        if credentials is None:
            return _no_token("AuthValidationError", "Basic credentials are missing or malformed")
        right = same_secret(credentials[0], self.settings["username"])
        if not right & same_secret(credentials[1], self.settings["password"]):
            return _no_token("BadCredentials", "Wrong user name or password")
        grant = read_form(call) if call.media_type == _FORM else read_json(call)
        if not isinstance(grant, dict) or grant.get("grant_type") != "client_credentials":
            return _no_token("BodyValidationError", "grant_type has to be client_credentials")
        number = self.tokens.issued
        return Reply(
            body={
                "access_token": self.tokens.issue(),
                "token_type": "bearer",
                "expires_in": _LIFETIME,
                "scope": "all",
                "appToken": self.draw.hexadecimal(number, "appToken", 32),
                "userId": "8765",
                "orgId": 4321,
            }
        )

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer without a body, except for a bad request."""
        if operation_id == self.login_operation:
            return _no_token("BodyValidationError", refused.detail)
        return Reply(
            status=refused.why.value,
            body={"message": refused.detail} if refused.why is Why.REQUEST else None,
            headers=refusal_headers(refused),
            reason=refused.detail,
        )

    def state(self) -> dict[str, Any]:
        """Return the numbers of SIMs and of tokens."""
        tokens = {"tokensIssued": self.tokens.issued, "tokensLive": self.tokens.live}
        return {"sims": self.sims.count, **tokens}


def _no_token(code: str, message: str) -> Reply:
    body = {"statusCode": 400, "errorCode": code, "message": message}
    return Reply(status=400, body=body, reason=f"{code}: {message}")
