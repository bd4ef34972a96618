from __future__ import annotations

import base64
import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from simloom.sandbox import ManualClock, ProviderAddress, Sandbox, World
from simloom.sandbox.emulator import Emulator
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.specs import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 7
SIMS = 25
PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")

# The shape of errors that a spec declares for no status of an operation, or for no operation.
ERROR_SHAPES: dict[str, dict[str, Any]] = {
    "telekom-m2m": {"$ref": "#/components/schemas/ErrorBody"},
    "telekom-bsc": {"$ref": "#/components/schemas/TopUpError"},
    "telcoapi": {"$ref": "#/components/schemas/Problem"},
    "infobip": {
        "type": "object",
        "required": ["requestError"],
        "additionalProperties": False,
        "properties": {
            "requestError": {
                "type": "object",
                "required": ["serviceException"],
                "additionalProperties": False,
                "properties": {
                    "serviceException": {
                        "type": "object",
                        "required": ["messageId", "text"],
                        "additionalProperties": False,
                        "properties": {
                            "messageId": {"type": "string"},
                            "text": {"type": "string"},
                        },
                    }
                },
            }
        },
    },
}
METHODS = {"get", "put", "post", "delete", "patch"}


def closed(node: Any) -> Any:
    """Forbid every member that a schema does not name."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: closed(value) for name, value in node.items()}
    if node.get("type") == "object" and "properties" in node:
        node.setdefault("additionalProperties", False)
    return node


class Conformity:
    """Validates every answer of a sandbox against the spec, as an event hook of httpx.

    Finds the operation itself, by regular expressions over the spec's paths.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.seen: list[tuple[str, str | None, int]] = []
        self.validators: dict[tuple[str, int], Any] = {}
        self.documents = {name: dict(load_spec(name).document) for name in PROVIDERS}
        self.components = {
            name: closed(document["components"]) for name, document in self.documents.items()
        }

    def __call__(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        provider, path = str(request.url).removeprefix(f"{self.root}/").split("?")[0].split("/", 1)
        operation = self.operation(provider, request.method, f"/{path}")
        self.seen.append((provider, operation and operation["operationId"], response.status_code))
        self.check(provider, operation, response)

    def operation(self, provider: str, method: str, path: str) -> dict[str, Any] | None:
        document = self.documents[provider]
        fits = []
        for template, item in document["paths"].items():
            for verb, operation in item.items():
                if verb not in METHODS or verb.upper() != method:
                    continue
                servers = operation.get("servers", document["servers"])
                base = re.sub("^https?://[^/]+", "", servers[0]["url"])
                if re.fullmatch(base + re.sub(r"{\w+}", "[^/]+", template), path):
                    fits.append((template.count("{"), operation))
        return min(fits, key=lambda fit: fit[0])[1] if fits else None

    def check(self, provider: str, operation: dict[str, Any] | None, response: Any) -> None:
        declared = operation["responses"] if operation else {}
        answer = declared.get(str(response.status_code))
        if answer is None:
            schema = ERROR_SHAPES[provider]
            media_type = (
                "application/problem+json" if provider == "telcoapi" else "application/json"
            )
            if not response.content:
                assert provider == "telekom-bsc"
                return
        elif "content" not in answer:
            assert response.content == b""
            assert "content-type" not in response.headers
            return
        else:
            ((media_type, content),) = answer["content"].items()
            schema = content["schema"]
        assert response.headers["content-type"] == media_type
        errors = self.validator(provider, schema).iter_errors(response.json())
        assert [error.message for error in errors] == []

    def validator(self, provider: str, schema: dict[str, Any]) -> Any:
        key = (provider, id(schema))
        if key not in self.validators:
            whole = {**closed(schema), "components": self.components[provider]}
            self.validators[key] = OAS31Validator(whole)
        return self.validators[key]


class Desk:
    """An emulator without a server. Validates every answer; the clock moves only when told to."""

    conformity = Conformity("http://sandbox")

    def __init__(self, **world: Any) -> None:
        self.clock = ManualClock()
        self.emulator = Emulator(World(seed=SEED, sims=60, clock=self.clock, **world))
        self._logins: dict[str, str] = {}

    def ask(self, provider: str, method: str, path: str, body: Any = None) -> Reply:
        """Send a request; the path is below the provider's base URL and may have a query."""
        headers = {"authorization": self._login(provider)}
        if body is not None:
            headers["content-type"] = "application/json"
        return self._send(provider, method, path, headers, b"" if body is None else dump(body))

    def wait(self, seconds: float) -> None:
        """Let time pass, and log in again where tokens have expired."""
        self.clock.advance(seconds)
        self._logins.clear()

    def effects(self, provider: str | None = None, iccid: str | None = None) -> list[Any]:
        """Return operation and changes of every effect."""
        entries = self.emulator.ledger(provider, iccid)["effects"]
        return [(entry["operation"], entry["changed"]) for entry in entries]

    def _send(
        self, provider: str, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> Reply:
        is_token = "token" in path.rsplit("/", 1)[-1] and provider == "telekom-m2m"
        base = "" if is_token else self.emulator.address(provider, "").base_url
        url = httpx.URL(f"http://sandbox{base or f'/{provider}'}{path}")
        call = Call(
            method=method,
            path=url.raw_path.decode().split("?")[0].removeprefix(f"/{provider}"),
            query=tuple(url.params.multi_items()),
            headers=headers,
            body=body,
        )
        reply = self.emulator.answer(provider, call)
        content = b"" if reply.body is None else dump(reply.body)
        shown = dict(reply.headers)
        if content:
            shown["content-type"] = reply.media_type
        request = httpx.Request(method, url)
        self.conformity(
            httpx.Response(reply.status, headers=shown, content=content, request=request)
        )
        return reply

    def _login(self, provider: str) -> str:
        settings = self.emulator.address(provider, "").settings
        if provider == "telcoapi":
            return f"Bearer {settings['api_key']}"
        if provider == "infobip":
            return f"App {settings['api_key']}"
        if provider not in self._logins:
            path, form, headers = "/oauth/token", {"grant_type": "client_credentials"}, {}
            if provider == "telekom-m2m":
                path = f"/{(self.emulator.address(provider, '').token_url or '').split('/', 2)[2]}"
                form |= {name: settings[name] for name in ("client_id", "client_secret")}
            else:
                pair = f"{settings['username']}:{settings['password']}".encode()
                headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
            headers["content-type"] = "application/x-www-form-urlencoded"
            reply = self._send(provider, "POST", path, headers, urlencode(form).encode())
            self._logins[provider] = f"Bearer {reply.body['access_token']}"
        return self._logins[provider]

    def sims(self, provider: str, **wanted: Any) -> list[str]:
        """Return the ICCIDs of the SIMs that have these values and neither expired nor fail.

        All of them belong to the superunit. `option` asks for an option that is booked.
        """
        option = wanted.pop("option", None)
        live = self.vendor(provider).live
        records = [live.record(index) for index in range(48) if index % 19 not in (13, 17)]
        return [
            str(record["iccid"])
            for record in records
            if wanted.items() <= record.items()
            and option in (None, *(item["optionID"] for item in record.get("options", ())))
        ]

    def sim(self, provider: str, **wanted: Any) -> str:
        return self.sims(provider, **wanted)[0]

    def vendor(self, provider: str) -> Any:
        return self.emulator._mounted[provider].vendor


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="session")
def new_desk() -> type[Desk]:
    return Desk


@pytest.fixture(scope="session")
def closed_schemas() -> Callable[[Any], Any]:
    return closed


@pytest.fixture(scope="session")
def error_shapes() -> dict[str, dict[str, Any]]:
    return ERROR_SHAPES


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed=SEED, sims=SIMS, limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def conformity(sandbox: Sandbox) -> Conformity:
    return Conformity(sandbox.url)


def authorisation(address: ProviderAddress) -> dict[str, Any]:
    """Return the keyword arguments that let an httpx client in."""
    settings = address.settings
    if address.id == "telekom-m2m":
        grant = {
            "grant_type": "client_credentials",
            "client_id": settings["client_id"],
            "client_secret": settings["client_secret"],
            "scope": "openid profile",
        }
        with httpx.Client(verify=False, trust_env=False) as client:
            token = client.post(address.token_url or "", data=grant).json()["access_token"]
        return {"headers": {"Authorization": f"Bearer {token}"}}
    if address.id == "telekom-bsc":
        with httpx.Client(verify=False, trust_env=False) as client:
            token = client.post(
                address.token_url or "",
                data={"grant_type": "client_credentials"},
                auth=(settings["username"], settings["password"]),
            ).json()["access_token"]
        return {"headers": {"Authorization": f"Bearer {token}"}}
    if address.id == "telcoapi":
        return {"headers": {"Authorization": f"Bearer {settings['api_key']}"}}
    return {"auth": (settings["username"], settings["password"])}


@pytest.fixture(scope="module")
def connect(sandbox: Sandbox, conformity: Conformity) -> Iterator[Callable[..., httpx.Client]]:
    """Open a client for a vendor; with `anonymous=True` one without credentials."""
    with ExitStack() as stack:

        def open_client(provider: str, *, anonymous: bool = False) -> httpx.Client:
            address = sandbox.provider(provider)
            return stack.enter_context(
                httpx.Client(
                    base_url=address.base_url,
                    verify=False,  # loading certificates takes longer than all requests
                    trust_env=False,
                    event_hooks={"response": [conformity]},
                    **({} if anonymous else authorisation(address)),
                )
            )

        yield open_client
