"""A vendor of the sandbox that is nothing but its spec."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from simloom.sandbox.anyspec.answers import Answers
from simloom.sandbox.anyspec.credentials import (
    LIFETIME,
    Scheme,
    client_of,
    schemes_of,
    token_url,
)
from simloom.sandbox.anyspec.desk import Desk
from simloom.sandbox.anyspec.logins import Login, find_login, token_body
from simloom.sandbox.anyspec.problems import Problems
from simloom.sandbox.anyspec.reading import AnySpec, SpecRefused
from simloom.sandbox.anyspec.routes import AnyRoutes
from simloom.sandbox.anyspec.samples import Samples
from simloom.sandbox.anyspec.shapes import Shapes
from simloom.sandbox.anyspec.sizes import TooLarge
from simloom.sandbox.anyspec.targets import Unknown
from simloom.sandbox.messages import Call, Refused, Reply
from simloom.sandbox.seeds import Draw
from simloom.sandbox.tokens import TokenStore
from simloom.sandbox.vendor import Vendor, World, refusal_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.routing import Operation, Routes
    from simloom.sandbox.specs import Spec
    from simloom.sandbox.vendor import Handler

_SECRET_PARTS = {"password", "api_key", "client_secret", "token"}


class AnyVendor(Vendor):
    """One generic handler for every operation. `vendor_for` makes the subclass of a spec."""

    spec: ClassVar[AnySpec]
    schemes: ClassVar[Mapping[str, Scheme]]

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        super().__init__(world, ledger)
        self.tokens: TokenStore = TokenStore(
            world.clock, LIFETIME, lambda n: self.draw.uuid(n, "token")
        )
        self._routes = AnyRoutes(self.spec, self.login_operation)
        self._shapes = Shapes(Samples(self.spec, self.draw))
        self._answers = Answers(self._shapes.samples, self._routes)
        self._problems = Problems(self._shapes, self._answers, self._routes)
        self.desk: Desk = self._desk(world.sims)
        handlers: dict[str, Handler] = {
            operation.id: partial(self._answer, operation) for operation in self._routes.operations
        }
        for operation in self._routes.operations:
            if operation.id == self.login_operation:
                handlers[operation.id] = partial(self._log_in, operation)
        self.handlers: Mapping[str, Handler] = handlers
        self.parts.update({"tokens": self.tokens, "items": self.desk.store})
        if self.desk.sims is not None:
            self.live: LiveSims = self.desk.sims

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
        reply = self._problems.error(
            operation.id, 401, f"send {', or '.join(ways)}", shown="wrong or missing credentials"
        )
        has_basic = any(self.schemes[name].is_basic for together in needed for name in together)
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

    def _desk(self, sims: int) -> Desk:
        try:
            return Desk(self._shapes, self._answers, self._routes, self.ledger, self.id, sims)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            why = f"{type(error).__name__}: {error}"
            raise SpecRefused(
                f"{self.id}: is no valid OpenAPI document ({why}): lint it"
            ) from error

    def _log_in(self, operation: Operation, call: Call) -> Reply:
        """Issue a token, as the document's own operation does or as RFC 6749 has it."""
        login = next((scheme for scheme in self.schemes.values() if scheme.login), None)
        if login is None or login.login is None:
            return self._create_token(operation, call)
        if login.login.basic is not None:
            right = self.schemes[login.login.basic].accepts(call, self.tokens)
        else:
            right = login.knows(*login.login.given(call))
        if not right:
            wanted = login if login.login.basic is None else self.schemes[login.login.basic]
            reason = f"log in with {', '.join(wanted.settings.values())}"
            return self._problems.error(operation.id, 401, reason, shown="wrong credentials")
        return self._issued(operation, call, login.name)

    def _create_token(self, operation: Operation, call: Call) -> Reply:
        """Issue a token for client credentials; errors are those of RFC 6749, section 5.2."""
        name, secret, grant = client_of(call)
        schemes = [scheme for scheme in self.schemes.values() if scheme.token_url is not None]
        grants = {scheme.grant for scheme in schemes}
        if grant not in grants:
            wanted = " or ".join(sorted(grants))
            return _no_token(400, "unsupported_grant_type", f"grant_type has to be {wanted}")
        for scheme in schemes:
            if scheme.grant == grant and scheme.knows(name, secret):
                return self._issued(operation, call, scheme.name)
        headers = {"WWW-Authenticate": f'Basic realm="{self.id}"'}
        return _no_token(401, "invalid_client", "unknown client or wrong secret", headers)

    def _issued(self, operation: Operation, call: Call, holder: str) -> Reply:
        token = self.tokens.issue(holder)
        schema = self._answers.schema(operation)
        base = self._answers.base(operation, call)
        body = token_body(self._shapes, schema, base, token, LIFETIME)
        if body is None:
            body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}
            return Reply(body=body, headers={"Cache-Control": "no-store"})
        reply = self._answers.reply(operation, call, body)
        return evolve(reply, headers={**reply.headers, "Cache-Control": "no-store"})

    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:  # noqa: ARG002
        """Answer in the shape that the spec gives its errors, otherwise in one of our own."""
        is_login = operation_id is not None and operation_id == self.login_operation
        if is_login and not any(scheme.login for scheme in self.schemes.values()):
            return _no_token(refused.why.value, "invalid_request", refused.detail)
        reply = self._problems.error(operation_id, refused.why.value, refused.detail)
        return evolve(reply, headers=refusal_headers(refused))

    def notes(self) -> list[str]:
        """Return what the sandbox could not tell from the document, in sentences."""
        return self.desk.notes(self._routes.operations)

    def state(self) -> dict[str, Any]:
        """Return tokens, how many items each collection has, its paging, and what is unclear."""
        return {
            "tokensIssued": self.tokens.issued,
            "tokensLive": self.tokens.live,
            "collections": self.desk.collections(self._routes.operations),
            "unclear": self.notes(),
        }

    def docs_login(self, token_url: str | None) -> dict[str, Any]:
        """Return the demo credentials as Swagger UI wants them, and in words what else to do."""
        told: dict[str, Any] = {"words": "The demo credentials are filled in.", "basic": {}}
        told["keys"] = {}
        for name, scheme in self.schemes.items():
            values = scheme.values
            if scheme.login is not None:
                told["words"] = (
                    f"Run {scheme.login.operation} with {', '.join(map(str, values.values()))},"
                    f" then put its token into Authorize, {name}."
                )
            elif scheme.is_basic:
                told["basic"][name] = [values["username"], values["password"]]
            elif "client_id" in values:
                told["oauth"] = {
                    "clientId": values["client_id"],
                    "clientSecret": values["client_secret"],
                    "tokenUrl": token_url,
                    "scopes": [],
                }
            elif "username" not in values:
                told["keys"][name] = next(iter(values.values()))
        return told

    def _answer(self, operation: Operation, call: Call) -> Reply:
        try:
            return self.desk.answer(operation, call)
        except Unknown as unknown:
            return self._problems.error(operation.id, unknown.status, str(unknown))
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            # A schema may be of a wrong shape in a place that nothing looked at before.
            why = error if isinstance(error, TooLarge) else type(error).__name__
            reason = f"the spec's answer to {operation.id} cannot be made: {why}"
            return Reply(status=501, body={"sandbox": reason}, reason=reason)


