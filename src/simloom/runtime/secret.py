"""A text that must not be seen: PIN, PUK, Ki, OPc, token, password."""

from __future__ import annotations

import hmac
from typing import NoReturn, overload

from simloom.runtime.unset import UNSET, Unset

MASK = "***"


class Secret:
    """Holds a secret; only `reveal()` gives it back.

    `repr`, `str`, `format` and the error texts of this library show `***`. It cannot be pickled,
    so it reaches no cache, queue or crash dump by accident. Two secrets compare in constant time.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine = self._value.encode(errors="surrogatepass")
        return hmac.compare_digest(mine, other._value.encode(errors="surrogatepass"))

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled; store what reveals it instead")


@overload
def to_secret(value: str | Secret) -> Secret: ...
@overload
def to_secret(value: None) -> None: ...
@overload
def to_secret(value: Unset) -> Unset: ...
def to_secret(value: str | Secret | Unset | None) -> Secret | Unset | None:
    """Wrap plain text; the converter of every secret field, so that callers may pass a `str`."""
    if value is None or value is UNSET or isinstance(value, Secret):
        return value
    return Secret(str(value))
