from __future__ import annotations

import base64
import re

import httpx
import pytest

from simloom.sandbox import ManualClock, Quirks, Sandbox, World
from simloom.sandbox.messages import Call
from simloom.sandbox.vendors.telekom_bsc import TelekomBsc

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def bsc(connect) -> httpx.Client:
    return connect("telekom-bsc")


@pytest.fixture(scope="module")
def stranger(connect) -> httpx.Client:
    return connect("telekom-bsc", anonymous=True)


def everything(client: httpx.Client, **parameters: str) -> list[dict]:
    sims: list[dict] = []
    page = 1
    while True:
        answer = client.get("/v1/sims", params={"page": page, "pageSize": 7, **parameters})
        sims += answer.json()
        assert answer.headers["x-current-page"] == str(page)
        assert answer.headers["x-count-per-page"] == "7"
        if page >= int(answer.headers["x-total-pages"]):
            assert answer.headers["x-total-count"] == str(len(sims))
            return sims
        page += 1


def test_pages_show_every_sim_once(bsc):
    iccids = [sim["iccid"] for sim in everything(bsc)]
    assert len(iccids) == len(set(iccids)) == 25


def test_without_parameters_there_are_ten_sims(bsc):
    answer = bsc.get("/v1/sims")
    assert len(answer.json()) == 10
    assert answer.headers["x-total-pages"] == "3"


def test_a_page_beyond_the_end_is_an_empty_array(bsc):
    answer = bsc.get("/v1/sims", params={"page": 9})
    assert (answer.json(), answer.headers["x-total-count"]) == ([], "25")


def test_the_single_read_shows_what_the_list_shows(bsc):
    for sim in everything(bsc):
        assert bsc.get(f"/v1/sims/{sim['iccid']}").json() == sim


