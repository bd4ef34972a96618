from __future__ import annotations

import copy
import pickle

import pytest
from attrs import define

from simloom.runtime import UNSET, Model, Operation, Unset
from simloom.runtime.decoding import decode
from simloom.runtime.encoding import encode_body, encode_json


@define(kw_only=True, repr=False, weakref_slot=False)
class Change(Model):
    __wire__ = {"imei_lock": "imeiLock"}

    label: str | Unset | None = UNSET
    imei_lock: bool | Unset = UNSET
    inner: Change | Unset = UNSET
    options: list[Change] | Unset = UNSET


OPERATION: Operation[None] = Operation(id="x", method="GET", path="/sims", results={})


def test_there_is_one():
    assert copy.copy(UNSET) is UNSET
    assert copy.deepcopy(UNSET) is UNSET
    assert copy.deepcopy([UNSET, {"a": UNSET}]) == [UNSET, {"a": UNSET}]
    assert Unset() is UNSET


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_there_is_one_after_pickle(protocol):
    assert pickle.loads(pickle.dumps(UNSET, protocol)) is UNSET
    assert pickle.loads(pickle.dumps(Change(), protocol)).label is UNSET


def test_it_is_false_and_readable():
    assert not UNSET
    assert repr(UNSET) == str(UNSET) == "UNSET"
    assert isinstance(UNSET, Unset)
    assert UNSET != None  # noqa: E711
    assert UNSET != False  # noqa: E712


def test_it_is_not_in_to_dict():
    change = Change(label=None, inner=Change(), options=[Change(imei_lock=True), Change()])
    assert change.to_dict() == {
        "label": None,
        "inner": {},
        "options": [{"imeiLock": True}, {}],
    }
    assert Change().to_dict() == {}


def test_it_survives_deepcopy_on_the_way_into_a_body():
    assert encode_json(copy.deepcopy(Change(label="x"))) == b'{"label":"x"}'
    assert encode_json(pickle.loads(pickle.dumps(Change(label="x")))) == b'{"label":"x"}'


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (Change(), b"{}"),
        (Change(label=None), b'{"label":null}'),
        (Change(imei_lock=False), b'{"imeiLock":false}'),
        ([Change(), Change(label="x")], b'[{},{"label":"x"}]'),
        ({"a": UNSET, "b": Change(), "c": {"d": UNSET}}, b'{"b":{},"c":{}}'),
    ],
)
def test_it_is_never_sent_in_a_json_body(body, content):
    assert encode_json(body) == content


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("application/x-www-form-urlencoded", b"imeiLock=true"), ("application/json", None)],
)
def test_it_is_never_sent_in_a_form(media_type, content):
    sent, _ = encode_body(Change(imei_lock=True), media_type)
    assert sent == (content or b'{"imeiLock":true}')
    assert b"UNSET" not in encode_body(Change(imei_lock=True), "multipart/form-data")[0]


def test_it_is_never_sent_as_parameter():
    request = OPERATION.request(
        query={"limit": UNSET, "page": 1, "status": None},
        headers={"X-Trace": UNSET, "X-Tenant": "t"},
        cookies={"session": UNSET},
    )
    assert request.query == (("page", "1"),)
    assert request.headers == {"x-tenant": "t"}


def test_an_unset_body_is_no_body():
    assert OPERATION.request().body is UNSET
    assert OPERATION.request(body=UNSET).body is UNSET


def test_a_vendor_cannot_send_it():
    change, problems = decode(b'{"label":"UNSET"}', Change)
    assert change.label == "UNSET"
    assert problems == ()
