"""Files that the sandbox is given as specs: what it refuses, and what it puts up with."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import httpx
import pytest

from simloom.sandbox import Sandbox
from simloom.sandbox.__main__ import main
from simloom.sandbox.anyspec import SpecRefused

OK = {"responses": {"200": {"description": "ok"}}}


def spec(paths=None, **more):
    paths = {"/a": {"get": OK}} if paths is None else paths
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths, **more}


def schemas(**named):
    return {"components": {"schemas": named}}


def answering(schema, **more):
    content = {"application/json": {"schema": schema}}
    node = {"responses": {"200": {"description": "ok", "content": content}}}
    return spec({"/a": {"get": node}}, **more)


BAD = {
    "html": ("<!DOCTYPE html>\n<html></html>", "is HTML or XML, perhaps the page that shows"),
    "empty": (" \n", "is empty"),
    "no mapping": ("- 1\n- 2\n", "is no OpenAPI document: it is no object"),
    "other": ('{"name": "x"}', "the member 'openapi' is missing"),
    "broken": ("a: [1", "is neither JSON nor YAML"),
    "binary": (b"\xff\xfe\x00", "is not UTF-8 text"),
    "old swagger": ({"swagger": "1.2"}, "is Swagger 1.2; OpenAPI 3.0, 3.1 and Swagger 2.0 are"),
    "swagger": ({"swagger": "2.0", "paths": {}}, "#/paths: there is no path to serve"),
    "future": ({"openapi": "4.0.0"}, "is OpenAPI 4.0.0; 3.0, 3.1 and Swagger 2.0 are served"),
    "endless": (b"{" + b" " * (50 * 1024 * 1024), "has more than 52428800 bytes"),
    "swagger of another shape": ({"swagger": 2.0, "paths": {"/a": {"get": []}}}, "lint it"),
    "no paths": (spec({}), "#/paths: there is no path to serve"),
    "remote": (
        answering({"$ref": "https://x.example/a.json"}),
        "application~1json/schema: the reference 'https://x.example/a.json' leads out of the file",
    ),
    "dangling": (answering({"$ref": "#/components/schemas/No"}), "leads to nothing"),
    "loop": (
        answering({}, **schemas(A={"$ref": "#/components/schemas/A"})),
        "#/components/schemas/A: the reference '#/components/schemas/A' leads back to itself",
    ),
    "own part": (
        answering({}, **schemas(A={"allOf": [{"$ref": "#/components/schemas/A"}]})),
        "#/components/schemas/A: the schema contains itself",
    ),
    "alias in itself": ("openapi: 3.1.0\npaths: &a {/a: *a}\n", "contains itself"),
    "same id": (
        spec(
            {"/a": {"get": {**OK, "operationId": "x"}}, "/b": {"get": {**OK, "operationId": "x"}}}
        ),
        "GET /b and GET /a have the operation id 'x'",
    ),
    "no scheme": (spec(security=[{"who": []}]), "#/security: no security scheme is called 'who'"),
    "digest": (
        spec(components={"securitySchemes": {"d": {"type": "http", "scheme": "digest"}}}),
        "#/components/securitySchemes/d: http digest is not served",
    ),
    "not a number": ("openapi: 3.1.0\npaths: {/a: {x: .nan}}\n", "#/paths//a/x: nan is no JSON"),
    "wrong shape": (spec({"/a": {"get": {"parameters": [{"in": "query"}], **OK}}}), "lint it"),
    "list": (spec({"/a": ["get"]}), "lint it"),
}


def written(folder, content, name="acme.yaml"):
    path = folder / name
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_the_reason(name, tmp_path):
    content, reason = BAD[name]
    path = written(tmp_path, content)
    with pytest.raises(SpecRefused) as refused:
        Sandbox(specs=[path])
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["{path}", "{path}"], "serves a 'acme' already"),
        (["infobip={path}"], "serves a 'infobip' already"),
        (["_sandbox={path}"], "'_sandbox' is no name for a path"),
        (["a/b={path}"], "'a/b' is no name"),
        (["x={path}.missing"], "cannot be read: No such file"),
    ],
)
def test_names_and_missing_files(tmp_path, given, reason):
    path = written(tmp_path, spec())
    with pytest.raises(SpecRefused, match=reason):
        Sandbox(specs=[text.format(path=path) for text in given])


def test_the_command_ends_with_status_2(tmp_path, capsys):
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    path = written(tmp_path, BAD["old swagger"][0])
    try:
        with pytest.raises(SystemExit) as ended:
            main(["--spec", str(path)])
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert f"{path}: is Swagger 1.2; OpenAPI 3.0, 3.1 and" in errors


def test_the_command_serves_it(tmp_path):
    path = written(tmp_path, spec())
    command = [sys.executable, "-W", "error", "-m", "simloom.sandbox", "--spec", f"mine={path}"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        told = json.loads(process.stdout.readline())["providers"]["mine"]
        assert (told["settings"], told["token_url"]) == ({}, None)
        assert httpx.get(f"{told['base_url']}/a", trust_env=False, verify=False).status_code == 200
    finally:
        process.kill()
        process.communicate()


NODE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "minimum": 5, "maximum": 9},
        "next": {"$ref": "#/components/schemas/Node"},
        "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        "others": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "none": {"type": "string", "nullable": True, "pattern": "^(ab|cd)[^x]{3,4}\\d+$"},
        "low": {"type": "number", "minimum": 0, "exclusiveMinimum": True, "multipleOf": 0.5},
        "code": {"type": "string", "minLength": 40, "maxLength": 41},
        "hidden": {"type": "string", "writeOnly": True},
    },
}
ASKED = [
    ({"$ref": "#/components/schemas/Node"}, schemas(Node=NODE)),
    ({"allOf": [{"$ref": "#/components/schemas/Node"}, {"required": ["x"]}]}, schemas(Node=NODE)),
    ({"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "integer"}}, {}),
    ({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "integer"}]}, {}),
    ({"enum": [["a"], ["b"]]}, {}),
    ({"type": "string", "example": 5}, {}),  # an example that is wrong is passed over
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    files = [
        written(folder, answering(schema, **more), f"s{number}.json")
        for number, (schema, more) in enumerate(ASKED)
    ]
    with Sandbox(sims=0, specs=files) as sandbox:
        yield sandbox


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_made_up_values_fit_openapi_3_0(number, asked):
    from openapi_schema_validator import OAS30Validator

    schema, more = ASKED[number]
    url = f"{asked.provider(f's{number}').base_url}/a"
    value = httpx.get(url, trust_env=False, verify=False).json()
    errors = OAS30Validator({**schema, **more}).iter_errors(value)
    assert [error.message for error in errors] == []
    assert "hidden" not in repr(value)


def test_a_token_operation_of_the_spec_issues_the_tokens(tmp_path):
    flows = {"clientCredentials": {"tokenUrl": "token", "scopes": {}}}
    more = {
        "servers": [{"url": "/v1"}],
        "security": [{"o": ["read"]}],
        "components": {"securitySchemes": {"o": {"type": "oauth2", "flows": flows}}},
    }
    path = written(tmp_path, spec({"/a": {"get": OK}, "/token": {"post": OK}}, **more))
    with (
        Sandbox(sims=0, specs=[path]) as sandbox,
        httpx.Client(trust_env=False, verify=False) as client,
    ):
        acme = sandbox.provider("acme")
        assert acme.token_url == f"{acme.base_url}/token"
        auth = (acme.settings["client_id"], acme.settings["client_secret"])
        assert client.get(f"{acme.base_url}/a", auth=auth).status_code == 401
        told = client.post(acme.token_url, data={"grant_type": "client_credentials"}, auth=auth)
        bearer = {"Authorization": f"Bearer {told.json()['access_token']}"}
        assert client.get(f"{acme.base_url}/a", headers=bearer).status_code == 200


OF_SWAGGER = """
swagger: '2.0'
info: {title: Old, version: '1'}
host: api.old.example
basePath: /rest
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  pair: {type: basic}
  client: {type: oauth2, flow: application, tokenUrl: 'https://api.old.example/token', scopes: {}}
