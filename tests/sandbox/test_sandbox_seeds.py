from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.sandbox.populations.infobip import STATUSES as INFOBIP_STATUSES
from simloom.sandbox.populations.infobip import InfobipSims
from simloom.sandbox.populations.telcoapi import STATES, TelcoApiSims
from simloom.sandbox.populations.telekom_bsc import STATUSES as BSC_STATUSES
from simloom.sandbox.populations.telekom_bsc import TelekomBscSims
from simloom.sandbox.populations.telekom_m2m import STATUSES as M2M_STATUSES
from simloom.sandbox.populations.telekom_m2m import TelekomM2mSims
from simloom.sandbox.seeds import MAX_SIMS, Check, Draw, eid_digits, luhn_digit
from simloom.sandbox.specs import load_spec

POPULATIONS: dict[str, Any] = {
    "telekom-m2m": TelekomM2mSims,
    "telekom-bsc": TelekomBscSims,
    "telcoapi": TelcoApiSims,
    "infobip": InfobipSims,
}
ICCIDS = {
    "telekom-m2m": r"8949\d{15}",
    "telekom-bsc": r"8988\d{15}",
    "telcoapi": r"8944\d{16}",
    "infobip": r"8981\d{15}",
}
seeds = st.integers(-(2**70), 2**70)
indexes = st.integers(0, MAX_SIMS - 1)
providers = st.sampled_from(sorted(POPULATIONS))


def population(provider: str, seed: int = 1, count: int = MAX_SIMS) -> Any:
    return POPULATIONS[provider](Draw(seed, provider), count)


@pytest.mark.parametrize(
    ("digits", "check"),
    # The usual textbook number, an ICCID of the Infobip page, and the edges.
    [("7992739871", "3"), ("8981100022152967705"[:-1], "5"), ("0", "0"), ("", "0"), ("18", "2")],
)
def test_luhn_digits(digits, check):
    assert luhn_digit(digits) == check


@given(st.text("0123456789", min_size=1, max_size=30))
def test_luhn_digits_make_the_sum_a_multiple_of_ten(digits):
    whole = digits + luhn_digit(digits)
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(whole[::-1])]
    assert sum(sum(map(int, str(value))) for value in doubled) % 10 == 0


@given(st.text("0123456789", min_size=30, max_size=30))
def test_eid_digits_leave_one_modulo_97(digits):
    check = eid_digits(digits)
    assert re.fullmatch(r"\d\d", check)
    assert int(digits + check) % 97 == 1


@given(providers, seeds, indexes)
def test_identifiers_lead_back_to_their_sim(provider, seed, index):
    sims = population(provider, seed)
    record = sims.record(index)
    for field in sims.numberings:
        if field in record:
            assert sims.find(field, record[field]) == index
    assert sims.find("iccid", record["iccid"]) == index


@given(providers, seeds, indexes)
def test_identifiers_are_well_formed(provider, seed, index):
    record = population(provider, seed).record(index)
    assert re.fullmatch(ICCIDS[provider], record["iccid"])
    whole = record.get("iccid_with_luhn", record["iccid"])
    assert whole[-1] == luhn_digit(whole[:-1])
    for field, pattern in {
        "imsi": r"\d{15}",
        "msisdn": r"\d{12,15}",
        "imei": r"\d{15,16}",
        "euiccid": r"89\d{30}",
    }.items():
        if field in record:
            assert re.fullmatch(pattern, record[field])
    if len(record.get("imei", "")) == 15:
        assert record["imei"][-1] == luhn_digit(record["imei"][:-1])


@given(providers, st.text(max_size=40))
def test_foreign_texts_find_no_sim(provider, text):
    sims = population(provider, count=1000)
    assert all(sims.find(field, text) is None for field in sims.numberings)


@pytest.mark.parametrize("provider", POPULATIONS)
def test_what_comes_after_the_last_sim_does_not_exist(provider):
    larger, smaller = population(provider, count=11), population(provider, count=10)
    iccid = larger.record(10)["iccid"]
    assert (larger.find("iccid", iccid), smaller.find("iccid", iccid)) == (10, None)


