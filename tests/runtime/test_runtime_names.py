"""Wire names that are also somebody else's name: read by hand, never mixed up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import define

from simloom.runtime import UNSET, Model, Unset
from simloom.runtime.decoding import decode
from simloom.runtime.encoding import encode_json


@define(kw_only=True, repr=False, weakref_slot=False)
class Swapped(Model):
    __wire__ = {"a": "b", "b": "a"}

    a: str | Unset = UNSET
    b: str | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Doubled(Model):
    __wire__ = {"signup_id": "signupId", "signup_id_1": "signup_id"}

    signup_id: str | Unset = UNSET
    signup_id_1: str | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Methods(Model):
    __wire__ = {"to_dict_": "to_dict", "from_json_": "from_json", "init": "__init__"}

    to_dict_: str | Unset = UNSET
    from_json_: str | Unset = UNSET
    init: str | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Awkward(Model):
    __wire__ = {"vendor_name": "vendor-name", "at": "@at", "empty": "", "dots": "a.b", "line": "\n"}

    vendor_name: str | Unset = UNSET
    at: str | Unset = UNSET
    empty: str | Unset = UNSET
    dots: str | Unset = UNSET
    line: str | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Holder(Model):
    swapped: list[Swapped] | Unset = UNSET
    doubled: Doubled | Unset = UNSET


@pytest.mark.parametrize(
    ("model", "document", "attributes"),
    [
        (Swapped, {"a": "1", "b": "2"}, {"a": "2", "b": "1"}),
        (
            Doubled,
            {"signupId": "1", "signup_id": "2"},
            {"signup_id": "1", "signup_id_1": "2"},
        ),
        (
            Methods,
            {"to_dict": "1", "from_json": "2", "__init__": "3"},
            {"to_dict_": "1", "from_json_": "2", "init": "3"},
        ),
        (
            Awkward,
            {"vendor-name": "1", "@at": "2", "": "3", "a.b": "4", "\n": "5"},
            {"vendor_name": "1", "at": "2", "empty": "3", "dots": "4", "line": "5"},
        ),
    ],
)
def test_every_member_reaches_its_own_attribute(model: Any, document, attributes):
    value, problems = decode(json.dumps(document).encode(), model)
    assert {name: getattr(value, name) for name in attributes} == attributes
    assert value == model(**attributes)
    assert problems == ()
    assert value.to_dict() == document
    assert json.loads(encode_json(value)) == document


def test_such_models_inside_others():
    holder, problems = decode(
        b'{"swapped":[{"a":"1"},{"b":"2"}],"doubled":{"signup_id":"3"}}', Holder
    )
    assert holder == Holder(
        swapped=[Swapped(b="1"), Swapped(a="2")], doubled=Doubled(signup_id_1="3")
    )
    assert problems == ()
