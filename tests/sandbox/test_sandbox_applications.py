"""Who may do what at the M2M Service Portal."""

from __future__ import annotations

import httpx
import pytest

from simloom.errors import PermissionDenied
from simloom.sandbox import Sandbox

M2M, SUBUNIT = "telekom-m2m", "100017"


@pytest.fixture(scope="module")
def running():
    with Sandbox(sims=60) as sandbox:
        yield sandbox


def iccid_of(sandbox, status):
    live = sandbox.emulator._mounted[M2M].vendor.live
    return next(live.iccid(i) for i in range(17) if live.state(i) == status)


def test_a_read_only_application_reads_and_changes_nothing(running):
    iccid = iccid_of(running, "Productive")
    with running.connect(M2M, application="read_only") as m2m:
        assert next(iter(m2m.sims())).iccid
        assert m2m.get(iccid).iccid == iccid
        imsi = m2m.get(iccid).imsi
        for change in (
            lambda: m2m.suspend(iccid),
            lambda: m2m.send_sms(iccid, "x"),
            lambda: m2m.reset_connectivity(iccid),
        ):
            with pytest.raises(PermissionDenied):
                change()
    # A read stays one when it is a POST.
    address = running.provider(M2M)
    token = login(address, "read_only")
    with httpx.Client(base_url=address.base_url, trust_env=False, verify=False) as client:
        found = client.post(
            "/partners/100013/sims/details",
            json={"imsi": imsi},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert found.json()["SimDetails"]["iccid"] == iccid
    assert running.emulator.ledger(M2M)["effects"] == []
    used = {item["name"]: item["admitted"] for item in running.emulator.quotas()["providers"][M2M]}
    assert used["actions"] == 0


def login(address, application):
    settings = address.applications[application]
    form = {name: settings[name] for name in ("client_id", "client_secret")}
    with httpx.Client(trust_env=False, verify=False) as client:
        answer = client.post(address.token_url, data={"grant_type": "client_credentials", **form})
    return answer.json()["access_token"]


def test_an_address_that_is_not_on_the_whitelist_is_refused_everything(running):
    with (
        running.connect(M2M, application="whitelisted") as m2m,
        pytest.raises(PermissionDenied),
    ):
        list(m2m.sims())


def test_a_subunit_user_reaches_the_subunit_alone(running):
    with running.connect(M2M, application="subunit") as m2m:
        assert m2m.provider.settings.partner_id == SUBUNIT
        assert len(list(m2m.sims())) == 12
    with (
        running.connect(M2M, application="subunit", partner_id="100013") as m2m,
        pytest.raises(PermissionDenied),
    ):
        list(m2m.sims())


def test_unknown_applications_are_named(running):
    with pytest.raises(KeyError, match="there are: read_only, whitelisted, subunit"):
        running.connect(M2M, application="root")
    with pytest.raises(KeyError, match="there are: none"):
        running.connect("infobip", application="read_only")


def test_the_secrets_of_all_applications_are_masked(running):
    shown = repr(running.emulator.requests())
    for settings in running.provider(M2M).applications.values():
        assert settings["client_secret"] not in shown
