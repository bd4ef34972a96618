"""Finding SIMs over HTTP: which way is taken, what it costs, and what is never guessed."""

from __future__ import annotations

import pytest

from simloom.capabilities import Verb
from simloom.errors import (
    AmbiguousIdentifier,
    InvalidIdentifier,
    SimNotFound,
    UnsupportedOperation,
)
from simloom.identifiers import Imsi
from simloom.models import SimStatus

PAGES = {"telekom-bsc": 3, "infobip": 3, "telcoapi": 23}


def one(sandbox, provider, kind="imsi", **settings):
    """Return a SIM of the vendor that has an identifier of this kind."""
    with sandbox.connect(provider, **settings) as client:
        return next(sim for sim in client.sims() if getattr(sim, kind))


@pytest.mark.parametrize("kind", ["imsi", "msisdn", "eid", "imei"])
def test_a_vendor_with_a_search_is_asked_once_and_the_value_is_in_the_body(
    connect, sandbox, sent, kind
):
    sim = one(sandbox, "telekom-m2m", kind)
    sent()
    found = connect("telekom-m2m").find(f"{kind}:{getattr(sim, kind)}")
    assert found.iccid == sim.iccid
    assert sent() == ["get_sim_details_by_identifier"]
    request = sandbox.emulator.requests()["requests"][-1]
    value = getattr(sim, kind)
    assert value not in request["path"] + str(request["query"])
    assert value in str(request["body"])


@pytest.mark.parametrize("provider", ["telekom-bsc", "infobip", "telcoapi"])
def test_a_vendor_without_a_search_is_scanned_once_and_then_the_index_is_asked(
    connect, sandbox, sent, provider
):
    sim = one(sandbox, provider)
    client = connect(provider)
    sent()
    assert client.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert sent() == ["list_sims"] * PAGES[provider]
    again = client.find(Imsi(sim.imsi))
    assert (again.iccid, sent()) == (sim.iccid, ["get_sim"])


def test_an_index_that_is_too_old_is_not_asked(connect, sandbox, sent):
    sim = one(sandbox, "infobip")
    client = connect("infobip")
    client.sync_index()
    sent()
    assert client.find(f"imsi:{sim.imsi}", max_age=0).iccid == sim.iccid
    assert set(sent()) == {"list_sims"}


def test_another_process_uses_the_same_index(connect, sandbox, sent):
    sim = one(sandbox, "infobip")
    with sandbox.connect("infobip") as other:
        other.sync_index()
    sent()
    assert connect("infobip").find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert sent() == ["get_sim"]


def test_without_the_index_nothing_is_written(connect, sandbox, state):
    sim = one(sandbox, "infobip")
    client = connect("infobip", keep_index="no")
    assert client.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert not state.exists()


def test_an_imei_is_searched_at_business_smart_connect(connect, sandbox, sent):
    sim = one(sandbox, "telekom-bsc", "imei")
    sent()
    assert connect("telekom-bsc").find(f"imei:{sim.imei}").iccid == sim.iccid
    assert sent() == ["list_sims"]


def test_a_bare_text_is_an_iccid_for_verbs_and_nothing_is_guessed(connect, sandbox, sent):
    client = connect("telekom-m2m")
    for verb in (client.get, client.suspend, client.usage):
        with pytest.raises(InvalidIdentifier):
            verb("262011234567890")
    with pytest.raises(AmbiguousIdentifier):
        client.find("262011234567890")
    assert sent() == []


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc", "infobip"])
def test_none_is_an_error_that_does_not_repeat_the_value(connect, provider):
    with pytest.raises(SimNotFound) as caught:
        connect(provider).find("imsi:999991234567890")
    assert str(caught.value) == f"{provider}: no SIM has this IMSI (***********7890)"


def test_what_a_vendor_never_tells_is_refused_before_anything_is_sent(connect, sent):
    with pytest.raises(UnsupportedOperation, match="does not tell the EID"):
        connect("infobip").find("eid:89049032000000000000000000000001")
    assert sent() == []


