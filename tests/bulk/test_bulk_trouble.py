"""Pure decisions: when to hold back, when to give up, how long a job takes at least."""

from __future__ import annotations

import pytest

from simloom.bulk.estimate import least_seconds, requests_for, span
from simloom.bulk.policy import Patience
from simloom.bulk.trouble import Trouble

ERROR = RuntimeError("down")


def test_what_fails_together_counts_once():
    trouble = Trouble(Patience(first_failures=2))
    for _ in range(8):
        trouble.failed(ERROR, began=100.0, now=103.0)
    assert trouble.fatal is None
    assert trouble.quiet_until == 108.0
    trouble.failed(ERROR, began=108.0, now=109.0)
    assert trouble.fatal is ERROR


def test_a_vendor_that_has_answered_is_waited_for_longer():
    trouble = Trouble(Patience())
    trouble.answered(a_write=True)
    now, pauses = 0.0, []
    while trouble.fatal is None:
        trouble.failed(ERROR, began=now, now=now)
        trouble.failed(ERROR, began=now, now=now)  # of the same moment
        pauses.append(trouble.quiet_until - now)
        now = trouble.quiet_until + 1
    assert pauses[:6] == [5, 10, 20, 40, 80, 120]
    assert 600 < now < 1800


def test_reads_that_work_do_not_hide_that_writes_get_no_answer():
    trouble = Trouble(Patience(silences=4))
    for now in range(4):
        trouble.silent(ERROR, float(now))
        trouble.answered(a_write=False)
    assert trouble.fatal is ERROR
    assert Trouble(Patience()).fatal is None


def test_refusals_of_the_limit_are_tried_ever_more_seldom():
    trouble = Trouble(Patience())
    again = [trouble.refused(None, 0.0) for _ in range(7)]
    assert again == [5, 10, 20, 40, 80, 120, 120]
    assert trouble.refused(600.0, 0.0) == 600.0
    trouble.accepted()
    assert trouble.refused(None, 1000.0) == 1005.0


M2M = [(900, 360.0), (9000, 3600.0)]


@pytest.mark.parametrize(
    ("cost", "windows", "seconds"),
    [
        (1_000_000, M2M, 399_960),
        (900, M2M, 0),
        (901, M2M, 360),
        (9_001, M2M, 3_600),
        (0, M2M, 0),
        (5_000, [], 0),
    ],
)
def test_the_least_time_is_what_the_windows_let_through(cost, windows, seconds):
    assert least_seconds(cost, windows) == seconds


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (399_960, "4 d 15 h"),
        (720, "12 min"),
        (3_661, "1 h 1 min"),
        (59.6, "1 min"),
        (0.2, "0 s"),
        (86_400, "1 d"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(seconds, told):
    assert span(seconds) == told


def test_requests_are_rounded_up():
    assert [requests_for(count, 900) for count in (0, 1, 900, 901)] == [0, 1, 1, 2]
