"""What is known of a token, and for how long it may be used: pure, clock and chance are arguments.

A token has three ages. Fresh: it is used. Stale: it is used, and one caller asks for the next one.
Invalid: nobody uses it, everybody waits for the next one.
"""

from __future__ import annotations

import math
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

import msgspec
from attrs import define, frozen

if TYPE_CHECKING:
    from simloom.runtime.errors import ApiError
    from simloom.runtime.secret import Secret

LONGEST_LIFETIME = 86_400.0
"""Seconds that a token is kept at most, whatever the vendor says."""

REFUSED_FOR = 60.0
"""Seconds for which refused credentials are not offered again: a loop would lock the account."""

PAUSE = (5.0, 30.0)
"""The least and the most seconds before the next attempt to renew a token that still works."""

JITTER = 0.2
"""Part by which the moment of renewal varies, so that many processes do not ask at once."""

_LONGEST_JWT = 64 * 1024


@frozen
class Token:
    """An access token and its lifetime in seconds, None when the vendor does not say."""

    value: Secret
    lifetime: float | None = None


@define
class TokenState:
    """The present token and its ages.

    The lifetime counts from just before the token was asked for, on a monotonic clock. The token is
    stale a tenth of its lifetime before its end, at least 5 and at most 60 seconds but never more
    than half of it, varied by a fifth; it is invalid half of that, at most 5 seconds, before its
    end. No token is kept for more than a day, or longer than a JWT says of itself. `chance` is a
    random number in [0, 1).
    """

    default_lifetime: float
    token: Secret | None = None
    stale: float = 0.0
    expires: float = 0.0
    paused_until: float = 0.0
    trusted_again: float = 0.0
    refusal: ApiError | None = None
    refused_until: float = 0.0

    def usable(self, now: float) -> Secret | None:
        """Return the token if it may still be used, fresh or stale."""
        return self.token if now < self.expires else None

    def due(self, now: float) -> bool:
        """Tell whether a caller that has a usable token should ask for the next one."""
        return now >= self.stale and now >= self.paused_until

    def store(self, token: Token, asked: float, chance: float) -> None:
        """Keep a token that was asked for at `asked`."""
        lifetime = self._lifetime(token)
        end = asked + lifetime
        early = min(60.0, max(5.0, lifetime / 10), lifetime / 2)
        again = self.token is not None and self.token == token.value
        if again and lifetime > 0 and end <= self.expires + early:
            # The vendor gives the same token out until it ends: use it up, and do not spin.
            self.stale = self.expires = end
        else:
            self.stale = end - early * (1 - JITTER + 2 * JITTER * chance)
            self.expires = end - min(5.0, early / 2)
            self.paused_until = 0.0
        self.token = token.value

    def _lifetime(self, token: Token) -> float:
        known = [told for told in (token.lifetime, jwt_lifetime(token.value)) if told is not None]
        return min(max(min(known, default=self.default_lifetime), 0.0), LONGEST_LIFETIME)

    def postpone(self, now: float, chance: float) -> None:
        """Let the present token do for a while: renewing it failed, or changed nothing."""
        least, most = PAUSE
        self.paused_until = now + least + (most - least) * chance

    def reject(self, token: Secret, now: float) -> bool:
        """Forget a token that the vendor refused; tell whether to try with another one.

        A token that was already replaced stays. After a replacement was refused too, the next one
        would be as well: no other token is asked for until the pause is over.
        """
        if self.token is None or self.token != token:
            return True
        if now < self.trusted_again:
            return False
        self.expires = 0.0
        return True

    def distrust(self, token: Secret, now: float, chance: float) -> None:
        """Note that the replacement of a refused token was refused as well."""
        if self.token is not None and self.token == token:
            least, most = PAUSE
            self.trusted_again = now + least + (most - least) * chance

    def refuse(self, error: ApiError, now: float) -> None:
        """Remember that the vendor does not accept these credentials."""
        self.refusal, self.refused_until = error, now + REFUSED_FOR

    def known_refusal(self, now: float) -> ApiError | None:
        """Return the refusal that a new token request would only repeat."""
        return self.refusal if now < self.refused_until else None


def lifetime_of(value: Any) -> float | None:
    """Read `expires_in`, which vendors send as a number or as text; None when it is neither."""
    try:
        lifetime = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return lifetime if math.isfinite(lifetime) else None


def jwt_lifetime(token: Secret) -> float | None:
    """Return `exp` minus `iat` of a JWT (RFC 7519, section 4.1); None for any other token.

    Both are the vendor's clock, so this machine's clock may be wrong. The signature is the vendor's
    business: the number can only shorten the use of the token.
    """
    parts = token.reveal().split(".")
    if len(parts) != 3 or len(parts[1]) > _LONGEST_JWT:
        return None
    try:
        times = _DECODER.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        lifetime = lifetime_of(times.exp - times.iat)
    except (ValueError, ArithmeticError, RecursionError, msgspec.MsgspecError):
        return None
    return lifetime if lifetime is not None and lifetime > 0 else None


class _Times(msgspec.Struct):
    exp: int | float
    iat: int | float


_DECODER = msgspec.json.Decoder(_Times)
