"""Which rules fail for faults in what a provider says of itself, with what they say."""

from __future__ import annotations

import faults_declared as wrong
from fault import EVERY_GROUP, Fault

from simloom import testing
from simloom.capabilities import Verb


def no_stand_in(cls):
    raise RuntimeError("the port is taken")


FAULTS = {
    # Registration
    "nobody offers it": Fault(
        EVERY_GROUP,
        {"test_an_entry_point_offers_the_provider": "no installed distribution offers 'nobody'"},
        told={"provider": "nobody"},
    ),
    "no title": Fault(
        testing.BaseRegistration,
        {"test_it_loads_and_says_what_it_is": "title is empty"},
        wrong.Nameless,
    ),
    "it does not load": Fault(
        EVERY_GROUP,
        {"test_it_loads_and_says_what_it_is": "PluginLoadError"},
        wrong.Broken,
    ),
    "no list": Fault(
        EVERY_GROUP,
        {
            "test_the_least_that_it_can_do[list]": "no method carries out 'list' (several "
            "operations look like a list): write Listless.list_page, marked with @operation("
        },
        wrong.Listless,
    ),
    "a list that fails": Fault(
        EVERY_GROUP,
        {"test_declared_verb_works[list]": "ValueError: not today"},
        wrong.Clueless,
    ),
    "a group alone": Fault(
        testing.BaseParity,
        {
            f"test_both_clients_do_the_same[{verb}]": "cannot be asked: needs `list` to work; "
            "add the group with test_declared_verb_works"
            for verb in ("list", "get", "suspend", "resume", "send-sms")
        },
        wrong.Clueless,
    ),
    "left to a person": Fault(
        testing.BaseRegistration,
        {"test_nothing_is_left_to_decide[activate]": "(two operations look like it): write "},
        wrong.Undecided,
    ),
    # Settings
    "no stand-in": Fault(
        EVERY_GROUP,
        {"test_the_stand_in_starts": "RuntimeError: the port is taken"},
        told={"serve": classmethod(no_stand_in)},
    ),
    "a setting without help": Fault(
        testing.BaseSettings,
        {"test_every_setting_is_explained": "the setting client_id has no help"},
        wrong.Unexplained,
    ),
    "no secret": Fault(
        testing.BaseSettings,
        {
            "test_some_setting_is_secret": 'no setting is marked {"secret": True}',
            "test_credentials_are_needed": "the settings are taken without any secret",
        },
        wrong.Unmarked,
    ),
    "a secret in the clear": Fault(
        testing.BaseSettings,
        {"test_secrets_are_masked_at_their_type": "client_secret is secret but no Secret"},
        wrong.Plain,
    ),
    "an error that does not say what is missing": Fault(
        testing.BaseSettings,
        {"test_what_is_missing_is_named": "client_secret"},
        wrong.Mute,
    ),
    "credentials that may be left out": Fault(
        testing.BaseSettings,
        {"test_credentials_are_needed": "make one required"},
        wrong.Optional,
    ),
    "settings that never are the same": Fault(
        testing.BaseSettings,
        {"test_the_environment_fills_them": "the environment gives other settings"},
        wrong.Forgetful,
    ),
    "an address that is changed": Fault(
        testing.BaseSettings,
        {"test_plain_http_is_refused": "DID NOT RAISE"},
        wrong.Upgrading,
    ),
    "plain http by default": Fault(
        testing.BaseSettings,
        {"test_the_usual_address_is_safe": "the default base_url is not https"},
        wrong.Unsafe,
    ),
    # Capabilities
    "an excuse for nothing": Fault(
        testing.BaseCapabilities,
        {"test_unproven_verbs_are_declared": "not declared: ['order']"},
        told={"unproven": {Verb.ORDER: "it costs money"}},
    ),
    "declared, but nothing is sent": Fault(
        testing.BaseCapabilities,
        {"test_declared_verb_works[suspend]": "declared with ['change_status'] but sent []"},
        wrong.Idle,
    ),
    "declared, but the SIM stays as it is": Fault(
        testing.BaseCapabilities,
        {"test_declared_verb_works[suspend]": "suspend is done, but the SIM is active"},
        wrong.Ineffective,
    ),
    "a verb that is missing can be called": Fault(
        testing.BaseCapabilities,
        {"test_missing_verbs_are_refused": "block is declared as missing, but can be called"},
        wrong.Eager,
    ),
    "a verb that is missing works": Fault(
        testing.BaseCapabilities,
        {"test_missing_verbs_have_no_way_that_works": "unexpected success: block() works"},
        wrong.Modest,
    ),
    "many at once, but not in bulk": Fault(
        testing.BaseCapabilities,
        {"test_a_bulk_size_has_a_bulk_method": "10 SIMs per request, but bulk() does not"},
        wrong.OneByOne,
    ),
    "a limit below one request": Fault(
        testing.BaseCapabilities,
        {"test_declared_limits_can_be_kept": "10 SIMs per request never fit into the limit of 5"},
        wrong.Tight,
    ),
}
