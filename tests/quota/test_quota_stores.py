"""The conformance suite: what every store of the ledger has to do."""

from __future__ import annotations

import threading

import pytest

from simloom.errors import QuotaCostTooLarge
from simloom.transport.quota import Bucket, Grant, Wait, Window

CLOSE = pytest.approx


def spend(ledger, bucket, cost, hand, seconds=0.0):
    grant = ledger.acquire(bucket, cost)
    assert isinstance(grant, Grant)
    hand.pass_(seconds)
    ledger.settle(grant)
    return grant


def test_a_grant_is_held_until_a_window_after_its_answer(ledger, bucket, hand):
    spend(ledger, bucket, 10, hand, seconds=2)
    answer = ledger.acquire(bucket, 1)
    assert isinstance(answer, Wait)
    assert answer.seconds == CLOSE(6, abs=0.01)
    hand.pass_(5.999)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Wait)
    hand.pass_(0.003)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Grant)


def test_the_wait_is_exact_for_what_is_asked(ledger, bucket, hand):
    for cost in (3, 4, 3):
        spend(ledger, bucket, cost, hand, seconds=1)
    waits = []
    for cost in (1, 3, 4, 7, 8, 10):
        answer = ledger.acquire(bucket, cost)
        ledger.withdraw(answer)
        waits.append(answer.seconds)
    assert waits == [CLOSE(each, abs=0.01) for each in (4, 4, 5, 5, 6, 6)]


def test_every_window_is_checked_at_once(ledger, bucket, hand):
    for _ in range(2):
        spend(ledger, bucket, 10, hand)
        hand.pass_(6.01)
    assert isinstance(spend(ledger, bucket, 5, hand), Grant)
    answer = ledger.acquire(bucket, 1)  # 6 s would do, but 25 in a minute are reached
    assert answer.seconds == CLOSE(60 - 2 * 6.01, abs=0.01)
    assert [(each.limit, each.used) for each in ledger.usage(bucket).windows] == [(10, 5), (25, 25)]


def test_without_an_answer_it_is_held_for_the_longest_a_request_can_take(ledger, bucket, hand):
    assert isinstance(ledger.acquire(bucket, 10), Grant)
    hand.pass_(10)
    answer = ledger.acquire(bucket, 1)
    assert answer.seconds == CLOSE(6, abs=0.01)  # if the answer came this moment
    hand.pass_(25)
    later = ledger.acquire(bucket, 1, ticket=answer.ticket)
    assert later.seconds == CLOSE(1, abs=0.01)  # it did not: 30 + 6 from the start
    hand.pass_(1.01)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Grant)


def test_an_answer_that_comes_after_all_that_counts_again(ledger, bucket, hand):
    grant = ledger.acquire(bucket, 10)
    hand.pass_(100)
    other = ledger.acquire(bucket, 10)
    ledger.give_back(other)
    ledger.settle(grant)
    assert ledger.acquire(bucket, 1).seconds == CLOSE(6, abs=0.01)


def test_settling_twice_changes_nothing(ledger, bucket, hand):
    grant = spend(ledger, bucket, 10, hand)
    hand.pass_(5)
    ledger.settle(grant)
    assert ledger.acquire(bucket, 1).seconds == CLOSE(1, abs=0.01)


def test_what_was_given_back_is_free_at_once(ledger, bucket):
    grant = ledger.acquire(bucket, 10)
    assert isinstance(ledger.acquire(bucket, 1), Wait)
    ledger.give_back(grant)
    ledger.give_back(grant)
    assert ledger.usage(bucket).windows[0].used == 0


def test_more_than_a_limit_is_refused_at_once(ledger, bucket):
    with pytest.raises(QuotaCostTooLarge, match="10; send it in smaller parts") as raised:
        ledger.acquire(bucket, 11)
    assert (raised.value.cost, raised.value.limit) == (11, 10)
    for cost in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            ledger.acquire(bucket, cost)
    assert ledger.usage(bucket).waiting == 0


def test_buckets_do_not_know_of_each_other(ledger, bucket):
    other = Bucket(key="acme/details/1", windows=bucket.windows)
    assert isinstance(ledger.acquire(bucket, 10), Grant)
    assert isinstance(ledger.acquire(other, 10), Grant)
    ledger.close(other)
    assert ledger.usage(bucket).closed_for == 0


def test_ledgers_of_one_store_share_it(make_ledger, bucket, hand):
    one, two = make_ledger(), make_ledger()
    grant = one.acquire(bucket, 10)
    answer = two.acquire(bucket, 1)
    one.settle(grant)
    hand.pass_(6.01)
    assert isinstance(two.acquire(bucket, 1, ticket=answer.ticket), Grant)
    assert one.usage(bucket) == two.usage(bucket)


def test_a_smaller_share_keeps_its_own_limit(make_ledger, bucket):
    small = Bucket(key=bucket.key, windows=(Window(5, 6),))
    assert isinstance(make_ledger().acquire(bucket, 8), Grant)
    assert isinstance(make_ledger().acquire(small, 1), Wait)
    assert make_ledger().usage(small).free == 0


