"""Check digits: Luhn (ISO/IEC 7812-1 annex B) and ISO/IEC 7064 MOD 97-10.

Every identifier that is read pays for them, as equality looks at the check digit. So they work on
bytes and need no library: python-stdnum takes ten times as long here, and the tests compare.
"""

from __future__ import annotations

_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")
_ZERO = ord("0")


def luhn_fits(digits: str) -> bool:
    """Tell whether the last of some ASCII digits is the Luhn check digit of the others."""
    reversed_digits = digits.encode("ascii")[::-1]
    total = sum(reversed_digits[::2]) + sum(reversed_digits[1::2].translate(_DOUBLED))
    return (total - _ZERO * len(reversed_digits)) % 10 == 0


def mod97_fits(digits: str) -> bool:
    """Tell whether the last two digits are the check digits of an EID (GSMA SGP.02, 2.2.2)."""
    return int(digits) % 97 == 1
