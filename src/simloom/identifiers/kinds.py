"""The five identifiers of a SIM and its device, as types.

All of them are immutable, hashable and ordered. `str()` gives the canonical characters, which is
what a vendor takes; `repr()` masks what is personal, and is what belongs into a log.
"""

from __future__ import annotations

import re
from typing import ClassVar

from simloom.identifiers.checkdigits import luhn_fits, mod97_fits
from simloom.identifiers.identifier import Identifier, Kind


class Iccid(Identifier):
    """The number of a SIM card or eSIM profile (ITU-T E.118), 18 to 22 digits.

    With or without its Luhn digit, and with the hexadecimal digits that some issuers use; the
    filler `F` is not part of it. Letters are kept in upper case.
    """

    # The check digit is taken away as long as one fits and 18 digits are left. That is a function
    # of the text, so equality is transitive; and as a number has only one check digit, no two
    # numbers of the same length ever become equal.

    __slots__ = ()
    kind = Kind.ICCID
    _named = "an ICCID"
    _expected = "18 to 22 digits are expected"
    _pattern = re.compile(r"[0-9]{6}[0-9A-F]{12,16}")
    _filler = True
    _masked = False
    _shortest: ClassVar[int] = 18

    @classmethod
    def _bare(cls, text: str) -> str:
        return text.upper().rstrip("F") if text.isascii() else text

    @classmethod
    def _identity(cls, bare: str) -> str:
        if not bare.isdigit():
            return bare
        while len(bare) > cls._shortest and luhn_fits(bare):
            bare = bare[:-1]
        return bare

    @classmethod
    def _strict(cls, bare: str) -> bool:
        return bare.isdigit() and (len(bare) == cls._shortest or luhn_fits(bare))

    @property
    def check_digit(self) -> str | None:
        """The last digit, if it is a Luhn digit that fits; one wrong number in ten has one, too."""
        has = self._text.isdigit() and len(self._text) > self._shortest and luhn_fits(self._text)
        return self._text[-1] if has else None

    @property
    def issuer(self) -> str:
        """The first seven digits: the longest that an issuer identifier number can be (E.118).

        An issuer's own number is shorter where its country code is: look for known ones with
        `iccid.issuer.startswith(...)`.
        """
        return self._text[:7]


class Eid(Identifier):
    """The number of an eUICC (GSMA SGP.02 2.2.2, SGP.29), 32 digits, two of them check digits."""

    __slots__ = ()
    kind = Kind.EID
    _named = "an EID"
    _expected = "32 digits are expected"
    _pattern = re.compile(r"[0-9]{32}")

    @classmethod
    def _strict(cls, bare: str) -> bool:
        return mod97_fits(bare)

    @property
    def issuer(self) -> str:
        """The first eight digits: industry, country and issuer (SGP.02 2.2.2)."""
        return self._text[:8]


class Imsi(Identifier):
    """The number of a subscription in the network (3GPP TS 23.003 2.2), 6 to 15 digits."""

    __slots__ = ()
    kind = Kind.IMSI
    _named = "an IMSI"
    _expected = "6 to 15 digits are expected"
    _pattern = re.compile(r"[0-9]{6,15}")
    _filler = True

    @property
    def mcc(self) -> str:
        """The mobile country code, three digits (ITU-T E.212)."""
        return self._text[:3]


class Imei(Identifier):
    """The number of a device (3GPP TS 23.003 6.2).

    14 digits, 15 with the Luhn digit, or 16 as IMEISV, whose last two are the software version. An
    IMEISV is another identifier than the IMEI of the same device: compare `device`. Networks send
    a 0 in the place of the check digit, which seldom fits: compare `device` there, too.
    """

    __slots__ = ()
    kind = Kind.IMEI
    _named = "an IMEI"
    _expected = "14 to 16 digits are expected"
    _pattern = re.compile(r"[0-9]{14,16}")
    _filler = True

    @classmethod
    def _identity(cls, bare: str) -> str:
        return bare[:14] if len(bare) == 15 and luhn_fits(bare) else bare

    @classmethod
    def _strict(cls, bare: str) -> bool:
        return len(bare) != 15 or luhn_fits(bare)

    @property
    def device(self) -> str:
        """Type and serial number, 14 digits: the same in IMEI and IMEISV."""
        return self._text[:14]

    @property
    def tac(self) -> str:
        """The type allocation code, 8 digits."""
        return self._text[:8]

    @property
    def software_version(self) -> str | None:
        """The last two digits of an IMEISV."""
        return self._text[14:] if len(self._text) == 16 else None


class Msisdn(Identifier):
    """A phone number with its country code (ITU-T E.164), 5 to 15 digits and no plus sign.

    Read with `+`, with `00`, or with neither. Numbers are not looked up in any plan: those of
    machines are longer than the plans of phones foresee (Germany, +882, +883).
    """

    __slots__ = ()
    kind = Kind.MSISDN
    _named = "an MSISDN"
    _expected = "5 to 15 digits with the country code are expected"
    _pattern = re.compile(r"[1-9][0-9]{4,14}")
    _dialled: ClassVar[re.Pattern[str]] = re.compile(r"(?:\+|00)?([1-9][0-9]*)")
    _punctuation: ClassVar[dict[int, None]] = dict.fromkeys(map(ord, "()./"))

    @classmethod
    def _bare(cls, text: str) -> str:
        if "(0)" in text:  # dropped when dialled from abroad in Germany, kept in Italy
            return text
        dialled = cls._dialled.fullmatch(text.translate(cls._punctuation))
        return dialled[1] if dialled else text

    @property
    def e164(self) -> str:
        """The number with its plus sign."""
        return f"+{self._text}"


KINDS: dict[Kind, type[Identifier]] = {
    Kind.ICCID: Iccid,
    Kind.EID: Eid,
    Kind.IMSI: Imsi,
    Kind.IMEI: Imei,
    Kind.MSISDN: Msisdn,
}
