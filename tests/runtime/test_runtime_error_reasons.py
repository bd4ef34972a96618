"""The reasons that a vendor documents in its error model stand in the text, masked."""

from __future__ import annotations

import json
import pickle

import pytest

from simloom.runtime import ApiError, QuotaExceeded
from simloom.runtime.answers import read_answer
from simloom.runtime.masking import masked_words
from simloom_clients.telekom_m2m.api.sim_actions import suspend_sims
from simloom_clients.telekom_m2m.models import SimActionTargets

ICCID = "8949025298846257351"


def refused(body, status=400):
    request = suspend_sims.request("1", body=SimActionTargets(sims=[]))
    with pytest.raises(ApiError) as caught:
        read_answer(request, status, {}, json.dumps(body).encode())
    return caught.value


def test_the_first_reasons_stand_in_the_text():
    errors = [f"SIM {ICCID}: suspend is not possible in status Terminated", "b", "c", "d", "e"]
    error = refused({"status": "BAD_REQUEST", "message": "Not possible", "errors": errors})
    assert error.reasons == tuple(errors)
    assert f"HTTP 400 [BAD_REQUEST]: Not possible ({errors[0]}; b; c; and 2 more); " in str(error)
    assert error.as_class(QuotaExceeded).reasons == error.reasons
    assert pickle.loads(pickle.dumps(error)).reasons == error.reasons


@pytest.mark.parametrize("errors", [None, [], "x", {"a": 1}, [7, None, ["x"]]])
def test_no_reasons(errors):
    error = refused({"message": "no", "errors": errors})
    assert all(text == "7" for text in error.reasons)  # the decoder makes text of a number
    assert "HTTP 400: no" in str(error)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("imsi 262011234567890 unknown", "imsi *** unknown"),
        ("+4915112345678 is not yours", "+*** is not yours"),
        ("356938035643809,3569380356438090", "***,***"),
        (f"SIM {ICCID}", f"SIM {ICCID}"),
        ("eid 89049032000000000000000000000001", "eid 89049032000000000000000000000001"),
        ("pin: 1234 is wrong", "pin: *** is wrong"),
        ('{"newPin":"1234","puk" : "12345678"}', '{"newPin":"***","puk" : "***"}'),
        ("client_secret=abc", "client_secret=***"),
        ("status: 1234", "status: 1234"),
        ("line\nfeed", "line feed"),
        ("x" * 500, "x" * 300 + "…"),
    ],
)
def test_what_a_vendor_repeats_of_a_request_is_masked(text, shown):
    assert masked_words(text) == shown


def test_masking_takes_linear_time():
    assert masked_words("a:" * 100_000, 10**6).startswith("a:")
    assert masked_words("pin" * 100_000, 10**6).startswith("pin")
