"""Which rules fail for faults in actions, bulk jobs and events, with what they say."""

from __future__ import annotations

import faults_later as wrong
from fault import Fault, own_rules

from simloom import testing

FAULTS = {
    # Parity, actions, bulk
    "two kinds of client": Fault(
        testing.BaseParity,
        {"test_both_clients_do_the_same[suspend]": "'get_sim'] awaited"},
        wrong.Split,
    ),
    "waiting without an end": Fault(
        testing.BaseActions,
        {"test_waiting_has_an_end": "waiting asks and does not end"},
        wrong.Waiting,
    ),
    "an end that is no end": Fault(
        testing.BaseActions,
        {"test_what_is_over_stays_over": "suspend was done, then pending"},
        wrong.Restless,
    ),
    "cancelled, and nobody was asked": Fault(
        testing.BaseActions,
        {"test_cancelling_is_done_or_refused": "is cancelled and nobody was asked"},
        wrong.Boasting,
    ),
    "bulk outcomes are made up": Fault(
        testing.BaseBulk,
        {"test_every_sim_has_its_outcome": "suspend succeeded, but the SIM is"},
        wrong.MadeUp,
    ),
    "a lost answer counts as a refusal": Fault(
        testing.BaseBulk,
        {"test_a_lost_answer_makes_nothing_up": "and yet it counts as rejected"},
        wrong.Denying,
    ),
    # Events and webhooks
    "no event is known": Fault(
        testing.BaseEvents,
        {"test_a_sample_is_known": "an event of type 'status' is a UnknownEvent"},
        wrong.Deaf,
    ),
    "an event breaks it": Fault(
        testing.BaseEvents,
        {"test_junk_is_an_unknown_event": "reading {} raises KeyError: 'type'"},
        wrong.Brittle,
    ),
    "no webhook is known": Fault(
        testing.BaseWebhooks,
        {"test_a_webhook_is_known": "a webhook with POST is a UnknownEvent"},
        wrong.DeafHook,
    ),
    "a webhook breaks it": Fault(
        testing.BaseWebhooks,
        {"test_a_broken_webhook_is_an_unknown_event": "reading {} raises KeyError: 'type'"},
        wrong.BrittleHook,
    ),
    "a webhook with any method": Fault(
        testing.BaseWebhooks,
        {"test_other_methods_are_refused": "webhook_methods has every method"},
        wrong.AnyMethod,
    ),
    "a second delivery is a second event": Fault(
        testing.BaseWebhooks,
        {"test_a_second_delivery_is_the_same_event": "is taken for another"},
        wrong.Numbering,
    ),
    "any signature is taken": Fault(
        testing.BaseWebhooks,
        {"test_signatures_are_checked": "the verifier takes no signature"},
        told={"verifier": wrong.Trusting()},
    ),
    "events without their group": Fault(
        type("Own", (testing.BaseProviderTests,), own_rules(testing.ProviderConformance)),
        {
            "test_declared_events_are_tested": "read_event is written: add BaseEvents",
            "test_declared_webhooks_are_tested": "webhook_methods is not empty: add BaseWebhooks",
        },
    ),
}
