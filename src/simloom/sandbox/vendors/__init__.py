"""The four emulated vendors. Each is asked `handle(operation_id, call)` and needs no server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.vendors.infobip import Infobip
from simloom.sandbox.vendors.telcoapi import TelcoApi
from simloom.sandbox.vendors.telekom_bsc import TelekomBsc
from simloom.sandbox.vendors.telekom_m2m import TelekomM2m

if TYPE_CHECKING:
    from simloom.sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = (TelekomM2m, TelekomBsc, TelcoApi, Infobip)
