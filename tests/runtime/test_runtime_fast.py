"""The fast road is really taken: a msgspec that looks at classes differently fails here."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import msgspec
import pytest
from attrs import define, field

from simloom.runtime import (
    UNSET,
    Model,
    OpenStrEnum,
    Secret,
    Timestamp,
    Unset,
    fast,
    to_secret,
)
from simloom.runtime.decoding import Codec, codec_for, decode
from simloom.runtime.plan import Node
from simloom.runtime.schema import node_for


class Status(OpenStrEnum):
    ACTIVE = "Active"


@define(kw_only=True, repr=False, weakref_slot=False)
class Usage(Model):
    __wire__ = {"used_bytes": "usedDataBytes"}

    used_bytes: int | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    __wire__ = {"sim_status": "simStatus", "created_at": "createdAt", "class_": "class"}

    iccid: str
    sim_status: Status | Unset = UNSET
    created_at: Timestamp | Unset | None = UNSET
    class_: str | Unset = UNSET
    pin: Secret | Unset = field(default=UNSET, converter=to_secret)
    usage: Usage | Unset = UNSET
    history: list[Usage] | Unset = UNSET


DOCUMENT = b"""{
    "iccid": "8988", "simStatus": "Active", "createdAt": "2025-08-02T09:54:13Z", "class": "c",
    "pin": "1234", "usage": {"usedDataBytes": 1}, "history": [{"usedDataBytes": 2}],
    "unheardOf": {"deep": [1, 2, 3]}
}"""
SIM = Sim(
    iccid="8988",
    sim_status=Status.ACTIVE,
    created_at=dt.datetime(2025, 8, 2, 9, 54, 13, tzinfo=dt.UTC),
    class_="c",
    pin="1234",
    usage=Usage(used_bytes=1),
    history=[Usage(used_bytes=2)],
)


def no_tolerance(*_: Any) -> Any:
    pytest.fail("the tolerant road was taken")


def test_msgspec_itself_fills_the_very_class_from_the_vendors_names():
    decoder = fast.decoder(node_for(Sim))
    assert type(decoder) is msgspec.json.Decoder
    sim = decoder.decode(DOCUMENT)
    assert type(sim) is Sim
    assert type(sim.usage) is Usage
    assert type(sim.history[0]) is Usage
    assert sim == SIM


def test_a_valid_document_never_reaches_the_tolerant_reader(monkeypatch):
    codec = Codec(list[Sim])
    monkeypatch.setattr(Codec, "read", no_tolerance)
    assert codec.decode(b"[" + DOCUMENT + b"]") == ([SIM], ())


@pytest.mark.parametrize(
    "member",
    [
        b'"createdAt": null',
        b'"createdAt": "28.08.2025"',
        b'"simStatus": "Hibernating"',
        b'"other": [{}]',
        b'"usage": {}',
        b'"history": []',
    ],
)
def test_what_vendors_send_every_day_needs_no_tolerance(monkeypatch, member):
    codec = Codec(Sim)
    monkeypatch.setattr(Codec, "read", no_tolerance)
    sim, problems = codec.decode(b'{"iccid": "8988", %s}' % member)
    assert (sim.iccid, problems) == ("8988", ())


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b'{"iccid": 1}',
        b'{"iccid": "1", "usage": {"usedDataBytes": "1"}}',
        b'{"iccid": "1", "usage": null}',
        b'{"iccid": "1", "pin": 1}',
        b"[]",
    ],
)
def test_msgspec_refuses_every_departure(content):
    with pytest.raises(msgspec.ValidationError):
        fast.decoder(node_for(Sim)).decode(content)


def test_python_names_are_not_the_vendors_names():
    """An unprepared class would be read by its attributes' names."""
    assert fast.decoder(node_for(Usage)).decode(b'{"used_bytes": 1}') == Usage()


def test_a_codec_is_made_once_per_type():
    assert codec_for(list[Sim]) is codec_for(list[Sim])
    assert codec_for(Sim) is not codec_for(Sim | None)


def test_preparing_leaves_the_class_as_attrs_made_it():
    @define(kw_only=True, repr=False, weakref_slot=False)
    class Fresh(Model):
        __wire__ = {"created_at": "createdAt"}

        created_at: str | Unset = field(default=UNSET, validator=attrs.validators.instance_of(str))
        amount: int | Unset = UNSET

    attributes, annotations = attrs.fields(Fresh), dict(Fresh.__annotations__)
    assert decode(b'{"createdAt": "x"}', Fresh) == (Fresh(created_at="x"), ())
    assert attrs.fields(Fresh) is attributes
    assert [attribute.name for attribute in attrs.fields(Fresh)] == ["created_at", "amount"]
    assert attrs.fields(Fresh).created_at.validator is not None
    assert Fresh.__annotations__ == annotations
    assert Fresh.__annotations__["created_at"] == "str | Unset"


def test_a_class_that_cannot_be_prepared_is_left_as_it_was(monkeypatch):
    @define(kw_only=True, repr=False, weakref_slot=False)
    class Unlucky(Model):
        __wire__ = {"created_at": "createdAt"}

        created_at: str | Unset = UNSET

    attributes, annotations = attrs.fields(Unlucky), Unlucky.__annotations__

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no decoder today")

    with monkeypatch.context() as patch:
        patch.setattr(msgspec.json, "Decoder", broken)
        with pytest.raises(RuntimeError, match="no decoder today"):
            decode(b"{}", Unlucky)
    assert attrs.fields(Unlucky) is attributes
    assert Unlucky.__annotations__ is annotations
    assert decode(b'{"createdAt": "x"}', Unlucky) == (Unlucky(created_at="x"), ())


def test_wire_names_are_second_names_of_the_same_slots():
    sim = decode(DOCUMENT, Sim)[0]
    assert sim.createdAt is sim.created_at
    assert sim.simStatus is sim.sim_status
    assert getattr(sim, "class") == "c"
    assert Sim.createdAt is Sim.created_at
    assert not hasattr(sim, "__dict__")


def test_anything_needs_no_plan_of_ours():
    assert fast.decoder(Node()).decode(b'{"a": [1, null]}') == {"a": [1, None]}
