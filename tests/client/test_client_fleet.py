"""A fleet: who belongs to it, whom it asks first, and what a provider that fails means."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter

import pytest

import simloom
from simloom.config import variable
from simloom.errors import (
    AmbiguousIdentifier,
    AuthenticationError,
    ConfigurationError,
    MissingCredentials,
    SimNotFound,
    UnknownProvider,
)
from simloom.identifiers import Iccid
from simloom.resolve.errors import SearchIncomplete
from simloom.resolve.index import SimIndex
from simloom.sandbox import Effect, Fault

ALL = ("infobip", "telcoapi", "telekom-bsc", "telekom-m2m")


class Waited:
    """An awaited fleet used like a blocking one."""

    def __init__(self, fleet, runner):
        self._fleet, self._runner = fleet, runner

    def __getitem__(self, provider):
        return self._fleet[provider]

    def __getattr__(self, name):
        value = getattr(self._fleet, name)
        if not callable(value) or name == "problems":
            return value

        def called(*arguments, **named):
            result = value(*arguments, **named)
            if inspect.isasyncgen(result):
                return self._items(result)
            return self._runner.run(result) if inspect.iscoroutine(result) else result

        return called

    def _items(self, items):
        while True:
            try:
                yield self._runner.run(anext(items))
            except StopAsyncIteration:
                return


@pytest.fixture(params=["blocking", "awaited"])
def make(request):
    opened = []
    runner = asyncio.Runner() if request.param == "awaited" else None

    def from_config(*arguments, **named):
        kind = simloom.Fleet if runner is None else simloom.aio.Fleet
        fleet = kind.from_config(*arguments, **named)
        opened.append(fleet if runner is None else Waited(fleet, runner))
        return opened[-1]

    yield from_config
    for fleet in opened:
        fleet.close() if runner is None else fleet.aclose()
    if runner is not None:
        runner.close()


@pytest.fixture
def settings(sandbox_settings, monkeypatch, tmp_path):
    """Put the settings of these providers into the environment."""
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path / "state"))

    def give(*providers):
        for provider in providers or ALL:
            for name, value in sandbox_settings(provider).items():
                if isinstance(value, str):
                    monkeypatch.setenv(variable(provider, name), value)

    return give


@pytest.fixture
def asked(sandbox):
    """Return whom was asked how often since the last time, tokens left out."""
    told = 0

    def tell():
        nonlocal told
        entries = sandbox.emulator.requests()["requests"]
        found = [entry for entry in entries if entry["number"] > told]
        told = entries[-1]["number"] if entries else 0
        return Counter(entry["provider"] for entry in found if "token" not in entry["operationId"])

    return tell


def sims_of(sandbox, provider):
    with sandbox.connect(provider) as client:
        return list(client.sims())


def test_everybody_with_settings_belongs_to_it(make, settings):
    settings("telcoapi", "infobip")
    fleet = make()
    assert fleet.providers == ("infobip", "telcoapi")
    assert fleet.problems == {}
    assert fleet["infobip"].provider.id == "infobip"
    with pytest.raises(UnknownProvider):
        fleet["telekom-m2m"]


def test_one_that_is_half_configured_is_a_problem_and_not_left_out_in_silence(
    make, settings, monkeypatch
):
    settings("telcoapi")
    monkeypatch.setenv("SIMLOOM_TELEKOM_BSC_USERNAME", "somebody")
    fleet = make()
    assert fleet.providers == ("telcoapi",)
    assert isinstance(fleet.problems["telekom-bsc"], MissingCredentials)
    with pytest.raises(SearchIncomplete, match="telekom-bsc: missing password"):
        fleet.find("imsi:999991234567890")


def test_nobody_is_an_error(make, settings, tmp_path):
    with pytest.raises(ConfigurationError, match="no provider is configured"):
        make()
    with pytest.raises(ConfigurationError, match="api_key"):
        make(providers=["telcoapi"])
    with pytest.raises(ConfigurationError, match="prod"):
        make("prod")
    (tmp_path / "config.toml").write_text('[profiles.prod.telcoapi]\napi_key = "k"\n')
    (tmp_path / "config.toml").chmod(0o600)
    assert make("prod").providers == ("telcoapi",)


def test_all_sims_of_all_providers(make, settings, sandbox):
    settings("telcoapi", "infobip")
    found = Counter(sim.provider for sim in make().sims())
    assert found == {"telcoapi": 230, "infobip": 230}


def test_sims_go_on_after_a_provider_that_fails_and_say_so_at_the_end(make, settings, sandbox):
    settings("telcoapi", "infobip")
    sandbox.faults.add(Fault(effect=Effect.STATUS, status=401, provider="infobip", times=None))
    fleet = make()
    items = fleet.sims()
    seen = Counter()
    with pytest.raises(SearchIncomplete, match="infobip"):
        for sim in items:
            seen[sim.provider] += 1
    sandbox.faults.clear()
    assert seen == {"telcoapi": 230}
    assert isinstance(fleet.problems["infobip"], AuthenticationError)


@pytest.mark.parametrize("provider", ALL)
def test_an_iccid_is_asked_of_whose_number_it_looks_like(make, settings, sandbox, asked, provider):
    settings()
    iccid = sims_of(sandbox, provider)[3].iccid
    fleet = make()
    asked()
    sim = fleet.find(iccid)
    assert (sim.provider, sim.iccid) == (provider, iccid)
    assert asked() == {provider: 1}


def test_an_iccid_of_another_range_is_asked_of_all(make, settings, asked):
    settings()
    with pytest.raises(SimNotFound) as caught:
        make().find("8901000000000000001")
    assert asked() == dict.fromkeys(ALL, 1)
    assert all(name in str(caught.value) for name in ALL)


def test_the_index_is_asked_first(make, settings, sandbox, asked):
    settings("infobip", "telcoapi")
    sim = next(sim for sim in sims_of(sandbox, "telcoapi") if sim.imsi)
    fleet = make()
    asked()
    assert fleet.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert set(asked()) == {"infobip", "telcoapi"}
    assert fleet.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert asked() == {"telcoapi": 1}
    assert SimIndex().issuers_of(Iccid(sim.iccid)) == ["telcoapi"]


def test_a_sim_that_is_found_in_spite_of_a_provider_that_fails(make, settings, sandbox):
    settings("infobip", "telcoapi")
    sim = next(sim for sim in sims_of(sandbox, "telcoapi") if sim.imsi)
    sandbox.faults.add(Fault(effect=Effect.STATUS, status=403, provider="infobip", times=None))
    fleet = make()
    assert fleet.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert list(fleet.problems) == ["infobip"]
    with pytest.raises(SearchIncomplete) as caught:
        fleet.find("imsi:999991234567890")
    assert not isinstance(caught.value, SimNotFound)
    assert set(caught.value.problems) == {"infobip"}
    assert "999991" not in str(caught.value)
    sandbox.faults.clear()
    with pytest.raises(SimNotFound):
        fleet.find("imsi:999991234567890")
    assert fleet.problems == {}


def test_one_identifier_at_two_providers_is_not_guessed_at(make, settings, vendor, monkeypatch):
    settings()
    for name in ("INFOBIP", "TELCOAPI"):
        monkeypatch.setenv(f"SIMLOOM_{name}_BASE_URL", vendor.url)
    monkeypatch.setenv("SIMLOOM_TELCOAPI_API_KEY", "k")

    def answer(request):
        imsi = "262010000000001"
        if "/iot/" in request.target:
            text = f'{{"sims": [{{"iccid": "8981100022152967705", "imsi": "{imsi}"}}]}}'
        else:
            text = f'{{"data": [{{"iccid": "89441259053213716068", "imsi": "{imsi}"}}]}}'
            text = text[:-1] + ', "meta": {"total": 1, "per_page": 50}}'
        return (200, {"content-type": "application/json"}, text)

    vendor.answer = answer
    fleet = make(providers=["infobip", "telcoapi"])
    with pytest.raises(AmbiguousIdentifier) as caught:
        fleet.find("imsi:262010000000001")
    assert caught.value.candidates == ("8981100022152967705", "89441259053213716068")


def test_every_page_is_told_with_whose_it_is(make, settings):
    settings(*ALL)
    told = Counter()

    def hear(provider, page):
        told[provider] += len(page.items)

    with pytest.raises(SimNotFound):
        make().find("imsi:262019999999999", told=hear)
    assert set(told) == {"infobip", "telcoapi", "telekom-bsc"}
    assert min(told.values()) > 0


def test_what_is_no_identifier_is_not_sent(make, settings, asked):
    settings("infobip", "telcoapi")
    with pytest.raises(simloom.SimloomError):
        make().find("12")
    assert asked() == {}


def test_both_fleets_have_the_same_methods():
    def public(kind):
        return {
            name: str(inspect.signature(value))
            .replace("AsyncGenerator[Sim, None]", "Iterator[Sim]")
            .replace("AsyncSimClient", "SimClient")
            for name, value in vars(kind).items()
            if callable(value) and not name.startswith("_") and name not in {"close", "aclose"}
        }

    assert public(simloom.Fleet) == public(simloom.aio.Fleet)
