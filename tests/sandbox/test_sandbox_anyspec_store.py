"""What is created, changed and deleted through an unknown vendor's API is seen by later reads."""

from __future__ import annotations

import json

import httpx
import pytest
import yaml

from simloom.sandbox import Sandbox

SPEC = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: /api}]
paths:
  /v2/sims:
    get:
      operationId: listSims
      responses: {200: {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/SimSummary'}}}}}}
    post:
      operationId: addSim
      requestBody: {required: true, content: {application/json: {schema: {anyOf: [{$ref: '#/components/schemas/Sim'}, {type: array, items: {type: object}}]}}}}
      responses:
        201:
          description: ''
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/Sim'}}}}}
  /v2/sims/{simId}:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    get:
      operationId: getSim
      responses: {200: {description: '', content: {application/json: {schema: {type: object, required: [data], properties: {data: {$ref: '#/components/schemas/Sim'}}}}}}}
  /v1/sims/{simId}:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    patch:
      operationId: renameSim
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Sim'}}}}}
    delete: {operationId: deleteSim, responses: {204: {description: ''}}}
  /v1/sims/{simId}/suspend:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    post:
      operationId: suspendSim
      responses: {202: {description: '', content: {application/json: {schema: {type: object, properties: {jobId: {type: string}, status: {type: string}}}}}}}
  /v1/sims/{simId}/status:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    get:
      operationId: getStatus
      responses: {200: {description: '', content: {application/json: {schema: {type: object, required: [status, id], properties: {status: {type: string}, id: {type: string}}}}}}}
    put:
      operationId: setStatus
      requestBody: {content: {application/json: {schema: {type: object, properties: {status: {type: string}}}}}}
      responses: {204: {description: ''}}
  /v1/sims/{simId}/actions:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    post:
      operationId: act
      requestBody: {content: {application/json: {schema: {type: object, properties: {action: {type: string}}}}}}
      responses: {204: {description: ''}}
  /v1/sims/{simId}/suspension:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    delete: {operationId: unsuspendSim, responses: {204: {description: ''}}}
  /v1/sims/{simId}/profiles:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    get:
      operationId: listProfiles
      responses: {200: {description: '', content: {application/json: {schema: {type: array, items: {type: object, properties: {iccid: {type: string}}}}}}}}
  /v1/sims/{simId}/reboot:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    post: {operationId: reboot, responses: {202: {description: ''}}}
  /v1/sims/{simId}/sms:
    parameters: [{in: path, name: simId, required: true, schema: {type: string}}]
    get:
      operationId: listSms
      responses: {200: {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Sms'}}}}}}
    post:
      operationId: sendSms
      requestBody: {content: {application/json: {schema: {type: object, required: [text], properties: {text: {type: string}}}}}}
      responses: {201: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Sms'}}}}}
  /v1/sims/{simId}/sms/{smsId}:
    parameters:
      - {in: path, name: simId, required: true, schema: {type: string}}
      - {in: path, name: smsId, required: true, schema: {type: integer}}
    get: {operationId: getSms, responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Sms'}}}}}}
    delete: {operationId: cancelSms, responses: {204: {description: ''}}}
  /v1/sims/resume:
    post:
      operationId: resumeMany
      requestBody: {content: {application/json: {schema: {type: object, properties: {sims: {type: array, items: {type: object, properties: {iccid: {type: string}}}}}}}}}
      responses: {204: {description: ''}}
  /v1/tickets/{ticketNumber}:
    parameters: [{in: path, name: ticketNumber, required: true, schema: {type: string, maxLength: 12}}]
    get: {operationId: getTicket, responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}}}
    put:
      operationId: changeTicket
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
      responses: {200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}}
    delete: {operationId: closeTicket, responses: {204: {description: ''}}}
  /v1/reports:
    post: {operationId: makeReport, responses: {202: {description: ''}}}
components:
  schemas:
    SimSummary:
      type: object
      required: [id, iccid]
      properties: {id: {type: string, readOnly: true}, iccid: {type: string}, status: {$ref: '#/components/schemas/Status'}}
    Sim:
      allOf:
        - {$ref: '#/components/schemas/SimSummary'}
        - type: object
          properties:
            label: {type: string, nullable: true, maxLength: 20}
            limits: {type: object, properties: {data: {type: integer}, sms: {type: integer}}}
            pin: {type: string, pattern: '^[0-9]{4}$'}
    Status: {type: string, enum: [Inactive, Active, Suspended]}
    Sms: {type: object, required: [id], properties: {id: {type: integer}, text: {type: string}, iccid: {type: string}}}
    Ticket: {type: object, properties: {number: {type: string}, title: {type: string}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "shop.yaml"
    path.write_text(SPEC)
    with Sandbox(seed=2, sims=6, specs=[path]) as sandbox:
        yield sandbox


@pytest.fixture
def shop(running):
    running.emulator.reset()
    headers = {"Content-Type": "application/json"}
    with httpx.Client(
        headers=headers, base_url=f"{running.url}/shop/api", trust_env=False, verify=False
    ) as client:
        yield client


@pytest.fixture
def sim(shop):
    return shop.get("/v2/sims").json()[1]


def read(shop, sim):
    return shop.get(f"/v2/sims/{sim['id']}").json()["data"]


def effects(running):
    found = running.emulator.ledger("shop")["effects"]
    return [(one["operation"], one["iccid"], one["reference"], one["changed"]) for one in found]


def test_what_was_posted_is_read_and_listed(shop, running):
    told = shop.post("/v2/sims", json={"iccid": "8949", "label": "mine", "status": "Active"})
    made = told.json()["data"]
    taken = shop.post("/v2/sims", json={"id": made["id"], "iccid": "8951"})
    assert (taken.status_code, taken.json()["detail"]) == (409, "there is such a sim already")
    assert (told.status_code, made["iccid"], made["label"]) == (201, "8949", "mine")
    assert "limits" not in made
    location = f"{running.url}/shop/api/v2/sims/{made['id']}"
    assert told.headers["location"] == location
    assert httpx.get(location, trust_env=False, verify=False).json()["data"] == made
    assert [one["id"] for one in shop.get("/v2/sims").json()][6:] == [made["id"]]
    again = shop.post("/v2/sims", json={"iccid": "8950"}).json()["data"]
    assert (again["id"] != made["id"], again["status"]) == (True, "Inactive")
    ((operation, iccid, _, changed), _) = effects(running)
    assert (operation, iccid, changed["label"]) == (
        "addSim",
        "8949",
        {"from": None, "to": "mine"},
    )


def test_a_patch_merges_and_its_null_is_kept(shop, sim, running):
    before = read(shop, sim)
    body = {"label": None, "limits": {"sms": 3}, "id": "other", "pin": "12", "colour": "red"}
    assert shop.patch(f"/v1/sims/{sim['id']}", json=body).status_code == 200
    after = read(shop, sim)
    assert after == {**before, "label": None, "limits": {**before["limits"], "sms": 3}}
    ((_, iccid, _, changed),) = effects(running)
    assert (iccid, set(changed)) == (sim["iccid"], {"label", "limits"})
    shop.patch(f"/v1/sims/{sim['id']}", json={"label": None})
    assert len(effects(running)) == 1


def test_hostile_ids_stay_values(shop):
    for name in ("a\r\nX-Evil: 1", "../x y", "\ud800"):
        sent = {"id": name, "iccid": "8949"}
        told = shop.post("/v2/sims", content=json.dumps(sent))
        assert (told.status_code, "x-evil" in told.headers) == (201, False)
        assert told.json()["data"]["id"] == name.replace("\ud800", "?")
        assert " " not in told.headers["location"]
        where = told.headers["location"].replace("/v2/", "/v1/")
        assert shop.delete(where).status_code == (404 if name == "\ud800" else 204)
    nested = "[" * 150 + "]" * 150
    refused = shop.patch(f"/v1/sims/{'x'}", content=f'{{"label": {nested}}}')
    assert refused.json()["detail"] == "the body is nested too deeply"
    odd = shop.post("/v2/sims", json={"id": {"a": 1}, "iccid": 5})
    assert odd.status_code == 400


def test_an_identifier_that_changed_is_found_and_its_old_value_is_not(shop, sim):
    shop.patch(f"/v1/sims/{sim['id']}", json={"iccid": "8949"})
    shop.post("/v1/sims/resume", json={"sims": [{"iccid": sim["iccid"]}]})
    assert read(shop, sim) == {**read(shop, sim), "iccid": "8949", "status": sim["status"]}
    shop.post(f"/v1/sims/{sim['id']}/suspend")
    shop.post("/v1/sims/resume", json={"sims": [{"iccid": "8949"}]})
    assert read(shop, sim)["status"] == "Active"


def test_a_list_that_is_posted_changes_those_that_are_known(shop, sim):
    body = [{"iccid": "8950", "label": "fresh"}, {"id": sim["id"], "label": "all"}]
    assert shop.post("/v2/sims", json=body).status_code == 201
    assert read(shop, sim)["label"] == "all"
    assert len(shop.get("/v2/sims").json()) == 7


def test_a_deleted_one_is_gone_until_the_reset(shop, sim, running):
    assert shop.delete(f"/v1/sims/{sim['id']}").status_code == 204
    gone = shop.get(f"/v2/sims/{sim['id']}")
    assert (gone.status_code, gone.headers["content-type"]) == (404, "application/problem+json")
    assert gone.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no sim with this id",
    }
    assert shop.delete(f"/v1/sims/{sim['id']}").status_code == 404
    assert sim not in shop.get("/v2/sims").json()
    running.emulator.reset()
    assert sim in shop.get("/v2/sims").json()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/sims/{id}/suspend", None, "Suspended"),
        ("PUT", "/v1/sims/{id}/status", {"status": "Suspended"}, "Suspended"),
        ("PUT", "/v1/sims/{id}/status", {"status": "SUSPENDED"}, "Suspended"),
        ("POST", "/v1/sims/{id}/actions", {"action": "suspend"}, "Suspended"),
        ("POST", "/v1/sims/{id}/actions", {"action": "deactivate"}, "Inactive"),
        ("PATCH", "/v1/sims/{id}", {"status": "Suspended"}, "Suspended"),
        ("PATCH", "/v1/sims/{id}", {"targetStatus": "SUSPENDED"}, "Suspended"),
        ("POST", "/v1/sims/resume", {"sims": [{"iccid": "{iccid}"}]}, "Active"),
        ("DELETE", "/v1/sims/{id}/suspension", None, "Active"),
        ("PUT", "/v1/sims/{id}/status", {"status": "Exploded"}, None),
        ("POST", "/v1/sims/{id}/actions", {"action": "explode"}, None),
        ("POST", "/v1/sims/{id}/reboot", None, None),
        ("POST", "/v1/reports", None, None),
    ],
)
def test_what_names_a_status_changes_it(shop, running, method, path, body, status):
    before = read(shop, next(s for s in shop.get("/v2/sims").json() if s["status"] == "Active"))
    if status in {None, "Active"}:
        shop.post(f"/v1/sims/{before['id']}/suspend")
        before = read(shop, before)
    if "sims" in (body or {}):
        body = {"sims": [{"iccid": before["iccid"]}, {"iccid": "unknown"}]}
    count = len(effects(running))
    answer = shop.request(method, path.format(**before), json=body)
    assert answer.is_success
    assert read(shop, before) == {**before, "status": status or before["status"]}
    assert len(effects(running)) == count + (status is not None)
    if status is not None:
        _, iccid, _, changed = effects(running)[-1]
        assert (iccid, changed) == (
            before["iccid"],
            {"status": {"from": before["status"], "to": status}},
        )
    assert shop.get(f"/v1/sims/{before['id']}/status").json() == {
        "id": before["id"],
        "status": status or before["status"],
    }


def test_items_of_an_item_are_its_own(shop, sim, running):
    other = shop.get("/v2/sims").json()[0]
    texts = shop.get(f"/v1/sims/{sim['id']}/sms").json()
    assert len(texts) == 3
    assert {one["iccid"] for one in texts} == {sim["iccid"]}
    sent = shop.post(f"/v1/sims/{sim['id']}/sms", json={"text": "hello"}).json()
    assert sent["text"] == "hello"
    assert shop.get(f"/v1/sims/{sim['id']}/sms/{sent['id']}").json() == sent
    assert sent in shop.get(f"/v1/sims/{sim['id']}/sms").json()
    assert sent not in shop.get(f"/v1/sims/{other['id']}/sms").json()
    assert shop.delete(f"/v1/sims/{sim['id']}/sms/{sent['id']}").status_code == 204
    assert shop.get(f"/v1/sims/{sim['id']}/sms/{sent['id']}").status_code == 404
    assert shop.get("/v1/sims/nobody/sms").status_code == 404
    assert len(shop.get(f"/v1/sims/{sim['id']}/profiles").json()) == 3
    reference = str(sent["id"])
    assert [one[:3] for one in effects(running)] == [
        ("sendSms", sim["iccid"], reference),
        ("cancelSms", sim["iccid"], reference),
    ]


def test_where_nothing_lists_the_items_every_id_has_one(shop):
    ticket = shop.get("/v1/tickets/T-1").json()
    assert ticket["number"] == "T-1"
    shop.put("/v1/tickets/T-1", json={"title": "broken"})
    assert shop.get("/v1/tickets/T-1").json() == {**ticket, "title": "broken"}
    assert shop.delete("/v1/tickets/T-1").status_code == 204
    assert shop.get("/v1/tickets/T-1").status_code == 404


def test_the_state_goes_on_in_the_next_sandbox(tmp_path):
    path, state = tmp_path / "shop.yaml", tmp_path / "state.db"
    path.write_text(SPEC)
    options = {"sims": 4, "specs": [path], "state": state}
    with Sandbox(**options) as first, httpx.Client(trust_env=False, verify=False) as client:
        url = f"{first.url}/shop/api"
        one, two, three, _ = client.get(f"{url}/v2/sims").json()
        client.delete(f"{url}/v1/sims/{one['id']}")
        client.patch(f"{url}/v1/sims/{two['id']}", json={"label": "kept"})
        sent = client.post(f"{url}/v1/sims/{three['id']}/sms", json={"text": "hello"}).json()
    with Sandbox(**options) as second, httpx.Client(trust_env=False, verify=False) as client:
        url = f"{second.url}/shop/api"
        assert client.get(f"{url}/v2/sims/{one['id']}").status_code == 404
        assert client.get(f"{url}/v2/sims/{two['id']}").json()["data"]["label"] == "kept"
        assert client.get(f"{url}/v1/sims/{three['id']}/sms/{sent['id']}").json() == sent


def test_the_page_lists_its_sims_and_says_what_is_open(shop, sim, running):
    def get(path, **query):
        url = f"{running.url}/_sandbox/{path}"
        return httpx.get(url, params=query, trust_env=False, verify=False).json()

    shop.post(f"/v1/sims/{sim['id']}/suspend")
    overview = {vendor["id"]: vendor for vendor in get("overview")["vendors"]}
    assert (overview["shop"]["sims"], overview["infobip"]["notes"]) == (6, [])
    assert overview["shop"]["notes"] == [
        f"POST /api{path}: is answered and put into the journal, and changes nothing"
        for path in ("/v1/sims/{simId}/reboot", "/v1/reports")
    ]
    listed = get("sims", provider="shop", status="Suspended", size=10)["sims"]
    assert sim["iccid"] in {one["iccid"] for one in listed}
    found = get("sims", provider="shop", q=sim["iccid"])["sims"]
    assert [one["status"] for one in found] == ["Suspended"]
    details = get("sim", provider="shop", iccid=sim["iccid"])
    assert (details["fields"]["pin"], details["changes"]) == ("***", [])
    assert [one["operation"] for one in details["effects"]] == ["suspendSim"]
    document = get("docs/shop/openapi.json")
    assert document["servers"][0]["url"] == f"{running.url}/shop/api"
    assert set(document["paths"]) == set(yaml.safe_load(SPEC)["paths"])
    assert get("docs/shop/login")["keys"] == {}
    refused = httpx.post(
        f"{running.url}/_sandbox/sim/change",
        json={"provider": "shop", "iccid": sim["iccid"], "change": "suspend"},
        trust_env=False,
    )
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "the page has no changes for shop: send requests to it",
    )
