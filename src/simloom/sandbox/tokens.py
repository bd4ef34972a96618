"""Access tokens that a vendor issued, and until when they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.sandbox.clock import Clock


class TokenStore:
    """Issues tokens and knows them again until they expire.

    Each request gets a new token, and old ones stay valid until their time is over, as both
    vendors with tokens do. `mint` makes the n-th token; the same seed mints the same tokens.
    """

    def __init__(self, clock: Clock, lifetime: float, mint: Callable[[int], str]) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._mint = mint
        self._issued = 0
        self._deadlines: dict[str, float] = {}

    @property
    def issued(self) -> int:
        """How many tokens were issued since the last reset."""
        return self._issued

    @property
    def live(self) -> int:
        """How many of them still count."""
        self._forget_expired()
        return len(self._deadlines)

    def issue(self) -> str:
        """Return a new token that counts from now on."""
        self._forget_expired()
        token = self._mint(self._issued)
        self._issued += 1
        self._deadlines[token] = self._clock.monotonic() + self._lifetime
        return token

    def accepts(self, token: str | None) -> bool:
        """Tell whether the token was issued here and has not expired."""
        deadline = self._deadlines.get(token) if token is not None else None
        return deadline is not None and self._clock.monotonic() < deadline

    def reset(self) -> None:
        """Forget every token and start again with the first."""
        self._issued = 0
        self._deadlines.clear()

    def _forget_expired(self) -> None:
        # All tokens live equally long, so the oldest expires first.
        now = self._clock.monotonic()
        for token, deadline in list(self._deadlines.items()):
            if deadline > now:
                break
            del self._deadlines[token]
