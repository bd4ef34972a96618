"""A spec that nobody here has written code for, served over HTTP."""

from __future__ import annotations

import httpx
import pytest

from simloom.sandbox import Fault, Sandbox

SPEC = """
openapi: 3.1.0
info: {title: Acme, version: '1'}
servers: [{url: 'https://api.acme.example/{stage}', variables: {stage: {default: v2}}}]
security: [{login: []}]
paths:
  /things:
    parameters:
      - {name: X-Tenant, in: header, schema: {type: integer}}
    get:
      operationId: list_things
      parameters:
        - {name: size, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {enum: [a, b]}}}
      responses:
        200:
          description: ok
          headers: {X-Total: {schema: {type: integer, minimum: 3, maximum: 3}}}
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    post:
      operationId: create_thing
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
      responses:
        201:
          description: made
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        400: {description: bad}
  /things/{thingId}:
    parameters:
      - {name: thingId, in: path, required: true, schema: {type: string, maxLength: 30}}
    get:
      operationId: get_thing
      responses:
        200:
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
    delete:
      responses: {204: {description: gone}}
  /about:
    get:
      security: []
      responses:
        200: {description: ok, content: {application/json: {example: {since: 2020-01-01}}}}
  /motto:
    get:
      security: [{key: [], login: []}, {cookie: []}, {oauth: []}]
      responses:
        200: {description: ok, content: {text/plain: {schema: {type: string, example: Onward}}}}
components:
  schemas:
    Thing:
      type: object
      required: [id, name, owner]
      additionalProperties: false
      properties:
        id: {type: string, pattern: '^T-[0-9]{6}$', readOnly: true}
        name: {type: string, minLength: 2, maxLength: 8}
        weight: {type: [number, 'null'], exclusiveMinimum: 0}
        made: {type: string, format: date-time}
        kind: {enum: [red, blue]}
        owner: {$ref: '#/components/schemas/Owner'}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    Owner:
      oneOf:
        - {type: object, required: [mail], properties: {mail: {type: string, format: email}}}
        - {type: 'null'}
  securitySchemes:
    login: {type: http, scheme: basic}
    key: {type: apiKey, in: query, name: acme_key}
    cookie: {type: apiKey, in: cookie, name: sid}
    oauth:
      type: oauth2
      flows: {clientCredentials: {tokenUrl: 'https://login.acme.example/oauth/token', scopes: {}}}
"""


DEEP = {"name": "ab", "owner": None}
for _ in range(200):
    DEEP = {"name": "ab", "owner": None, "parts": [DEEP]}


@pytest.fixture(scope="module")
def spec_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("specs") / "acme.yaml"
    path.write_text(SPEC)
    return path


@pytest.fixture(scope="module")
def running(spec_file):
    with Sandbox(seed=3, sims=0, specs=[spec_file]) as sandbox:
        yield sandbox


@pytest.fixture
def acme(running):
    running.emulator.reset()
    address = running.provider("acme")
    auth = (address.settings["username"], address.settings["password"])
    with httpx.Client(
        base_url=address.base_url, auth=auth, trust_env=False, verify=False
    ) as client:
        yield client


def test_the_line_tells_addresses_and_credentials(running):
    told = running.describe()["providers"]["acme"]
    assert told["base_url"] == f"{running.url}/acme/v2"
    assert told["token_url"] == f"{running.url}/acme/oauth/token"
    assert set(told["settings"]) == {
        "username", "password", "api_key", "api_key_cookie", "client_id", "client_secret",
    }  # fmt: skip


def test_a_collection_lists_what_its_item_path_knows(acme):
    answer = acme.get("/things", params={"size": "50", "tags": "a,b"}, headers={"X-Tenant": "7"})
    items = answer.json()["items"]
    assert answer.headers["x-total"] == "3"
    assert len({item["id"] for item in items}) == 3
    for item in items:
        assert acme.get(f"/things/{item['id']}").json() == item
        assert acme.get(f"/things/{item['id']}").json() == item
    assert acme.get("/things/T-000001").status_code == 404


def test_what_is_made_up_fits_the_schema_and_comes_from_the_seed(acme, spec_file):
    import yaml
    from openapi_schema_validator import OAS31Validator

    document = yaml.safe_load(SPEC)
    schema = {**document["components"]["schemas"]["Thing"], "components": document["components"]}
    thing = acme.get("/things").json()["items"][1]
    assert [error.message for error in OAS31Validator(schema).iter_errors(thing)] == []
    for seed, same in ((3, True), (4, False)):
        with Sandbox(seed=seed, sims=0, specs=[f"acme={spec_file}"]) as other:
            settings = other.provider("acme").settings
            auth = (settings["username"], settings["password"])
            url = f"{other.provider('acme').base_url}/things"
            found = httpx.get(url, auth=auth, trust_env=False, verify=False).json()["items"]
            assert (found[1] == thing) is same