def test_identifiers_and_times_have_the_vendors_odd_forms(bsc):
    sims = everything(bsc)
    used = [sim for sim in sims if "imei" in sim]
    assert 0 < len(used) < len(sims)
    for sim in sims:
        assert re.fullmatch(r"8988280\d{12}", sim["iccid"])
        assert sim["iccid_with_luhn"][:-1] == sim["iccid"]
    for sim in used:
        assert re.fullmatch(r"\d{16}", sim["imei"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", sim["activation_date"])


def test_a_quota_status_fits_the_volume_that_is_left(bsc):
    levels = set()
    for sim in everything(bsc):
        if "current_quota" not in sim:
            continue
        left, status = sim["current_quota"], sim["quota_status"]
        levels.add(status["id"])
        assert status["id"] == (2 if left == 0 else 1 if left < 100 else 0)
        assert ("threshold_reached_date" in status) == (status["id"] > 0)
        assert ("quota_exceeded_date" in status) == (status["id"] > 1)
    assert levels >= {0, 1}


def test_imei_and_address_can_be_searched_for(bsc):
    sims = everything(bsc)
    sim = next(sim for sim in sims if "imei" in sim)
    other = next(other for other in sims if "imei" in other and other != sim)
    assert everything(bsc, q=f"imei:{sim['imei']}") == [sim]
    assert everything(bsc, q=f"ip_address:{sim['ip_address']}") == [sim]
    assert everything(bsc, q=f"imei:{sim['imei']},ip_address:{sim['ip_address']}") == [sim]
    assert everything(bsc, q=f"imei:{sim['imei']},ip_address:{other['ip_address']}") == []
    assert everything(bsc, q="imei:3500000000000000") == []
    assert everything(bsc, q="ip_address:nowhere") == []


@pytest.mark.parametrize("column", ["imei", "ip_address"])
def test_the_sort_goes_both_ways_with_unused_sims_last(bsc, column):
    up = [sim.get(column) for sim in everything(bsc, sort=column)]
    down = [sim.get(column) for sim in everything(bsc, sort=f"-{column}")]
    known = [value for value in up if value is not None]
    unknown = [None] * (25 - len(known))
    assert len(known) > 1
    assert up == known + unknown
    assert down == known[::-1] + unknown


@pytest.mark.parametrize(
    "query",
    [
        "pageSize=101",
        "pageSize=0",
        "page=0",
        "page=one",
        "q=label:x",
        "q=imei",
        "sort=label",
        "limit=1",
    ],
)
def test_bad_parameters_are_400_with_a_message(bsc, query):
    answer = bsc.get(f"/v1/sims?{query}")
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/sims/8988280000000000000", 404),
        ("GET", "/v1/sims/topup", 404),
        ("GET", "/v2/sims", 404),
        ("DELETE", "/v1/sims", 405),
    ],
)
def test_unknown_sims_paths_and_methods_have_no_body(bsc, method, path, status):
    answer = bsc.request(method, path)
    assert (answer.status_code, answer.content) == (status, b"")
    assert answer.headers["x-sandbox-reason"]


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Basic eDp5"])
def test_a_wrong_token_is_401_without_a_body(stranger, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = stranger.get("/v1/sims", headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")


def test_the_token_is_a_uuid_that_lives_for_3599_seconds(stranger, sandbox):
    settings = sandbox.provider("telekom-bsc").settings
    answer = stranger.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(settings["username"], settings["password"]),
    )
    token = answer.json()
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", token["access_token"])
    assert (token["expires_in"], token["token_type"], token["scope"]) == (3599, "bearer", "all")
    headers = {"Authorization": f"bearer {token['access_token']}"}
    assert stranger.get("/v1/sims", headers=headers).status_code == 200


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


RIGHT = basic("sandbox-user", "sandbox-bsc-password")


@pytest.mark.parametrize(
    ("authorization", "media_type", "body", "code"),
    [
        (basic("sandbox-user", "wrong"), FORM, "grant_type=client_credentials", "BadCredentials"),
        (basic("nobody", "sandbox-bsc-password"), FORM, "grant_type=x", "BadCredentials"),
        (None, FORM, "grant_type=client_credentials", "AuthValidationError"),
        ("Basic %%%", FORM, "grant_type=client_credentials", "AuthValidationError"),
        (RIGHT, FORM, "grant_type=password", "BodyValidationError"),
        (RIGHT, FORM, "", "BodyValidationError"),
        (RIGHT, FORM, "grant_type=client_credentials&grant_type=x", "BodyValidationError"),
        (RIGHT, FORM, "grant_type=\u00fc", "BodyValidationError"),
        (RIGHT, "application/json", "{}", "UnsupportedContentTypeError"),
        (RIGHT, None, "", "UnsupportedContentTypeError"),
    ],
)
def test_every_refused_token_is_400(stranger, authorization, media_type, body, code):
    headers = {"Authorization": authorization, "Content-Type": media_type}
    answer = stranger.post(
        "/oauth/token",
        content=body.encode(),
        headers={name: value for name, value in headers.items() if value},
    )
    assert answer.status_code == 400
    assert answer.json()["statusCode"] == 400
    assert answer.json()["errorCode"] == code


def test_an_unknown_parameter_of_the_token_request_is_refused_in_its_own_shape(stranger):
    answer = stranger.post("/oauth/token?grant_type=client_credentials")
    assert answer.json()["errorCode"] == "BodyValidationError"


@pytest.mark.parametrize(
    ("switch", "media_type", "accepted"),
    [
        ("form", FORM, True),
        ("form", "application/json", False),
        ("json", "application/json", True),
        ("json", FORM, False),
        ("any", "application/json", True),
        ("any", FORM, True),
    ],
)
def test_the_switch_for_the_body_of_the_token_request(switch, media_type, accepted):
    vendor = TelekomBsc(World(quirks=Quirks(bsc_token_body=switch)))
    bodies = {
        FORM: b"grant_type=client_credentials",
        "application/json": b'{"grant_type":"client_credentials"}',
    }
    headers = {"content-type": media_type, "authorization": RIGHT}
    reply = vendor.handle(
        "create_token",
        Call(method="POST", path="/oauth/token", headers=headers, body=bodies[media_type]),
    )
    assert reply.status == (200 if accepted else 400)
    assert reply.body.get("errorCode") == (None if accepted else "UnsupportedContentTypeError")


def test_a_token_expires_with_the_clock_and_older_ones_stay_valid_until_then():
    clock = ManualClock()
    with (
        Sandbox(sims=1, clock=clock) as sandbox,
        httpx.Client(verify=False, trust_env=False) as client,
    ):
        address = sandbox.provider("telekom-bsc")

        def token() -> str:
            answer = client.post(
                address.token_url or "",
                data={"grant_type": "client_credentials"},
                headers={"Authorization": RIGHT},
            )
            return str(answer.json()["access_token"])

        def status(bearer: str) -> int:
            headers = {"Authorization": f"Bearer {bearer}"}
            return client.get(f"{address.base_url}/v1/sims", headers=headers).status_code

        first = token()
        clock.advance(3000)
        second = token()
        assert first != second
        clock.advance(598.9)
        assert (status(first), status(second)) == (200, 200)
        clock.advance(0.1)
        assert (status(first), status(second)) == (401, 200)