@pytest.mark.parametrize("provider", ["telekom-m2m", "telcoapi", "infobip"])
def test_a_wrong_check_digit_finds_nothing(provider):
    sims = population(provider)
    iccid = sims.record(3)["iccid"]
    others = {iccid[:-1] + digit for digit in "0123456789"} - {iccid}
    assert {sims.find("iccid", other) for other in others} == {None}


@given(providers, seeds, st.integers(0, 500))
def test_records_depend_on_nothing_but_seed_and_index(provider, seed, index):
    alone = population(provider, seed).record(index)
    among = population(provider, seed, 501)
    for other in (0, 500, index):
        record = among.record(other)
    assert record == alone
    assert list(record) == list(alone)


@pytest.mark.parametrize("provider", POPULATIONS)
def test_other_seeds_and_other_indexes_give_other_sims(provider):
    iccids = {population(provider, seed).record(0)["iccid"] for seed in range(50)}
    assert len(iccids) == 50
    sims = population(provider)
    assert len({sims.record(index)["iccid"] for index in range(200)}) == 200


def test_a_seed_means_the_same_sims_for_ever():
    # What people wrote down, and what cassettes hold, depends on these values.
    assert population("telcoapi", seed=1).record(0) == {
        "iccid": "89441259053213716050",
        "imsi": "234150527144495",
        "msisdn": "447767823002",
        "state": "SUSPENDED",
        "vendor": "VALID",
        "pin1": "9107",
        "pin2": "2167",
        "puk1": "93756641",
        "puk2": "81434051",
        "ki": "FEC07A05269E46F4E66B434393CD09EB",
        "opc": "65099A283DC35379DD85EE2274D3ADBB",
        "created_at": "2024-06-23T07:03:51Z",
        "updated_at": "2024-09-16T07:09:33Z",
    }


@pytest.mark.parametrize(
    ("provider", "schema", "statuses"),
    [
        ("telekom-m2m", "SimStatus", M2M_STATUSES),
        ("telekom-bsc", "SimStatus", BSC_STATUSES),
        ("telcoapi", "SimState", STATES),
        ("infobip", "SimStatus", INFOBIP_STATUSES),
    ],
)
def test_every_status_of_the_spec_occurs_among_25_sims(provider, schema, statuses):
    known = set(load_spec(provider).document["components"]["schemas"][schema]["enum"])
    assert set(statuses) == known
    for seed in range(20):
        sims = population(provider, seed, 25)
        shown = {
            (record.get("status") or record["state"]) for record in map(sims.record, range(25))
        }
        assert shown == known


def test_fields_appear_and_are_absent():
    for provider, optional in {
        "telekom-m2m": {"imsi", "msisdn", "euiccid", "imei", "activationCode", "remarks"},
        "telekom-bsc": {"imsi_2", "imei", "activation_date", "label", "ip_address"},
        "telcoapi": {"msisdn"},
        "infobip": {"imsi", "name", "serviceProfileId"},
    }.items():
        sims = population(provider, 7, 25)
        records = [sims.record(index) for index in range(25)]
        for field in optional:
            assert 0 < sum(field in record for record in records) < 25, (provider, field)


def test_a_numbering_has_room_for_the_last_sim():
    for seed in range(200):
        numbering = Draw(seed, "x").numbering("n", prefix="1", width=8, check=Check.NONE)
        assert len(numbering.at(MAX_SIMS - 1)) == 9


@given(seeds)
def test_identifiers_sort_as_the_indexes_do(seed):
    sims = population("telekom-bsc", seed)
    shown = [sims.numberings["imei"].at(index) for index in (0, 9, 10, 99_999, 100_000)]
    assert all(first < second for first, second in pairwise(shown))


def test_a_cycle_gives_every_option_in_turn():
    cycle = Draw(3, "x").cycle("status", "abc")
    shown = "".join(cycle.at(index) for index in range(6))
    assert sorted(shown[:3]) == ["a", "b", "c"]
    assert shown[:3] == shown[3:]
