"""Attachment, events, reset."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import DecodeError
from simloom.models import ActionState, ActionStatus, Connectivity, SessionEvent

ICCID = "8988280666000000001"
CELL = {"cid": 4711, "lac": 12, "mcc": "262", "mnc": "01"}
INFO = {
    "request_timestamp": "2018-11-07T17:21:46.121+0000",
    "reply_timestamp": "2018-11-07T17:21:46.263+0000",
    "subscriber_info": {
        "success": True,
        "state": "assumed_idle",
        "location": {
            "current_location_retrieved": False,
            "age_of_location": 2,
            "cell_global_id": CELL,
        },
    },
}
THERE = Connectivity(
    provider="telekom-bsc", iccid=ICCID, online=True, mcc="262", mnc="01", cell_id=4711
)


def test_attachment_and_cell(bsc, play):
    assert play(bsc.connectivity(ICCID), INFO) == THERE
    line = f"GET /v1/sims/{ICCID}/connectivity_info"
    assert play.sent == [("get_connectivity_info", line, (), None)]


def test_the_layout_of_2019_has_the_location_one_level_higher(bsc, play):
    members = {"state": "assumed_idle", "age_of_location": 2, "cell_global_id": CELL}
    found = play(bsc.connectivity(ICCID), {"subscriber_info": members})
    assert found == THERE
    assert found.raw.subscriber_info.location.age_of_location == 2


@pytest.mark.parametrize(
    ("state", "online"),
    [
        ("assumed_idle", True),
        ("camelBusy", True),
        ("net_det_not_reachable_imsi_detached", False),
        ("netDetNotReachable", False),
        ("not_provided_from_vlr", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_what_the_subscriber_state_says_about_being_online(bsc, play, state, online):
    assert play(bsc.connectivity(ICCID), {"subscriber_info": {"state": state}}).online is online


@pytest.mark.parametrize(
    "info",
    [
        {},
        {"subscriber_info": None},
        {"subscriber_info": "detached"},
        {"subscriber_info": {"success": False}},
        {"subscriber_info": {"location": None}},
        {"subscriber_info": {"location": {"cell_global_id": []}}},
        {"subscriber_info": {"location": {"cell_global_id": {"cid": "x", "mcc": None}}}},
    ],
)
def test_a_sim_that_is_not_attached_has_nothing_to_tell(bsc, play, info):
    nothing = Connectivity(provider="telekom-bsc", iccid=ICCID)
    assert play(bsc.connectivity(ICCID), info) == nothing


def test_leading_zeros_of_a_network_code_count(bsc, play):
    info = {"subscriber_info": {"location": {"cell_global_id": CELL | {"mnc": "001"}}}}
    assert play(bsc.connectivity(ICCID), info).mnc == "001"


def event(at: str, **members: object) -> dict:
    return {"timestamp": at, "event_type": "Status changed", **members}


def test_events_are_mapped(bsc, play):
    body = {
        "events": [
            event(
                "2024-01-15T10:30:00Z", operator="Telekom", country="Germany", event_severity="Info"
            ),
            event("not a time"),
        ]
    }
    page = play(bsc.session_history_page(ICCID), body)
    assert page.items == [
        SessionEvent(
            provider="telekom-bsc",
            iccid=ICCID,
            at=dt.datetime(2024, 1, 15, 10, 30, tzinfo=dt.UTC),
            kind="Status changed",
            network="Telekom",
            country="Germany",
        ),
        SessionEvent(provider="telekom-bsc", iccid=ICCID, kind="Status changed"),
    ]
    assert play.sent[0][:2] == ("list_events", f"GET /v1/sims/{ICCID}/events")


DAYS = ["2024-01-14T23:59:59Z", "2024-01-15T00:00:00Z", "2024-01-15T23:59:59Z", "2024-01-16T00:00Z"]


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        ({}, [0, 1, 2, 3]),
        ({"start": dt.date(2024, 1, 15)}, [1, 2, 3]),
        ({"end": dt.date(2024, 1, 15)}, [0, 1, 2]),
        ({"start": dt.date(2024, 1, 15), "end": dt.date(2024, 1, 15)}, [1, 2]),
        ({"start": dt.datetime(2024, 1, 15, 0, 0, 1)}, [2, 3]),  # noqa: DTZ001  (no zone is UTC)
        ({"end": dt.datetime(2024, 1, 15, 0, 0, tzinfo=dt.UTC)}, [0, 1]),
        (
            {"end": dt.datetime(2024, 1, 15, 1, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))},
            [0, 1],
        ),
        ({"start": dt.date(2030, 1, 1)}, []),
    ],
)
def test_a_span_leaves_events_out_but_does_not_end_the_list(bsc, play, span, kept):
    body = {"events": [event(at) for at in DAYS]}
    page = play(bsc.session_history_page(ICCID, size=4, **span), body)
    assert [item.raw.timestamp for item in page.items] == [
        dt.datetime.fromisoformat(DAYS[index]) for index in kept
    ]
    assert page.more is True  # the vendor's page was full
    assert play.sent[0][2] == (("page", "1"), ("pageSize", "4"))


def test_an_event_without_a_readable_time_is_in_every_span(bsc, play):
    flow = bsc.session_history_page(ICCID, start=dt.date(2030, 1, 1))
    assert len(play(flow, {"events": [event("?")]}).items) == 1


@pytest.mark.parametrize("body", [{}, {"events": None}])
def test_no_events(bsc, play, body):
    page = play(bsc.session_history_page(ICCID), body)
    assert (page.items, page.more) == ([], False)


def test_an_event_that_is_no_object_is_an_error(bsc, play):
    with pytest.raises(DecodeError):
        play(bsc.session_history_page(ICCID), {"events": ["Attached"]})


def test_a_reset_is_queued_and_no_more_is_known(bsc, play):
    assert play(bsc.reset_connectivity(ICCID), (201, b"")) == ActionState(
        provider="telekom-bsc",
        verb="reset-connectivity",
        status=ActionStatus.PENDING,
        message="placed into the vendor's queue",
        iccids=(ICCID,),
    )
    line = f"POST /v1/sims/{ICCID}/reset"
    assert play.sent == [("reset_connectivity", line, (), None)]
