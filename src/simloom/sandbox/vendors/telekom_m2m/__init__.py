"""Telekom M2M Service Portal 3.0 REST API.

Paging, the members of the list and the error bodies other than 403 are assumed, as in the spec;
100 entries per page without `pageSize` is an assumption of its own. The token endpoint answers like
the OpenID Connect server whose paths it has. The other modules say what is assumed there.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.events.catalogue import event_urls
from simloom.sandbox.messages import Call, Refused, Reply, Why, bearer_token, read_form
from simloom.sandbox.quotas import Exceeded, Limit, limits_of
from simloom.sandbox.specs import Spec, load_spec
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret
from simloom.sandbox.vendors.telekom_m2m.actions import Actions
from simloom.sandbox.vendors.telekom_m2m.applications import APPLICATIONS, FULL, Application
from simloom.sandbox.vendors.telekom_m2m.estate import Estate
from simloom.sandbox.vendors.telekom_m2m.partners import Partners
from simloom.sandbox.vendors.telekom_m2m.sims import Sims
from simloom.sandbox.vendors.telekom_m2m.traffic import Traffic
from simloom.sandbox.vendors.telekom_m2m.transfers import Transfers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.populations.telekom_m2m import TelekomM2mSims
    from simloom.sandbox.vendor import Handler

_LIFETIME = 300  # seconds; "approximately" in the document
_SCOPES = {"openid", "profile"}


class TelekomM2m(Vendor):
    """SIMs are reachable under the partner they belong to, and under no other.

    The demo application may act for the superunit and its subunit; the others are `applications`.
    """

    id: ClassVar[str] = "telekom-m2m"
    settings: ClassVar[Mapping[str, str]] = FULL.settings
    other_settings: ClassVar[Mapping[str, Mapping[str, str]]] = {
        item.name: item.settings for item in APPLICATIONS if item is not FULL
    }
    secret_settings: ClassVar[frozenset[str]] = frozenset({"client_secret"})
    login_operation: ClassVar[str | None] = "create_token"

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self._estate = Estate(world, self.draw, self.ledger, self.agenda, self.publish)
        self.sims: TelekomM2mSims = self._estate.sims
        self.live: LiveSims = self._estate.live
        self.tokens: TokenStore = TokenStore(
            world.clock, _LIFETIME, lambda n: self.draw.hexadecimal(n, "token", 64)
        )
        self._actions = Actions(self._estate)
        self._transfers = Transfers(self._estate, self._actions)
        self._traffic = Traffic(self._estate)
        self._partners = Partners(self._estate, self._actions)
        self.handlers: Mapping[str, Handler] = {
            "create_token": self.create_token,
            **Sims(self._estate).handlers,
            **self._actions.handlers,
            **self._transfers.handlers,
            **self._traffic.handlers,
            **self._partners.handlers,
        }
        self._applications = {item.client_id: item for item in APPLICATIONS}
        self._reads = _reads(load_spec(self.id))
        self.parts.update(
            {
                "tokens": self.tokens,
                "sims": self.live,
                "partners of sims": self._estate,
                "actions": self._actions,
                "transfers": self._transfers,
                "traffic": self._traffic,
                "calls": self._partners,
            }
        )

    def limits(self) -> Iterable[Limit]:
        """Return the limits of the section Protective Measures, as the spec has them."""
        return limits_of(load_spec(self.id))

    def over_limit(self, exceeded: Exceeded) -> Reply:
        """Return the documented 403, to the letter."""
        del exceeded
        detail = "Too Many Concurrent Requests on Platform."
        return self._estate.error(HTTPStatus.FORBIDDEN, "Limit exceeded", detail)

    def admit(self, operation_id: str, call: Call) -> Reply | None:
        """Return the 403 of an application that may not do this, or of a limit."""
        holder = self.tokens.holder(bearer_token(call))
        application = self._applications.get(holder) if holder is not None else None
        if application is not None:  # there is none when a token is asked for
            partner = call.parameters.get("partnerID")
            why = application.refusal(partner, is_read=operation_id in self._reads)
            if why is not None:
                return self._estate.error(HTTPStatus.FORBIDDEN, "Access denied", why)
        return super().admit(operation_id, call)

    def handle(self, operation_id: str, call: Call) -> Reply:
        """Answer a call, and count it for the usage of the API."""
        self._partners.count(operation_id, call)
        return super().handle(operation_id, call)

    def settings_at(self, url: str, settings: Mapping[str, str]) -> dict[str, Any]:
        """Return credentials, and the addresses of the events of their application."""
        return {**settings, "event_urls": event_urls(self.draw, settings["client_id"], url)}

    def partner_of(self, index: int) -> str:
        """Return the id of the partner to whom a SIM belongs now."""
        return self._estate.partner_of(index)

    def listener(self, call: Call) -> str | Reply:
        """Return the client id of the application that asks for events, or the refusal."""
        refused = self.authenticate(call)
        if refused is not None:
            return refused
        holder = self.tokens.holder(bearer_token(call))
        application = self._applications.get(holder or "", FULL)
        why = application.refusal(None, is_read=True)
        if why is not None:
            return self._estate.error(HTTPStatus.FORBIDDEN, "Access denied", why)
        return application.client_id

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
        application = self._application(form)
        if application is None:
            return _no_token(401, "invalid_client", "Invalid client or Invalid client credentials")
        scopes = form.get("scope", "").split()
        if not _SCOPES.issuperset(scopes):
            return _no_token(400, "invalid_scope", "Invalid scopes")
        return Reply(
            body={
                "access_token": self.tokens.issue(application.client_id),
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

    def _application(self, form: Mapping[str, str]) -> Application | None:
        found = None
        for item in APPLICATIONS:  # all of them are compared, whichever fits
            right = same_secret(form.get("client_id"), item.client_id)
            if right & same_secret(form.get("client_secret"), item.client_secret):
                found = item
        return found


def _reads(spec: Spec) -> frozenset[str]:
    """Return the operations that change nothing; some reads are POSTs, for privacy (FAQ 2)."""
    return frozenset(
        node["operationId"]
        for item in spec.document["paths"].values()
        for node in item.values()
        if isinstance(node, dict) and node.get("x-retry-class") == "read"
    )


def _no_token(status: int, error: str, description: str) -> Reply:
    body = {"error": error, "error_description": description}
    return Reply(status=status, body=body, reason=f"{error}: {description}")
