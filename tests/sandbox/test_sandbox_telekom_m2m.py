from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simloom.sandbox.populations.telekom_m2m import TelekomM2mSims
from simloom.sandbox.seeds import Draw

if TYPE_CHECKING:
    import httpx

SUPERUNIT, SUBUNIT = "100013", "100017"


@pytest.fixture(scope="module")
def m2m(connect) -> httpx.Client:
    return connect("telekom-m2m")


@pytest.fixture(scope="module")
def stranger(connect) -> httpx.Client:
    return connect("telekom-m2m", anonymous=True)


@pytest.fixture(scope="module")
def token_url(sandbox) -> str:
    return sandbox.provider("telekom-m2m").token_url


def everything(client: httpx.Client, partner: str) -> list[dict]:
    sims: list[dict] = []
    page = 1
    while True:
        answer = client.get(
            f"/partners/{partner}/sims", params={"page": page, "pageSize": 7}
        ).json()
        sims += answer["sims"]
        assert (answer["page"], answer["pageSize"]) == (page, 7)
        if page >= answer["totalPages"]:
            assert answer["totalCount"] == len(sims)
            return sims
        page += 1


def details(client: httpx.Client, partner: str, **identifier: str) -> httpx.Response:
    return client.post(f"/partners/{partner}/sims/details", json=identifier)


@pytest.fixture(scope="module")
def sims(m2m) -> list[dict]:
    return everything(m2m, SUPERUNIT)


def test_pages_show_every_sim_of_a_partner_once(m2m):
    own = {sim["iccid"] for sim in everything(m2m, SUPERUNIT)}
    subunit = {sim["iccid"] for sim in everything(m2m, SUBUNIT)}
    assert (len(own), len(subunit)) == (20, 5)
    assert own.isdisjoint(subunit)


def test_without_parameters_there_are_up_to_a_hundred_sims(m2m):
    answer = m2m.get(f"/partners/{SUPERUNIT}/sims").json()
    assert (answer["pageSize"], answer["totalPages"], len(answer["sims"])) == (100, 1, 20)


def test_a_page_beyond_the_end_is_empty(m2m):
    answer = m2m.get(f"/partners/{SUPERUNIT}/sims", params={"page": 9}).json()
    assert (answer["sims"], answer["totalCount"]) == ([], 20)


@pytest.mark.parametrize("partner", [SUPERUNIT, SUBUNIT])
def test_details_agree_with_the_list_and_come_in_an_envelope(m2m, partner):
    for sim in everything(m2m, partner):
        answer = m2m.get(f"/partners/{partner}/sims/{sim['iccid']}").json()
        assert list(answer) == ["SimDetails"]
        consumption = sim.pop("dataConsumption", None)
        shown = answer["SimDetails"]
        assert {name: shown[name] for name in sim} == sim
        assert shown.get("simAggregatedData", {}).get("volumeRounded") == consumption


@pytest.mark.parametrize("kind", ["iccid", "euiccid", "imsi", "imei", "msisdn"])
def test_every_identifier_finds_its_sim(m2m, sims, kind):
    found = 0
    for sim in sims:
        if kind not in sim:
            continue
        found += 1
        expected = m2m.get(f"/partners/{SUPERUNIT}/sims/{sim['iccid']}").json()
        assert details(m2m, SUPERUNIT, **{kind: sim[kind]}).json() == expected
        search = m2m.get(f"/partners/{SUPERUNIT}/sims", params={kind: sim[kind]}).json()
        assert (search["sims"], search["totalCount"]) == ([sim], 1)
    assert found > 3


def test_an_imeisv_finds_what_its_imei_finds(m2m, sims):
    sim = next(sim for sim in sims if "imei" in sim)
    for version in ("00", "73"):
        answer = details(m2m, SUPERUNIT, imei=sim["imei"][:14] + version)
        assert answer.json()["SimDetails"]["iccid"] == sim["iccid"]
    assert details(m2m, SUPERUNIT, imei=f"{sim['imei'][:14]}xx").status_code == 404


def test_an_identifier_that_a_sim_does_not_show_finds_nothing(m2m, sandbox):
    world = sandbox.emulator.world
    population = TelekomM2mSims(Draw(world.seed, "telekom-m2m"), world.sims)
    index = next(index for index in range(20) if "msisdn" not in population.record(index))
    hidden = population.numberings["msisdn"].at(index)
    assert details(m2m, SUPERUNIT, msisdn=hidden).status_code == 404
    search = m2m.get(f"/partners/{SUPERUNIT}/sims", params={"msisdn": hidden}).json()
    assert (search["sims"], search["totalPages"]) == ([], 0)


