"""SIMs of Infobip: reading, status, name, diagnostic. Bodies are those of the vendor's page."""

from __future__ import annotations

import datetime as dt

import pytest

from simloom.errors import AuthenticationError, DecodeError, InvalidParameter, UnsupportedOperation
from simloom.models import ActionState, ActionStatus, Page, Sim, SimStatus

ICCID = "8981100022152967721"
FIRST = {
    "iccid": "8981100022152967705",
    "status": "Activation Ready",
    "createdAt": "2019-06-04T11:42:49",
    "updatedAt": "2019-06-04T11:42:49",
    "msisdn": "8102001388265",
    "model": {"type": "Standard", "provisioning": "UICC", "size": "Trio (2FF, 3FF, 4FF)"},
}
SECOND = {
    "iccid": ICCID,
    "imsi": "310150123456789",
    "name": "1st activated",
    "status": "Active",
    "createdAt": "2019-06-04T11:42:48",
    "updatedAt": "2019-06-04T11:42:48",
    "msisdn": "8931826018675",
    "serviceProfileId": "44236542",
    "model": {
        "type": "Embedded",
        "grade": "Industrial",
        "provisioning": "UICC",
        "size": "MFF2/QFN8",
    },
}
SIM = Sim(
    provider="infobip",
    iccid=ICCID,
    imsi="310150123456789",
    msisdn="8931826018675",
    status=SimStatus.ACTIVE,
    vendor_status="Active",
    label="1st activated",
    created_at=dt.datetime(2019, 6, 4, 11, 42, 48, tzinfo=dt.UTC),
    updated_at=dt.datetime(2019, 6, 4, 11, 42, 48, tzinfo=dt.UTC),
)
ACTION = {"actionId": "f597d319-de5c-4524-9378-e95478b58dad"}
ID = ACTION["actionId"]


def test_get(infobip, play):
    assert play(infobip.get(ICCID), SECOND) == SIM
    assert play.sent == [("get_sim", f"GET /iot/2/sims/{ICCID}", (), None)]


def test_the_page_of_the_vendor(infobip, play):
    page = play(infobip.list_page(size=2), {"page": 1, "limit": 2, "sims": [FIRST, SECOND]})
    assert [sim.status for sim in page.items] == [SimStatus.READY, SimStatus.ACTIVE]
    assert page == Page(items=[page.items[0], SIM], number=1, more=True)
    assert play.sent == [("list_sims", "GET /iot/2/sims", (("limit", "2"), ("page", "1")), None)]


@pytest.mark.parametrize(
    ("size", "limit"), [(None, "100"), (20, "20"), (101, "100"), (9999, "100")]
)
def test_the_limit_is_always_sent_and_cut_at_100(infobip, play, size, limit):
    play(infobip.list_page(4, size=size), {"sims": []})
    assert play.sent[0][2] == (("limit", limit), ("page", "4"))


@pytest.mark.parametrize(
    ("size", "count", "limit", "more"),
    [
        (3, 3, 3, True),
        (3, 2, 3, False),
        (3, 0, 3, False),
        (3, 2, 2, True),  # the vendor made smaller pages than asked for
        (3, 1, 2, False),
        (3, 3, None, True),
        (3, 2, 0, False),
        (3, 2, "odd", False),
        (3, 3, 100, True),
        (3, 2, 100, False),
    ],
)
def test_a_page_that_is_shorter_than_the_limit_is_the_last(infobip, play, size, count, limit, more):
    page = play(infobip.list_page(size=size), {"sims": [FIRST] * count, "limit": limit})
    assert (page.more, page.total, page.total_pages) == (more, None, None)


@pytest.mark.parametrize("method", ["list_page", "monthly_usage_page"])
@pytest.mark.parametrize(("number", "size"), [(0, None), (-1, 5), (1, 0)])
def test_pages_that_do_not_exist_are_refused(infobip, play, method, number, size):
    with pytest.raises(InvalidParameter):
        play(getattr(infobip, method)(number, size=size))
    assert play.sent == []


def test_the_status_is_not_sent_and_filters_nothing(infobip, play):
    page = play(infobip.list_page(status=SimStatus.SUSPENDED), {"sims": [FIRST]})
    assert len(page.items) == 1
    assert play.sent[0][2] == (("limit", "100"), ("page", "1"))


@pytest.mark.parametrize("sims", [None, [None], ["x"], [FIRST, 1], [{"iccid": None}], [{}]])
def test_a_page_with_a_hole_is_an_error(infobip, play, sims):
    with pytest.raises(DecodeError):
        play(infobip.list_page(), {"sims": sims})


