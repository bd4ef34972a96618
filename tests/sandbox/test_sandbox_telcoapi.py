from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

SECRETS = {"pin1", "pin2", "puk1", "puk2", "ki", "opc"}
LIST = "/v1/sim/physical"


@pytest.fixture(scope="module")
def telcoapi(connect) -> httpx.Client:
    return connect("telcoapi")


def everything(client: httpx.Client, **parameters: str) -> list[dict[str, str]]:
    sims: list[dict[str, str]] = []
    page = 1
    while True:
        answer = client.get(LIST, params={"page": page, "per_page": 7, **parameters}).json()
        sims += answer["data"]
        assert answer["meta"]["page"] == page
        assert answer["meta"]["per_page"] == 7
        if page * 7 >= answer["meta"]["total"]:
            assert len(sims) == answer["meta"]["total"]
            return sims
        page += 1


def test_pages_show_every_sim_once(telcoapi):
    iccids = [sim["iccid"] for sim in everything(telcoapi)]
    assert len(iccids) == len(set(iccids)) == 25


def test_without_parameters_there_are_ten_sims(telcoapi):
    answer = telcoapi.get(LIST).json()
    assert answer["meta"] == {"total": 25, "page": 1, "per_page": 10}
    assert len(answer["data"]) == 10


def test_a_page_beyond_the_end_is_empty(telcoapi):
    answer = telcoapi.get(LIST, params={"page": 4}).json()
    assert (answer["data"], answer["meta"]["total"]) == ([], 25)


def test_details_carry_the_secrets_and_the_list_does_not(telcoapi):
    for sim in everything(telcoapi):
        assert SECRETS.isdisjoint(sim)
        details = telcoapi.get(f"{LIST}/{sim['iccid']}").json()
        assert set(details) == set(sim) | SECRETS
        assert {name: details[name] for name in sim} == sim


def test_secrets_look_like_secrets(telcoapi):
    iccid = telcoapi.get(LIST).json()["data"][0]["iccid"]
    sim = telcoapi.get(f"{LIST}/{iccid}").json()
    for name, pattern in {"pin": r"\d{4}", "puk": r"\d{8}"}.items():
        assert re.fullmatch(pattern, sim[f"{name}1"])
        assert re.fullmatch(pattern, sim[f"{name}2"])
    assert re.fullmatch("[0-9A-F]{32}", sim["ki"])
    assert re.fullmatch("[0-9A-F]{32}", sim["opc"])


@pytest.mark.parametrize("state", ["ACTIVE", "BLOCKED", "INVENTORY", "SUSPENDED"])
def test_the_state_filters(telcoapi, state):
    wanted = [sim for sim in everything(telcoapi) if sim["state"] == state]
    assert wanted
    assert everything(telcoapi, state=state) == wanted


def test_filters_add_up(telcoapi):
    everyone = everything(telcoapi)
    maker = everyone[0]["vendor"]
    wanted = [sim for sim in everyone if sim["vendor"] == maker and sim["state"] == "ACTIVE"]
    assert everything(telcoapi, vendor=maker, state="ACTIVE") == wanted
    assert everything(telcoapi, vendor="NOBODY") == []


@pytest.mark.parametrize("column", ["created_at", "updated_at", "iccid", "state"])
def test_the_sort_goes_both_ways(telcoapi, column):
    up = [sim[column] for sim in everything(telcoapi, sort=f"{column}:asc")]
    assert up == sorted(up)
    assert [sim[column] for sim in everything(telcoapi, sort=column)] == up
    assert [sim[column] for sim in everything(telcoapi, sort=f"{column}:desc")] == up[::-1]


def test_sims_without_a_value_come_last_either_way(telcoapi):
    for direction in ("asc", "desc"):
        known = ["msisdn" in sim for sim in everything(telcoapi, sort=f"msisdn:{direction}")]
        assert known == sorted(known, reverse=True)
        assert not known[-1]


@pytest.mark.parametrize(
    "query",
    [
        "state=ASLEEP",
        "page=0",
        "page=x",
        "per_page=0",
        "per_page=1001",
        "per_page=-1",
        "sort=colour:asc",
        "sort=created_at:up",
        "limit=1",
        "page=1&page=2",
    ],
)
def test_bad_parameters_are_a_problem(telcoapi, query):
    answer = telcoapi.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"] == "https://api.telcoapi.com/errors/validation-error"
    assert (problem["status"], problem["instance"]) == (400, "/sim/physical")


@pytest.mark.parametrize("iccid", ["123", "8944123456789012345x", "894412345678901234567"])
def test_no_iccid_is_answered_as_documented(telcoapi, iccid):
    answer = telcoapi.get(f"{LIST}/{iccid}")
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "https://api.telcoapi.com/errors/validation-error",
        "title": "Invalid ICCID Format",
        "status": 400,
        "detail": "ICCID must be a 19-20 digit number",
        "instance": "/sim/physical",
    }


def test_an_unknown_sim_is_answered_as_documented(telcoapi):
    answer = telcoapi.get(f"{LIST}/89441234567890123456")
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "https://api.telcoapi.com/errors/not-found",
        "title": "SIM Not Found",
        "status": 404,
        "detail": "No SIM card found with ICCID 89441234567890123456",
        "instance": "/sim/physical/89441234567890123456",
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/v1/sim/virtual", 404, "Not Found"),
        ("PUT", LIST, 405, "Method Not Allowed"),
    ],
)
def test_unknown_paths_and_methods(telcoapi, method, path, status, title):
    answer = telcoapi.request(method, path)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers.get("allow") == ("GET, POST" if status == 405 else None)


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", "Bearer", "Basic sandbox-telcoapi-api-key"]
)
def test_wrong_credentials_are_401_without_a_body(connect, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = connect("telcoapi", anonymous=True).get(LIST, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