def test_a_large_question_is_not_overtaken(ledger, bucket, hand):
    spend(ledger, bucket, 4, hand)
    large = ledger.acquire(bucket, 10)
    assert isinstance(large, Wait)
    small = ledger.acquire(bucket, 1)  # there is room for 6
    assert isinstance(small, Wait)
    for _ in range(2):
        hand.pass_(3.01)
        assert isinstance(ledger.acquire(bucket, 1, ticket=small.ticket), Wait)
        large_answer = ledger.acquire(bucket, 10, ticket=large.ticket)
    assert isinstance(large_answer, Grant)
    assert isinstance(ledger.acquire(bucket, 1, ticket=small.ticket), Wait)


def test_room_for_everyone_in_the_queue_is_given_out_of_turn(ledger, bucket, hand):
    spend(ledger, bucket, 5, hand)
    first = ledger.acquire(bucket, 7)
    spend(ledger, Bucket(key=bucket.key, windows=(Window(13, 6),)), 1, hand)
    assert isinstance(first, Wait)
    assert ledger.usage(bucket).waiting == 7
    ledger.withdraw(first)
    assert ledger.usage(bucket).waiting == 0


def test_who_does_not_ask_again_leaves_the_queue_and_keeps_the_ticket(ledger, bucket, hand):
    spend(ledger, bucket, 4, hand)
    large = ledger.acquire(bucket, 10)
    assert large.again_in == 2.5
    hand.pass_(5.5)  # longer than the lease
    small = ledger.acquire(bucket, 1)
    assert isinstance(small, Grant)
    again = ledger.acquire(bucket, 10, ticket=large.ticket)
    later = ledger.acquire(bucket, 1)
    assert isinstance(later, Wait)  # behind the large one again
    assert again.ticket == large.ticket < later.ticket


def test_a_ticket_that_was_served_gives_no_second_grant_the_same_number(ledger, bucket):
    ledger.acquire(bucket, 10)
    ticket = ledger.acquire(bucket, 1).ticket
    wide = Bucket(key=bucket.key, windows=(Window(100, 6),))
    grants = [ledger.acquire(wide, 1, ticket=ticket) for _ in range(3)]
    assert len({grant.number for grant in grants}) == 3
    assert ledger.usage(wide).windows[0].used == 13


def test_a_refusal_closes_the_bucket_for_a_window_and_is_told(ledger, bucket, hand, caplog):
    with caplog.at_level("WARNING", "simloom.quota"):
        closure = ledger.close(bucket)
    assert (closure.seconds, closure.refusals) == (6, 1)
    assert "acme/actions/1" in caplog.text
    assert ledger.usage(bucket).refusals == 1
    assert ledger.usage(bucket).free == 0
    answer = ledger.acquire(bucket, 1)
    assert answer.seconds == CLOSE(6, abs=0.01)
    hand.pass_(6.01)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Grant)
    assert ledger.usage(bucket).refusals == 1
    assert ledger.usage(bucket).closed_for == 0


def test_refusals_of_what_was_under_way_do_not_escalate_and_a_later_one_does(ledger, bucket, hand):
    ledger.close(bucket)
    hand.pass_(1)
    assert ledger.close(bucket).seconds == 6
    assert ledger.usage(bucket).closed_for == CLOSE(6)
    hand.pass_(7)
    assert ledger.close(bucket).seconds == 60
    assert ledger.usage(bucket).refusals == 3
    hand.pass_(60 + 61)
    assert ledger.close(bucket).seconds == 6


@pytest.mark.parametrize(("asked", "seconds"), [(2, 6), (40, 40), (1e9, 3600)])
def test_a_longer_retry_after_wins(ledger, bucket, asked, seconds):
    assert ledger.close(bucket, seconds=asked).seconds == seconds


def test_a_clock_that_is_set_back_stops_nothing_and_forgets_nothing(ledger, bucket, hand):
    spend(ledger, bucket, 10, hand)
    hand.reading -= 3600
    answer = ledger.acquire(bucket, 1)
    assert answer.seconds == CLOSE(6, abs=0.01)
    hand.pass_(5.9)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Wait)
    hand.pass_(0.2)
    assert isinstance(ledger.acquire(bucket, 1, ticket=answer.ticket), Grant)


def test_a_clock_that_trembles_does_not_go_back(ledger, bucket, hand):
    spend(ledger, bucket, 10, hand)
    hand.reading -= 0.5
    assert ledger.acquire(bucket, 1).seconds == CLOSE(6, abs=0.01)


@pytest.mark.parametrize(
    ("away", "room"), [(3.0, False), (30.0, False), (36.1, True), (-500.0, False)]
)
def test_a_restart_of_the_host_counts_as_long_as_it_took(
    make_ledger, bucket, hand, store, away, room
):
    make_ledger().acquire(bucket, 10)  # never answered
    hand.restart(away)
    answer = make_ledger().acquire(bucket, 1)
    assert isinstance(answer, Grant) == room


def test_the_salt_belongs_to_the_store(make_store):
    one, two = make_store(), make_store()
    assert one.salt == one.salt
    assert one.salt != two.salt
    assert len(one.salt) >= 16


def test_threads_never_get_more_than_there_is(ledger, bucket):
    answers = []

    def ask():
        answers.extend(ledger.acquire(bucket, 1) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [answer.number for answer in answers if isinstance(answer, Grant)]
    assert len(numbers) == len(set(numbers)) == 10
