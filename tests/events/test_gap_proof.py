"""Nothing lost and nothing twice: cut connections, mixed orders, killed consumers, a long idleness.

`python -m benchmarks.streams` is the same, longer.
"""

from __future__ import annotations

import logging

import pytest

from benchmarks import streams
from benchmarks.idleness import prove_idleness
from simloom.events.checkpoints import LAG, Trail


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level(logging.ERROR, logger="asyncio")  # the sandbox writes to what was cut


@pytest.mark.parametrize(("count", "order"), [(2_000, "published"), (1_000, "reversed")])
def test_connections_that_are_cut_at_any_byte(tmp_path, count, order):
    proof = streams.prove_cuts(count, tmp_path, seed=3, order=order)
    assert (proof.lost, proof.twice) == (0, 0), proof
    assert proof.cuts >= count / 400


def test_consumers_that_are_killed(tmp_path):
    proof = streams.prove_kills(200, 2, tmp_path, seed=3)
    assert proof.cuts == 2
    assert proof.lost == 0, proof
    assert proof.twice <= proof.cuts  # what a handler was at comes again


def test_a_stream_that_is_idle_for_long_holds_nothing_more(tmp_path):
    idle = prove_idleness(6 * 3600, tmp_path)
    assert idle.connections >= 360
    assert idle.threads[0] == idle.threads[1]
    assert idle.files[1] <= idle.files[0] + 1
    assert idle.peak_kb[1] < idle.peak_kb[0] + 8_000


def test_where_a_stream_is_resumed():
    trail = Trail(None)
    assert trail.behind() is None
    trail.add("a")
    assert (trail.behind(), trail.behind(0)) == ("a", "a")
    trail.add("b")
    assert (trail.behind(), trail.behind(1), trail.behind(0)) == ("a", "a", "b")
    trail = Trail("since")
    for number in range(LAG):
        trail.add(str(number))
    assert trail.behind() == "since"
    trail.add("next")
    assert (trail.behind(), trail.behind(0)) == ("0", "next")


def test_connections_without_anything_new_go_further_each_time(portal, ears):
    numbers = range(1, LAG + 11)
    portal.script(
        portal.stream(*numbers, offsets=True),
        *[portal.stream(*numbers, offsets=True)] * 9,
        portal.stream(999, offsets=True),
    )
    patient = streams.POLICY
    taken = ears.listen(policy=patient).take(len(numbers) + 1)
    assert taken[-1].id == "event-999"
    lags = [100, 50, 25, 12, 6, 3, 1, 0, 0, 0]
    assert portal.offsets[1:11] == [f"offset-{LAG + 10 - lag}" for lag in lags]
