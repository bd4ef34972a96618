from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from simloom.errors import DecodeError, InvalidParameter, UnsupportedOperation
from simloom.models import Connectivity, Page, PoolUsage, SessionEvent, Sms, Usage
from simloom_clients.telekom_m2m import models

ICCID = "8949025298846257344"
SIM_PATH = f"/partners/100013/sims/{ICCID}"
UTC = dt.UTC


def details(aggregated: Any) -> dict[str, Any]:
    return {"SimDetails": {"iccid": ICCID, "simAggregatedData": aggregated}}


VOLUMES = {
    "dateFrom": "2025-01-01",
    "dateTo": "2025-01-31",
    "volumeUpload": 1.5,
    "volumeDownload": 10,
    "volumeRounded": 12.0,
}


def test_usage_has_the_vendors_period_and_no_bytes_of_unknown_size(m2m: Any, play: Any):
    (usage,), sent = play(m2m.usage(ICCID), details(VOLUMES))
    assert sent == [("get_sim_details", "GET", SIM_PATH, {}, None)]
    assert usage == Usage(
        provider="telekom-m2m",
        iccid=ICCID,
        period_start=dt.date(2025, 1, 1),
        period_end=dt.date(2025, 1, 31),
    )
    assert isinstance(usage.raw, models.SimAggregatedData)
    assert (usage.raw.volume_upload, usage.raw.volume_download) == (1.5, 10)


def test_usage_becomes_bytes_for_who_knows_the_unit(m2m: Any, play: Any):
    (usage,), _ = play(m2m.usage(ICCID, bytes_per_unit=1024), details(VOLUMES))
    assert (usage.data_bytes_sent, usage.data_bytes_received) == (1536, 10240)
    assert usage.data_bytes == 11776


@pytest.mark.parametrize(
    ("aggregated", "received", "sent"),
    [
        ({"volumeDownload": 3}, 3, None),
        ({"volumeUpload": 0, "volumeDownload": None}, None, 0),
        ({"volumeUpload": "4", "volumeDownload": "much"}, None, 4),
        ({"volumeUpload": True, "volumeDownload": [1]}, None, None),
        ({"dateFrom": "some day", "dateTo": None}, None, None),
    ],
)
def test_half_told_usage_has_no_total(
    m2m: Any, play: Any, aggregated: Any, received: int | None, sent: int | None
):
    (usage,), _ = play(m2m.usage(ICCID, bytes_per_unit=1), details(aggregated))
    assert (usage.data_bytes_received, usage.data_bytes_sent) == (received, sent)
    assert (usage.data_bytes, usage.period_start, usage.period_end) == (None, None, None)


def test_a_volume_beyond_numbers_is_not_told(m2m: Any, play: Any):
    (usage,), _ = play(m2m.usage(ICCID, bytes_per_unit=1e300), details({"volumeUpload": 1e300}))
    assert usage.data_bytes_sent is None


@pytest.mark.parametrize("aggregated", [None, "none", []])
def test_a_sim_without_aggregation_has_no_usage(m2m: Any, play: Any, aggregated: Any):
    assert play(m2m.usage(ICCID), details(aggregated))[0] == []


@pytest.mark.parametrize("period", [{"start": dt.date(2025, 1, 1)}, {"end": dt.date(2025, 1, 1)}])
def test_a_period_is_refused_rather_than_ignored(m2m: Any, play: Any, period: Any):
    with pytest.raises(UnsupportedOperation, match="period"):
        play(m2m.usage(ICCID, **period))


def test_pool_usage(m2m: Any, play: Any):
    pools = [
        {"poolName": "SMS Test Pool", "kind": "SMS", "volume": 100, "used": 50.1, "unit": "SMS"},
        {"poolName": None, "kind": "Satellite", "volume": None},
    ]
    found, sent = play(m2m.pool_usage(), {"pools": pools})
    assert sent == [("get_pool_usage", "GET", "/partners/100013/pools/usage", {}, None)]
    assert found == [
        PoolUsage(
            provider="telekom-m2m",
            name="SMS Test Pool",
            kind="SMS",
            used=Decimal("50.1"),
            total=Decimal(100),
            unit="SMS",
        ),
        PoolUsage(provider="telekom-m2m", kind="Satellite"),
    ]
    assert isinstance(found[0].raw, models.PoolUsage)


