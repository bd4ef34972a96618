"""Pages: what is asked for, and when the last one is recognised."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import DecodeError, InvalidParameter
from simloom.models import Page
from simloom.plugins.flows import Script
from simloom_plugins.telekom_bsc.paging import Place
from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_bsc.settings import Settings

ICCID = "8988280666000000001"


def sims(count: int) -> list[dict]:
    return [{"iccid": str(index), "status": "Enabled"} for index in range(count)]


def answer(body: object, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    return 200, json.dumps(body).encode(), {k.replace("_", "-"): v for k, v in headers.items()}


LISTS = {
    "list_page": ((), "list_sims", "GET /v1/sims", 100),
    "list_orders_page": ((), "list_orders", "GET /v1/orders", 10),
    "list_sms_page": ((ICCID,), "list_sms", f"GET /v1/sims/{ICCID}/sms", 100),
    "session_history_page": ((ICCID,), "list_events", f"GET /v1/sims/{ICCID}/events", 1000),
}


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize(("size", "asked"), [(None, None), (7, 7), (10_000, None)])
def test_number_and_size_are_always_sent_and_the_size_is_cut(bsc, play, method, size, asked):
    iccid, name, line, most = LISTS[method]
    body: object = {"events": []} if name == "list_events" else []
    page = play(getattr(bsc, method)(*iccid, 3, size=size), body)
    assert play.sent == [(name, line, (("page", "3"), ("pageSize", str(asked or most))), None)]
    assert page == Page(items=[], number=3, more=False)


@pytest.mark.parametrize("method", LISTS)
@pytest.mark.parametrize(("number", "size"), [(0, None), (-1, 5), (1, 0), (1, -3)])
def test_pages_that_do_not_exist_are_refused_before_anything_is_sent(
    bsc, play, method, number, size
):
    with pytest.raises(InvalidParameter):
        play(getattr(bsc, method)(*LISTS[method][0], number, size=size))
    assert play.sent == []


def test_the_status_is_not_sent_and_filters_nothing(bsc, play):
    page = play(bsc.list_page(status="suspended"), answer(sims(2)))
    assert len(page.items) == 2
    assert play.sent[0][2] == (("page", "1"), ("pageSize", "100"))


def test_headers_tell_the_last_page_and_the_totals(bsc, play):
    totals = {"x_total_pages": "3", "x_total_count": "25", "x_count_per_page": "10"}
    first = play(bsc.list_page(1, size=10), answer(sims(10), x_current_page="1", **totals))
    assert (first.more, first.total_pages, first.total, len(first.items)) == (True, 3, 25, 10)
    last = play(bsc.list_page(3, size=10), answer(sims(10), x_current_page="3", **totals))
    assert (last.more, last.total_pages) == (False, 3)


@pytest.mark.parametrize(
    ("count", "headers", "more"),
    [
        (9, {}, False),
        (10, {}, True),
        (0, {}, False),
        (5, {"x_count_per_page": "5"}, True),  # the vendor made smaller pages than asked for
        (4, {"x_count_per_page": "5"}, False),
        (10, {"x_total_pages": "many"}, True),
        (9, {"x_total_pages": "-1"}, False),
        (10, {"x_total_pages": "٣"}, True),  # not ASCII, though int() would take it
        (10, {"x_total_pages": "²"}, True),
        (10, {"x_count_per_page": "0"}, True),
    ],
)
def test_without_a_number_of_pages_a_short_page_is_the_last(bsc, play, count, headers, more):
    page = play(bsc.list_page(1, size=10), answer(sims(count), **headers))
    assert page.more is more
    assert page.total_pages is None


@pytest.mark.parametrize("method", ["list_orders_page", "list_sms_page"])
def test_orders_and_sms_have_no_headers_and_use_them_if_they_come(bsc, play, method):
    key = "order_number" if method == "list_orders_page" else "id"
    arguments = () if method == "list_orders_page" else (ICCID,)
    body = [{key: number} for number in (1, 2)]
    flow = getattr(bsc, method)
    assert play(flow(*arguments, 1, size=2), answer(body)).more is True
    assert play(flow(*arguments, 1, size=3), answer(body)).more is False
    assert play(flow(*arguments, 1, size=2), answer(body, x_total_pages="1")).more is False


def test_events_have_their_totals_in_the_body_and_headers_win(bsc, play):
    event = {"timestamp": "2024-01-15T10:30:00Z", "event_type": "Attached"}
    body = {"events": [event], "totalEvents": 4, "totalPages": 4}
    page = play(bsc.session_history_page(ICCID, 2, size=1), answer(body))
    assert (page.more, page.total_pages, page.total) == (True, 4, 4)
    page = play(bsc.session_history_page(ICCID, 2, size=1), answer(body, x_total_pages="2"))
    assert (page.more, page.total_pages, page.total) == (False, 2, 4)


@pytest.mark.parametrize("entry", ["text", 1, None, [], {"status": "Enabled"}])
def test_a_page_with_a_hole_is_an_error_not_a_shorter_page(bsc, play, entry):
    with pytest.raises(DecodeError):
        play(bsc.list_page(), [*sims(1), entry])


@given(
    total=st.integers(0, 40),
    size=st.integers(1, 12),
    headers=st.booleans(),
    clamp=st.integers(1, 12),
)
def test_reading_to_the_end_shows_every_sim_once(total, size, headers, clamp):
    """Any size, with and without headers, and a vendor that makes smaller pages and says so."""
    bsc = TelekomBsc(Settings(username="u", password="p"))
    everything = sims(total)
    per_page = min(size, clamp) if headers else size
    seen: list[str] = []
    number, more = 1, True
    while more:
        part = everything[(number - 1) * per_page : number * per_page]
        told = {"x-count-per-page": str(per_page)} if headers else {}
        script = Script([(200, json.dumps(part).encode(), told)])
        page = script.play(bsc.list_page(number, size=size))
        seen += [sim.iccid for sim in page.items]
        number, more = number + 1, page.more
        assert number < 60
    assert seen == [sim["iccid"] for sim in everything]


@given(st.text(max_size=12) | st.integers().map(str))
def test_any_header_text_is_read_or_ignored(value):
    headers = dict.fromkeys(("x-total-pages", "x-total-count", "x-count-per-page"), value)
    page = Place.of(1, 5, 100).page([1, 2, 3, 4, 5], headers)
    digits = value.strip().isascii() and value.strip().isdigit()
    assert page.total_pages == page.total == (int(value) if digits and len(value) < 19 else None)
