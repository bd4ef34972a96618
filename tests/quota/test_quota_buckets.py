from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.errors import ConfigurationError
from simloom.transport.quota import Limit, Window, bucket_for, cost_of, host_clock, limit_of
from simloom_clients.infobip.api.sims import list_sims
from simloom_clients.telekom_bsc.api.sims import update_sims
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.sim_actions import activate_sims, suspend_sims
from simloom_clients.telekom_m2m.api.sims import get_sim_details

ICCID = "8949020000123456789"
ACTIONS = Limit(name="actions", counts="sims", windows=[Window(1000, 360), Window(10000, 3600)])


def test_limits_are_those_of_the_specification():
    assert limit_of(suspend_sims.OPERATION) == ACTIONS
    assert limit_of(get_sim_details.OPERATION).name == "details"
    rate = limit_of(update_sims.OPERATION)
    assert (rate.counts, rate.windows) == ("requests", (Window(10, 1),))
    assert limit_of(list_sims.OPERATION) is None


def targets(number):
    return [models.SimReference(iccid=ICCID)] * number


@pytest.mark.parametrize(
    ("request_", "cost"),
    [
        (suspend_sims.request("1", body=models.SimActionTargets(sims=targets(7))), 7),
        (suspend_sims.request("1", body=models.SimActionTargets(sims=[])), 1),
        (suspend_sims.OPERATION.request(path={"partner_id": "1"}, body={"sims": [1, 2, 3]}), 3),
        (suspend_sims.OPERATION.request(path={"partner_id": "1"}, body=[1, 2]), 2),
        (suspend_sims.OPERATION.request(path={"partner_id": "1"}), 1),
        (get_sim_details.request("1", ICCID), 1),
    ],
)
def test_a_request_counts_its_sims(request_, cost):
    assert cost_of(request_, ACTIONS) == cost


def test_a_body_with_another_list_is_never_counted_too_low():
    body = models.SimActivation(sims=targets(3), options=["a", "b", "c", "d"])
    assert cost_of(activate_sims.request("1", body=body), ACTIONS) >= 3


def test_a_limit_of_requests_counts_one():
    limit = Limit(name="x", counts="requests", windows=[Window(10, 1)])
    body = models.SimActionTargets(sims=targets(7))
    assert cost_of(suspend_sims.request("1", body=body), limit) == 1


def bucket(account="a", share=0.9, salt=b"salt", provider="p"):
    return bucket_for(ACTIONS, provider=provider, account=account, salt=salt, share=share)


def test_a_bucket_belongs_to_a_customer_and_tells_no_name():
    assert bucket() == bucket()
    keys = {
        bucket().key,
        bucket("b").key,
        bucket(provider="q").key,
        bucket(salt=b"other").key,
    }
    assert len(keys) == 4
    assert "client-4711" not in bucket("client-4711").key
    assert bucket().key.startswith("p/actions/")


@given(st.integers(1, 100_000), st.floats(0.001, 1))
def test_a_share_is_never_more_than_its_part_and_at_least_one(limit, share):
    wide = Limit(name="x", counts="sims", windows=[Window(limit, 1)])
    (window,) = bucket_for(wide, provider="p", account="a", salt=b"s", share=share).windows
    assert 1 <= window.limit <= max(1, limit * share + 1e-6)
    assert window.limit > limit * share - 1


@pytest.mark.parametrize(("limit", "share", "left"), [(10, 0.7, 7), (1000, 0.9, 900), (1, 0.9, 1)])
def test_shares_of_round_numbers_are_round(limit, share, left):
    wide = Limit(name="x", counts="sims", windows=[Window(limit, 1)])
    assert bucket_for(wide, provider="p", account="a", salt=b"s", share=share).capacity == left


@pytest.mark.parametrize("share", [0, -0.1, 1.01, float("nan")])
def test_a_share_is_a_part(share):
    with pytest.raises(ConfigurationError, match="share"):
        bucket(share=share)


@pytest.mark.parametrize("windows", [[], [Window(0, 1)], [Window(1, 0)]])
def test_a_limit_needs_windows(windows):
    with pytest.raises(ConfigurationError):
        Limit(name="x", counts="sims", windows=windows)


def test_the_clock_of_the_host_goes_on_and_has_a_name():
    one, two = host_clock(), host_clock()
    assert one.epoch == two.epoch != ""
    assert one.read() <= two.read() < one.read() + 5
