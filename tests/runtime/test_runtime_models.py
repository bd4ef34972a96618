from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
import subprocess
import sys

import attrs
import pytest
from attrs import define, field

from simloom.runtime import (
    UNSET,
    Model,
    OpenIntEnum,
    OpenStrEnum,
    Secret,
    Timestamp,
    Unset,
    to_secret,
)


class Status(OpenStrEnum):
    ACTIVE = "Active"
    ON_STOCK = "On Stock"


class Coding(OpenIntEnum):
    GSM7 = 0


@define(kw_only=True, repr=False, weakref_slot=False)
class Usage(Model):
    __wire__ = {"used_bytes": "usedDataBytes"}

    used_bytes: int | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    __wire__ = {"created_at": "createdAt"}

    iccid: str
    status: Status | Unset | None = UNSET
    created_at: Timestamp | Unset = UNSET
    usage: list[Usage] | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Card(Model):
    iccid: str
    pin: Secret | Unset | None = field(default=UNSET, converter=to_secret)


CONTENT = (
    b'{"iccid":"1","status":"Hibernating","createdAt":"2025-01-01T00:00:00Z",'
    b'"usage":[{"usedDataBytes":5}]}'
)


def decoded() -> Sim:
    return Sim.from_json(CONTENT)


def test_the_repr_shows_python_names_and_only_what_is_set():
    assert repr(Sim(iccid="1", status=None)) == "Sim(iccid='1', status=None)"
    assert repr(Sim(iccid="1", usage=[Usage()])) == "Sim(iccid='1', usage=[Usage()])"
    assert "createdAt" not in repr(decoded())


def test_models_compare_by_value():
    assert decoded() == decoded()
    assert decoded() != Sim(iccid="1")
    assert Usage(used_bytes=0) != Usage()
    assert Usage(used_bytes=None) != Usage()


def test_from_dict_takes_parsed_json_and_leaves_it_alone():
    data = {"iccid": 1, "usage": [{"usedDataBytes": "5"}], "unheardOf": {"a": [1]}}
    before = json.dumps(data)
    assert Sim.from_dict(data) == Sim(iccid="1", usage=[Usage(used_bytes=5)])
    assert json.dumps(data) == before


def test_from_dict_takes_values_that_are_models_already():
    usage = Usage(used_bytes=5)
    moment = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    sim = Sim.from_dict(
        {"iccid": "1", "usage": [usage], "createdAt": moment, "status": Status.ACTIVE}
    )
    assert sim.usage[0] is usage
    assert sim.created_at is moment
    assert sim.status is Status.ACTIVE
    secret = Secret("1234")
    assert Card.from_dict({"iccid": "1", "pin": secret}).pin is secret


def test_from_dict_and_to_dict_are_each_others_inverse():
    sim = decoded()
    assert Sim.from_dict(sim.to_dict()) == sim


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy])
def test_copies_are_equal(clone):
    sim = decoded()
    copied = clone(sim)
    assert copied == sim
    assert copied is not sim
    assert (copied.usage[0] is sim.usage[0]) == (clone is copy.copy)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_keeps_everything(protocol):
    sim = attrs.evolve(decoded(), created_at=UNSET)
    again = pickle.loads(pickle.dumps(sim, protocol))
    assert again == sim
    assert again.created_at is UNSET
    assert type(again.status) is Status


def test_a_model_with_a_secret_is_not_pickled():
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Card(iccid="1", pin="1234"))


def test_attrs_tools_work_after_decoding():
    sim = decoded()
    assert [attribute.name for attribute in attrs.fields(Sim)] == [
        "iccid",
        "status",
        "created_at",
        "usage",
    ]
    assert set(attrs.asdict(sim)) == {"iccid", "status", "created_at", "usage"}
    assert attrs.asdict(sim)["usage"] == [{"used_bytes": 5}]
    evolved = attrs.evolve(sim, created_at=UNSET)
    assert evolved.created_at is UNSET
    assert evolved.usage == sim.usage
    assert attrs.astuple(Usage(used_bytes=5)) == (5,)


def test_members_can_be_set_and_converters_still_run():
    card = Card.from_json(b'{"iccid":"1"}')
    card.pin = "1234"
    assert card.pin == Secret("1234")
    assert Card(iccid="1", pin="1234") == card
    with pytest.raises(AttributeError):
        card.pim = "1234"


def test_unknown_values_print_as_the_vendor_wrote_them():
    status = Status("Hibernating")
    assert str(status) == f"{status}" == "Hibernating"
    assert repr(status) == "<Status (unknown): 'Hibernating'>"
    assert repr(Status.ON_STOCK) == "<Status.ON_STOCK: 'On Stock'>"
    assert repr(Coding(9)) == "<Coding (unknown): 9>"
    assert repr(Coding.GSM7) == "<Coding.GSM7: 0>"
    assert str(Coding(9)) == "9"


@pytest.mark.parametrize("value", [Status("Hibernating"), Status.ACTIVE, Coding(9), Coding.GSM7])
def test_values_of_open_enumerations_survive_copying(value):
    for again in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert again == value
        assert type(again) is type(value)
        assert again.is_known == value.is_known
        assert hash(again) == hash(value.value)


def test_unknown_values_do_not_join_the_enumeration():
    Status("Hibernating")
    Coding(9)
    assert list(Status) == [Status.ACTIVE, Status.ON_STOCK]
    assert list(Coding) == [Coding.GSM7]
    assert "Hibernating" not in Status.__members__
    assert Status("Active") is Status.ACTIVE
    assert {"Hibernating": 1}[Status("Hibernating")] == 1


@pytest.mark.parametrize(
    ("kind", "value"), [(Status, 5), (Status, None), (Coding, "x"), (Coding, True), (Coding, 1.5)]
)
def test_values_of_another_kind_are_refused(kind, value):
    with pytest.raises(ValueError, match="is not a valid"):
        kind(value)


def test_importing_the_runtime_does_not_import_httpx():
    script = (
        "import sys, simloom.runtime as runtime; assert 'httpx' not in sys.modules; "
        "runtime.Client; assert 'httpx' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_public_list_is_complete():
    from simloom import runtime

    for name in runtime.__all__:
        assert hasattr(runtime, name)
    with pytest.raises(AttributeError, match="has no attribute 'Klient'"):
        runtime.Klient  # noqa: B018
