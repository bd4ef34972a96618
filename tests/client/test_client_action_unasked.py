"""An action that nobody can ask about ends at once, instead of after the whole time-out."""

from __future__ import annotations

import pytest

from simloom.action import Action, without_asking
from simloom.models import ActionState, ActionStatus, SimStatus
from simloom.plugins.loader import load
from simloom.plugins.provider import Provider

ICCID = "8949000000000000001"
SETTINGS = {
    "infobip": {"api_key": "k"},
    "telcoapi": {"api_key": "k"},
    "telekom-bsc": {"username": "u", "password": "p"},
    "telekom-m2m": {"client_id": "c", "client_secret": "s", "partner_id": "1"},
}


def provider(name):
    kind = load(name)
    return kind(kind.settings_class(**SETTINGS[name]))


class Plain(Provider):
    """A third party's provider that has no way to ask."""

    id = "plain"


def pending(name, **others):
    return ActionState(provider=name, verb="reset-connectivity", iccids=(ICCID,), **others)


@pytest.mark.parametrize("name", [*SETTINGS, "plain"])
def test_it_becomes_unknown_without_a_request_or_a_pause(name):
    chosen = Plain(None) if name == "plain" else provider(name)

    def never(*_):
        raise AssertionError

    action = Action(pending(name), chosen, run=never, sleep=never).wait(timeout=600)
    assert action.status is ActionStatus.UNKNOWN
    assert action.message == f"{name} has no way to ask about it: look at the SIM"


@pytest.mark.parametrize("name", ["infobip", "telcoapi", "telekom-bsc"])
def test_what_shows_in_the_sim_is_asked_for(name):
    state = pending(name, expected=SimStatus.SUSPENDED)
    assert without_asking(state, provider(name)) is state


def test_what_has_an_id_is_asked_for():
    state = pending("telekom-m2m", id="4711")
    assert without_asking(state, provider("telekom-m2m")) is state


def test_the_vendors_words_stay():
    state = pending("telekom-bsc", message="placed into the vendor's queue")
    known = without_asking(state, provider("telekom-bsc"))
    assert known.message.startswith("placed into the vendor's queue; telekom-bsc has no way")


@pytest.mark.parametrize("status", [ActionStatus.DONE, ActionStatus.UNKNOWN])
def test_what_is_not_pending_is_left_alone(status):
    state = pending("plain", status=status)
    assert without_asking(state, Plain(None)) is state


def test_it_is_the_same_on_both_clients(both, vendor, monkeypatch):
    vendor.script("s1")
    action = both.acme(vendor).suspend(ICCID)
    vendor.asked.clear()
    monkeypatch.setattr(type(action._provider), "refresh", Provider.refresh)
    assert action.wait(timeout=600).status is ActionStatus.UNKNOWN
    assert (vendor.asked, both.slept) == ([], [])
