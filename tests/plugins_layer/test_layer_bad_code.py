"""Provider code that breaks a rule while it runs: the text says where, what, what was wanted."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace

import pytest
from attrs import frozen

from simloom.capabilities import RetryClass, Support, Verb
from simloom.cli.exits import Exit, code_of, hint_of
from simloom.errors import PluginError
from simloom.models import ActionState, Page, Sim
from simloom.plugins import (
    Provider,
    call,
    flows,
    operation,
)
from simloom.plugins.classfaults import fault_of
from simloom.plugins.flows import Script, arun, run
from simloom.plugins.loader import load_all
from simloom.plugins.results import RECORDS, expected
from simloom.plugins.verbs import start
from simloom.runtime import Operation, Text

READ: Operation[str] = Operation(
    id="read", method="GET", path="/a", results={200: Text()}, retry=RetryClass.READ
)
WRITE: Operation[str] = Operation(
    id="write", method="POST", path="/a", results={200: Text()}, retry=RetryClass.ADDITIVE
)
get_sim, put_sim = SimpleNamespace(OPERATION=READ), SimpleNamespace(OPERATION=WRITE)
SIM = Sim(provider="acme", iccid="89490252988462573")


@frozen(kw_only=True)
class Settings:
    base_url: str = "https://api.acme.example"


class Acme(Provider):
    id = "acme"
    title = "Acme"
    settings_class = Settings
    api_version = "1.0"


def acme(verb, method, module=get_sim):
    members = {"one": operation(verb, module)(method)}
    return type("Mine", (Acme,), members)(Settings())


def returning(value):
    def one(self, iccid=""):
        yield from call(READ.request())
        return value

    return one


def carried(provider, verb, *answers, drive=run):
    return drive(start(provider, verb), Script(answers))


def plain(self):
    return SIM


async def awaited(self):
    return SIM


async def both(self):
    yield SIM


@pytest.mark.parametrize(
    ("method", "came"), [(plain, "a Sim"), (awaited, "a coroutine"), (both, "an async_generator")]
)
def test_a_method_that_is_no_generator(method, came):
    with pytest.raises(PluginError) as caught:
        carried(acme(Verb.GET, method), Verb.GET)
    text = str(caught.value)
    assert text.startswith(f"{method.__name__} ({__file__}:{method.__code__.co_firstlineno}): ")
    assert "has to be a generator that yields requests and returns a simloom.models.Sim" in text
    assert text.endswith(f"it returned {came}, without a request")


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ("/sims", "yielded a str, not a request: yield what module.request(...) returns"),
        (None, "yielded None, not"),
        ({"path": "/"}, "yielded a dict, not"),
        (call(READ.request()), "not a request: write `yield from` for a flow, not `yield`"),
        (READ, "yielded an Operation, not a request"),
        (time, "yielded the module time, not a request: write time.request(...)"),
    ],
)
@pytest.mark.parametrize("awaits", [False, True])
def test_a_flow_that_yields_something_else(thing, said, awaits):
    closed = []

    def one(self):
        try:
            yield thing
        finally:
            closed.append(True)

    flow = start(acme(Verb.GET, one), Verb.GET)
    with pytest.raises(PluginError) as caught:
        asyncio.run(arun(flow, None)) if awaits else run(flow, Script([]))
    assert said in str(caught.value)
    line = one.__code__.co_firstlineno + 2
    assert str(caught.value).startswith(f"one ({__file__}:{line}): a flow yielded")
    assert closed == [True]


@pytest.mark.parametrize(
    ("verb", "value", "said"),
    [
        (Verb.GET, {"iccid": "1"}, "a simloom.models.Sim, it returned a dict"),
        (Verb.GET, None, "a simloom.models.Sim, it returned None"),
        (Verb.GET, Sim, "it returned the class Sim"),
        (Verb.LIST, [SIM], "a simloom.models.Page of Sim, it returned a list"),
        (
            Verb.LIST,
            Page(items=[SIM, "8949"], number=1, more=False),
            "it returned a Page whose items are a list whose entry 1 is a str",
        ),
        (Verb.LIST, Page(items=None, number=1, more=False), "a Page whose items are None"),
        (Verb.USAGE, SIM, "a list of Usage, it returned a Sim"),
        (Verb.USAGE, [None], "it returned a list whose entry 0 is None"),
        (Verb.SUSPEND, True, "a simloom.models.ActionState, it returned a bool"),
        (Verb.SEND_SMS, "id-1", "a simloom.models.Sms, it returned a str"),
    ],
)
def test_a_method_that_returns_no_model(verb, value, said):
    provider = acme(verb, returning(value))
    with pytest.raises(PluginError) as caught:
        carried(provider, verb, (200, b""))
    text = str(caught.value)
    assert f"({__file__}:" in text
    assert f"@operation(Verb.{verb.name}) has to return {said}" in text or said in text
    assert not caught.value.may_have_written
    assert "8949" not in text


def test_after_a_write_the_error_says_that_it_may_have_happened():
    with pytest.raises(PluginError, match="may have carried it out: look") as caught:
        carried(acme(Verb.SUSPEND, returning("ok"), put_sim), Verb.SUSPEND, (200, b""))
    assert caught.value.may_have_written
    assert code_of(caught.value) is Exit.UNKNOWN
    assert code_of(PluginError("a", "b")) is Exit.REFUSED
    assert "author" in hint_of(caught.value)


def test_what_fits_passes_unchanged():
    page = Page(items=[SIM], number=1, more=False)
    for verb, value in [(Verb.GET, SIM), (Verb.LIST, page), (Verb.USAGE, [])]:
        assert carried(acme(verb, returning(value)), verb, (200, b"")) is value
    state = ActionState(provider="acme", verb="suspend")
    assert carried(acme(Verb.SUSPEND, returning(state)), Verb.SUSPEND, (200, b"")) is state


@pytest.mark.parametrize("provider", load_all()[0])
def test_what_is_expected_is_what_the_built_ins_say(provider):
    chosen = load_all()[0][provider]
    for verb, name in chosen.declared().items():
        told = str(getattr(chosen, name).__annotations__["return"])
        wanted = expected(verb).split()[-1].rpartition(".")[2]
        assert f"{wanted}]" in told.replace("models.", ""), (verb, told)
    assert len(RECORDS) == 25


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("suspended", get_sim),
            "no such verb (did you mean 'suspend'?); simloom.capabilities.Verb has",
        ),
        (("frobnicate", get_sim), "operation('frobnicate'): simloom has no such verb; simloom.cap"),
        ((3, get_sim), "operation(3): simloom has no such verb"),
        ((Verb.GET, READ.request), "the function request is not a generated module with an OPER"),
        ((Verb.GET, time), "the module time is not a generated module"),
        ((Verb.GET, READ), "an Operation is not a generated module"),
    ],
)
def test_a_declaration_of_what_is_not_there(arguments, said):
    with pytest.raises(TypeError) as caught:
        operation(*arguments)
    assert said in str(caught.value)


def test_a_verb_by_its_name_is_that_verb_and_support_has_to_be_usable():
    assert list(type(acme("get", plain)).declared()) == [Verb.GET]
    with pytest.raises(TypeError, match="what has no method is declared in not_written"):
        operation(Verb.GET, get_sim, support=Support.NOT_WRITTEN)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"one": operation(Verb.GET, get_sim)(awaited)}, "is `async def`: write `def` and `yield"),
        ({"one": operation(Verb.LIST, get_sim)(both)}, "is `async def`"),
        ({"read_event": awaited}, "is `async def`"),
        ({"auth": awaited}, "is `async def`"),
        ({"auth": "Bearer x"}, "its auth is a str, not a method"),
        ({"not_written": {"get": "later"}}, "its not_written has 'get': expected Verb.X and"),
        ({"not_written": {Verb.GET: None}}, "its not_written has <Verb.GET: 'get'>: expected"),
        ({"not_written": [Verb.GET]}, "its not_written is a list, not a dict"),
        ({"id": "Acme"}, "its id is 'Acme', the entry point is named 'acme'"),
    ],
)
def test_faults_of_a_class_are_found_when_it_is_loaded(members, said):
    made = type("Mine", (Acme,), members)
    assert said in fault_of(made, "acme")
    assert fault_of(Acme, "acme") is None


def test_an_id_that_no_variable_could_be_named_after():
    made = type("Mine", (Acme,), {"id": "a b"})
    assert "'a b' is not made of lower-case letters" in fault_of(made, "a b")


def test_a_flow_that_holds_up_the_event_loop_is_told_once(monkeypatch, caplog):
    now = [0.0]
    monkeypatch.setattr(flows, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(flows, "_told", set())

    def one(self):
        now[0] += 1.5
        yield READ.request()
        return SIM

    provider = acme(Verb.GET, one)
    for _ in range(2):
        client = SimpleNamespace(send_detailed=lambda request: asyncio.sleep(0))
        assert asyncio.run(arun(start(provider, Verb.GET), client)) is SIM
    (said,) = [one.getMessage() for one in caplog.records]
    assert "the event loop stood still meanwhile" in said
    assert f"({__file__}:{one.__code__.co_firstlineno + 2}) took 1.5 s" in said
    assert carried(provider, Verb.GET, (200, b"")) is SIM  # blocking: nobody else waits
    assert len(caplog.records) == 1
