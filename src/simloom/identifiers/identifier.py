"""What all identifiers have in common: a value, checked once, compared without its check digit."""

from __future__ import annotations

from enum import StrEnum
from functools import total_ordering
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from simloom.errors import InvalidIdentifier
from simloom.identifiers.cleaning import LONGEST, refusal, shown, tail_length, without_separators

if TYPE_CHECKING:
    import re


class Kind(StrEnum):
    """What an identifier is; the names are those of `Capability.identifiers`."""

    ICCID = "iccid"
    EID = "eid"
    IMSI = "imsi"
    IMEI = "imei"
    MSISDN = "msisdn"


@total_ordering
class Identifier:
    """A checked identifier. Use one of the five kinds, or `parse` for a text of any kind.

    Two are equal when they are of the same kind and differ at most in a check digit that fits;
    they then have the same hash and place in an order. An identifier never equals a `str`: compare
    identifiers with identifiers. `strict=True` verifies the check digit where the kind and length
    have one. Errors: `InvalidIdentifier`.
    """

    __slots__ = ("_key", "_text")

    kind: ClassVar[Kind]
    _named: ClassVar[str]
    _expected: ClassVar[str]
    _pattern: ClassVar[re.Pattern[str]]
    _filler: ClassVar[bool] = False
    """Whether `F` may follow: the filler of packed digits in files of cards and networks."""
    _masked: ClassVar[bool] = True

    _text: str
    _key: str

    def __init__(self, text: str | Identifier, *, strict: bool = False) -> None:
        if isinstance(text, Identifier):
            if text.kind is not self.kind:
                raise InvalidIdentifier(f"{text!r} is not {self._named}")
            bare = str(text)
        else:
            bare = self._canonical(text)
        if strict and not self._strict(bare):
            raise InvalidIdentifier(f"{shown(bare)} is not {self._named}: its check digit is wrong")
        object.__setattr__(self, "_text", bare)
        object.__setattr__(self, "_key", self._identity(bare))

    @classmethod
    def fits(cls, text: str) -> bool:
        """Tell whether a text can be read as this kind."""
        return len(text) <= LONGEST and cls._matched(without_separators(text, cls.kind)) is not None

    @classmethod
    def _canonical(cls, text: str) -> str:
        bare = cls._matched(without_separators(text, cls.kind))
        if bare is None:
            raise refusal(text, cls._named, cls._expected)
        return bare

    @classmethod
    def _matched(cls, text: str) -> str | None:
        bare = cls._bare(text)
        return bare if cls._pattern.fullmatch(bare) else None

    @classmethod
    def _bare(cls, text: str) -> str:
        return text.rstrip("Ff") if cls._filler else text

    @classmethod
    def _identity(cls, bare: str) -> str:
        """Return what stays the same with and without a check digit."""
        return bare

    @classmethod
    def _strict(cls, bare: str) -> bool:  # noqa: ARG003  (for the kinds that have one)
        return True

    @property
    def masked(self) -> str:
        """The identifier with at most its last four digits, for people and logs."""
        if not self._masked:
            return self._text
        tail = tail_length(len(self._text))
        return "*" * (len(self._text) - tail) + self._text[len(self._text) - tail :]

    @property
    def key(self) -> str:
        """What equal identifiers of one kind share: the value without a check digit that fits."""
        return self._key

    @property
    def tagged(self) -> str:
        """The kind and the whole value, `imsi:262...`: what `parse` reads back."""
        return f"{self.kind}:{self._text}"

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Identifier):
            return NotImplemented
        return self._key == other._key and self.kind is other.kind

    def __lt__(self, other: Identifier) -> bool:
        if not isinstance(other, Identifier):
            return NotImplemented
        return (self.kind, self._key) < (other.kind, other._key)

    def __hash__(self) -> int:
        return hash((self.kind, self._key))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"an {type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"an {type(self).__name__} cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._text,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
