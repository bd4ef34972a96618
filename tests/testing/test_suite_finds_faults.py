"""Each rule of the conformance suite fails for a provider that breaks it, and tells why."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from simloom.capabilities import Verb
from simloom.testing import ProviderConformance, Served


def made_up(suite, desk, served):
    with pytest.MonkeyPatch.context() as monkeypatch:
        suite.test_every_sim_has_its_outcome(desk, served, monkeypatch)


CASES = {
    "declared, but nothing is sent": (
        "Idle",
        lambda suite, desk, *_: suite.test_declared_verb_works(desk, Verb.SUSPEND),
        r"suspend is declared with \['change_status'\] but sent \['list_cards'\]",
    ),
    "declared, but the SIM stays as it is": (
        "Ineffective",
        lambda suite, desk, *_: suite.test_declared_verb_works(desk, Verb.SUSPEND),
        "suspend is done, but the SIM is active",
    ),
    "declared as missing, but it works": (
        "Modest",
        lambda suite, desk, *_: suite.test_missing_verbs_have_no_way_that_works(desk),
        r"unexpected success: block\(\) works, but 'block' is declared as vendor-cannot",
    ),
    "a write is repeated": (
        "Stubborn",
        lambda suite, desk, *_: suite.test_a_read_is_repeated_and_a_write_is_not(
            desk, Verb.SUSPEND
        ),
        "suspend: nobody hears that the answer was lost",
    ),
    "a list ends too early": (
        "Hasty",
        lambda suite, desk, *_: suite.test_every_sim_once(desk, 7),
        "page_size=7: 7 SIMs; `sims` says that there are 23",
    ),
    "a list does not end": (
        "Endless",
        lambda suite, desk, *_: suite.test_a_list_that_repeats_itself_ends(desk),
        "a list that repeats itself does not end",
    ),
    "a new status breaks it": (
        "Strict",
        lambda suite, desk, *_: suite.test_a_new_status_is_unknown(desk),
        "get: 'SOMETHING_NOBODY_KNOWS' at /status raises AttributeError|raises KeyError",
    ),
    "an empty record is a SIM": (
        "Gullible",
        lambda suite, desk, *_: suite.test_an_answer_that_is_no_record_is_an_error(desk),
        "get: 'html' is taken for an answer",
    ),
    "wrong credentials are sent again": (
        "Locking",
        lambda suite, desk, served, wire: suite.test_wrong_credentials_are_an_authentication_error(
            desk, served, wire
        ),
        "5 requests with wrong credentials",
    ),
    "a secret in the clear": (
        "Open",
        lambda suite, desk, served, _: suite.test_secrets_are_masked_at_their_type(served),
        "the setting api_key is secret but no Secret",
    ),
    "an event breaks it": (
        "Brittle",
        lambda suite, desk, *_: suite.test_junk_is_an_unknown_event(desk),
        "reading {} raises KeyError: 'type'",
    ),
    "bulk outcomes are made up": (
        "Idle",
        lambda suite, desk, served, _: made_up(suite, desk, served),
        "suspend succeeded, but the SIM is active|suspend of what is no SIM: succeeded",
    ),
    "no title": (
        "Nameless",
        lambda suite, *_: suite.test_it_loads_and_says_what_it_is(),
        "title is empty",
    ),
    "a verb that cannot be called": (
        "Acme",
        lambda suite, *_: suite.call(Verb.ORDER),
        "no way to call 'order' is known: add Verb.ORDER to `calls`, or to `unproven`",
    ),
}


def test_a_key_in_the_log_is_found(desk_of, caplog):
    told = r"api_key is shown: refused: .*\*\*\*"
    with desk_of("Chatty") as (suite, desk, *_), pytest.raises(AssertionError, match=told):
        suite.test_nothing_secret_is_shown(desk, caplog)


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_found(desk_of, case):
    name, rule, told = CASES[case]
    with desk_of(name) as about, pytest.raises(AssertionError, match=told):
        rule(*about)


def test_none_is_found_where_there_is_none(desk_of):
    with desk_of("Acme") as (suite, desk, *_):
        suite.test_declared_verb_works(desk, Verb.SUSPEND)
        suite.test_missing_verbs_have_no_way_that_works(desk)
        suite.test_an_answer_that_is_no_record_is_an_error(desk)


@pytest.mark.parametrize(
    "addresses",
    [
        {"base_url": "http://vendor.example/api"},
        {"base_url": "https://127.0.0.1:1/api"},
        {"base_url": "http://127.0.0.1:1", "token_url": "http://127.0.0.1:2/token"},
    ],
)
def test_a_vendor_that_is_no_stand_in_is_not_touched(addresses):
    class Real(ProviderConformance):
        provider = "acme"

        @classmethod
        def serve(cls):
            return nullcontext(Served(settings=addresses))

    with pytest.raises(AssertionError, match="origin of this machine only"):
        next(Real.running.__wrapped__.__get__(None, Real)())
