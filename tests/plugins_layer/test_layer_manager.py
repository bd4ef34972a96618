"""The hooks of a client: who is asked first, and what is refused."""

from __future__ import annotations

import httpx
import pytest

from simloom.capabilities import Verb
from simloom.errors import ConfigurationError
from simloom.plugins import (
    ChunkPolicy,
    EventSource,
    EventTransport,
    Lookup,
    Provider,
    ResolutionPlan,
    hookimpl,
)
from simloom.plugins.manager import ClientHooks


class Acme(Provider):
    id = "acme"
    title = "Acme"


def hooks(*plugins, provider=None):
    return ClientHooks(provider or Acme(None), plugins)


AUTH = httpx.BasicAuth("a", "b")
SOURCE = EventSource(transport=EventTransport.SSE, urls={"sim": "https://x"})
POLICY = ChunkPolicy(size=10, atomic=True)
PLAN = ResolutionPlan(lookup=Lookup.SCAN)


class Answers:
    def __init__(self, answers=True):
        self.answers = answers
        self.asked = []

    def _answer(self, value, *arguments):
        self.asked.append(arguments)
        return value if self.answers else None

    @hookimpl
    def simloom_auth(self, provider, settings):
        return self._answer(AUTH, provider.id, settings)

    @hookimpl
    def simloom_event_source(self, provider, settings):
        return self._answer(SOURCE, provider.id, settings)

    @hookimpl
    def simloom_chunk_policy(self, provider, verb):
        return self._answer(POLICY, provider.id, verb)

    @hookimpl
    def simloom_resolve_identifier(self, provider, identifier, verb):
        return self._answer(PLAN, provider.id, identifier, verb)


ASK = [
    (lambda h: h.auth("s"), AUTH, ("acme", "s")),
    (lambda h: h.event_source("s"), SOURCE, ("acme", "s")),
    (lambda h: h.chunk_policy(Verb.SUSPEND), POLICY, ("acme", Verb.SUSPEND)),
    (lambda h: h.resolve_identifier("imsi:1", Verb.GET), PLAN, ("acme", "imsi:1", Verb.GET)),
]


@pytest.mark.parametrize(("ask", "answer", "arguments"), ASK)
def test_the_first_answer_wins(ask, answer, arguments):
    assert ask(hooks()) is None
    earlier, silent, later = Answers(), Answers(answers=False), Answers()
    assert ask(hooks(earlier, silent)) == answer  # None passes the question on
    assert earlier.asked == silent.asked == [arguments]
    assert ask(hooks(earlier, later)) == answer
    assert later.asked == [arguments]
    assert earlier.asked == [arguments]  # not asked again: the later plugin answered


def test_an_application_overrides_its_provider():
    class Own(Acme):
        @hookimpl
        def simloom_chunk_policy(self, verb):
            return ChunkPolicy(size=1, atomic=False)

    assert hooks(provider=Own(None)).chunk_policy(Verb.SUSPEND).size == 1
    assert hooks(Answers(), provider=Own(None)).chunk_policy(Verb.SUSPEND) == POLICY


def test_clients_do_not_hear_each_others_plugins():
    mine, yours = hooks(Answers()), hooks()
    assert mine.auth(None) is AUTH
    assert yours.auth(None) is None


class Hears:
    def __init__(self):
        self.heard = []

    @hookimpl
    def simloom_request(self, request, attempt):
        self.heard.append(("request", request, attempt))

    @hookimpl
    def simloom_response(self, request, attempt, status, seconds):
        self.heard.append(("response", request, attempt, status, seconds))

    @hookimpl
    def simloom_event(self, event):
        self.heard.append(("event", event))

    @hookimpl
    def simloom_outcome(self, outcome):
        self.heard.append(("outcome", outcome))


class Raises:
    @hookimpl
    def simloom_request(self):
        raise RuntimeError("one")

    @hookimpl
    def simloom_response(self):
        raise RuntimeError("two")

    @hookimpl
    def simloom_event(self):
        raise RuntimeError("three")

    @hookimpl
    def simloom_outcome(self):
        raise RuntimeError("four")


def test_observers_all_hear_although_one_raises(caplog):
    first, last = Hears(), Hears()
    tell = hooks(first, Raises(), last)
    tell.requested("r", 1)
    tell.answered("r", 1, 200, 0.5)
    tell.event("e")
    tell.outcome("o")
    assert (
        first.heard
        == last.heard
        == [
            ("request", "r", 1),
            ("response", "r", 1, 200, 0.5),
            ("event", "e"),
            ("outcome", "o"),
        ]
    )
    assert [one.getMessage().split()[3] for one in caplog.records] == [
        "simloom_request",
        "simloom_response",
        "simloom_event",
        "simloom_outcome",
    ]


def misspelt():
    class Plugin:
        @hookimpl
        def simloom_requests(self, request):
            pass

    return Plugin()


def misspelt_and_not_marked():
    class Plugin:
        def simloom_reponse(self, request):
            pass

    return Plugin()


def without_the_prefix():
    class Plugin:
        @hookimpl
        def simlom_request(self, request):
            pass

    return Plugin()


def not_marked():
    class Plugin:
        def simloom_request(self, request):
            pass

    return Plugin()


def wrong_argument():
    class Plugin:
        @hookimpl
        def simloom_request(self, requst):
            pass

    return Plugin()


def wrapped_observer():
    class Plugin:
        @hookimpl(wrapper=True)
        def simloom_request(self):
            return (yield)

    return Plugin()


def wrapped_question():
    class Plugin:
        @hookimpl(wrapper=True)
        def simloom_auth(self):
            return (yield)

    return Plugin()


def awaited():
    class Plugin:
        @hookimpl
        async def simloom_request(self, request):
            pass

    return Plugin()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (misspelt, r"Plugin\.simloom_requests is no hook .* simloom_request,"),
        (misspelt_and_not_marked, r"Plugin\.simloom_reponse is no hook"),
        (without_the_prefix, "does not fit the hooks: .*simlom_request"),
        (not_marked, r"simloom_request lacks @simloom\.plugins\.hookimpl"),
        (wrong_argument, "does not fit the hooks: .*requst"),
        (wrapped_observer, "observes, it cannot wrap"),
        (wrapped_question, "answers, it cannot wrap"),
        (awaited, "is `async def`: hooks are called, not awaited"),
    ],
)
def test_a_hook_that_would_never_be_called_is_an_error(make, why):
    with pytest.raises(ConfigurationError, match=f"(?s){why}"):
        hooks(make())


def test_a_plugin_given_twice_is_an_error():
    plugin = Hears()
    with pytest.raises(ConfigurationError, match="Hears is given twice"):
        hooks(plugin, plugin)
    hooks(Hears(), Hears())  # two of one class are two


def test_an_installed_plugin_may_be_passed_too():
    class Plugin:
        @hookimpl
        def simloom_providers(self):
            return [Acme]

    hooks(Plugin())
