"""Answers of plugins that nobody can use: named with the code they came from, others go on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from attrs import frozen

import simloom
from simloom.action import Action
from simloom.capabilities import Verb
from simloom.connection import Connection, prepare
from simloom.errors import ConfigurationError, InvalidParameter, PluginError
from simloom.events.webhooks import read
from simloom.models import ActionState, Sim, UnknownEvent
from simloom.plugins import ChunkPolicy, Provider, ResolutionPlan, hookimpl, manager
from simloom.plugins.flows import Script, run
from simloom.plugins.manager import ClientHooks
from simloom.plugins.results import follow, own_auth, provider_of
from simloom.runtime import Operation, Text

READ: Operation[str] = Operation(id="read", method="GET", path="/a", results={200: Text()})


SIM = Sim(provider="acme", iccid="89490252988462573")


@frozen(kw_only=True)
class Settings:
    base_url: str = "https://api.acme.example"


class Acme(Provider):
    id = "acme"
    title = "Acme"
    settings_class = Settings
    api_version = "1.0"


class Wrong:
    """A plugin of an application whose answers are of another type."""

    def __init__(self, answer):
        self.answer = answer

    def _given(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @hookimpl
    def simloom_auth(self):
        return self._given()

    @hookimpl
    def simloom_event_source(self):
        return self._given()

    @hookimpl
    def simloom_chunk_policy(self):
        return self._given()

    @hookimpl
    def simloom_resolve_identifier(self):
        return self._given()


ASK = {
    "simloom_auth": lambda hooks: hooks.auth(None),
    "simloom_event_source": lambda hooks: hooks.event_source(None),
    "simloom_chunk_policy": lambda hooks: hooks.chunk_policy(Verb.SUSPEND),
    "simloom_resolve_identifier": lambda hooks: hooks.iccid_of("imsi:1", Verb.GET),
}


@pytest.mark.parametrize("hook", ASK)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Bearer x", "has to return .* or None, it returned a str"),
        (ChunkPolicy, "it returned the class ChunkPolicy"),
        (RuntimeError("sealed"), "raised RuntimeError: sealed"),
    ],
)
def test_a_hook_that_answers_something_else_is_named(hook, answer, said):
    with pytest.raises(PluginError, match=said) as caught:
        ASK[hook](ClientHooks(Acme(Settings()), [Wrong(answer)]))
    assert caught.value.place.startswith(f"Wrong.{hook} ({__file__}:")
    assert f": {hook} " in str(caught.value)


def test_errors_of_simloom_pass_through_a_hook():
    hooks = ClientHooks(Acme(Settings()), [Wrong(InvalidParameter("no"))])
    with pytest.raises(InvalidParameter):
        hooks.auth(None)


@pytest.mark.parametrize(
    ("told", "said"), [(7, "an int, not an ICCID as text"), ("8949x", "none: "), ("", "none: ")]
)
def test_a_plan_whose_iccid_is_none(told, said):
    plan = ResolutionPlan(lookup="native", arguments={"iccid": told})
    hooks = ClientHooks(Acme(Settings()), [Wrong(plan)])
    with pytest.raises(PluginError, match=said):
        hooks.iccid_of("imsi:1", Verb.GET)


def connection(chosen):
    made = provider_of(chosen, Settings())
    return Connection(made, ClientHooks(made), prepare("telcoapi", api_key="k").common)


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        (lambda self: "Bearer x", "it has to return an httpx.Auth, .* not a str"),
        (lambda self: None, "not None"),
        (lambda self: {}["key"], "it raised KeyError: 'key'"),
        (Provider.auth, "it raised TypeError: Mine does not say how it signs requests"),
    ],
)
def test_a_provider_that_cannot_sign(auth, said):
    made = type("Mine", (Acme,), {"auth": auth})
    with pytest.raises(PluginError, match=said):
        own_auth(made(Settings()))
    with pytest.raises(PluginError, match=said):
        connection(made).client_arguments()


def test_a_constructor_that_fails():
    def broken(self, settings):
        raise OSError("no such file")

    with pytest.raises(PluginError, match="Mine.*: its constructor raised OSError: no such file"):
        provider_of(type("Mine", (Acme,), {"__init__": broken}), Settings())

    def refuses(self, settings):
        raise ConfigurationError("a tenant is needed")

    with pytest.raises(ConfigurationError, match="a tenant"):
        provider_of(type("Mine", (Acme,), {"__init__": refuses}), Settings())


@pytest.mark.parametrize("answer", [{"type": "x"}, None, "x"])
def test_a_webhook_that_is_read_as_something_else_is_still_an_event(caplog, answer):
    made = type("Mine", (Acme,), {"read_webhook": classmethod(lambda cls, method, raw: answer)})
    event = read(made, "POST", b'{"a": 1}')
    assert event == UnknownEvent(provider="acme", raw={"a": 1})
    (said,) = [one.getMessage() for one in caplog.records]
    assert "has to return a simloom.models.Event, it returned" in said
    assert f"({__file__}:" in said


def test_a_hook_that_blocks_is_told_once(monkeypatch, caplog):
    now = [0.0]
    monkeypatch.setattr(manager, "time", SimpleNamespace(monotonic=lambda: now[0]))

    class Slow:
        @hookimpl
        def simloom_request(self):
            now[0] += 1.5

    hooks = ClientHooks(Acme(Settings()), [Slow()])
    for _ in range(2):
        hooks.requested(READ.request(), 1)
    (said,) = [one.getMessage() for one in caplog.records]
    assert said.startswith(f"Slow.simloom_request ({__file__}:")
    assert "a hook must not block" in said


def test_another_providers_client_does_not_feel_it():
    class Bad:
        @hookimpl
        def simloom_request(self):
            raise RuntimeError

    with simloom.connect("telcoapi", api_key="k", plugins=[Bad()]) as client:
        assert client.capabilities()


class Client:
    """As much of a client as an action needs."""

    def __init__(self, provider):
        self.provider = provider

    def run(self, flow):
        return run(flow, Script([]))


def plain(self):
    return SIM


async def awaited(self):
    return SIM


def giving(value):
    def one(self, *arguments, **named):
        yield from ()
        return value

    return one


@pytest.mark.parametrize(
    ("name", "value", "said", "wrote"),
    [
        ("refresh", {"status": "done"}, "an ActionState, it returned a dict", False),
        ("cancel", None, "an ActionState, it returned None", True),
        ("bulk", "id-1", "an ActionState, it returned a str", True),
        ("lookup", SIM, "a list of Sim, it returned a Sim", False),
        ("lookup", ["8949"], "it returned a list whose entry 0 is a str", False),
        ("find_actions", SIM, "a list of ActionState or None, it returned a Sim", False),
    ],
)
def test_what_is_no_verb_is_looked_at_too(name, value, said, wrote):
    provider = type("Mine", (Acme,), {name: giving(value)})(Settings())
    with pytest.raises(PluginError) as caught:
        run(follow(provider, name, "1"), Script([]))
    text = str(caught.value).replace("a simloom.models.", "an ")
    assert said in text
    assert f"({__file__}:" in text
    assert caught.value.may_have_written is wrote


@pytest.mark.parametrize("name", ["refresh", "cancel", "bulk", "lookup", "find_actions"])
@pytest.mark.parametrize(("method", "came"), [(plain, "a Sim"), (awaited, "a coroutine")])
def test_what_is_no_verb_has_to_be_a_generator_too(name, method, came):
    def one(self, *arguments):
        return method(self)

    provider = type("Mine", (Acme,), {name: one})(Settings())
    with pytest.raises(PluginError, match=f"has to be a generator that returns .*, not {came}"):
        run(follow(provider, name, "1"), Script([]))


def test_an_action_is_refreshed_and_cancelled_with_care():
    made = type("Mine", (Acme,), {"refresh": giving(None), "cancel": giving("x")})
    provider = made(Settings())
    action = Action(ActionState(provider="acme", verb="suspend"), provider, Client(provider).run)
    for call_it in (action.refresh, action.cancel, action.wait):
        with pytest.raises(PluginError):
            call_it()
    assert action.state.verb == "suspend"
