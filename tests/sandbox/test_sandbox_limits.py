"""The vendors' limits: what they refuse, exactly when, and what is told about it."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.sandbox import ManualClock, Quirks, Sandbox
from simloom.sandbox.messages import Call
from simloom.sandbox.quotas import Limit, Meter, Window, limits_of
from simloom.sandbox.specs import load_spec

M2M, BSC, SUPERUNIT, SUBUNIT = "telekom-m2m", "telekom-bsc", "100013", "100017"


def meter(*windows, clock=None, refused_count=False):
    limit = Limit(name="x", counts="sims", windows=windows, operations=frozenset())
    return Meter(limit, clock or ManualClock(), refused_count=refused_count)


def block(desk, *iccids, partner=SUPERUNIT):
    body = {"sims": [{"iccid": iccid} for iccid in iccids]}
    return desk.ask(M2M, "POST", f"/partners/{partner}/sims/actions/block", body)


def quota(desk, provider, name):
    (found,) = (
        item for item in desk.emulator.quotas()["providers"][provider] if item["name"] == name
    )
    return found


# Times with a quarter of a second between them are exact in binary.
CALLS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=60)


@settings(max_examples=100, deadline=None)
@given(CALLS)
def test_no_window_ever_holds_more_than_the_limit(calls):
    clock = ManualClock()
    windows = (Window(10, 5), Window(16, 20))
    metered, admitted = meter(*windows, clock=clock), []
    for wait, cost in calls:
        clock.advance(wait / 4)
        now = clock.monotonic()
        fits = all(
            sum(one for at, one in admitted if now - at < window.seconds) + cost <= window.limit
            for window in windows
        )
        assert (metered.take(cost, enforced=True) is None) == fits
        if fits:
            admitted.append((now, cost))
    for start, _ in admitted:
        for window in windows:
            inside = [cost for at, cost in admitted if 0 <= at - start < window.seconds]
            assert sum(inside) <= window.limit


@settings(max_examples=50, deadline=None)
@given(CALLS)
def test_after_the_wait_it_is_not_too_much_any_more(calls):
    clock = ManualClock()
    metered = meter(Window(10, 5), Window(16, 20), clock=clock)
    for wait, cost in calls:
        clock.advance(wait / 4)
        exceeded = metered.take(cost, enforced=True)
        if exceeded is not None:
            assert exceeded.wait > 0
            clock.advance(exceeded.wait)
            assert metered.take(cost, enforced=True) is None


def test_the_limit_is_free_again_when_the_window_is_over_and_not_before():
    clock = ManualClock()
    metered = meter(Window(2, 360), clock=clock)
    metered.take(1, enforced=True)
    clock.advance(100)
    metered.take(1, enforced=True)
    exceeded = metered.take(1, enforced=True)
    assert exceeded is not None
    assert exceeded.wait == 260
    clock.advance(259.75)
    assert metered.take(1, enforced=True) is not None
    clock.advance(0.25)
    assert metered.take(1, enforced=True) is None


def test_what_is_larger_than_the_limit_never_fits():
    exceeded = meter(Window(10, 5)).take(11, enforced=True)
    assert exceeded is not None
    assert exceeded.wait == 5
    assert str(exceeded) == "limit x: 10 sims per 5 s, again in 5.0 s"


@pytest.mark.parametrize(("refused_count", "used"), [(False, 9), (True, 14)])
def test_whether_a_refusal_counts_is_a_switch(refused_count, used):
    metered = meter(Window(10, 5), refused_count=refused_count)
    metered.take(9, enforced=True)
    assert metered.take(5, enforced=True) is not None
    assert metered.report()["windows"][0]["used"] == used


def test_violations_tell_the_fullest_window():
    clock = ManualClock()
    metered = meter(Window(10, 60), clock=clock)
    assert metered.report()["violations"] == {"count": 0, "worst": None}
    for _ in range(4):
        metered.take(5, enforced=True)
    clock.advance(60)
    for _ in range(3):
        metered.take(5, enforced=True)
    assert metered.report() == {
        "name": "x",
        "counts": "sims",
        "windows": [{"seconds": 60, "limit": 10, "used": 10, "left": 0, "peak": 10}],
        "admitted": 20,
        "refused": 15,
        "violations": {
            "count": 3,
            "worst": {
                "seconds": 60,
                "limit": 10,
                "asked": 20,
                "until": "2026-01-01T00:00:00+00:00",
            },
        },
    }


def test_the_limits_of_the_portal_come_from_its_spec():
    found = {limit.name: limit for limit in limits_of(load_spec(M2M))}
    assert {name: limit.windows for name, limit in found.items()} == {
        "actions": (Window(1000, 360), Window(10_000, 3600)),
        "details": (Window(1000, 360), Window(10_000, 3600)),
        "history": (Window(250, 360), Window(2500, 3600)),
    }
    assert len(found["actions"].operations) == 21
    assert "create_sim_transfer" not in found["actions"].operations
    assert {name for name in found["history"].operations if "identifier" not in name} == {
        "get_sim_session",
        "get_sim_session_history",
        "get_sms_history",
    }
    bulk = Call(method="POST", path="/", content={"sims": [{}, {}, {}]})
    assert found["actions"].cost(bulk) == 3
    assert limits_of(load_spec("infobip")) == ()


def test_a_refused_bulk_counts_for_the_whole_contract(desk):
    iccid, foreign = desk.sim(M2M), desk.vendor(M2M).live.iccid(59)
    assert block(desk, *[iccid] * 600).status == 400
    assert block(desk, *[foreign] * 400, partner=SUBUNIT).status == 400
    reply = block(desk, iccid)
    assert reply.status == 403
    assert reply.body == {
        "status": "FORBIDDEN",
        "message": "Limit exceeded",
        "errors": ["Too Many Concurrent Requests on Platform."],
        "timestamp": "2026-01-01 00:00:00",
    }
    assert reply.reason == "limit actions: 1000 sims per 360 s, again in 360.0 s"
    assert desk.effects() == []
    # Other limits have room, and what has none is not limited.
    assert desk.ask(M2M, "GET", f"/partners/{SUPERUNIT}/sims/{iccid}").status == 200
    assert desk.ask(M2M, "GET", f"/partners/{SUPERUNIT}/sims/actions").status == 200
    desk.wait(360)
    assert block(desk, iccid).status in {202, 400}


def test_the_hour_has_its_own_limit(desk):
    iccid = desk.sim(M2M)
    for _ in range(10):
        assert block(desk, *[iccid] * 1000).status == 400
        desk.wait(360)
    actions = quota(desk, M2M, "actions")
    # The first of the ten is an hour old by now.
    assert [window["used"] for window in actions["windows"]] == [0, 9000]
    assert block(desk, *[iccid] * 1000).status == 400
    assert actions["violations"]["count"] == 0
    assert [window["peak"] for window in actions["windows"]] == [1000, 10_000]


def test_a_history_has_fewer(desk):
    path = f"/partners/{SUPERUNIT}/sims/{desk.sim(M2M)}/session"
    codes = [desk.ask(M2M, "GET", path).status for _ in range(251)]
    assert (set(codes[:250]), codes[250]) == ({200}, 403)


def test_reset_forgets_what_was_used(desk):
    block(desk, *[desk.sim(M2M)] * 1000)
    desk.emulator.reset()
    assert quota(desk, M2M, "actions")["windows"][0]["used"] == 0


def test_without_limits_everything_is_counted_and_nothing_refused(new_desk):
    desk = new_desk(limits=False)
    iccid = desk.sim(M2M)
    for _ in range(2):
        assert block(desk, *[iccid] * 1000).status == 400
    found = desk.emulator.ledger()["quotas"][M2M]
    actions = next(item for item in found if item["name"] == "actions")
    assert (actions["admitted"], actions["refused"]) == (2000, 0)
    assert actions["violations"]["worst"]["asked"] == 2000
    assert desk.emulator.quotas()["enforced"] is False


@pytest.mark.parametrize(("switch", "headers"), [("yes", {"Retry-After": "1"}), ("no", {})])
def test_ten_requests_per_second_for_sims_of_business_smart_connect(new_desk, switch, headers):
    desk = new_desk(quirks=Quirks(bsc_retry_after=switch))
    iccid = desk.sim(BSC)
    for _ in range(5):
        assert desk.ask(BSC, "GET", "/v1/sims").status == 200
        assert desk.ask(BSC, "GET", f"/v1/sims/{iccid}/quota/data").status == 200
    reply = desk.ask(BSC, "GET", f"/v1/sims/{iccid}")
    assert (reply.status, reply.body, reply.headers) == (429, None, headers)
    assert desk.ask(BSC, "GET", "/v1/products").status == 200
    desk.clock.advance(1)
    assert desk.ask(BSC, "GET", f"/v1/sims/{iccid}").status == 200
    assert quota(desk, BSC, "sims")["violations"]["count"] == 1


def test_a_client_sees_the_limits_and_so_does_the_admin_surface():
    with Sandbox(sims=3, clock=ManualClock()) as sandbox:
        admin = httpx.Client(base_url=f"{sandbox.url}/_sandbox", trust_env=False, verify=False)
        with admin, sandbox.connect("telekom-m2m") as m2m:
            iccid = next(iter(m2m.sims())).iccid
            m2m.get(iccid)
            told = admin.get("/quotas").json()
            assert admin.get("/ledger").json()["quotas"] == told["providers"]
    assert told["enforced"] is True
    used = {item["name"]: item["admitted"] for item in told["providers"]["telekom-m2m"]}
    assert used == {"actions": 0, "details": 1, "history": 0}
    assert told["providers"]["infobip"] == []