def test_a_change_answers_with_what_was_asked_for(acme):
    answer = acme.post("/things", json={"name": "mine", "owner": None, "kind": "blue"})
    assert answer.status_code == 201
    assert (answer.json()["name"], answer.json()["owner"]) == ("mine", None)
    gone = acme.delete(f"/things/{answer.json()['id']}")
    assert (gone.status_code, gone.content) == (204, b"")


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "reason"),
    [
        ("GET", "/nowhere", {}, 404, "nothing has this path"),
        ("PUT", "/things", {}, 405, "PUT is not possible here"),
        ("GET", "/things?sise=1", {}, 400, "unknown parameter sise"),
        ("GET", "/things?size=x", {}, 400, "size has to be of type integer"),
        ("GET", "/things?size=51", {}, 400, "size has to be at most 50"),
        ("GET", "/things?size=1&size=2", {}, 400, "size is given twice"),
        ("GET", "/things?tags=a,c", {}, 400, "tags[1] has to be one of a, b"),
        ("GET", "/things", {"headers": {"X-Tenant": "x"}}, 400, "X-Tenant has to be of type"),
        ("GET", f"/things/{'9' * 31}", {}, 400, "thingId may have at most 30 characters"),
        ("POST", "/things", {}, 400, "the body is missing"),
        ("POST", "/things", {"content": b"a=b"}, 400, "the body has to be application/json"),
        ("POST", "/things", {"json": {"name": "ab"}}, 400, "owner is missing"),
        ("POST", "/things", {"json": {"name": "ab", "owner": {}}}, 400, "owner fits none of"),
        ("POST", "/things", {"json": {"name": 5, "owner": None}}, 400, "name has to be of type"),
        ("POST", "/things", {"json": {"nam": 5, "name": "ab", "owner": None}}, 400, "nam is not"),
        ("POST", "/things", {"json": DEEP}, 400, "the body is nested too deeply"),
        ("POST", "/things", {"json": []}, 400, "the body has to be of type object"),
    ],
)  # fmt: skip
def test_what_the_spec_rules_out_is_refused_with_the_reason(
    acme, method, path, options, status, reason
):
    answer = acme.request(method, path, **options)
    assert answer.status_code == status
    assert answer.json()["status"] == status
    assert answer.headers["x-sandbox-reason"].startswith(reason)


def test_credentials_are_those_of_the_security_schemes(running, acme):
    address, plain = running.provider("acme"), httpx.Client(trust_env=False, verify=False)
    settings, url = address.settings, f"{address.base_url}/motto"
    with plain:
        assert plain.get(f"{address.base_url}/about").json() == {"since": "2020-01-01"}
        refused = plain.get(f"{address.base_url}/things")
        assert (refused.status_code, refused.json()["status"]) == (401, 401)
        assert refused.headers["x-sandbox-reason"] == "send HTTP Basic with username, password"
        assert plain.get(f"{address.base_url}/things", auth=("x", "y")).status_code == 401
        assert acme.get(url).status_code == 401
        assert acme.get(url, params={"acme_key": "wrong"}).status_code == 401
        assert acme.get(url, params={"acme_key": settings["api_key"]}).text == "Onward"
        cookie = {"Cookie": f"sid={settings['api_key_cookie']}"}
        assert plain.get(url, headers=cookie).text == "Onward"
        form = {"grant_type": "client_credentials", "client_id": settings["client_id"]}
        bad = plain.post(address.token_url, data={**form, "client_secret": "x"})
        assert (bad.status_code, bad.json()["error"]) == (401, "invalid_client")
        form["client_secret"] = settings["client_secret"]
        bad = plain.post(address.token_url, data={**form, "grant_type": "password"})
        assert (bad.status_code, bad.json()["error"]) == (400, "unsupported_grant_type")
        token = plain.post(address.token_url, data=form).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        assert plain.get(url, headers=bearer).text == "Onward"
        running.emulator.world.clock.advance(3601)
        assert plain.get(url, headers=bearer).status_code == 401


def test_journal_and_faults_know_its_operations(running, acme):
    running.faults.add(
        Fault(effect="status", operation="get_thing", status=503),
        Fault(effect="token-revoked", operation="delete_things_by_thingId"),
    )
    thing = f"/things/{acme.get('/things?size=1').json()['items'][0]['id']}"
    broken = acme.get(thing)
    assert (broken.status_code, broken.json()["status"]) == (503, 503)
    assert acme.delete(thing).status_code == 401
    assert acme.delete(thing).status_code == 204
    acme.get("/motto", params={"acme_key": "nobodys"})
    page = httpx.get(f"{running.url}/_sandbox/requests", trust_env=False, verify=False)
    asked = page.json()["requests"]
    assert [(entry["provider"], entry["operationId"], entry["status"]) for entry in asked] == [
        ("acme", "list_things", 200),
        ("acme", "get_thing", 503),
        ("acme", "delete_things_by_thingId", 401),
        ("acme", "delete_things_by_thingId", 204),
        ("acme", "get_motto", 401),
    ]
    assert asked[0]["headers"]["authorization"] == "Basic ***"
    assert asked[-1]["query"] == [["acme_key", "***"]]


def test_the_page_shows_a_vendor_without_sims_and_state_counts_its_operations(running, acme):
    overview = httpx.get(f"{running.url}/_sandbox/overview", trust_env=False, verify=False).json()
    counts = {vendor["id"]: vendor["sims"] for vendor in overview["vendors"]}
    assert counts["acme"] == 0
    for path in ("sims?provider=acme", "sims?provider=acme&q=89"):
        listed = httpx.get(f"{running.url}/_sandbox/{path}", trust_env=False, verify=False).json()
        assert listed["sims"] == []
    state = httpx.get(f"{running.url}/_sandbox/state", trust_env=False, verify=False).json()
    assert state["providers"]["acme"]["operations"] == 7
