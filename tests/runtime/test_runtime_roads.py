"""The fast road and the tolerant one are two implementations of one thing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Literal

from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from simloom.runtime import (
    UNSET,
    Date,
    Model,
    OpenIntEnum,
    OpenStrEnum,
    Secret,
    Timestamp,
    Unset,
    to_secret,
)
from simloom.runtime.decoding import codec_for
from simloom.runtime.encoding import encode_json


class Status(OpenStrEnum):
    ACTIVE = "Active"
    SUSPENDED = "Suspended"


class Coding(OpenIntEnum):
    GSM7 = 0
    BINARY = 4


@define(kw_only=True, repr=False, weakref_slot=False)
class Sms(Model):
    __wire__ = {"type_": "type", "sent_at": "sentAt"}

    type_: Literal["sms"]
    sent_at: Timestamp | Unset = UNSET
    coding: Coding | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Call(Model):
    __wire__ = {"type_": "type", "seconds_used": "secondsUsed"}

    type_: Literal["call"]
    seconds_used: int


@define(kw_only=True, repr=False, weakref_slot=False)
class Tagged(Model):
    __open__ = True

    tag: str
    additional_properties: dict[str, int | None] = field(factory=dict)


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    __wire__ = {
        "used_bytes": "usedBytes",
        "created_at": "createdAt",
        "by_month": "byMonth",
        "last_event": "lastEvent",
        "from_": "from",
    }

    iccid: str
    from_: str | Unset | None = UNSET
    status: Status | Unset | None = UNSET
    used_bytes: int | Unset | None = UNSET
    price: float | Unset | None = UNSET
    roaming: bool | Unset = UNSET
    created_at: Timestamp | Unset | None = UNSET
    expires: Date | Unset | None = UNSET
    pin: Secret | Unset | None = field(default=UNSET, converter=to_secret)
    codes: list[Secret] | Unset = UNSET
    by_month: dict[str, float] | Unset | None = UNSET
    last_event: Sms | Call | Unset | None = UNSET
    events: list[Sms | Call] | Unset = UNSET
    tagged: Tagged | Unset | None = UNSET
    parent: Sim | Unset | None = UNSET
    anything: Any = UNSET


TEXT = st.text(max_size=6)
NAMES = st.sampled_from(["2025-01", "", "a/b", "\u00fc", "iccid"])
JSON = st.sampled_from([None, True, 1, 2**70, 0.5, "x", [], {}, [{"a": [1, None]}], {"iccid": 5}])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(timezones=st.just(dt.UTC))


SMS = st.fixed_dictionaries(
    {"type": st.just("sms")},
    optional={
        "sentAt": MOMENTS.map(dt.datetime.isoformat) | TEXT,
        "coding": st.none() | st.integers(-(2**63), 2**63 - 1),
        "unheardOf": JSON,
    },
)
CALL = st.fixed_dictionaries(
    {"type": st.just("call"), "secondsUsed": st.integers(-(10**30), 10**30)},
    optional={"unheardOf": JSON},
)
TAGGED = st.builds(
    lambda extra, tag: {**extra, "tag": tag},
    st.dictionaries(NAMES, st.none() | st.integers(), max_size=3),
    TEXT,
)


def sims(parents: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"iccid": TEXT},
        optional={
            "from": st.none() | TEXT,
            "status": st.none() | st.sampled_from(["Active", "Suspended"]) | TEXT,
            "usedBytes": st.none() | st.integers(),
            "price": st.none() | FLOATS | st.integers(-(2**60), 2**60),
            "roaming": st.booleans(),
            "createdAt": st.none() | MOMENTS.map(dt.datetime.isoformat) | TEXT,
            "expires": st.none() | st.dates().map(dt.date.isoformat) | TEXT,
            "pin": st.none() | TEXT,
            "codes": st.lists(TEXT, max_size=3),
            "byMonth": st.none() | st.dictionaries(NAMES, FLOATS, max_size=3),
            "lastEvent": st.none() | SMS | CALL,
            "events": st.lists(SMS | CALL, max_size=3),
            "tagged": st.none() | TAGGED,
            "parent": parents,
            "anything": JSON,
            "unheardOf": JSON,
        },
    )


SIMS = sims(st.none() | sims(st.none()))


@given(SIMS)
def test_a_valid_document_reads_the_same_on_both_roads_and_comes_back(document):
    codec = codec_for(Sim)
    content = json.dumps(document).encode()
    fast = codec._fast.decode(content)
    tolerant, problems = codec.read(json.loads(content))
    assert problems == ()
    assert fast == tolerant
    assert repr(fast) == repr(tolerant)  # `==` alone would take 1, 1.0 and True for the same
    assert codec.decode(content) == (fast, ())

    backwards = dict(reversed(document.items()))
    assert codec.decode(json.dumps(backwards).encode()) == (fast, ())

    again, problems = codec.decode(encode_json(fast))
    assert problems == ()
    assert repr(again) == repr(fast)
    assert again == fast


@given(st.lists(SMS | CALL, max_size=3))
def test_lists_of_variants_read_the_same_on_both_roads(documents):
    codec = codec_for(list[Sms | Call])
    content = json.dumps(documents).encode()
    tolerant, problems = codec.read(json.loads(content))
    assert problems == ()
    assert codec._fast.decode(content) == tolerant
    assert [type(event).__name__.lower() for event in tolerant] == [
        document["type"] for document in documents
    ]
