"""Answers that nobody documents: a typed result or a typed error, never anything else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from simloom.errors import SimloomError
from simloom.plugins.flows import Script

ICCID = "8988280666000000001"
ODD = [None, True, 7, 1.5, 10**30, "", "odd", "1e99", [], {}, [None], [[]], {"id": {}}, ["x"]]
RECORD = {"volume": "1", "volume_rx": "1", "volume_tx": "1", "traffic_type": {"unit": "MB"}}
SIM = {
    "iccid": ICCID,
    "imsi": "901405100000001",
    "msisdn": "882285100000001",
    "imei": "3512345678901201",
    "imei_lock": True,
    "status": "Enabled",
    "activation_date": "2018-03-09T07:59:09.000+0000",
    "label": "Pump",
    "quota_status": {"id": 0},
}
SMS = {
    "id": 1,
    "submit_date": "2018-08-17 16:46:48",
    "payload": "text",
    "dcs": 0,
    "status": {"id": 4, "description": "DELIVERED"},
    "sms_type": {"id": 1, "description": "MT"},
}
ORDER = {
    "order_number": 1,
    "order_type": "TOPUP",
    "order_date": "2018-10-01T11:59:44.000Z",
    "order_status": "COMPLETED",
    "sims": [{"iccid": ICCID, "_links": [{"rel": "self"}]}],
}
CELL = {"cid": 1, "lac": 2, "mcc": "262", "mnc": "01"}
EVENT = {"timestamp": "2024-01-15T10:30:00Z", "event_type": "x", "operator": "x", "country": "x"}

READS: dict[str, tuple[tuple[str, ...], Any]] = {
    "get": ((ICCID,), SIM),
    "list_page": ((), [SIM]),
    "usage": ((ICCID,), {"stats": [{"date": "2024-05-01", "data": RECORD, "sms": RECORD}]}),
    "list_sms_page": ((ICCID,), [SMS]),
    "get_sms": ((ICCID, "1"), SMS),
    "connectivity": (
        (ICCID,),
        {"subscriber_info": {"state": "assumed_idle", "location": {"cell_global_id": CELL}}},
    ),
    "session_history_page": ((ICCID,), {"events": [EVENT], "totalEvents": 1, "totalPages": 1}),
    "list_orders_page": ((), [ORDER]),
    "get_order": (("1",), ORDER),
    "list_products": ((), [{"id": 1, "product": "Card", "recurring_charges": [{"name": "x"}]}]),
}


def spoilt(example: Any) -> Iterator[Any]:
    """Yield the example with one value replaced, in every place and by every odd value."""
    for place in places(example):
        for odd in ODD:
            if not place:
                yield odd
                continue
            variant = copy.deepcopy(example)
            holder = variant
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = odd
            yield variant


def places(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield so_far
    if isinstance(value, (dict, list)):
        for step in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[step], (*so_far, step))


@pytest.mark.parametrize("method", READS)
def test_one_odd_value_gives_a_result_or_a_typed_error(bsc, method):
    arguments, example = READS[method]
    results = 0
    for body in spoilt(example):
        script = Script([(200, json.dumps(body).encode())])
        try:
            found = script.play(getattr(bsc, method)(*arguments))
        except SimloomError:
            continue
        results += 1
        assert repr(found)
    assert results > 10  # most odd values cost their own field only


def test_a_change_never_loses_the_lock_or_the_status(bsc):
    """What goes out is what was read, or nothing does."""
    for shown in spoilt(SIM):
        script = Script([(200, json.dumps(shown).encode()), (200, b"")])
        try:
            script.play(bsc.set_label(ICCID, "another"))
        except SimloomError:
            assert len(script.requests) == 1
            continue
        update = script.requests[1].body
        assert str(update.status) == str(shown["status"])
        if shown["imei_lock"] is None:
            assert not update.imei_lock
        else:
            assert update.imei_lock is shown["imei_lock"]