def vendor_for(spec: AnySpec) -> type[AnyVendor]:
    """Return the vendor of a spec. Raises SpecRefused for security that is not served."""
    login = _login_of(spec)
    schemes = schemes_of(spec, login)
    spec, endpoint = _with_token_endpoint(spec, schemes)
    operation = endpoint if login is None else login.operation
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
        "login_operation": operation,
        "settings": {full: value for _, full, value in parts},
        "secret_settings": frozenset(full for part, full, _ in parts if part in _SECRET_PARTS),
    }
    return cast("type[AnyVendor]", type("SpecVendor", (AnyVendor,), members))


def _login_of(spec: AnySpec) -> Login | None:
    routes = AnyRoutes(spec)  # before anything else: it reads every operation
    answers = Answers(Samples(spec, Draw(0, spec.provider)), routes)
    good = {operation.id: answers.content(operation) for operation in routes.operations}
    # A document with a token endpoint has no need of another way to a token.
    nodes = spec.document.get("components", {}).get("securitySchemes", {}).values()
    if any(token_url(spec.resolve(node)) is not None for node in nodes):
        return None
    return find_login(spec, routes, good)


def _with_token_endpoint(
    spec: AnySpec, schemes: Mapping[str, Scheme]
) -> tuple[AnySpec, str | None]:
    """Return the spec with an operation at the first `tokenUrl`, and that operation's id."""
    routes = AnyRoutes(spec)
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