@pytest.mark.parametrize("provider", ["telekom-m2m", "telekom-bsc", "infobip"])
def test_get_takes_any_identifier_and_answers_as_for_the_iccid(connect, sandbox, provider):
    sim = one(sandbox, provider)
    client = connect(provider)
    plain, by_imsi = client.get(sim.iccid), client.get(f"imsi:{sim.imsi}")
    assert plain == by_imsi
    assert plain.raw == by_imsi.raw
    assert client.get(f"iccid:{sim.iccid}") == plain


def test_writes_lists_and_records_take_any_identifier(connect, sandbox, sent):
    client = connect("telekom-m2m")
    with sandbox.connect("telekom-m2m") as other:
        sim = next(sim for sim in other.sims(status=SimStatus.ACTIVE) if sim.msisdn)
    sent()
    action = client.suspend(f"msisdn:+{sim.msisdn}")
    assert action.state.iccids == (sim.iccid,)
    assert sent() == ["get_sim_details_by_identifier", "suspend_sims"]
    assert sandbox.emulator.requests()["requests"][-1]["body"] == {"sims": [{"iccid": sim.iccid}]}
    assert client.connectivity(Imsi(sim.imsi)).iccid == sim.iccid
    assert all(sms.iccid == sim.iccid for sms in client.messages(f"imsi:{sim.imsi}"))
    assert "get_sms_history" in sent()
    assert client.change(Verb.RESET_LIMIT, f"imsi:{sim.imsi}").state.id


def test_a_write_does_not_believe_a_search_that_could_hide_a_second_sim(connect, sandbox, sent):
    with sandbox.connect("telekom-m2m") as other:
        sim = next(sim for sim in other.sims(status=SimStatus.ACTIVE) if sim.imei)
    sent()
    client = connect("telekom-m2m")
    client.suspend(f"imei:{sim.imei}")
    operations = sent()
    assert operations[-1] == "suspend_sims"
    assert set(operations[:-1]) == {"list_sims"}


def test_an_imsi_that_has_moved_is_noticed(connect, sandbox, sent, index):
    """The index names the SIM that had the IMSI; it is read again, and the search begins anew."""
    client = connect("infobip")
    with sandbox.connect("infobip") as other:
        first, second = [sim for sim in other.sims() if sim.imsi][:2]
    client.sync_index()
    from attrs import evolve

    from simloom.plugins.accounts import account_of

    part = index.account("infobip", account_of(client.provider))
    part.note([evolve(first, imsi=second.imsi), evolve(second, imsi=None)])
    sent()
    assert client.suspend(f"imsi:{second.imsi}").state.iccids == (second.iccid,)
    operations = sent()
    assert (operations[0], operations[-1]) == ("get_sim", "update_sim_status")
    assert set(operations[1:-1]) == {"list_sims"}


def test_a_plugin_of_the_application_knows_names_of_its_own(sandbox, sent):
    from simloom.plugins import Lookup, ResolutionPlan, hookimpl

    iccid = one(sandbox, "infobip").iccid

    class Inventory:
        @hookimpl
        def simloom_resolve_identifier(self, identifier):
            if identifier == "asset:pump-7":
                return ResolutionPlan(lookup=Lookup.NATIVE, cost=0, arguments={"iccid": iccid})
            return None

    sent()
    with sandbox.connect("infobip", plugins=[Inventory()]) as client:
        assert client.get("asset:pump-7").iccid == iccid
        assert client.suspend("asset:pump-7").state.iccids == (iccid,)
        with pytest.raises(InvalidIdentifier):
            client.get("asset:pump-8")
    assert sent() == ["get_sim", "update_sim_status"]


def test_a_broken_index_costs_requests_and_no_answers(connect, sandbox, sent, state, caplog):
    sim = one(sandbox, "infobip")
    state.mkdir()
    (state / "sims.db").write_bytes(b"no database, but long enough to be looked at" * 100)
    client = connect("infobip")
    sent()
    assert client.find(f"imsi:{sim.imsi}").iccid == sim.iccid
    assert set(sent()) == {"list_sims"}
    assert "delete it, it is made again" in caplog.text
    assert sim.imsi not in caplog.text
