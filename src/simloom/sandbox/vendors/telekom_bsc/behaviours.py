"""What Business Smart Connect does here, and how that is known."""

from __future__ import annotations

from simloom.sandbox.fidelity import Behaviour

_SPEC = "1NCE's public specification"

BEHAVIOURS = (
    Behaviour(
        "a token for HTTP Basic and a form body",
        "documented",
        "guide 3.1",
        "vendors/telekom_bsc/__init__.py",
        "bsc_token_body",
    ),
    Behaviour(
        "a token is a UUID and `expires_in` 3599, not the 240 minutes of the text",
        "documented",
        "guide 3.2",
        "vendors/telekom_bsc/__init__.py",
    ),
    Behaviour(
        "a wrong user is 400 with `errorCode`, not 401",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/__init__.py",
    ),
    Behaviour(
        "old tokens stay valid until they expire",
        "observed",
        "1NCE's changelog of 2021",
        "tokens.py",
    ),
    Behaviour(
        "lists are bare arrays, totals are in four headers",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/account.py",
    ),
    Behaviour(
        "`q` and `sort` of the list know IMEI and IP address only",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/sims.py",
    ),
    Behaviour(
        "a change sets status and IMEI lock in any case: a label alone enables the SIM",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/sims.py",
    ),
    Behaviour(
        "changes and resets are queued", "documented", "guide 2.2", "vendors/telekom_bsc/account.py"
    ),
    Behaviour(
        "a list of changes or top-ups is carried out as a whole or not at all",
        "assumed",
        "",
        "vendors/telekom_bsc/sims.py",
    ),
    Behaviour(
        "an expired SIM answers changes with 422",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/account.py",
    ),
    Behaviour(
        "401, 403, 404, 422 and 429 have no body",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/__init__.py",
    ),
    Behaviour(
        "sending an SMS answers 201 without an id",
        "documented",
        "guide 4.1",
        "vendors/telekom_bsc/messages.py",
    ),
    Behaviour(
        "a message is delivered, stays buffered, is cancelled or expires after a day",
        "assumed",
        "guide 2.2 has buffered and cancelled",
        "vendors/telekom_bsc/messages.py",
    ),
    Behaviour(
        "each delivered message uses up one SMS of the volume",
        "assumed",
        "",
        "vendors/telekom_bsc/messages.py",
    ),
    Behaviour(
        "a top-up adds 500 MB and 250 SMS and an order, whose number is in `Location`",
        "observed",
        _SPEC,
        "vendors/telekom_bsc/quotas.py",
    ),
    Behaviour(
        "`volume` of a quota is what is left", "observed", _SPEC, "vendors/telekom_bsc/quotas.py"
    ),
    Behaviour(
        "an order is echoed, and completed a day later",
        "assumed",
        _SPEC + " has the echo",
        "vendors/telekom_bsc/orders.py",
    ),
    Behaviour(
        "an IMEI has 16 digits",
        "observed",
        "live data quoted by a third party",
        "populations/telekom_bsc.py",
    ),
    Behaviour(
        "10 requests per second for `/sims`, then 429",
        "observed",
        "Telekom's page on the CMO API",
        "vendors/telekom_bsc/rates.py",
    ),
    Behaviour(
        "429 has `Retry-After`",
        "assumed",
        "no header names are published",
        "vendors/telekom_bsc/rates.py",
        "bsc_retry_after",
    ),
    Behaviour(
        "usage of the last seven days unless asked for, and of six months at most",
        "assumed",
        f"{_SPEC} has the six months",
        "vendors/telekom_bsc/history.py",
    ),
)
