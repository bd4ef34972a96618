"""What the provider says it can do, line by line."""

from __future__ import annotations

import pytest

from simloom.capabilities import Evidence, RetryClass, Support, Verb
from simloom_plugins.telekom_bsc.provider import TelekomBsc

READ, SET, ADD = RetryClass.READ, RetryClass.SET_STATE, RetryClass.ADDITIVE
FULL, PARTIAL = Support.FULL, Support.PARTIAL
TABLE = {
    Verb.LIST: (FULL, READ, ""),
    Verb.GET: (FULL, READ, ""),
    Verb.ACTIVATE: (FULL, SET, "reads the SIM first"),
    Verb.SUSPEND: (FULL, SET, "reads the SIM first"),
    Verb.RESUME: (FULL, SET, "reads the SIM first"),
    Verb.SET_LABEL: (FULL, SET, "reads the SIM first"),
    Verb.USAGE: (FULL, READ, "six months"),
    Verb.SEND_SMS: (FULL, ADD, "does not name the message"),
    Verb.LIST_SMS: (FULL, READ, ""),
    Verb.GET_SMS: (FULL, READ, ""),
    Verb.CANCEL_SMS: (FULL, SET, ""),
    Verb.CONNECTIVITY: (PARTIAL, READ, "2G or 3G"),
    Verb.SESSION_HISTORY: (FULL, READ, "cannot select by time"),
    Verb.RESET_CONNECTIVITY: (FULL, SET, ""),
    Verb.QUOTA: (FULL, READ, ""),
    Verb.TOP_UP: (FULL, ADD, ""),
    Verb.LIST_ORDERS: (FULL, READ, ""),
    Verb.GET_ORDER: (FULL, READ, ""),
    Verb.ORDER: (FULL, ADD, "does not name the order"),
    Verb.LIST_PRODUCTS: (FULL, READ, ""),
    Verb.LOCK_IMEI: (FULL, SET, "reads the SIM first"),
    Verb.UNLOCK_IMEI: (FULL, SET, "reads the SIM first"),
}


@pytest.mark.parametrize("verb", Verb)
def test_the_line_of_a_verb(verb):
    line = TelekomBsc.capabilities()[verb]
    assert line.provider == "telekom-bsc"
    if verb not in TABLE:
        assert (line.support, line.usable) == (Support.VENDOR_CANNOT, False)
        return
    support, retry, note = TABLE[verb]
    assert (line.support, line.retry_class) == (support, retry)
    assert line.evidence is Evidence.DOCUMENTED  # every path is in the guide
    assert (line.identifiers, line.quota, line.bulk_max, line.atomic) == (
        ("iccid",),
        None,
        None,
        None,
    )
    assert note in line.note
    assert bool(note) == bool(line.note)


def test_one_page_at_a_time():
    """The vendor takes 10 requests a second of an organisation (quirk 15)."""
    assert TelekomBsc.pages_ahead == 1
