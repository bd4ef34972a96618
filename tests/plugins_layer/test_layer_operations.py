"""Declarations become the capability table, and verbs become flows."""

from __future__ import annotations

import typing
from types import SimpleNamespace

import pytest

from simloom.capabilities import Evidence, RetryClass, Support, Verb
from simloom.errors import UnsupportedOperation
from simloom.models import ActionState, ActionStatus
from simloom.plugins import Provider, operation
from simloom.plugins.loader import load_all
from simloom.plugins.verbs import RECORDS, start
from simloom.runtime import Operation, Text


def module(retry=RetryClass.READ, evidence=Evidence.DOCUMENTED, **extensions):
    described = Operation(
        id="x",
        method="GET",
        path="/x",
        results={200: Text()},
        retry=retry,
        evidence=evidence,
        extensions={name.replace("_", "-"): value for name, value in extensions.items()},
    )
    return SimpleNamespace(OPERATION=described)


def line(*modules, **options):
    class Acme(Provider):
        id = "acme"

        @operation(Verb.GET, *modules, **options)
        def get(self, iccid):
            yield

    return Acme.capabilities()[Verb.GET]


def test_the_most_dangerous_operation_decides():
    read, set_state, additive = (module(kind) for kind in RetryClass)
    assert line(read).retry_class is RetryClass.READ
    assert line(set_state, read).retry_class is RetryClass.SET_STATE
    assert line(read, additive, set_state).retry_class is RetryClass.ADDITIVE


@pytest.mark.parametrize("evidence", [Evidence.INFERRED, None])
def test_one_inferred_operation_makes_it_inferred(evidence):
    assert line(module()).evidence is Evidence.DOCUMENTED
    assert line(module(), module(evidence=evidence)).evidence is Evidence.INFERRED


def test_facts_of_the_specification_are_in_the_table():
    told = line(
        module(
            x_bulk={"max": 1000, "atomic": True},
            x_quota={"bucket": "actions"},
            x_identifiers={"query": ["msisdn"], "body": ["iccid", "eid"], "path": ["iccid"]},
        )
    )
    assert (told.bulk_max, told.atomic, told.quota) == (1000, True, "actions")
    assert told.identifiers == ("iccid", "eid", "msisdn")
    assert line(module()).identifiers == ("iccid",)


def test_a_declaration_without_modules_or_note_is_an_error():
    with pytest.raises(TypeError, match="name the generated modules"):
        operation(Verb.GET)
    with pytest.raises(TypeError, match="partial support needs a note"):
        operation(Verb.GET, module(), support=Support.PARTIAL)
    told = line(module(), support=Support.PARTIAL, note="only today")
    assert (told.support, told.note, told.usable) == (Support.PARTIAL, "only today", True)


def test_what_has_no_method_says_whose_gap_it_is():
    class Acme(Provider):
        id = "acme"
        not_written = {Verb.BLOCK: "later"}

    table = Acme.capabilities()
    assert set(table) == set(Verb)
    assert (table[Verb.BLOCK].support, table[Verb.BLOCK].note) == (Support.NOT_WRITTEN, "later")
    assert table[Verb.GET].support is Support.VENDOR_CANNOT
    assert not any(one.usable for one in table.values())
    with pytest.raises(UnsupportedOperation, match=r"'block' \(later\); providers") as caught:
        start(Acme(None), Verb.BLOCK, "1")
    assert caught.value.note == "later"
    assert "acme" not in caught.value.alternatives


def test_a_provider_without_a_way_to_look_leaves_an_action_as_it_is():
    class Acme(Provider):
        id = "acme"

    provider = Acme(None)
    state = ActionState(provider="acme", verb="block")
    with pytest.raises(StopIteration) as end:
        next(provider.refresh(state))
    assert end.value.value is state
    assert state.status is ActionStatus.PENDING
    with pytest.raises(UnsupportedOperation):
        next(provider.cancel(state))
    with pytest.raises(TypeError, match="how it signs"):
        provider.auth()


WORKING, BROKEN = load_all()


def test_all_built_in_providers_load():
    assert list(WORKING) == ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]
    assert BROKEN == {}


@pytest.mark.parametrize("provider", WORKING)
def test_what_a_verb_returns_is_what_the_client_expects(provider):
    """Every verb outside of RECORDS ends in an ActionState, so that `change` can wait for it."""
    declared = WORKING[provider].declared()
    assert declared
    for verb, name in declared.items():
        method = getattr(WORKING[provider], name)
        returns = str(method.__annotations__["return"])
        assert ("Flow[ActionState]" in returns) == (verb not in RECORDS), (verb, returns)


def test_a_client_has_a_method_for_every_verb_that_returns_records():
    from simloom.simverbs import SimVerbs

    source = typing.cast("typing.Any", __import__("inspect")).getsource(SimVerbs)
    for verb in RECORDS:
        assert f"Verb.{verb.name}" in source


def test_a_secret_argument_reaches_the_provider_as_one():
    """So that no local variable of the library shows it; others stay as they are."""
    from simloom.plugins.verbs import shielded
    from simloom.runtime import Secret

    kind = WORKING["telcoapi"]
    provider = kind(kind.settings_class(api_key="k"))
    given = {"current_pin": "1234", "new_pin": Secret("5678"), "pin": "PIN1", "other": "x"}
    passed = shielded(provider, Verb.RESET_PIN, given)
    assert {name: type(value) for name, value in passed.items()} == {
        "current_pin": Secret,
        "new_pin": Secret,
        "pin": str,
        "other": str,
    }
    assert passed["current_pin"].reveal() == "1234"
    assert given["current_pin"] == "1234"
    assert shielded(provider, Verb.CHANGE_TARIFF, {"tariff": "1"}) == {"tariff": "1"}
