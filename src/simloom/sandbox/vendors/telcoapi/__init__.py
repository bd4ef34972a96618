"""TelcoAPI Physical SIM API.

The reference states no default and no maximum of `per_page`: 10 as in its example, and 1000, are
assumptions. So is that a sort without direction is ascending. `sims` and `pins` say what is
assumed there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.sandbox.messages import Call, Refused, Reply, Why, bearer_token
from simloom.sandbox.overlay import LiveSims
from simloom.sandbox.populations.telcoapi import TelcoApiSims
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret
from simloom.sandbox.vendors.telcoapi.pins import Pins
from simloom.sandbox.vendors.telcoapi.problems import problem
from simloom.sandbox.vendors.telcoapi.sims import Inventory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.vendor import Handler

_TITLES = {
    Why.REQUEST: ("validation-error", "Validation Error"),
    Why.PATH: ("not-found", "Not Found"),
    Why.METHOD: ("method-not-allowed", "Method Not Allowed"),
}


class TelcoApi(Vendor):
    """One API key as bearer token. Errors are problem documents."""

    id: ClassVar[str] = "telcoapi"
    settings: ClassVar[Mapping[str, str]] = {"api_key": "sandbox-telcoapi-api-key"}
    secret_settings: ClassVar[frozenset[str]] = frozenset({"api_key"})

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self.sims: TelcoApiSims = TelcoApiSims(self.draw, world.sims)
        self.live: LiveSims = LiveSims(self.sims, "state")
        shared = (self.ledger, world.clock, self.publish)
        self._inventory = Inventory(self.sims, self.live, *shared)
        self._pins = Pins(self.live, *shared)
        self.handlers: Mapping[str, Handler] = {**self._inventory.handlers, **self._pins.handlers}
        self.parts.update({"sims": self.live, "pins": self._pins})

    def authenticate(self, call: Call) -> Reply | None:
        """Take the API key as bearer token."""
        if same_secret(bearer_token(call), self.settings["api_key"]):
            return None
        return problem(
            401,
            "unauthorized",
            "Unauthorized",
            "The API key is missing or not known",
            call,
            headers={"WWW-Authenticate": "Bearer"},
        )

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer with a problem document; the one for an ICCID is documented to the letter."""
        if refused.place in {"path", "body"} and refused.where == "iccid":
            reply = problem(
                400,
                "validation-error",
                "Invalid ICCID Format",
                "ICCID must be a 19-20 digit number",
                call,
            )
            reply.body["instance"] = "/sim/physical"  # without the ICCID, unlike a 404
            return reply
        kind, title = _TITLES[refused.why]
        headers = refusal_headers(refused)
        return problem(refused.why.value, kind, title, refused.detail, call, headers=headers)

    def state(self) -> dict[str, Any]:
        """Return the number of SIMs."""
        return {"sims": len(self.live.indexes)}
