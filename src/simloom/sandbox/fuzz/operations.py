"""Random requests: any operation of any vendor, with parameters and bodies that its spec allows."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import frozen

from simloom.sandbox.fuzz.values import Pool, Values
from simloom.sandbox.messages import Call
from simloom.sandbox.routing import Operation, Routes
from simloom.sandbox.specs import load_spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from random import Random

    from simloom.sandbox.emulator import Emulator
    from simloom.sandbox.routing import Parameter
    from simloom.sandbox.specs import Spec

_FORM = "application/x-www-form-urlencoded"
_TOKEN_AGE = 200  # seconds of the sandbox's clock; the shortest life of a token is 300


@frozen
class Step:
    """One request of a campaign."""

    provider: str
    operation: Operation
    call: Call


class Operations:
    """Draws requests from a vendor's spec, its SIMs and what its answers named so far."""

    def __init__(self, emulator: Emulator, provider: str, random: Random) -> None:
        self._emulator = emulator
        self._provider = provider
        self._random = random
        self.spec: Spec = load_spec(provider)
        self.routes: Routes = Routes(self.spec)
        self.pool: Pool = Pool(random)
        self._values = Values(self.spec, random, self.pool)
        self._settings = emulator.address(provider, "").settings
        self._token = ""
        self._token_since = float("-inf")
        live = getattr(emulator.vendor(provider), "live")  # noqa: B009  (every vendor has one)
        for index in live.indexes:
            self.pool.harvest(live.record(index))
        partners = emulator.vendor(provider).state().get("simsByPartner", {})
        for partner, sims in partners.items():
            for _ in range(min(sims, 20)):  # the more SIMs it has, the more often it is asked for
                self.pool.add("partnerID", partner)

    def draw(self) -> Step:
        """Return any request."""
        operation = self._random.choice(self.routes.operations)
        now = self._emulator.world.clock.now()
        in_path = [one for one in operation.parameters if one.place == "path"]
        known = self.pool.together(one.name for one in in_path)
        if self._random.random() < 0.4:
            known = {}
        path = {one.name: str(known.get(one.name) or self._parameter(one, now)) for one in in_path}
        query = [
            (one.name, self._parameter(one, now))
            for one in operation.parameters
            if one.place == "query" and (one.required or self._random.random() < 0.3)
        ]
        headers, body = self._authorised(operation), b""
        if operation.body is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(self._values.of(operation.body, now, ("iccid",))).encode()
        elif operation.id == self._emulator.vendor(self._provider).login_operation:
            headers["content-type"] = _FORM
            body = urlencode(self._grant()).encode()
        call = Call(
            method=operation.method,
            path="/" + "/".join(_filled(part, path) for part in operation.template),
            query=tuple(query),
            headers=headers,
            body=body,
        )
        return Step(self._provider, operation, call)

    def _parameter(self, parameter: Parameter, now: datetime) -> str:
        value = self._values.of(parameter.schema, now, (parameter.name,))
        return str(value).lower() if isinstance(value, bool) else str(value)

    def _authorised(self, operation: Operation) -> dict[str, str]:
        login = self._emulator.vendor(self._provider).login_operation
        if login is None:
            return {"authorization": self._scheme() + self._settings["api_key"]}
        if operation.id == login:
            return self._basic()
        age = self._emulator.world.clock.monotonic() - self._token_since
        if age > _TOKEN_AGE:
            self._log_in(login)
        return {"authorization": f"Bearer {self._token}"}

    def _log_in(self, login: str) -> None:
        operation = next(one for one in self.routes.operations if one.id == login)
        call = Call(
            method=operation.method,
            path="/" + "/".join(operation.template),
            headers={**self._basic(), "content-type": _FORM},
            body=urlencode(self._grant()).encode(),
        )
        self._token = str(self._emulator.answer(self._provider, call).body["access_token"])
        self._token_since = self._emulator.world.clock.monotonic()

    def _scheme(self) -> str:
        return "App " if self._provider == "infobip" else "Bearer "

    def _basic(self) -> dict[str, str]:
        if "username" not in self._settings:
            return {}
        pair = f"{self._settings['username']}:{self._settings['password']}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _grant(self) -> dict[str, str]:
        own = {
            name: self._settings[name]
            for name in ("client_id", "client_secret")
            if name in self._settings
        }
        return {"grant_type": "client_credentials", **own}


def _filled(part: str, values: Mapping[str, str]) -> str:
    is_variable = part.startswith("{") and part.endswith("}")
    return quote(values[part[1:-1]], safe="") if is_variable else part