@pytest.mark.parametrize("answer", [{}, {"pools": None}])
def test_no_pools(m2m: Any, play: Any, answer: Any):
    assert play(m2m.pool_usage(), answer)[0] == []


SESSION = {
    "network": "Telekom DE",
    "sessionStart": "2025-08-02T09:54:13.133Z",
    "volumeUpload": 1.5,
    "volumeDownload": 10,
    "restrictionReason": None,
}
START = dt.datetime(2025, 8, 2, 9, 54, 13, 133000, tzinfo=UTC)


def test_connectivity(m2m: Any, play: Any):
    found, sent = play(m2m.connectivity(ICCID), SESSION)
    assert sent == [("get_sim_session", "GET", f"{SIM_PATH}/session", {}, None)]
    assert found == Connectivity(
        provider="telekom-m2m",
        iccid=ICCID,
        online=True,
        network="Telekom DE",
        session_start=START,
    )
    assert isinstance(found.raw, models.SimSession)


def test_connectivity_with_a_known_unit(m2m: Any, play: Any):
    found, _ = play(m2m.connectivity(ICCID, bytes_per_unit=1000), SESSION)
    assert (found.bytes_sent, found.bytes_received) == (1500, 10000)


@pytest.mark.parametrize("answer", [{}, {"network": None, "sessions": None}, {"network": ""}])
def test_without_a_session_nobody_says_offline(m2m: Any, play: Any, answer: Any):
    found, _ = play(m2m.connectivity(ICCID), answer)
    assert (found.online, found.session_start) == (None, None)


def test_of_parallel_sessions_the_latest_counts(m2m: Any, play: Any):
    sessions = [
        {"network": "A", "sessionStart": "2025-08-02 09:00:00"},
        {"network": "B", "sessionStart": "2025-08-02T11:00:00Z", "volumeUpload": 2},
        {"network": "C", "sessionStart": "no idea"},
        None,
    ]
    found, (sent,) = play(
        m2m.connectivity(ICCID, parallel_sessions=True, bytes_per_unit=1), {"sessions": sessions}
    )
    assert sent.query == {"parallelSessions": "true"}
    assert (found.network, found.bytes_sent, found.online) == ("B", 2, True)
    assert len(found.raw.sessions) == 4


def test_the_sessions_own_members_come_before_the_parallel_ones(m2m: Any, play: Any):
    found, _ = play(m2m.connectivity(ICCID), {**SESSION, "sessions": [{"network": "B"}]})
    assert found.network == "Telekom DE"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2025-08-02T09:54:13.133Z", START),
        ("2019-06-04T11:42:49", dt.datetime(2019, 6, 4, 11, 42, 49, tzinfo=UTC)),
        ("2018-08-17 16:46:48", dt.datetime(2018, 8, 17, 16, 46, 48, tzinfo=UTC)),
        ("2025-08-02T11:54:13.133+02:00", START),
        ("yesterday", None),  # quirk 21: no exception, `raw` has the text
    ],
)
def test_times(m2m: Any, play: Any, text: str, read: dt.datetime | None):
    found, _ = play(m2m.connectivity(ICCID), {"sessionStart": text})
    assert found.session_start == read
    assert read is not None or found.raw.session_start == text


def test_session_history(m2m: Any, play: Any):
    page, sent = play(
        m2m.session_history_page(ICCID, start=dt.date(2025, 8, 1), end=dt.date(2025, 8, 3)),
        {"sessions": [{**SESSION, "sessionEnd": "2025-08-02T10:00:00Z"}, {}]},
    )
    query = {"dateFrom": "2025-08-01", "dateTo": "2025-08-03"}
    path = f"{SIM_PATH}/sessionhistory"
    assert sent == [("get_sim_session_history", "GET", path, query, None)]
    assert page == Page(
        items=[
            SessionEvent(
                provider="telekom-m2m",
                iccid=ICCID,
                at=START,
                ended_at=dt.datetime(2025, 8, 2, 10, tzinfo=UTC),
                kind="session",
                network="Telekom DE",
            ),
            SessionEvent(provider="telekom-m2m", iccid=ICCID, kind="session"),
        ],
        number=1,
        more=False,
        total_pages=1,
    )