security: [{pair: []}, {client: []}]
parameters:
  iccid: {in: path, name: iccid, required: true, type: string, minLength: 19}
  change: {in: body, name: body, required: true, schema: {$ref: '#/definitions/Change'}}
responses:
  Trouble: {description: '', schema: {type: object, properties: {message: {type: string}}}}
definitions:
  Sim:
    type: object
    discriminator: kind
    properties:
      iccid: {type: string}
      state: {type: string, enum: [ACTIVE, SUSPENDED]}
      note: {type: string, x-nullable: true}
  Change: {type: object, properties: {note: {type: string, x-nullable: true}}}
paths:
  /sims:
    get:
      operationId: list
      parameters:
        - {in: query, name: state, type: array, collectionFormat: multi, items: {type: string, enum: [ACTIVE, SUSPENDED]}}
        - {in: query, name: fields, type: array, collectionFormat: pipes, items: {type: string}}
      responses:
        200: {description: '', headers: {X-Total-Count: {type: integer}}, schema: {type: array, items: {$ref: '#/definitions/Sim'}}}
  /sims/{iccid}:
    parameters: [{$ref: '#/parameters/iccid'}]
    get: {responses: {200: {description: '', schema: {$ref: '#/definitions/Sim'}}, 404: {$ref: '#/responses/Trouble'}}}
    patch:
      parameters: [{$ref: '#/parameters/change'}]
      responses: {200: {description: '', schema: {$ref: '#/definitions/Sim'}}}
  /sims/{iccid}/files:
    parameters: [{$ref: '#/parameters/iccid'}]
    post:
      parameters:
        - {in: formData, name: file, type: file, required: true}
        - {in: formData, name: copies, type: integer}
      responses: {200: {description: '', examples: {application/json: {stored: true}}}}
