"""Arguments of the provider's methods to request bodies; what must not be sent is refused here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from simloom.errors import InvalidIdentifier, InvalidParameter
from simloom.runtime.unset import UNSET, Unset
from simloom_clients.telekom_m2m import models

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

Sims: TypeAlias = "str | Sequence[str]"
"""The ICCID of one SIM, or those of up to 1,000."""

MOST_SIMS = 1000
"""SIMs in one request (FAQ 2, maximum bulk size)."""

_IDENTIFIERS = {
    "iccid": "iccid",
    "eid": "euiccid",
    "imsi": "imsi",
    "imei": "imei",
    "msisdn": "msisdn",
}


def given(value: T | None) -> T | Unset:
    """Return the value, or what is never sent when there is none."""
    return UNSET if value is None else value


def several(sims: Sims) -> Sequence[str]:
    """Return one ICCID or several as several."""
    return (sims,) if isinstance(sims, str) else sims


def day(value: dt.date | None) -> dt.date | Unset:
    """Return a calendar day; of a point in time the day in UTC, as the vendor takes days only."""
    if isinstance(value, dt.datetime):
        return (value.astimezone(dt.UTC) if value.tzinfo else value).date()
    return given(value)


def references(iccids: Sequence[str]) -> list[models.SimReference]:
    """Name each SIM by its ICCID; between one and 1,000 SIMs."""
    if isinstance(iccids, str):
        raise InvalidParameter("a list of ICCIDs is needed, not one text")
    if not 1 <= len(iccids) <= MOST_SIMS:
        raise InvalidParameter(f"{len(iccids)} SIMs: the vendor takes 1 to {MOST_SIMS} at a time")
    return [models.SimReference(iccid=iccid) for iccid in iccids]


def targets(iccids: Sequence[str]) -> models.SimActionTargets:
    """Return the body of an action that needs nothing but its SIMs."""
    return models.SimActionTargets(sims=references(iccids))


def reference(kind: str, value: str) -> models.SimReference:
    """Name one SIM by an identifier of any kind: `iccid`, `eid`, `imsi`, `imei`, `msisdn`."""
    name = _IDENTIFIERS.get(kind)
    if name is None:
        raise InvalidIdentifier(f"{kind!r} is not one of {', '.join(_IDENTIFIERS)}")
    if not value:
        raise InvalidIdentifier(f"the {kind} is empty")
    return models.SimReference(**{name: value})


def message(text: str) -> models.SmsMessage:
    """Return the text of an SMS, which must not be empty."""
    if not text:
        raise InvalidParameter("the text of an SMS must not be empty")
    return models.SmsMessage(message=text)


def profile_change(
    iccids: Sequence[str],
    access_profile: str | None,
    limit_profile: str | None,
    fraud_profile: str | None,
    static_ips_per_apn: Mapping[str, str] | None,
) -> models.SimProfileChange:
    """Return the profiles to assign; at least one thing has to change."""
    addresses = (
        None
        if static_ips_per_apn is None
        else [
            models.StaticIpPerApn(apn_name=apn, ip_address=address)
            for apn, address in static_ips_per_apn.items()
        ]
    )
    changes = (access_profile, limit_profile, fraud_profile, addresses)
    if all(change is None for change in changes):
        raise InvalidParameter("no profile and no address to change was given")
    return models.SimProfileChange(
        sims=references(iccids),
        access_profile=given(access_profile),
        limit_profile=given(limit_profile),
        fraud_profile=given(fraud_profile),
        static_ips_per_apn=given(addresses),
    )


def sim_order(
    material: str,
    quantity: int,
    *,
    override_moq: bool | None,
    customer_reference: str | None,
    delivery_address: models.DeliveryAddress | None,
) -> models.SimOrder:
    """Return an order of at least one SIM."""
    if quantity < 1:
        raise InvalidParameter("an order is for at least one SIM")
    return models.SimOrder(
        material=material,
        quantity=quantity,
        override_moq=given(override_moq),
        reference=given(customer_reference),
        delivery_address=given(delivery_address),
    )
