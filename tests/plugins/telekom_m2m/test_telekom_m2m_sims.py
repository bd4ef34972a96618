from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import (
    DecodeError,
    InvalidIdentifier,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
)
from simloom.models import Sim, SimStatus
from simloom.plugins.flows import Script
from simloom_clients.telekom_m2m import models
from simloom_plugins.telekom_m2m import mapping
from simloom_plugins.telekom_m2m.provider import TelekomM2m
from simloom_plugins.telekom_m2m.settings import Settings

ICCID = "8999829698800414538"

# The document's example, whose ICCID fails the Luhn check (quirk 22).
DETAILS = {
    "SimDetails": {
        "iccid": ICCID,
        "imsi": "998296987729336",
        "bindingPeriod": "2026-05-31",
        "offering": "Tariff 3",
        "accessProfile": "720378456",
    }
}


def test_get(m2m: Any, play: Any):
    sim, sent = play(m2m.get(ICCID), DETAILS)
    assert sent == [("get_sim_details", "GET", f"/partners/100013/sims/{ICCID}", {}, None)]
    assert sim == Sim(provider="telekom-m2m", iccid=ICCID, imsi="998296987729336")
    assert isinstance(sim.raw, models.SimDetails)
    assert str(sim.raw.binding_period) == "2026-05-31"


def test_get_takes_over_everything_that_is_told(m2m: Any, play: Any):
    details = {
        "iccid": ICCID,
        "euiccid": "89049032000001000000000000000001",
        "imsi": "262011234567890",
        "msisdn": "4915112345678",
        "imei": "356938035643809",
        "status": "Productive",
        "remarks": "Line 4",
        "activationCode": "LPA:1$smdp.example$c4n4ry",
    }
    sim, _ = play(m2m.get(ICCID), {"SimDetails": details})
    assert sim == Sim(
        provider="telekom-m2m",
        iccid=ICCID,
        eid="89049032000001000000000000000001",
        imsi="262011234567890",
        msisdn="4915112345678",
        imei="356938035643809",
        status=SimStatus.ACTIVE,
        vendor_status="Productive",
        label="Line 4",
    )
    assert "c4n4ry" not in repr(sim)
    assert "c4n4ry" not in repr(sim.raw)


def test_nulls_are_not_told(m2m: Any, play: Any):
    nothing = dict.fromkeys(("imsi", "euiccid", "msisdn", "imei", "status", "remarks"))
    sim, _ = play(m2m.get(ICCID), {"SimDetails": {"iccid": None, **nothing}})
    assert sim == Sim(provider="telekom-m2m", iccid=ICCID)


@pytest.mark.parametrize("details", [None, "gone", []])
def test_details_without_a_sim_are_an_error_that_can_be_caught(m2m: Any, play: Any, details: Any):
    with pytest.raises(DecodeError, match="holds no SIM") as caught:
        play(m2m.get(ICCID), {"SimDetails": details})
    assert (caught.value.operation, caught.value.status) == ("get_sim_details", 200)
    assert caught.value.content


@pytest.mark.parametrize(
    ("vendor", "unified"),
    [
        ("Ordered", "ordered"),
        ("On Stock", "inventory"),
        ("Delivered", "ready"),
        ("Test", "test"),
        ("Productive", "active"),
        ("Blocked (automatically)", "blocked"),
        ("Blocked (manually)", "blocked"),
        ("Suspended", "suspended"),
        ("Terminated", "terminated"),
        ("Deleted", "deleted"),
        ("Undefined", "unknown"),
        ("Ordered for stock", "ordered"),
        ("Special Terminated", "terminated"),
        ("Blocked (MNO)", "blocked"),
        ("Hibernating", "unknown"),  # quirk 20
        ("productive", "unknown"),
        ("", "unknown"),
    ],
)
def test_statuses(m2m: Any, play: Any, vendor: str, unified: str):
    sim, _ = play(m2m.get(ICCID), {"SimDetails": {"iccid": ICCID, "status": vendor}})
    assert (sim.status.value, sim.vendor_status) == (unified, vendor)
    assert type(sim.vendor_status) is str


def test_every_documented_status_has_its_place():
    assert set(mapping.SIM_STATUSES) == {member.value for member in models.SimStatus}
    assert set(mapping.ACTION_STATUSES) == {member.value for member in models.SimActionState}


@pytest.mark.parametrize(
    ("kind", "value", "body"),
    [
        ("iccid", ICCID, b'{"iccid":"8999829698800414538"}'),
        ("eid", "89049032000001", b'{"euiccid":"89049032000001"}'),
        ("imsi", "998296987729336", b'{"imsi":"998296987729336"}'),
        ("imei", "3569380356438091", b'{"imei":"3569380356438091"}'),
        ("msisdn", "4915112345678", b'{"msisdn":"4915112345678"}'),
    ],
)
def test_an_identifier_travels_in_the_body_only(
    m2m: Any, play: Any, kind: str, value: str, body: bytes
):
    # Quirk 13: no IMSI, IMEI or MSISDN in a URL.
    sim, sent = play(m2m.get_by_identifier(kind, value), DETAILS)
    path = "/partners/100013/sims/details"
    assert sent == [("get_sim_details_by_identifier", "POST", path, {}, body)]
    assert sim.iccid == ICCID


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [("serial", "1", "'serial' is not one of"), ("euiccid", "1", "eid"), ("imsi", "", "empty")],
)
def test_what_is_no_identifier_is_not_sent(
    m2m: Any, play: Any, kind: str, value: str, problem: str
):
    with pytest.raises(InvalidIdentifier, match=problem):
        play(m2m.get_by_identifier(kind, value))