@pytest.mark.parametrize("entry", [None, 7, "x", []])
def test_a_history_with_a_hole_is_refused(m2m: Any, play: Any, entry: Any):
    for flow, answer in (
        (m2m.pool_usage(), {"pools": [entry]}),
        (m2m.session_history_page(ICCID), {"sessions": [SESSION, entry]}),
        (m2m.list_sms_page(ICCID), {"messages": [entry]}),
    ):
        with pytest.raises(DecodeError, match="an entry of the list is not"):
            play(flow, answer)


def test_session_history_with_a_known_unit_and_the_vendors_span(m2m: Any, play: Any):
    page, (sent,) = play(
        m2m.session_history_page(ICCID, size=5, bytes_per_unit=10), {"sessions": [SESSION]}
    )
    assert sent.query == {}
    assert (page.items[0].bytes_sent, page.items[0].bytes_received) == (15, 100)


def test_points_in_time_are_sent_as_days_in_utc(m2m: Any, play: Any):
    early = dt.datetime(2025, 8, 2, 1, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    naive = dt.datetime(2025, 8, 2, 23, 0, tzinfo=UTC).replace(tzinfo=None)
    _, (sent,) = play(m2m.session_history_page(ICCID, start=early, end=naive), {})
    assert sent.query == {"dateFrom": "2025-08-01", "dateTo": "2025-08-02"}


def test_sms_history(m2m: Any, play: Any):
    page, sent = play(
        m2m.list_sms_page(ICCID, start=dt.date(2025, 8, 1)),
        {
            "messages": [
                {
                    "messageID": 17,
                    "direction": "MO",
                    "timestamp": "2025-08-02 09:54:13",
                    "status": "DELIVERED",
                },
                {"direction": "MT", "timestamp": None},
                {"direction": "SIDEWAYS"},
            ]
        },
    )
    query = {"dateFrom": "2025-08-01"}
    assert sent == [("get_sms_history", "GET", f"{SIM_PATH}/smshistory", query, None)]
    assert page.items == [
        Sms(
            provider="telekom-m2m",
            iccid=ICCID,
            id="17",
            direction="mo",
            status="DELIVERED",
            submitted_at=dt.datetime(2025, 8, 2, 9, 54, 13, tzinfo=UTC),
        ),
        Sms(provider="telekom-m2m", iccid=ICCID, direction="mt"),
        Sms(provider="telekom-m2m", iccid=ICCID),
    ]
    assert (page.number, page.more, page.total_pages) == (1, False, 1)


@pytest.mark.parametrize("method", ["session_history_page", "list_sms_page"])
def test_histories_have_one_page_and_later_ones_cost_nothing(m2m: Any, play: Any, method: str):
    page, sent = play(getattr(m2m, method)(ICCID, 2))
    assert page == Page(items=[], number=2, more=False, total_pages=1)
    assert sent == []


def test_send_sms(m2m: Any, play: Any):
    sms, sent = play(m2m.send_sms(ICCID, "réveil"), {"messageID": "17", "status": "SENT"})
    body = '{"message":"réveil"}'.encode()
    assert sent == [("send_message", "POST", f"{SIM_PATH}/sms", {}, body)]
    assert sms == Sms(
        provider="telekom-m2m", iccid=ICCID, id="17", text="réveil", direction="mt", status="SENT"
    )


def test_send_sms_confirmed_without_words(m2m: Any, play: Any):
    sms, _ = play(m2m.send_sms(ICCID, "x"), {})
    assert (sms.id, sms.status, sms.submitted_at) == (None, None, None)


def test_an_empty_sms_is_not_sent(m2m: Any, play: Any):
    with pytest.raises(InvalidParameter, match="empty"):
        play(m2m.send_sms(ICCID, ""))
