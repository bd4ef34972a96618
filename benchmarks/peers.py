"""The same page as other libraries model it: msgspec structs, pydantic models, attrs for cattrs.

Each is written the way its documentation recommends: snake_case attributes renamed by the library,
the two timestamps as datetimes, the enums closed, null only where the document has it.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (the libraries read the annotations)
from enum import StrEnum
from typing import Any

import msgspec
from attrs import define, fields, has
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter
from cattrs.preconf.orjson import make_converter as orjson_converter
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class SimStatus(StrEnum):
    ACTIVATED = "Activated"
    SUSPENDED = "Suspended"
    DEACTIVATED = "Deactivated"
    TEST_READY = "TestReady"
    INVENTORY_HOLD = "InventoryHold"


class Connection(StrEnum):
    ONLINE = "Online"
    ATTACHED = "Attached"
    OFFLINE = "Offline"


class Struct(msgspec.Struct, rename="camel", kw_only=True):
    pass


class RatePlanStruct(Struct):
    id: int
    name: str
    currency: str
    activation_fee: float | None


class DataQuotaStruct(Struct):
    total_bytes: int
    used_bytes: int
    throttled: bool


class SmsQuotaStruct(Struct):
    total: int
    used: int


class LocationStruct(Struct):
    country: str
    operator_name: str
    mcc: str
    mnc: str
    cell_id: int | None


class SimStruct(Struct):
    iccid: str
    eid: str | None
    imsi: str
    msisdn: str
    imei: str | None
    label: str
    sim_type: str
    status: SimStatus
    connection: Connection | None
    ip_address: str
    apn: str
    created_at: dt.datetime
    last_seen_at: dt.datetime | None
    pin_attempts_left: int
    imei_locked: bool
    roaming_allowed: bool
    monthly_fee: float
    rate_plan: RatePlanStruct
    data_quota: DataQuotaStruct
    sms_quota: SmsQuotaStruct
    location: LocationStruct
    tags: list[str]
    customer_reference: str
    replaced_by: str | None
    note: str | None


class PageStruct(Struct):
    data: list[SimStruct]
    page: int
    page_size: int
    total_count: int
    next_cursor: str | None


class Pydantic(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class RatePlanPydantic(Pydantic):
    id: int
    name: str
    currency: str
    activation_fee: float | None


class DataQuotaPydantic(Pydantic):
    total_bytes: int
    used_bytes: int
    throttled: bool


class SmsQuotaPydantic(Pydantic):
    total: int
    used: int


class LocationPydantic(Pydantic):
    country: str
    operator_name: str
    mcc: str
    mnc: str
    cell_id: int | None


class SimPydantic(Pydantic):
    iccid: str
    eid: str | None
    imsi: str
    msisdn: str
    imei: str | None
    label: str
    sim_type: str
    status: SimStatus
    connection: Connection | None
    ip_address: str
    apn: str
    created_at: dt.datetime
    last_seen_at: dt.datetime | None
    pin_attempts_left: int
    imei_locked: bool
    roaming_allowed: bool
    monthly_fee: float
    rate_plan: RatePlanPydantic
    data_quota: DataQuotaPydantic
    sms_quota: SmsQuotaPydantic
    location: LocationPydantic
    tags: list[str]
    customer_reference: str
    replaced_by: str | None
    note: str | None


class PagePydantic(Pydantic):
    data: list[SimPydantic]
    page: int
    page_size: int
    total_count: int
    next_cursor: str | None


@define(kw_only=True)
class RatePlanAttrs:
    id: int
    name: str
    currency: str
    activation_fee: float | None


@define(kw_only=True)
class DataQuotaAttrs:
    total_bytes: int
    used_bytes: int
    throttled: bool


@define(kw_only=True)
class SmsQuotaAttrs:
    total: int
    used: int


@define(kw_only=True)
class LocationAttrs:
    country: str
    operator_name: str
    mcc: str
    mnc: str
    cell_id: int | None


@define(kw_only=True)
class SimAttrs:
    iccid: str
    eid: str | None
    imsi: str
    msisdn: str
    imei: str | None
    label: str
    sim_type: str
    status: SimStatus
    connection: Connection | None
    ip_address: str
    apn: str
    created_at: dt.datetime
    last_seen_at: dt.datetime | None
    pin_attempts_left: int
    imei_locked: bool
    roaming_allowed: bool
    monthly_fee: float
    rate_plan: RatePlanAttrs
    data_quota: DataQuotaAttrs
    sms_quota: SmsQuotaAttrs
    location: LocationAttrs
    tags: list[str]
    customer_reference: str
    replaced_by: str | None
    note: str | None


@define(kw_only=True)
class PageAttrs:
    data: list[SimAttrs]
    page: int
    page_size: int
    total_count: int
    next_cursor: str | None


def cattrs_converter() -> OrjsonConverter:
    """Return the faster of cattrs' two converters, with the wire names."""
    converter = orjson_converter(detailed_validation=False)

    def renames(kind: type[Any]) -> dict[str, Any]:
        return {a.name: override(rename=to_camel(a.name)) for a in fields(kind)}

    def structure(kind: type[Any]) -> Any:
        return make_dict_structure_fn(
            kind, converter, _cattrs_detailed_validation=False, **renames(kind)
        )

    def unstructure(kind: type[Any]) -> Any:
        return make_dict_unstructure_fn(kind, converter, **renames(kind))

    converter.register_structure_hook_factory(has, structure)
    converter.register_unstructure_hook_factory(has, unstructure)
    return converter
