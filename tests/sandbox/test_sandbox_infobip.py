from __future__ import annotations

import re

import httpx
import pytest


@pytest.fixture(scope="module")
def infobip(connect) -> httpx.Client:
    return connect("infobip")


@pytest.fixture(scope="module")
def stranger(connect) -> httpx.Client:
    return connect("infobip", anonymous=True)


def test_pages_show_every_sim_once(infobip):
    iccids: list[str] = []
    page = 1
    while True:
        answer = infobip.get("/iot/2/sims", params={"page": page, "limit": 10}).json()
        assert (answer["page"], answer["limit"]) == (page, 10)
        iccids += [sim["iccid"] for sim in answer["sims"]]
        if len(answer["sims"]) < 10:
            break
        page += 1
    assert page == 3
    assert len(iccids) == len(set(iccids)) == 25


def test_a_page_beyond_the_end_is_empty(infobip):
    assert infobip.get("/iot/2/sims", params={"page": 99}).json()["sims"] == []


def test_without_parameters_there_are_twenty_sims(infobip):
    answer = infobip.get("/iot/2/sims").json()
    assert (answer["page"], answer["limit"], len(answer["sims"])) == (1, 20, 20)


def test_the_single_read_shows_what_the_list_shows(infobip):
    for sim in infobip.get("/iot/2/sims", params={"limit": 100}).json()["sims"]:
        assert infobip.get(f"/iot/2/sims/{sim['iccid']}").json() == sim


def test_times_have_no_zone(infobip):
    for sim in infobip.get("/iot/2/sims").json()["sims"]:
        for name in ("createdAt", "updatedAt"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", sim[name])


def test_a_new_sim_lacks_what_activation_brings(infobip):
    sims = infobip.get("/iot/2/sims", params={"limit": 100}).json()["sims"]
    new = [sim for sim in sims if sim["status"] in {"Activation Ready", "Imported"}]
    used = [sim for sim in sims if sim not in new]
    assert new
    assert used
    assert all({"imsi", "name", "serviceProfileId"}.isdisjoint(sim) for sim in new)
    assert all({"imsi", "serviceProfileId"} <= set(sim) for sim in used)


def test_the_api_key_is_let_in_as_well(stranger, sandbox):
    key = sandbox.provider("infobip").settings["api_key"]
    answer = stranger.get("/iot/2/sims", headers={"Authorization": f"App {key}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "App wrong",
        "App",
        "Basic !!!",
        "Basic c2FuZGJveC11c2Vy",  # a user without a colon
        "Basic c2FuZGJveC11c2VyOndyb25n",  # sandbox-user:wrong
        "Bearer sandbox-infobip-api-key",
    ],
)
def test_wrong_credentials_are_401_without_a_body(stranger, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = stranger.get("/iot/2/sims", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == 'Basic realm="infobip"'


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=ten", "limit=", "page=0", "page=1.5", "page=1&page=2", "q=x"],
)
def test_bad_parameters_are_400(infobip, query):
    answer = infobip.get(f"/iot/2/sims?{query}")
    assert answer.status_code == 400
    assert answer.json()["requestError"]["serviceException"]["messageId"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("method", "path", "status", "message_id"),
    [
        ("GET", "/iot/2/sims/8981100000000000000", 404, "NOT_FOUND"),
        ("GET", "/iot/3/sims", 404, "NOT_FOUND"),
        ("GET", "/iot/2/sims/", 404, "NOT_FOUND"),
        ("GET", "/iot/2/sims/a%2Fusage", 404, "NOT_FOUND"),
        ("DELETE", "/iot/2/sims", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_unknown_sims_paths_and_methods(infobip, method, path, status, message_id):
    answer = infobip.request(method, path)
    assert answer.status_code == status
    assert answer.json()["requestError"]["serviceException"]["messageId"] == message_id
    assert answer.headers.get("allow") == ("GET" if status == 405 else None)
