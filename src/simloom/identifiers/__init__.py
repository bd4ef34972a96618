"""Identifiers of SIMs and devices, checked before they become part of a request.

parse("imsi:262011234567890")       any kind, told by its name
Iccid("8949 0200 0000 1234 567F")   one kind
read_identifiers(open("sims.csv"))  one per line, bad lines reported
"""

from __future__ import annotations

from simloom.identifiers.identifier import Identifier, Kind
from simloom.identifiers.kinds import Eid, Iccid, Imei, Imsi, Msisdn
from simloom.identifiers.parsing import parse, parse_iccid
from simloom.identifiers.sheets import BadLine, GoodLine, read_identifiers

__all__ = [
    "BadLine",
    "Eid",
    "GoodLine",
    "Iccid",
    "Identifier",
    "Imei",
    "Imsi",
    "Kind",
    "Msisdn",
    "parse",
    "parse_iccid",
    "read_identifiers",
]
