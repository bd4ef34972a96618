from __future__ import annotations

from typing import Any

import httpx
import pytest

from simloom.sandbox.vendors import VENDORS

# provider, method, path, operation id, status; {0} is a partner, {1} an ICCID that exists.
REQUESTS = [
    ("telekom-m2m", "GET", "/partners/{0}/sims?pageSize=50", "list_sims", 200),
    ("telekom-m2m", "GET", "/partners/{0}/sims?x=1", "list_sims", 400),
    ("telekom-m2m", "GET", "/partners/1/sims", "list_sims", 403),
    ("telekom-m2m", "GET", "/partners/{0}/sims/{1}", "get_sim_details", 200),
    ("telekom-m2m", "GET", "/partners/{0}/sims/{1}?x=1", "get_sim_details", 400),
    ("telekom-m2m", "GET", "/partners/1/sims/{1}", "get_sim_details", 403),
    ("telekom-m2m", "GET", "/partners/{0}/sims/1", "get_sim_details", 404),
    ("telekom-m2m", "POST", "/partners/{0}/sims/details", "get_sim_details_by_identifier", 400),
    ("telekom-bsc", "GET", "/v1/sims?pageSize=100", "list_sims", 200),
    ("telekom-bsc", "GET", "/v1/sims?x=1", "list_sims", 400),
    ("telekom-bsc", "GET", "/v1/sims/{1}", "get_sim", 200),
    ("telekom-bsc", "GET", "/v1/sims/{1}?x=1", "get_sim", 400),
    ("telekom-bsc", "GET", "/v1/sims/1", "get_sim", 404),
    ("telekom-bsc", "POST", "/oauth/token", "create_token", 400),
    ("telcoapi", "GET", "/v1/sim/physical?per_page=100", "list_sims", 200),
    ("telcoapi", "GET", "/v1/sim/physical?x=1", "list_sims", 400),
    ("telcoapi", "GET", "/v1/sim/physical/{1}", "get_sim", 200),
    ("telcoapi", "GET", "/v1/sim/physical/1", "get_sim", 400),
    ("telcoapi", "GET", "/v1/sim/physical/{1}?x=1", "get_sim", 400),
    ("telcoapi", "GET", "/v1/sim/physical/8944120000000000000", "get_sim", 404),
    ("infobip", "GET", "/iot/2/sims?limit=100", "list_sims", 200),
    ("infobip", "GET", "/iot/2/sims?x=1", "list_sims", 400),
    ("infobip", "GET", "/iot/2/sims/{1}", "get_sim", 200),
    ("infobip", "GET", "/iot/2/sims/{1}?x=1", "get_sim", 400),
    ("infobip", "GET", "/iot/2/sims/1", "get_sim", 404),
]
NOWHERE = [(vendor.id, method, "/nowhere", 404) for vendor in VENDORS for method in ("GET", "POST")]
WRONG_METHOD = [
    ("telekom-m2m", "PUT", "/partners/{0}/sims", 405),
    ("telekom-bsc", "PATCH", "/v1/sims", 405),
    ("telcoapi", "PATCH", "/v1/sim/physical", 405),
    ("infobip", "PATCH", "/iot/2/sims", 405),
]
LISTS = {
    "telekom-m2m": ("/partners/100013/sims", "sims"),
    "telekom-bsc": ("/v1/sims", None),
    "telcoapi": ("/v1/sim/physical", "data"),
    "infobip": ("/iot/2/sims", "sims"),
}


@pytest.fixture(scope="module")
def clients(connect) -> dict[str, httpx.Client]:
    return {vendor.id: connect(vendor.id) for vendor in VENDORS}


@pytest.fixture(scope="module")
def iccids(clients) -> dict[str, str]:
    found = {}
    for provider, (path, member) in LISTS.items():
        answer = clients[provider].get(path).json()
        found[provider] = (answer[member] if member else answer)[0]["iccid"]
    return found


def ask(clients: Any, iccids: Any, provider: str, method: str, path: str) -> httpx.Response:
    url = path.replace("{0}", "100013").replace("{1}", iccids[provider])
    response: httpx.Response = clients[provider].request(method, url)
    return response


@pytest.mark.parametrize(("provider", "method", "path", "operation", "status"), REQUESTS)
def test_answers_are_what_the_spec_describes(
    clients, iccids, conformity, provider, method, path, operation, status
):
    ask(clients, iccids, provider, method, path)
    assert conformity.seen[-1] == (provider, operation, status)


@pytest.mark.parametrize(("provider", "method", "path", "status"), NOWHERE + WRONG_METHOD)
def test_what_no_operation_is_gets_the_vendors_error(
    clients, iccids, conformity, provider, method, path, status
):
    ask(clients, iccids, provider, method, path)
    assert conformity.seen[-1] == (provider, None, status)


@pytest.mark.parametrize("provider", LISTS)
def test_missing_credentials_are_what_the_spec_describes(connect, conformity, provider):
    connect(provider, anonymous=True).get(LISTS[provider][0])
    assert conformity.seen[-1] == (provider, "list_sims", 401)


@pytest.mark.parametrize("provider", LISTS)
def test_every_emulated_operation_is_one_of_the_spec(provider, sandbox, conformity):
    known = [
        operation["operationId"]
        for item in conformity.documents[provider]["paths"].values()
        for method, operation in item.items()
        if method in {"get", "put", "post", "delete", "patch"}
    ]
    state = sandbox.emulator.state()["providers"][provider]
    assert set(state["emulated"]) <= set(known)
    assert state["operations"] == len(known)


def test_a_wrong_answer_would_be_noticed(conformity):
    request = httpx.Request("GET", f"{conformity.root}/infobip/iot/2/sims")
    wrong = httpx.Response(200, json={"sims": [{"iccid": "1", "colour": "red"}]}, request=request)
    with pytest.raises(AssertionError, match="colour"):
        conformity(wrong)
    untyped = httpx.Response(200, json={"sims": [{"iccid": 1}]}, request=request)
    with pytest.raises(AssertionError, match="is not of type 'string'"):
        conformity(untyped)
