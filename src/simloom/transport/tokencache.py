"""Tokens held for one client, or for all clients of this process with the same credentials."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from attrs import define, field

from simloom.transport.flights import SingleFlight

if TYPE_CHECKING:
    import httpx

    from simloom.runtime.errors import ApiError
    from simloom.runtime.secret import Secret
    from simloom.transport.tokens import Token, TokenState

MOST = 64
"""Tokens that a process keeps for clients that are gone."""


@define(eq=False)
class HeldToken:
    """A token's state for many threads, and the token request that may be under way for it."""

    state: TokenState
    flights: SingleFlight = field(factory=SingleFlight)
    _lock: Lock = field(factory=Lock, repr=False)

    def present(self, now: float) -> tuple[Secret | None, bool]:
        """Return the token that may be used, and whether the caller should renew it."""
        with self._lock:
            return self.state.usable(now), self.state.due(now)

    def store(self, token: Token, asked: float, chance: float) -> None:
        """Keep a token that was asked for at `asked`."""
        with self._lock:
            self.state.store(token, asked, chance)

    def make_do(self, now: float, chance: float) -> Secret | None:
        """Return the token that may be used although renewing it failed; do not retry at once."""
        with self._lock:
            self.state.postpone(now, chance)
            return self.state.usable(now)

    def reject(self, token: Secret, now: float) -> bool:
        """Forget a refused token; tell whether to try with another one."""
        with self._lock:
            return self.state.reject(token, now)

    def distrust(self, token: Secret, now: float, chance: float) -> None:
        """Note that the replacement of a refused token was refused too."""
        with self._lock:
            self.state.distrust(token, now, chance)

    def refuse(self, error: ApiError, now: float) -> None:
        """Remember that the vendor does not accept these credentials."""
        with self._lock:
            self.state.refuse(error, now)

    def known_refusal(self, now: float) -> ApiError | None:
        """Return the refusal that a new token request would only repeat."""
        with self._lock:
            return self.state.known_refusal(now)


class TokenCache:
    """Tokens by the request that gets them: token URL, client id, secret and scope.

    The key is a hash of that request with a key of this process, so no secret can be read from it.
    The tokens used last are kept, so that a client per request does not cost a token each. A child
    process starts without any: a token request under way belongs to its parent's threads.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self.forget()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Drop every token; clients that are open keep theirs."""
        self._lock = Lock()
        self._held: OrderedDict[bytes, HeldToken] = OrderedDict()

    def held(self, request: httpx.Request, otherwise: HeldToken) -> HeldToken:
        """Return the token that this token request gets, `otherwise` if there is none yet."""
        parts = (str(request.url), request.headers.get("authorization", ""))
        text = "\n".join(parts).encode() + b"\n" + request.content
        name = hashlib.blake2b(text, key=self._key, digest_size=32).digest()
        with self._lock:
            found = self._held.setdefault(name, otherwise)
            self._held.move_to_end(name)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
            return found


SHARED = TokenCache()
"""The tokens of this process."""
