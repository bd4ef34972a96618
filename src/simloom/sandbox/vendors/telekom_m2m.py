"""Telekom M2M Service Portal 3.0 REST API.

Paging, the members of the list and the error bodies other than 403 are assumed, as in the spec;
100 SIMs per page without `pageSize` is an assumption of its own. The token endpoint answers like
the OpenID Connect server whose paths it has.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.listing import page_count, page_of
from simloom.sandbox.messages import (
    Call,
    Refused,
    Reply,
    Why,
    bad_body,
    bearer_token,
    read_form,
    read_json,
)
from simloom.sandbox.populations.telekom_m2m import SUPERUNIT, TelekomM2mSims
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_IDENTIFIERS = ("iccid", "euiccid", "imsi", "imei", "msisdn")
_LIFETIME = 300  # seconds; "approximately" in the document
_SCOPES = {"openid", "profile"}
_PAGE_SIZE = 100


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

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sims = TelekomM2mSims(self.draw, world.sims)
        self.tokens = TokenStore(
            world.clock, _LIFETIME, lambda n: self.draw.hexadecimal(n, "token", 64)
        )
        self.handlers = {
            "create_token": self.create_token,
            "list_sims": self.list_sims,
            "get_sim_details": self.get_sim_details,
            "get_sim_details_by_identifier": self.get_sim_details_by_identifier,
        }

    def authenticate(self, call: Call) -> Reply | None:
        """Take a token that has not expired."""
        if self.tokens.accepts(bearer_token(call)):
            return None
        detail = "The token is missing, unknown or expired."
        headers = {"WWW-Authenticate": "Bearer"}
        return self._error(HTTPStatus.UNAUTHORIZED, "Unauthorized", detail, headers)

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

    def list_sims(self, call: Call) -> Reply:
        """Return one page of a partner's SIMs, or the SIM that has the identifiers given."""
        given = call.parameters
        own = self._own(given["partnerID"])
        if own is None:
            return self._foreign_partner()
        found = self._search(own, {name: given[name] for name in _IDENTIFIERS if name in given})
        page, size = given.get("page", 1), given.get("pageSize", _PAGE_SIZE)
        return Reply(
            body={
                "sims": [self.sims.summary(index) for index in page_of(found, page, size)],
                "page": page,
                "pageSize": size,
                "totalPages": page_count(len(found), size),
                "totalCount": len(found),
            }
        )

    def get_sim_details(self, call: Call) -> Reply:
        """Return the details of the SIM whose ICCID is in the path."""
        return self._details(call.parameters["partnerID"], "iccid", call.parameters["iccid"])

    def get_sim_details_by_identifier(self, call: Call) -> Reply:
        """Return the details of the SIM that the body names by exactly one identifier."""
        body = read_json(call)
        if not isinstance(body, dict) or len(body) != 1:
            raise bad_body(f"the body has to hold exactly one of {', '.join(_IDENTIFIERS)}")
        (kind, text), *_ = body.items()
        if kind not in _IDENTIFIERS:
            raise bad_body(f"the identifier has to be one of {', '.join(_IDENTIFIERS)}")
        if not isinstance(text, str) or not text:
            raise bad_body(f"{kind} has to be a text", kind)
        return self._details(call.parameters["partnerID"], kind, text)

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the shape of the documented error body, or as the token endpoint does."""
        if operation_id == self.login_operation:
            return _no_token(400, "invalid_request", refused.detail)
        status = HTTPStatus(refused.why.value)
        message = "Bad Request" if refused.why is Why.REQUEST else status.phrase
        return self._error(status, message, refused.detail, refusal_headers(refused))

    def state(self) -> dict[str, Any]:
        """Return the numbers of SIMs, also by partner, and of tokens."""
        return {
            "sims": self.sims.count,
            "simsByPartner": {name: len(own) for name, own in self.sims.partners.items()},
            "tokensIssued": self.tokens.issued,
            "tokensLive": self.tokens.live,
        }

    def reset(self) -> None:
        """Forget all tokens."""
        self.tokens.reset()

    def _own(self, partner: str) -> range | None:
        return self.sims.partners.get(partner)

    def _search(self, own: range, wanted: Mapping[str, str]) -> Sequence[int]:
        if not wanted:
            return own
        index = self.sims.find_all(wanted)
        return [index] if index is not None and index in own else []

    def _details(self, partner: str, kind: str, text: str) -> Reply:
        own = self._own(partner)
        if own is None:
            return self._foreign_partner()
        index = self.sims.find(kind, text)
        if index is None:
            detail = f"No SIM has this {kind}."
            return self._error(HTTPStatus.NOT_FOUND, "SIM not found", detail)
        if index not in own:
            detail = "The SIM belongs to another partner."
            return self._error(HTTPStatus.FORBIDDEN, "Access denied", detail)
        return Reply(body={"SimDetails": self.sims.record(index)})

    def _foreign_partner(self) -> Reply:
        detail = "The application may not act for this partner."
        return self._error(HTTPStatus.FORBIDDEN, "Access denied", detail)

    def _error(
        self,
        status: HTTPStatus,
        message: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        # A blank instead of the T and no zone, as in the documented example.
        timestamp = self.world.clock.now().strftime("%Y-%m-%d %H:%M:%S")
        body = {
            "status": status.name,
            "message": message,
            "errors": [detail],
            "timestamp": timestamp,
        }
        return Reply(status=status.value, body=body, headers=headers or {}, reason=detail)


def _no_token(status: int, error: str, description: str) -> Reply:
    body = {"error": error, "error_description": description}
    return Reply(status=status, body=body, reason=f"{error}: {description}")