@pytest.mark.parametrize(
    ("vendor", "status", "vendor_status"),
    [
        ("Imported", SimStatus.INVENTORY, "Imported"),
        ("Activation Ready", SimStatus.READY, "Activation Ready"),
        ("Active", SimStatus.ACTIVE, "Active"),
        ("Suspended", SimStatus.SUSPENDED, "Suspended"),
        ("Deactivated", SimStatus.TERMINATED, "Deactivated"),
        ("Hibernating", SimStatus.UNKNOWN, "Hibernating"),
        (None, SimStatus.UNKNOWN, ""),
        ({}, SimStatus.UNKNOWN, ""),
    ],
)
def test_statuses(infobip, play, vendor, status, vendor_status):
    sim = play(infobip.get(ICCID), {"iccid": ICCID, "status": vendor})
    assert (sim.status, sim.vendor_status) == (status, vendor_status)


def test_what_is_missing_null_or_odd_is_none(infobip, play):
    body = {"iccid": ICCID, "imsi": None, "name": None, "createdAt": "some day", "model": "SIM"}
    sim = play(infobip.get(ICCID), body)
    assert sim == Sim(provider="infobip", iccid=ICCID)
    assert sim.raw.created_at == "some day"


@pytest.mark.parametrize(
    ("verb", "status", "expected"),
    [
        ("activate", "Active", SimStatus.ACTIVE),
        ("suspend", "Suspended", SimStatus.SUSPENDED),
        ("resume", "Active", SimStatus.ACTIVE),
    ],
)
def test_a_change_of_status_is_pending_until_the_sim_shows_it(
    infobip, play, verb, status, expected
):
    action = play(getattr(infobip, verb)(ICCID), ACTION)
    assert action == ActionState(
        provider="infobip", verb=verb, id=ID, iccids=(ICCID,), expected=expected
    )
    body = f'{{"status":"{status}"}}'.encode()
    assert play.sent == [("update_sim_status", f"PUT /iot/1/sims/{ICCID}/status", (), body)]
    assert play(infobip.refresh(action), SECOND | {"status": "Imported"}) == action
    assert play(infobip.refresh(action), SECOND | {"status": status}).status is ActionStatus.DONE
    assert play.sent == [("get_sim", f"GET /iot/2/sims/{ICCID}", (), None)]


def test_rename_changes_the_name_alone(infobip, play):
    action = play(infobip.set_label(ICCID, "1st SIM card"), ACTION)
    assert action == ActionState(provider="infobip", verb="set-label", id=ID, iccids=(ICCID,))
    body = b'{"name":"1st SIM card"}'
    assert play.sent == [("rename_sim", f"PATCH /iot/1/sims/{ICCID}", (), body)]


def test_the_diagnostic_resets_the_connectivity(infobip, play):
    action = play(infobip.reset_connectivity(ICCID), ACTION)
    assert action == ActionState(
        provider="infobip", verb="reset-connectivity", id=ID, iccids=(ICCID,)
    )
    assert play.sent == [("run_diagnostic", f"POST /iot/1/sims/{ICCID}/diagnostic", (), None)]


@pytest.mark.parametrize("answer", [{}, {"actionId": None}, {"actionId": []}])
def test_an_action_without_an_id_is_one_all_the_same(infobip, play, answer):
    assert play(infobip.suspend(ICCID), answer).id == ""


def test_what_became_of_a_rename_cannot_be_asked(infobip, play):
    action = play(infobip.set_label(ICCID, "x"), ACTION)
    assert play(infobip.refresh(action)).status is ActionStatus.UNKNOWN
    assert play.sent == []


def test_what_is_over_is_not_asked_for_again(infobip, play):
    over = ActionState(
        provider="infobip",
        verb="suspend",
        status=ActionStatus.DONE,
        iccids=(ICCID,),
        expected=SimStatus.SUSPENDED,
    )
    assert play(infobip.refresh(over)) == over


def test_refresh_of_several_sims_is_done_when_all_are(infobip, play):
    action = ActionState(
        provider="infobip", verb="suspend", iccids=("1", "2"), expected=SimStatus.SUSPENDED
    )
    on, off = ({"iccid": "1", "status": word} for word in ("Active", "Suspended"))
    assert play(infobip.refresh(action), off, on).status is ActionStatus.PENDING
    assert play(infobip.refresh(action), off, off).status is ActionStatus.DONE
    assert [line for _, line, _, _ in play.sent] == ["GET /iot/2/sims/1", "GET /iot/2/sims/2"]


def test_nothing_can_be_called_back(infobip, play):
    action = ActionState(provider="infobip", verb="suspend", id=ID, iccids=(ICCID,))
    with pytest.raises(UnsupportedOperation, match="infobip has no operation 'cancel'"):
        play(infobip.cancel(action))


def test_without_authorisation_the_error_says_so(infobip, play):
    with pytest.raises(AuthenticationError):
        play(infobip.get(ICCID), (401, b""))
