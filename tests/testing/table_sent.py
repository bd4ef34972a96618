"""Which rules fail for faults in what a provider sends, with what they say."""

from __future__ import annotations

import faults_sent as wrong
from fault import Fault

from simloom import testing

FAULTS = {
    # How requests are signed
    "not the auth that it is said to be": Fault(
        testing.BaseAuth,
        {"test_it_signs_with_an_httpx_auth": "login is how the path of the token request ends"},
        wrong.Disguised,
    ),
    "wrong credentials are sent again": Fault(
        testing.BaseAuth,
        {"test_wrong_credentials_are_an_authentication_error": "3 logins with wrong credentials"},
        wrong.signing(wrong.Hammer),
    ),
    "a token is not renewed": Fault(
        testing.BaseAuth,
        {"test_a_refused_token_is_renewed_once[blocking]": "AuthenticationError"},
        wrong.signing(wrong.Final),
    ),
    "a refused token is sent again": Fault(
        testing.BaseAuth,
        {
            "test_a_refused_token_is_renewed_once[blocking]": "0 logins for one refused token",
            "test_a_second_refusal_is_final[blocking]": "6 requests, all of them refused",
        },
        wrong.signing(wrong.Tireless),
    ),
    "a token for each caller": Fault(
        testing.BaseAuth,
        {
            "test_a_refused_token_is_renewed_once[blocking]": "2 logins for one refused token",
            "test_callers_at_once_share_one_login[blocking]": "8 logins for 8 callers at once",
        },
        wrong.signing(wrong.Selfish),
    ),
    "a login that is not looked at": Fault(
        testing.BaseAuth,
        {"test_a_broken_login_is_a_typed_error": "JSONDecodeError"},
        wrong.Trustful,
    ),
    # Answers that are errors
    "another error": Fault(
        testing.BaseErrors,
        {"test_a_status_is_its_error": "403 with the body 'empty' is a NotFound"},
        wrong.Polite,
    ),
    "an empty record is a SIM": Fault(
        testing.BaseErrors,
        {"test_an_answer_that_is_no_record_is_an_error": "get: 'html' is taken for an answer"},
        wrong.Gullible,
    ),
    "a read that is not repeated": Fault(
        testing.BaseErrors,
        {
            "test_a_status_is_its_error": "OutcomeUnknown",
            "test_a_lost_answer_of_a_read_is_asked_for_again[blocking]": "OutcomeUnknown",
        },
        wrong.Impatient,
    ),
    # Repetition
    "a write is repeated": Fault(
        testing.BaseRetries,
        {
            "test_a_read_is_repeated_and_a_write_is_not[suspend]": "suspend: nobody hears that the "
            "answer was lost"
        },
        wrong.Stubborn,
    ),
    "an additive write is repeated": Fault(
        testing.BaseRetries,
        {
            "test_nothing_additive_is_repeated[500]": "send_message was sent 2 times",
            "test_nothing_additive_is_repeated[503]": "send_message was sent 2 times",
        },
        wrong.Talkative,
    ),
    "a change that counts as a read": Fault(
        testing.BaseRetries,
        {"test_methods_that_change_are_no_reads": "put_status is PUT and yet x-retry-class: read"},
        wrong.Reading,
    ),
    # Origin and secrets
    "a redirect is followed": Fault(
        testing.BaseOriginGuard,
        {"test_no_redirect_is_followed[blocking]": ""},
        wrong.signing(wrong.Redirected),
    ),
    "a link is followed": Fault(
        testing.BaseOriginGuard,
        {"test_no_link_is_followed_elsewhere": "a link of an answer was followed"},
        wrong.signing(wrong.Linked),
    ),
    "a token in the log": Fault(
        testing.BaseSecrets,
        {"test_nothing_secret_is_shown[blocking]": "the header authorization is shown"},
        wrong.signing(wrong.Chatty),
    ),
}
