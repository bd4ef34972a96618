"""Waiting for a write: how often it looks, what ends it, what does not."""

from __future__ import annotations

import pytest

from simloom.action import LONGEST_POLL, pauses
from simloom.errors import ActionTimeout, SimloomError, UnsupportedOperation
from simloom.models import ActionState, ActionStatus

ICCID = "8949000000000000001"


@pytest.fixture
def action(both, vendor):
    vendor.script("s1")
    action = both.acme(vendor).suspend(ICCID)
    vendor.asked.clear()
    return action


def test_an_action_tells_what_it_is(action):
    assert (action.id, action.status, action.message) == ("s1", ActionStatus.PENDING, None)
    assert "s1 suspend pending" in repr(action)
    assert ICCID not in repr(action)


def test_it_waits_longer_and_longer_until_it_is_done(both, vendor, action):
    vendor.script(*["pending"] * 6, "done")
    done = action.wait(timeout=100)
    assert done.status is action.status is ActionStatus.DONE
    assert both.slept == [1, 2, 4, 8, 15, 15, 15]
    assert vendor.targets == ["/actions/s1"] * 7


@pytest.mark.parametrize("end", ["failed", "cancelled", "unknown"])
def test_what_ends_otherwise_is_returned_not_raised(both, vendor, action, end):
    vendor.script("pending", end)
    assert action.wait().status is ActionStatus(end)
    assert both.slept == [1, 2]


def test_time_runs_out_after_a_last_look(both, vendor, action):
    vendor.answer = lambda _: "pending"
    with pytest.raises(ActionTimeout, match="suspend is still under way after 10 s") as caught:
        action.wait(timeout=10)
    assert both.slept == [1, 2, 4, 3]
    assert len(vendor.asked) == 4
    assert isinstance(caught.value, (TimeoutError, SimloomError))
    assert action.status is ActionStatus.PENDING
    vendor.script("done")
    assert action.wait().status is ActionStatus.DONE  # it can be waited for again


def test_no_time_at_all_sends_nothing(both, vendor, action):
    with pytest.raises(ActionTimeout):
        action.wait(timeout=0)
    assert (both.slept, vendor.asked) == ([], [])


def test_what_is_over_is_not_asked_for(both, vendor, action):
    vendor.script("failed")
    assert action.refresh().status is ActionStatus.FAILED
    assert action.wait().status is ActionStatus.FAILED
    assert (both.slept, len(vendor.asked)) == ([], 1)


def test_an_error_while_waiting_is_the_callers(both, vendor, action):
    vendor.script("pending", (404, {}, ""))
    with pytest.raises(SimloomError, match="404"):
        action.wait()
    assert action.status is ActionStatus.PENDING


def test_cancelling_where_the_vendor_cannot(both, vendor, action):
    with pytest.raises(UnsupportedOperation, match="cancel-action"):
        action.cancel()
    assert vendor.asked == []


def test_cancelling_where_the_vendor_can(both, vendor, action, monkeypatch):
    def cancel(self, state):
        yield from ()
        return ActionState(provider="acme", verb=state.verb, status=ActionStatus.CANCELLED)

    monkeypatch.setattr(type(action._provider), "cancel", cancel)
    assert action.cancel().status is ActionStatus.CANCELLED


def test_pauses_never_end_after_the_time_given():
    seen = []
    pending = ActionState(provider="acme", verb="suspend")
    with pytest.raises(ActionTimeout):
        seen.extend(pauses(pending, 61.5, lambda: sum(seen)))
    assert sum(seen) == 61.5
    assert max(seen) == LONGEST_POLL
