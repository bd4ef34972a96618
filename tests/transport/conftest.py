"""An identity server and an API without sockets, and both clients as one."""

from __future__ import annotations

import asyncio
import json
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from attrs import define, field

from simloom.runtime import (
    AsyncClient,
    Client,
    Empty,
    Json,
    Model,
    Operation,
    Secret,
    Text,
    Unset,
    to_secret,
)
from simloom.runtime.unset import UNSET
from simloom.transport.auth import Token, TokenAuth, lifetime_of

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://api.example"
TOKEN_URL = "https://login.example/oauth/token"
CLIENT_SECRET = "client-secret-2f1c"


@define(kw_only=True, repr=False, weakref_slot=False)
class TokenAnswer(Model):
    access_token: Secret = field(converter=to_secret)
    expires_in: int | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Grant(Model):
    client_id: str
    client_secret: Secret = field(converter=to_secret)


CREATE_TOKEN: Operation[TokenAnswer] = Operation(
    id="create_token",
    method="POST",
    path="/not/used",
    results={200: Json(lambda: TokenAnswer)},
    media_type="application/x-www-form-urlencoded",
)
READ: Operation[str] = Operation(id="get_sim", method="GET", path="/sims", results={200: Text()})
WRITE: Operation[str] = Operation(
    id="block_sim",
    method="POST",
    path="/block",
    results={200: Text(), 204: Empty()},
    media_type="application/json",
)


@define(slots=False)
class Clock:
    """A monotonic clock that a test moves; it tells when it was asked often enough."""

    now: float = 1000.0
    left: int = 0
    lock: Lock = field(factory=Lock)
    reached: Event = field(factory=Event)

    def expect(self, times: int) -> None:
        """Set `reached` once the clock has been asked this often from now on."""
        self.reached.clear()
        self.left = times

    def __call__(self) -> float:
        with self.lock:
            self.left -= 1
            if self.left <= 0:
                self.reached.set()
            return self.now


@define
class World:
    """Issues tokens t1, t2, … and answers API requests signed with the newest one.

    `expires_in` is left out of the token's answer when it is UNSET; `token_answers` are given out
    before that; `chance` is the random number of every decision, by default the middle;
    `before_token` and `before_answer` are called when such a request arrives.
    """

    clock: Clock = field(factory=Clock)
    expires_in: Any = 300
    default_lifetime: float = 100.0
    token_answers: list[tuple[int, str]] = field(factory=list)
    before_token: Callable[[], None] = lambda: None
    before_answer: Callable[[httpx.Request], None] = lambda _: None
    tokens: list[httpx.Request] = field(factory=list)
    requests: list[httpx.Request] = field(factory=list)
    rejected: set[str] = field(factory=set)
    chance: float = 0.5

    def auth(self, **options: Any) -> TokenAuth[TokenAnswer]:
        grant = Grant(client_id="me", client_secret=CLIENT_SECRET)
        return TokenAuth(
            request=lambda: CREATE_TOKEN.request(body=grant),
            url=TOKEN_URL,
            read=lambda answer: Token(answer.access_token, lifetime_of(answer.expires_in)),
            default_lifetime=self.default_lifetime,
            **{"clock": self.clock, "chance": lambda: self.chance, **options},
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url != TOKEN_URL:
            return self._api(request)
        self.tokens.append(request)
        number = len(self.tokens)
        self.before_token()
        if self.token_answers:
            status, text = self.token_answers.pop(0)
            headers = {"location": "https://evil.example/"} if status == 302 else {}
            return httpx.Response(status, headers=headers, content=text.encode())
        answer = {"access_token": f"t{number}", "expires_in": self.expires_in}
        if self.expires_in is UNSET:
            del answer["expires_in"]
        return httpx.Response(200, content=json.dumps(answer))

    def _api(self, request: httpx.Request) -> httpx.Response:
        kept = httpx.Request(  # the flow signs one and the same request twice
            request.method,
            request.url,
            headers=request.headers.copy(),
            content=request.content,
            extensions=request.extensions,
        )
        self.requests.append(kept)
        self.before_answer(kept)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token in self.rejected or token != f"t{len(self.tokens)}":
            return httpx.Response(401, content=b'{"message":"token expired"}')
        return httpx.Response(200, content=token)

    @property
    def used(self) -> list[str]:
        """The tokens of the API requests, in their order."""
        return [
            request.headers["authorization"].removeprefix("Bearer ") for request in self.requests
        ]


def blocking(world: Any, auth: httpx.Auth) -> Client:
    """Make a blocking client whose requests go to the world."""
    client = Client(BASE, auth=auth)
    options = {**client._httpx_options(), "transport": httpx.MockTransport(world)}
    client._client = httpx.Client(**options)
    return client


def awaited(world: Any, auth: httpx.Auth) -> AsyncClient:
    """Make an awaited client whose requests go to the world."""
    client = AsyncClient(BASE, auth=auth)
    options = {**client._httpx_options(), "transport": httpx.MockTransport(world)}
    client._client = httpx.AsyncClient(**options)
    return client


@define
class Exchange:
    """Sends requests with one of the two clients; a callable among them is called in its turn."""

    blocking: bool

    def __call__(self, world: World, auth: httpx.Auth, *steps: Any) -> list[Any]:
        if self.blocking:
            with blocking(world, auth) as client:
                return [step() if callable(step) else client.send(step) for step in steps]
        return asyncio.run(self._awaited(world, auth, steps))

    async def _awaited(self, world: World, auth: httpx.Auth, steps: tuple[Any, ...]) -> list[Any]:
        async with awaited(world, auth) as client:
            return [step() if callable(step) else await client.send(step) for step in steps]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(params=[True, False], ids=["blocking", "awaited"])
def exchange(request: pytest.FixtureRequest) -> Exchange:
    return Exchange(request.param)


@pytest.fixture
def read() -> Any:
    """A request that changes nothing."""
    return READ.request()


@pytest.fixture
def write() -> Any:
    """A request with a body."""
    return WRITE.request(body={"iccid": "1", "reason": "ü"}, headers={"x-key": "k"})


@pytest.fixture
def open_blocking() -> Callable[[Any, httpx.Auth], Client]:
    return blocking


@pytest.fixture
def open_awaited() -> Callable[[Any, httpx.Auth], AsyncClient]:
    return awaited


@pytest.fixture(params=["httpx", "aiohttp"])
def engine(request: pytest.FixtureRequest) -> str:
    """The library below the awaited client."""
    return request.param
