"""Lists of TelcoAPI: filters, and when the last page is recognised."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import DecodeError, InvalidParameter
from simloom.models import Page, Sim, SimStatus

ICCID = "89441234567890123456"
LISTED = {
    "iccid": ICCID,
    "imsi": "234150123456789",
    "msisdn": "447123456789",
    "state": "ACTIVE",
    "vendor": "GEMALTO",
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:35:00Z",
}
SIM = Sim(
    provider="telcoapi",
    iccid=ICCID,
    imsi="234150123456789",
    msisdn="447123456789",
    status=SimStatus.ACTIVE,
    vendor_status="ACTIVE",
    created_at=dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC),
    updated_at=dt.datetime(2024, 1, 15, 10, 35, tzinfo=dt.UTC),
)


def test_a_page_of_the_reference(telcoapi, play):
    body = {"data": [LISTED], "meta": {"total": 150, "page": 1, "per_page": 10}}
    page = play(telcoapi.list_page(), body)
    assert page == Page(items=[SIM], number=1, more=True, total_pages=15, total=150)
    assert play.sent == [("list_sims", "GET /v1/sim/physical", (("page", "1"),), None)]


def test_everything_that_is_asked_for_goes_out(telcoapi, play):
    flow = telcoapi.list_page(
        2, size=50, status=SimStatus.SUSPENDED, vendor="GEMALTO", sort="created_at:desc"
    )
    play(flow, {"data": []})
    query = "state=SUSPENDED vendor=GEMALTO page=2 per_page=50 sort=created_at:desc"
    assert [f"{name}={value}" for name, value in play.sent[0][2]] == query.split()


@pytest.mark.parametrize(
    ("number", "size", "count", "meta", "more", "pages"),
    [
        (1, None, 10, {"total": 20, "per_page": 10}, True, 2),
        (2, None, 10, {"total": 20, "per_page": 10}, False, 2),
        (3, None, 1, {"total": 21, "per_page": 10}, False, 3),
        (1, 100, 10, {"total": 20, "per_page": 10}, True, 2),  # smaller pages than asked for
        (1, 10, 10, {"total": 20}, True, 2),
        (1, None, 0, {"total": 0, "per_page": 10}, False, 0),
        (1, 10, 10, None, True, None),
        (1, 10, 9, {}, False, None),
        (1, None, 1, {}, True, None),
        (2, None, 0, "none", False, None),
        (1, None, 3, {"per_page": 4}, False, None),
        (1, None, 1, {"total": "x", "per_page": -1}, True, None),
    ],
)
def test_whether_another_page_follows(telcoapi, play, number, size, count, meta, more, pages):
    body = {"data": [LISTED] * count, "meta": meta}
    page = play(telcoapi.list_page(number, size=size), body)
    assert (page.more, page.total_pages) == (more, pages)


@pytest.mark.parametrize(("number", "size"), [(0, None), (-1, 5), (1, 0)])
def test_pages_that_do_not_exist_are_refused(telcoapi, play, number, size):
    with pytest.raises(InvalidParameter):
        play(telcoapi.list_page(number, size=size))
    assert play.sent == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (SimStatus.INVENTORY, "INVENTORY"),
        (SimStatus.ACTIVE, "ACTIVE"),
        (SimStatus.SUSPENDED, "SUSPENDED"),
        (SimStatus.BLOCKED, "BLOCKED"),
    ],
)
def test_the_vendor_filters_by_status(telcoapi, play, status, state):
    play(telcoapi.list_page(status=status), {"data": []})
    assert play.sent[0][2] == (("state", state), ("page", "1"))


def test_a_status_the_vendor_does_not_have_is_an_empty_page_without_a_request(telcoapi, play):
    page = play(telcoapi.list_page(status=SimStatus.TERMINATED))
    assert page == Page(items=[], number=1, more=False, total_pages=0, total=0)
    assert play.sent == []


def test_unknown_states_cannot_be_asked_for_so_everything_comes(telcoapi, play):
    page = play(telcoapi.list_page(status=SimStatus.UNKNOWN), {"data": [LISTED]})
    assert len(page.items) == 1
    assert play.sent[0][2] == (("page", "1"),)


@pytest.mark.parametrize("data", [None, "none", [None], ["x"], [LISTED, 7], [{"iccid": ""}], [[]]])
def test_a_page_with_a_hole_is_an_error(telcoapi, play, data):
    with pytest.raises(DecodeError):
        play(telcoapi.list_page(), {"data": data})
