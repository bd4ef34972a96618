"""Which rules fail for faults in what a provider makes of answers, with what they say."""

from __future__ import annotations

import faults_read as wrong
from fault import Fault

from simloom import testing

FAULTS = {
    # Lists
    "a SIM is listed twice": Fault(
        testing.BasePagination,
        {f"test_every_sim_once[blocking-{size}]": "listed twice" for size in (None, 1, 7)},
        wrong.listing(page=wrong.one_twice),
    ),
    "a short page counts as the end": Fault(
        testing.BasePagination,
        {"test_a_page_above_the_vendors_most": "page_size=10000 gives 9 of 11 SIMs"},
        wrong.listing(page=wrong.until_a_short_one),
    ),
    "the size is not sent": Fault(
        testing.BasePagination,
        {"test_a_small_page_is_small": "a page of 3 has all SIMs"},
        wrong.listing(wishes=wrong.without_size),
        {"most": 50},
    ),
    "two IMSIs of one SIM": Fault(
        testing.BasePagination,
        {"test_list_and_get_agree": "list and get differ in imsi"},
        wrong.Contrary,
    ),
    "a filter that filters wrongly": Fault(
        testing.BasePagination,
        {"test_a_status_filters": "has other SIMs than the list"},
        wrong.listing(wishes=wrong.another_status),
    ),
    "a list that goes on for ever": Fault(
        testing.BasePagination,
        {
            "test_a_list_that_repeats_itself_ends[blocking]": "does not end",
            "test_a_small_page_is_small": "a page of 3 has all SIMs",
        },
        wrong.listing(list_page=wrong.endless),
    ),
    "page 0 is taken for page 1": Fault(
        testing.BasePagination,
        {"test_bad_pages_are_refused": "DID NOT RAISE"},
        wrong.listing(list_page=wrong.rude),
    ),
    "pages count from 0": Fault(
        testing.BasePagination,
        {"test_a_page_says_what_it_is": "the first page calls itself 0"},
        wrong.listing(page=wrong.from_zero),
    ),
    # Identifiers
    "a text that is no ICCID is guessed at": Fault(
        testing.BaseIdentifiers,
        {
            "test_what_is_no_iccid_is_refused": "was taken for an ICCID",
            "test_every_spelling_is_the_same_sim": "is another SIM",
        },
        wrong.Guessing,
    ),
    "a text leads to another address": Fault(
        testing.BaseIdentifiers,
        {"test_a_flow_leaves_no_address": "is a part of"},
        wrong.Open,
    ),
    "a SIM that is not there": Fault(
        testing.BaseIdentifiers,
        {"test_a_sim_that_is_not_there": "DID NOT RAISE"},
        wrong.Kind,
    ),
    "a neighbour": Fault(
        testing.BaseIdentifiers,
        {"test_a_like_number_is_no_other_sim": "another ICCID than it was asked for"},
        wrong.Nearby,
    ),
    # Records that are not as documented
    "a status that nobody knows": Fault(
        testing.BaseTolerance,
        dict.fromkeys(
            (
                "test_a_new_status_is_unknown",
                "test_odd_values_of_a_record",
                "test_odd_values_of_a_list",
            ),
            "raises KeyError",
        ),
        wrong.Strict,
    ),
    "a value as it came": Fault(
        testing.BaseTolerance,
        {"test_odd_values_of_a_record": "imsi is no text"},
        wrong.Raw,
    ),
    "a list that needs every member": Fault(
        testing.BaseTolerance,
        {"test_odd_values_of_a_list": "raises TypeError"},
        wrong.Sorting,
    ),
}