def test_list(m2m: Any, play: Any):
    page, sent = play(
        m2m.list_page(2, size=2, status=SimStatus.ACTIVE),
        {
            "sims": [
                {"iccid": "8949025298846257344", "status": "Suspended", "dataConsumption": 1.5},
                {"iccid": "8949025298846257351", "imsi": "262011234567890", "remarks": None},
            ],
            "page": 2,
            "pageSize": 2,
            "totalPages": 3,
            "totalCount": 5,
        },
    )
    # The vendor cannot filter by status: whoever asked for one does.
    query = {"page": "2", "pageSize": "2"}
    assert sent == [("list_sims", "GET", "/partners/100013/sims", query, None)]
    assert [(sim.iccid, sim.status.value, sim.imsi, sim.label) for sim in page.items] == [
        ("8949025298846257344", "suspended", None, None),
        ("8949025298846257351", "unknown", "262011234567890", None),
    ]
    assert (page.number, page.more, page.total_pages, page.total) == (2, True, 3, 5)
    assert isinstance(page.items[0].raw, models.SimListItem)


def test_list_sends_no_size_of_its_own(m2m: Any, play: Any):
    _, (sent,) = play(m2m.list_page(), {"sims": []})
    assert sent.query == {"page": "1"}


@pytest.mark.parametrize(
    ("answer", "size", "more"),
    [
        ({"totalPages": 2}, None, True),
        ({"totalPages": 1}, None, False),
        ({"totalPages": 0}, 1, False),
        ({"totalCount": 3, "pageSize": 1}, None, True),
        ({"totalCount": 1, "pageSize": 1}, None, False),
        ({"totalCount": 3}, 1, True),
        ({"totalCount": 3, "pageSize": 5}, None, False),
        ({"totalPages": 1, "totalCount": 9, "pageSize": 1}, None, False),
        ({"pageSize": 1}, None, True),
        ({"pageSize": 2}, None, False),
        ({"pageSize": 2}, 1, False),  # the vendor gives another size than it was asked for
        ({}, 1, True),
        ({}, 2, False),
        ({"page": 1}, None, True),
        ({}, None, False),
        ({"totalPages": None, "totalCount": "many", "pageSize": None, "page": None}, None, False),
    ],
)
def test_whether_there_is_another_page(
    m2m: Any, play: Any, answer: dict[str, Any], size: int | None, more: bool
):
    page, _ = play(m2m.list_page(size=size), {"sims": [{"iccid": ICCID}], **answer})
    assert page.more is more


@pytest.mark.parametrize("answer", [{}, {"sims": None}, {"sims": "none"}, {"sims": [], "page": 9}])
def test_a_list_without_sims_ends(m2m: Any, play: Any, answer: dict[str, Any]):
    page, _ = play(m2m.list_page(), answer)
    assert (page.items, page.more) == ([], False)


def test_an_odd_iccid_is_text(m2m: Any, play: Any):
    page, _ = play(m2m.list_page(), {"sims": [{"iccid": 8949025298846257344}]})
    assert [sim.iccid for sim in page.items] == ["8949025298846257344"]


@pytest.mark.parametrize("entry", [None, 7, "x", {}, {"iccid": None}, {"iccid": ""}])
def test_a_page_with_a_hole_is_refused(m2m: Any, play: Any, entry: Any):
    with pytest.raises(DecodeError) as caught:
        play(m2m.list_page(), {"sims": [{"iccid": ICCID}, entry]})
    assert caught.value.operation == "list_sims"


LIMIT_EXCEEDED = (
    b'{"status": "FORBIDDEN", "message": "Limit exceeded", "errors": '
    b'["Too Many Concurrent Requests on Platform."], "timestamp": "2025-08-28 11:25:49"}'
)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (403, LIMIT_EXCEEDED, QuotaExceeded),  # quirk 7
        (403, b'{"status": "FORBIDDEN", "message": "Access denied"}', PermissionDenied),
        (403, b"<html>", PermissionDenied),
        (404, b'{"message": "SIM not found"}', NotFound),
    ],
)
def test_errors_of_the_vendor_pass(
    m2m: Any, play: Any, status: int, body: bytes, error: type[Exception]
):
    with pytest.raises(error) as caught:
        play(m2m.get(ICCID), (status, body))
    assert type(caught.value) is error


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
_MEMBERS = ("imsi", "euiccid", "msisdn", "imei", "status", "remarks", "simAggregatedData")


@given(st.fixed_dictionaries({"iccid": _anything}, optional=dict.fromkeys(_MEMBERS, _anything)))
def test_hostile_details_are_read_or_refused(details: dict[str, Any]):
    provider = TelekomM2m(Settings(client_id="a", client_secret="b", partner_id="1"))
    body = json.dumps({"SimDetails": details}).encode()
    try:
        sim = Script([(200, body)]).play(provider.get(ICCID))
    except DecodeError:
        return
    told = (sim.iccid, sim.eid, sim.imsi, sim.msisdn, sim.imei, sim.vendor_status, sim.label)
    assert {type(item) for item in told} <= {str, type(None)}
    assert type(sim.status) is SimStatus
    (usage,) = Script([(200, body)]).play(provider.usage(ICCID, bytes_per_unit=1024)) or [None]
    if usage is not None:
        assert {type(usage.data_bytes), type(usage.data_bytes_sent)} <= {int, type(None)}
