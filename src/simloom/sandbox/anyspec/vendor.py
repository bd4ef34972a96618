"""A vendor of the sandbox that is nothing but its spec."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from simloom.sandbox.anyspec.answers import Answers
from simloom.sandbox.anyspec.credentials import LIFETIME, Scheme, client_of, schemes_of
from simloom.sandbox.anyspec.reading import AnySpec
from simloom.sandbox.anyspec.routes import AnyRoutes
from simloom.sandbox.anyspec.samples import Samples
from simloom.sandbox.messages import Call, Refused, Reply
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers, same_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.routing import Operation, Routes
    from simloom.sandbox.specs import Spec

_SECRET_PARTS = {"password", "api_key", "client_secret", "token"}


class AnyVendor(Vendor):
    """One generic handler for every operation. `vendor_for` makes the subclass of a spec."""

    spec: ClassVar[AnySpec]
    schemes: ClassVar[Mapping[str, Scheme]]

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self.tokens = TokenStore(world.clock, LIFETIME, lambda n: self.draw.uuid(n, "token"))
        self._routes = AnyRoutes(self.spec, self.login_operation)
        self._answers = Answers(Samples(self.spec, self.draw), self._routes)
        self.handlers = {
            operation.id: partial(self._answer, operation) for operation in self._routes.operations
        }
        if self.login_operation is not None:
            self.handlers[self.login_operation] = self.create_token
        self.parts |= {"tokens": self.tokens}

    @classmethod
    def read_spec(cls) -> Spec:
        """Return the spec that was read when the subclass was made."""
        return cls.spec

    @classmethod
    def routes(cls, spec: Spec) -> Routes:
        """Return routes that know all of OpenAPI's parameters."""
        return AnyRoutes(spec, cls.login_operation)

    def admit(self, operation_id: str, call: Call) -> Reply | None:
        """Look at the headers and cookies, which a late request does not have any more."""
        self._routes.check_headers(operation_id, call)
        return super().admit(operation_id, call)

    def authenticate(self, call: Call) -> Reply | None:
        """Take what the operation's `security` asks for."""
        try:
            operation, _ = self._routes.find(call)
        except Refused:
            return None
        needed = self._routes.nodes[operation.id].get(
            "security", self.spec.document.get("security", ())
        )
        if not needed:
            return None
        for together in needed:
            if all(self.schemes[name].accepts(call, self.tokens) for name in together):
                return None
        ways = [" and ".join(self.schemes[name].how for name in together) for together in needed]
        reply = self._answers.error(operation.id, 401, f"send {', or '.join(ways)}")
        has_basic = any("username" in self.schemes[name].values for item in needed for name in item)
        challenge = f'Basic realm="{self.id}"' if has_basic else "Bearer"
        return evolve(reply, headers={"WWW-Authenticate": challenge})

    def without_credentials(self, call: Call) -> Call:
        """Return the call without Authorization, cookies and API keys."""
        nodes = [scheme.node for scheme in self.schemes.values()]
        keys = {str(node["name"]) for node in nodes if node["type"] == "apiKey"}
        gone = {"authorization", "cookie", *(name.lower() for name in keys)}
        headers = {name: value for name, value in call.headers.items() if name not in gone}
        query = tuple(pair for pair in call.query if pair[0] not in keys)
        return evolve(call, headers=headers, query=query)

    def create_token(self, call: Call) -> Reply:
        """Issue a token for client credentials; errors are those of RFC 6749, section 5.2."""
        name, secret, grant = client_of(call)
        for scheme in self.schemes.values():
            values = scheme.values
            right = same_secret(name, values.get("client_id", ""))
            if "client_id" in values and right & same_secret(secret, values["client_secret"]):
                break
        else:
            headers = {"WWW-Authenticate": f'Basic realm="{self.id}"'}
            return _no_token(401, "invalid_client", "unknown client or wrong secret", headers)
        if grant != "client_credentials":
            return _no_token(
                400, "unsupported_grant_type", "grant_type has to be client_credentials"
            )
        token = self.tokens.issue(scheme.name)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}
        return Reply(body=body, headers={"Cache-Control": "no-store"})

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the shape that the spec gives its errors, otherwise in one of our own."""
        if operation_id is not None and operation_id == self.login_operation:
            return _no_token(refused.why.value, "invalid_request", refused.detail)
        reply = self._answers.error(operation_id, refused.why.value, refused.detail)
        return evolve(reply, headers=refusal_headers(refused))

    def state(self) -> dict[str, Any]:
        """Return the number of tokens."""
        return {"tokensIssued": self.tokens.issued, "tokensLive": self.tokens.live}

    def _answer(self, operation: Operation, call: Call) -> Reply:
        try:
            return self._answers.success(operation, call)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            # A schema may be of a wrong shape in a place that nothing looked at before.
            reason = f"the spec's answer to {operation.id} cannot be made: {type(error).__name__}"
            return Reply(status=501, body={"sandbox": reason}, reason=reason)


def vendor_for(spec: AnySpec) -> type[AnyVendor]:
    """Return the vendor of a spec. Raises SpecRefused for security that is not served."""
    schemes = schemes_of(spec)
    spec, login = _with_token_endpoint(spec, schemes)
    parts = [
        (part, full, scheme.values[part])
        for scheme in schemes.values()
        for part, full in scheme.settings.items()
    ]
    members = {
        "__doc__": f"The vendor that the spec {spec.provider} describes.",
        "id": spec.provider,
        "spec": spec,
        "schemes": schemes,
        "login_operation": login,
        "settings": {full: value for _, full, value in parts},
        "secret_settings": frozenset(full for part, full, _ in parts if part in _SECRET_PARTS),
    }
    return cast("type[AnyVendor]", type("SpecVendor", (AnyVendor,), members))


def _with_token_endpoint(
    spec: AnySpec, schemes: Mapping[str, Scheme]
) -> tuple[AnySpec, str | None]:
    """Return the spec with an operation at the first `tokenUrl`, and that operation's id."""
    routes = AnyRoutes(spec)  # before anything else: it reads every operation
    urls = [scheme.token_url for scheme in schemes.values() if scheme.token_url is not None]
    if not urls:
        return spec, None
    path = urlsplit(urljoin(f"http://sandbox{spec.base_path()}/", urls[0])).path
    try:
        return spec, routes.find(Call(method="POST", path=path))[0].id
    except Refused:
        pass
    name = "create_token"
    while name in routes.nodes:
        name = f"sandbox_{name}"
    # No path of a spec is empty, and the server of a path item wins over the document's.
    item = {
        "servers": [{"url": path}],
        "post": {
            "operationId": name,
            "security": [],
            "responses": {"200": {"content": {"application/json": {}}}},
        },
    }
    paths = {**spec.document["paths"], "": item}
    return AnySpec(spec.provider, {**spec.document, "paths": paths}), name


def _no_token(
    status: int, error: str, text: str, headers: Mapping[str, str] | None = None
) -> Reply:
    body = {"error": error, "error_description": text}
    return Reply(status=status, body=body, headers=headers or {}, reason=f"{error}: {text}")
