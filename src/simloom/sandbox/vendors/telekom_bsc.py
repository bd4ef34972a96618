"""Telekom Business Smart Connect, a white label of 1NCE.

Errors other than those of the token endpoint have no body. That a bad parameter is answered by
400 with `message`, as the top-ups do, is an assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.listing import Order, Selection, page_count, page_of
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
from simloom.sandbox.populations.telekom_bsc import TelekomBscSims
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sims = TelekomBscSims(self.draw, world.sims)
        self._selection = Selection(
            world.sims, {"imei": self.sims.imei, "ip_address": self.sims.address}
        )
        self.tokens = TokenStore(world.clock, _LIFETIME, lambda n: self.draw.uuid(n, "token"))
        self.handlers = {
            "create_token": self.create_token,
            "list_sims": self.list_sims,
            "get_sim": self.get_sim,
        }

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

    def list_sims(self, call: Call) -> Reply:
        """Return one page as a bare array."""
        given = call.parameters
        page, size = given["page"], given["pageSize"]
        found = self._found(given.get("q"), given.get("sort"))
        sims = [self.sims.record(index) for index in page_of(found, page, size)]
        return Reply(
            body=sims,
            headers={
                "X-Count-Per-Page": str(size),
                "X-Current-Page": str(page),
                "X-Total-Count": str(len(found)),
                "X-Total-Pages": str(page_count(len(found), size)),
            },
        )

    def get_sim(self, call: Call) -> Reply:
        """Return a SIM."""
        index = self.sims.find("iccid", call.parameters["iccid"])
        if index is None:
            return Reply(status=404, reason="no SIM has this ICCID")
        return Reply(body=self.sims.record(index))

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

    def reset(self) -> None:
        """Forget all tokens."""
        self.tokens.reset()

    def _found(self, query: str | None, sort: str | None) -> Sequence[int]:
        order = tuple(
            Order(self._column(name.removeprefix("-"), "sort"), name.startswith("-"))
            for name in (sort.split(",") if sort else ())
        )
        if not query:
            return self._selection.indexes({}, order)
        # Both fields name one SIM at most, so no search and no order is needed.
        hits: set[int | None] = set()
        for pair in query.split(","):
            name, colon, value = pair.partition(":")
            if not colon:
                raise _bad("q", "q has to be field:value pairs, separated by commas")
            is_imei = self._column(name, "q") == "imei"
            hits.add(self.sims.find("imei", value) if is_imei else self.sims.find_address(value))
        return [index for index in hits if index is not None] if len(hits) == 1 else []

    def _column(self, name: str, parameter: str) -> str:
        if name not in self._selection.columns:
            fields = " and ".join(self._selection.columns)
            raise _bad(parameter, f"{parameter} knows the fields {fields} only")
        return name


def _bad(parameter: str, detail: str) -> Refused:
    return Refused(Why.REQUEST, detail, where=parameter, place="query")


def _no_token(code: str, message: str) -> Reply:
    body = {"statusCode": 400, "errorCode": code, "message": message}
    return Reply(status=400, body=body, reason=f"{code}: {message}")
