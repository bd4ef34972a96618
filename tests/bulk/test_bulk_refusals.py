"""What is refused before anything is read or sent."""

from __future__ import annotations

import pytest

from simloom.capabilities import Verb
from simloom.errors import InvalidParameter, UnsupportedOperation


@pytest.mark.parametrize(
    ("parameters", "match"),
    [({}, "label"), ({"label": "x", "colour": "red"}, "colour")],
)
def test_wrong_values_are_refused_before_anything_is_read(bench, parameters, match):
    def inputs():
        raise AssertionError("read")
        yield

    with pytest.raises(InvalidParameter, match=match):
        bench().job(Verb.SET_LABEL, inputs(), **parameters)


def test_one_eid_is_not_bound_to_many_sims(bench):
    with pytest.raises(UnsupportedOperation, match="same change"):
        bench().job(Verb.BIND_EID, [], eid="89049032000000000000000000000001")
