"""The seeded SIMs of each vendor: which fields a SIM has and what is in them.

Fields are those of the vendor's spec. Which of them a SIM lacks follows from its status: a SIM
that was only ordered has no MSISDN, one that never was in a device has no IMEI.
"""

from __future__ import annotations
