"""Enumerations that stay open: a value the vendor invents tomorrow decodes today.

`SimStatus("Hibernating")` gives a member-like value that equals the text, prints it, and says
`is_known == False`. It is not added to the class: iteration shows only what the vendor documents.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Self


class OpenStrEnum(StrEnum):
    """A text enumeration that accepts unknown values."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the vendor's document lists this value."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        return _representation(self, known=self.is_known)

    def __reduce_ex__(self, protocol: Any) -> tuple[type[Self], tuple[str]]:
        return type(self), (self._value_,)


class OpenIntEnum(IntEnum):
    """A whole-number enumeration that accepts unknown values."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_ = str(value)
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the vendor's document lists this value."""
        return self._value_ in type(self)._value2member_map_

    def __repr__(self) -> str:
        return _representation(self, known=self.is_known)

    def __reduce_ex__(self, protocol: Any) -> tuple[type[Self], tuple[int]]:
        return type(self), (self._value_,)


def _representation(member: OpenStrEnum | OpenIntEnum, *, known: bool) -> str:
    label = f"{type(member).__name__}.{member._name_}" if known else type(member).__name__
    return f"<{label}: {member._value_!r}>" if known else f"<{label} (unknown): {member._value_!r}>"