def test_two_identifiers_have_to_mean_the_same_sim(m2m, sims):
    first, second, *_ = (sim for sim in sims if "imsi" in sim)
    url = f"/partners/{SUPERUNIT}/sims"
    same = {"iccid": first["iccid"], "imsi": first["imsi"]}
    assert m2m.get(url, params=same).json()["sims"] == [first]
    mixed = {"iccid": first["iccid"], "imsi": second["imsi"]}
    assert m2m.get(url, params=mixed).json()["sims"] == []


def test_subunit_sims_are_not_reachable_under_the_superunit(m2m):
    iccid = everything(m2m, SUBUNIT)[0]["iccid"]
    answers = (
        m2m.get(f"/partners/{SUPERUNIT}/sims/{iccid}"),
        details(m2m, SUPERUNIT, iccid=iccid),
    )
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["message"] == "Access denied"
    search = m2m.get(f"/partners/{SUPERUNIT}/sims", params={"iccid": iccid})
    assert search.json()["sims"] == []


def test_a_foreign_partner_is_403_for_every_operation(m2m, sims):
    iccid = sims[0]["iccid"]
    for answer in (
        m2m.get("/partners/999/sims"),
        m2m.get(f"/partners/999/sims/{iccid}"),
        details(m2m, "999", iccid=iccid),
    ):
        assert answer.status_code == 403
        assert answer.json()["status"] == "FORBIDDEN"
        assert answer.json()["errors"] == ["The application may not act for this partner."]


def test_errors_carry_a_time_with_a_blank_and_no_zone(m2m):
    error = m2m.get(f"/partners/{SUPERUNIT}/sims/1").json()
    assert (error["status"], error["errors"]) == ("NOT_FOUND", ["No SIM has this iccid."])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", error["timestamp"])


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"{}", "application/json"),
        (b'{"iccid": "1", "imsi": "2"}', "application/json"),
        (b'{"colour": "1"}', "application/json"),
        (b'{"iccid": 8949025}', "application/json"),
        (b'{"iccid": ""}', "application/json"),
        (b'["8949025"]', "application/json"),
        (b'{"iccid": NaN}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff", "application/json"),
        (b"", "application/json"),
        (b'{"iccid": "1"}', "text/plain"),
    ],
)
def test_a_bad_body_is_400(m2m, body, media_type):
    answer = m2m.post(
        f"/partners/{SUPERUNIT}/sims/details", content=body, headers={"Content-Type": media_type}
    )
    assert answer.status_code == 400
    assert answer.json()["status"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "query", ["pageSize=1001", "pageSize=0", "page=0", "page=a", "limit=1", "iccid=1&iccid=2"]
)
def test_bad_parameters_are_400(m2m, query):
    answer = m2m.get(f"/partners/{SUPERUNIT}/sims?{query}")
    assert (answer.status_code, answer.json()["status"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/partner", 404, "NOT_FOUND"),
        ("GET", f"/partners/{SUPERUNIT}/sims/details", 404, "NOT_FOUND"),
        ("POST", f"/partners/{SUPERUNIT}/sims", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", f"/partners/{SUPERUNIT}", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_unknown_paths_and_methods(m2m, method, path, status, name):
    answer = m2m.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, name)


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Bearer", "Basic eDp5"])
def test_a_wrong_token_is_401(stranger, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = stranger.get(f"/partners/{SUPERUNIT}/sims", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (401, "UNAUTHORIZED")


GRANT = {
    "grant_type": "client_credentials",
    "client_id": "sandbox-client",
    "client_secret": "sandbox-m2m-client-secret",
    "scope": "openid profile",
}


@pytest.mark.parametrize("scope", ["openid profile", "openid", ""])
def test_a_token_lives_for_300_seconds(stranger, token_url, scope):
    token = stranger.post(token_url, data={**GRANT, "scope": scope}).json()
    assert (token["expires_in"], token["token_type"]) == (300, "Bearer")
    assert token["scope"] == scope
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert stranger.get(f"/partners/{SUPERUNIT}/sims", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "openid admin"}, 400, "invalid_scope"),
    ],
)
def test_a_refused_token_is_told_as_oauth_tells_it(stranger, token_url, change, status, error):
    form = {name: value for name, value in {**GRANT, **change}.items() if value is not None}
    answer = stranger.post(token_url, data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_credentials_count_in_the_form_body_only(stranger, token_url):
    credentials = (GRANT["client_id"], GRANT["client_secret"])
    by_header = stranger.post(
        token_url, data={"grant_type": "client_credentials"}, auth=credentials
    )
    assert (by_header.status_code, by_header.json()["error"]) == (401, "invalid_client")
    by_json = stranger.post(token_url, json=GRANT)
    assert (by_json.status_code, by_json.json()["error"]) == (400, "invalid_request")
    by_query = stranger.post(token_url, params=GRANT)
    assert (by_query.status_code, by_query.json()["error"]) == (400, "invalid_request")
    twice = stranger.post(
        token_url,
        content="grant_type=client_credentials&grant_type=password",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
