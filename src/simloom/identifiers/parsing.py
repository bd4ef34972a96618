"""From a text of any kind to an identifier, without guessing."""

from __future__ import annotations

import re

from simloom.errors import AmbiguousIdentifier, InvalidIdentifier
from simloom.identifiers.cleaning import refusal, shown, without_separators
from simloom.identifiers.identifier import Identifier, Kind
from simloom.identifiers.kinds import KINDS, Iccid

_TAGGED = re.compile(r"([A-Za-z]+):(.*)")
_ALIASES = {
    "euicc": Kind.EID,
    "euiccid": Kind.EID,
    "imeisv": Kind.IMEI,
    "tel": Kind.MSISDN,
    **{str(kind): kind for kind in Kind},
}
# A country code of networks: 2xx to 7xx, 9xx for shared and private ones, 001 for tests (E.212).
_NETWORK = re.compile(r"(?:[2-79][0-9]{2}|001)[0-9]*")
_DIGITS = re.compile(r"[0-9]{18,22}")


def kind_named(name: str) -> Kind | None:
    """Return the kind that a word names, `euiccid` and `imeisv` among them; None for others."""
    return _ALIASES.get(re.sub(r"[^a-z]", "", name.lower()))


def parse(text: str | Identifier, *, strict: bool = False) -> Identifier:
    """Read an identifier of any kind: `imsi:262...`, or a bare text that fits one kind only.

    A bare text is never guessed at: `AmbiguousIdentifier` lists what it may be. Other errors:
    `InvalidIdentifier`. `strict` verifies the check digit.
    """
    if isinstance(text, Identifier):
        return type(text)(text, strict=strict)
    bare = without_separators(text, "identifier")
    if tagged := _TAGGED.fullmatch(bare):
        kind = kind_named(tagged[1])
        if kind is None:
            known = ", ".join(Kind)
            raise InvalidIdentifier(f"{shown(tagged[1])} is no kind of identifier: {known}")
        return KINDS[kind](tagged[2], strict=strict)
    fitting = [kind for kind, cls in KINDS.items() if cls.fits(bare) and _likely(kind, bare)]
    if not fitting:
        raise refusal(
            text, "an identifier", "digits of an ICCID, EID, IMSI, IMEI or MSISDN are expected"
        )
    if len(fitting) > 1:
        raise AmbiguousIdentifier(shown(text), fitting)
    return KINDS[fitting[0]](bare, strict=strict)


def _likely(kind: Kind, bare: str) -> bool:
    """Leave out what exists in laboratories only and is most often a phone number.

    That is an IMSI of no network (a number without its country code begins with 0), and an IMEI
    of a test device (its type code begins with 00, GSMA TS.06; so does a number with its country).
    """
    if kind is Kind.IMSI:
        return _NETWORK.match(bare) is not None
    return kind is not Kind.IMEI or not bare.startswith("00")


def parse_iccid(text: str | Identifier) -> str:
    """Return an ICCID as the digits that vendors take (ITU-T E.118; 18 to 22 of them).

    Blanks, dashes and the filler `F` are taken away. Full-width digits, dots and anything else are
    an `InvalidIdentifier`; so are hexadecimal digits, which no vendor documents. Check digits are
    not verified: the vendors' own examples fail them.
    """
    digits = str(Iccid(text))
    if not _DIGITS.fullmatch(digits):
        raise InvalidIdentifier(
            f"{shown(digits)} is not an ICCID that a vendor takes: it has hexadecimal digits"
        )
    return digits
