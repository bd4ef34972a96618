"""Access tokens that a vendor issued, to whom, and until when they count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.sandbox.clock import at_monotonic, moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from simloom.sandbox.clock import Clock


@frozen
class _Token:
    number: int
    deadline: float
    holder: str


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
        self._tokens: dict[str, _Token] = {}

    @property
    def issued(self) -> int:
        """How many tokens were issued since the last reset."""
        return self._issued

    @property
    def live(self) -> int:
        """How many of them still count."""
        self._forget_expired()
        return len(self._tokens)

    def issue(self, holder: str = "") -> str:
        """Return a new token for a holder that counts from now on."""
        self._forget_expired()
        token = self._mint(self._issued)
        deadline = self._clock.monotonic() + self._lifetime
        self._tokens[token] = _Token(self._issued, deadline, holder)
        self._issued += 1
        return token

    def holder(self, token: str | None) -> str | None:
        """Return to whom the token was issued; None for an unknown or expired one."""
        known = self._tokens.get(token) if token is not None else None
        if known is None or self._clock.monotonic() >= known.deadline:
            return None
        return known.holder

    def accepts(self, token: str | None) -> bool:
        """Tell whether the token was issued here and has not expired."""
        return self.holder(token) is not None

    def revoke(self, token: str | None) -> None:
        """Let a token count no more. An unknown one is no error."""
        if token is not None:
            self._tokens.pop(token, None)

    def reset(self) -> None:
        """Forget every token and start again with the first."""
        self._issued = 0
        self._tokens.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the numbers of the tokens that count; the tokens themselves follow from them."""
        yield "issued", self._issued
        for token in self._tokens.values():
            deadline = moment_of(self._clock, token.deadline).isoformat()
            yield str(token.number), {"deadline": deadline, "holder": token.holder}

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for key, value in rows:
            if key == "issued":
                self._issued = value
            else:
                number = int(key)
                deadline = at_monotonic(self._clock, value["deadline"])
                self._tokens[self._mint(number)] = _Token(number, deadline, value["holder"])

    def _forget_expired(self) -> None:
        # All tokens live equally long, so the oldest expires first.
        now = self._clock.monotonic()
        for name, token in list(self._tokens.items()):
            if token.deadline > now:
                break
            del self._tokens[name]
