"""Models that hold one another: cycles, unions, open objects."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from attrs import define, field

from simloom.runtime import UNSET, DecodeError, Model, Secret, Unset, to_secret
from simloom.runtime.decoding import codec_for, decode
from simloom.runtime.problems import DecodeProblem


@define(kw_only=True, repr=False, weakref_slot=False)
class Account(Model):
    __wire__ = {"first_sim": "firstSim"}

    name: str
    first_sim: Card | Unset | None = UNSET
    sims: list[Card] | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Card(Model):
    __wire__ = {"held_by": "heldBy"}

    iccid: str
    held_by: Account | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Tree(Model):
    __wire__ = {"sub_trees": "subTrees"}

    size: int
    sub_trees: list[Tree] | Unset = UNSET
    named: dict[str, Tree | None] | Unset = UNSET


def test_models_that_hold_each_other():
    content = b'{"name":"a","firstSim":{"iccid":"1","heldBy":{"name":"b","sims":[{"iccid":"2"}]}}}'
    account, problems = decode(content, Account)
    inner = Account(name="b", sims=[Card(iccid="2")])
    assert account == Account(name="a", first_sim=Card(iccid="1", held_by=inner))
    assert problems == ()
    assert decode(b'{"iccid":"1","heldBy":{"name":"b"}}', Card) == (
        Card(iccid="1", held_by=Account(name="b")),
        (),
    )


def test_a_tree_that_holds_itself():
    content = (
        b'{"size":1,"subTrees":[{"size":2,"subTrees":[{"size":3}]}],'
        b'"named":{"x":{"size":4},"y":null}}'
    )
    tree, problems = decode(content, Tree)
    assert tree == Tree(
        size=1,
        sub_trees=[Tree(size=2, sub_trees=[Tree(size=3)])],
        named={"x": Tree(size=4), "y": None},
    )
    assert problems == ()


def test_an_oddity_deep_in_a_cycle_has_its_place():
    content = b'{"name":"a","sims":[{"iccid":"1","heldBy":{"name":"b","sims":[{"iccid":[]}]}}]}'
    _, problems = decode(content, Account)
    assert problems == (DecodeProblem("/sims/0/heldBy/sims/0/iccid", "text", "list"),)


@define(kw_only=True, repr=False, weakref_slot=False)
class Cat(Model):
    __wire__ = {"nine_lives": "nineLives"}

    kind: Literal["cat"]
    nine_lives: int | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Dog(Model):
    kind: Literal["dog"]
    nine_lives: int | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Home(Model):
    pet: Cat | Dog | Unset | None = UNSET
    pets: list[Cat | Dog] | Unset = UNSET
    by_name: dict[str, Cat | Dog] | Unset = UNSET


def test_a_constant_member_decides_between_variants():
    content = (
        b'{"pets":[{"kind":"dog"},{"kind":"cat","nineLives":9}],'
        b'"by_name":{"rex":{"kind":"dog"}},"pet":null}'
    )
    home, problems = decode(content, Home)
    assert home == Home(
        pets=[Dog(kind="dog"), Cat(kind="cat", nine_lives=9)],
        by_name={"rex": Dog(kind="dog")},
        pet=None,
    )
    assert [type(pet) for pet in home.pets] == [Dog, Cat]
    assert problems == ()


def test_the_constant_decides_even_when_another_variant_would_fit_better():
    home, problems = decode(b'{"pet":{"kind":"dog","nine_lives":"?","nineLives":9}}', Home)
    assert home.pet == Dog(kind="dog", nine_lives="?")
    assert problems == (DecodeProblem("/pet/nine_lives", "whole number", "text"),)


@pytest.mark.parametrize("pet", [b'{"kind":"bird","wings":2}', b'{"wings":2}', b'"cat"', b"[]"])
def test_an_unknown_variant_stays_as_it_came(pet):
    home, problems = decode(b'{"pets":[{"kind":"cat"},%s]}' % pet, Home)
    assert home.pets[0] == Cat(kind="cat")
    assert home.pets[1] == decode(pet, Any)[0]
    assert [problem.pointer for problem in problems] == ["/pets/1"]


def test_an_unknown_variant_as_the_whole_answer_is_an_error():
    with pytest.raises(DecodeError, match="one of the documented variants"):
        decode(b'{"kind":"bird"}', Cat | Dog)


@define(kw_only=True, repr=False, weakref_slot=False)
class Page(Model):
    sims: list[str]
    total: int


@define(kw_only=True, repr=False, weakref_slot=False)
class Problem(Model):
    __wire__ = {"error_code": "errorCode"}

    error_code: int | Unset = UNSET
    message: str | Unset = UNSET


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"sims":["1"],"total":1}', Page(sims=["1"], total=1)),
        (b'{"sims":["1"],"total":"1"}', Page(sims=["1"], total=1)),
        (b'{"sims":["1"],"total":1,"new":true}', Page(sims=["1"], total=1)),
        (b'{"errorCode":5}', Problem(error_code=5)),
        (b'{"errorCode":5,"total":1}', Problem(error_code=5)),
        (b'[{"message":"x"}]', [Problem(message="x")]),
        (b'"busy"', "busy"),
        (b"5", 5),
        (b"true", True),
    ],
)
def test_without_constants_the_variant_that_fits_best_wins(content, value):
    found, problems = decode(content, Page | Problem | list[Problem] | str | int | bool)
    assert (found, type(found)) == (value, type(value))
    assert problems == ()


@define(kw_only=True, repr=False, weakref_slot=False)
class ByName(Model):
    name: str | Unset = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class ByNumber(Model):
    number: int | Unset = UNSET


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"number":1}', ByNumber(number=1)),
        (b'{"name":"x"}', ByName(name="x")),
        (b"{}", ByName()),
        (b'{"number":1,"name":"x","more":2}', ByName(name="x")),
    ],
)
def test_a_union_prefers_the_variant_that_knows_the_members(content, value):
    assert decode(content, ByName | ByNumber) == (value, ())


def test_a_union_prefers_fewer_departures_to_the_order_of_its_variants():
    found, _ = decode(b'{"errorCode":"?","message":"x","sims":[],"total":0}', Problem | Page)
    assert found == Page(sims=[], total=0)


@define(kw_only=True, repr=False, weakref_slot=False)
class Labels(Model):
    __open__ = True
    __wire__ = {"label_count": "labelCount"}

    label_count: int
    pin: Secret | Unset = field(default=UNSET, converter=to_secret)
    additional_properties: dict[str, Usage | str] = field(factory=dict)


@define(kw_only=True, repr=False, weakref_slot=False)
class Usage(Model):
    __wire__ = {"used_bytes": "usedDataBytes"}

    used_bytes: int


@define(kw_only=True, repr=False, weakref_slot=False)
class Labelled(Model):
    labels: Labels | Unset | None = UNSET
    history: list[Labels] | Unset = UNSET


def test_open_models_keep_and_read_further_members():
    content = b'{"labels":{"labelCount":1,"colour":"red","~a/b":{"usedDataBytes":5}}}'
    held, problems = decode(content, Labelled)
    assert held.labels.label_count == 1
    assert held.labels.additional_properties == {"colour": "red", "~a/b": Usage(used_bytes=5)}
    assert problems == ()
    assert held.to_dict() == {
        "labels": {"labelCount": 1, "colour": "red", "~a/b": {"usedDataBytes": 5}}
    }


def test_open_models_without_further_members_share_nothing():
    first, second = Labels.from_json(b'{"labelCount":1}'), Labels.from_json(b'{"labelCount":1}')
    first.additional_properties["x"] = "y"
    assert second.additional_properties == {}


def test_oddities_inside_open_models_have_their_whole_place():
    content = b'{"history":[{"labelCount":1},{"labelCount":"?","~a/b":{"usedDataBytes":[]},"c":7}]}'
    held, problems = decode(content, Labelled)
    assert [problem.pointer for problem in problems] == [
        "/history/1/labelCount",
        "/history/1/~0a~1b/usedDataBytes",
        "/history/1/c",
    ]
    assert held.history[0] == Labels(label_count=1)
    assert held.history[1].additional_properties["c"] == 7


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b'{"labels":{"label_count":1}}', "/labels"),
        (b'{"history":[{"labelCount":1},{}]}', "/history/1"),
    ],
)
def test_a_member_missing_inside_an_open_model_has_its_whole_place(content, pointer):
    with pytest.raises(DecodeError, match="'labelCount' is missing") as caught:
        decode(content, Labelled)
    assert caught.value.pointer == pointer


def test_open_models_read_the_same_on_both_roads():
    content = b'{"labelCount":1,"pin":"1234","a":"x","b":{"usedDataBytes":5}}'
    codec = codec_for(Labels)
    tolerant, _ = codec.read(decode(content, Any)[0])
    assert codec._fast.decode(content) == tolerant