"""  # noqa: E501


def test_swagger_2_is_served_like_any_other(tmp_path):
    path = written(tmp_path, OF_SWAGGER, "old.yaml")
    with Sandbox(sims=7, specs=[path]) as sandbox:
        old = sandbox.provider("old")
        assert (old.base_url, old.token_url) == (
            f"{sandbox.url}/old/rest",
            f"{sandbox.url}/old/token",
        )
        auth = (old.settings["username"], old.settings["password"])
        with httpx.Client(
            base_url=old.base_url, auth=auth, trust_env=False, verify=False
        ) as client:
            listed = client.get("/sims?state=ACTIVE&state=SUSPENDED&fields=a|b")
            assert (len(listed.json()), listed.headers["x-total-count"]) == (7, "7")
            assert client.get("/sims?state=X").status_code == 400
            one = f"/sims/{listed.json()[0]['iccid']}"
            assert client.patch(one, json={"note": None}).json()["note"] is None
            assert client.get(one).json()["note"] is None
            assert client.patch(one, json={"note": 5}).status_code == 400
            assert client.patch(one).status_code == 400
            unknown = client.get(f"/sims/{'9' * 19}")
            assert (unknown.status_code, list(unknown.json())) == (404, ["message"])
            sent = client.post(f"{one}/files", files={"file": b"x"}, data={"copies": "2"})
            assert sent.json() == {"stored": True}
            assert client.post(f"{one}/files", data={"copies": "2"}).status_code == 400


def test_words_of_yaml_1_1_are_texts(tmp_path):
    text = "openapi: 3.0.3\npaths: {/a: {get: {parameters: [{in: query, name: on, schema: {enum: [no, off]}}], responses: {200: {description: ok}}}}}"  # noqa: E501
    with Sandbox(sims=0, specs=[written(tmp_path, text)]) as sandbox:
        url = f"{sandbox.provider('acme').base_url}/a"
        for word, status in (("off", 200), ("False", 400)):
            assert (
                httpx.get(url, params={"on": word}, trust_env=False, verify=False).status_code
                == status
            )


DIRTY = """
openapi: 3.0.0
paths:
  /sims:
    get:
      parameters: [{in: query, name: a, schema: {type: string, enum: null, minLength: '1'}}]
      responses:
        200:
          description: ''
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  required: true
                  properties:
                    iccid: {type: string, required: true}
                    required: {type: boolean}
                    schema: null
                    state: {enum: [ON, OFF], maxLength: true, pattern: 5, allOf: []}
  /sims/{iccid}:
    get:
      parameters: [{in: path, name: iccid, required: true, schema: {type: string}}]
      responses: {200: {description: '', content: {application/json: {example: {iccid: '1', state: ON}}}}}
  /raw:
    get: {responses: {200: {description: '', content: {application/json: {example: [{n: 1}]}}}}}
"""  # noqa: E501


def test_what_vendors_write_by_mistake_is_passed_over(tmp_path):
    with Sandbox(sims=3, specs=[written(tmp_path, DIRTY)]) as sandbox:
        url = sandbox.provider("acme").base_url
        with httpx.Client(base_url=url, trust_env=False, verify=False) as client:
            listed = client.get("/sims?a=").json()
            assert len(listed) == 3
            assert isinstance(listed[0]["required"], bool)
            one = client.get(f"/sims/{listed[1]['iccid']}").json()
            assert one == {name: listed[1][name] for name in ("iccid", "state")}
            assert client.get("/raw").json() == [{"n": 1}]
