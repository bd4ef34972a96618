"""Requests to an unknown vendor: parameters in every style, forms, and errors in its own words."""

from __future__ import annotations

import httpx
import pytest

from simloom.sandbox import Sandbox

SPEC = """
openapi: 3.1.0
info: {title: Strict, version: '1'}
paths:
  /search:
    get:
      operationId: search
      parameters:
        - {in: query, name: filter, style: deepObject, explode: true, schema: {$ref: '#/components/schemas/Filter'}}
        - {in: query, name: range, schema: {type: object, required: [from], properties: {from: {type: integer}, to: {type: integer}}}}
        - {in: query, name: pair, explode: false, schema: {type: object, properties: {a: {type: integer}, b: {type: boolean}}}}
        - {in: query, name: ids, schema: {type: array, maxItems: 2, items: {type: integer}}}
        - {in: query, name: piped, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {in: query, name: spaced, style: spaceDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {in: query, name: json, content: {application/json: {schema: {type: object, required: [x], properties: {x: {type: integer}}}}}}
        - {in: header, name: X-List, schema: {type: array, items: {type: integer}}}
        - {in: cookie, name: theme, schema: {enum: [dark, light]}}
      responses: {200: {description: ''}}
  /labels/{name}:
    get:
      operationId: label
      parameters: [{in: path, name: name, required: true, style: label, schema: {type: integer}}]
      responses: {200: {description: ''}}
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Form'}}}
      responses:
        200: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Form'}}}}
        422: {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Trouble'}}}}
  /upload:
    post:
      operationId: upload
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {type: object, required: [file, count], additionalProperties: false, properties: {file: {type: string, format: binary}, count: {type: integer}, more_files: {type: array, items: {type: string, format: binary}}, meta: {type: object, required: [a], properties: {a: {type: integer}}}}}}}
      responses:
        200: {description: '', content: {application/json: {schema: {type: object, required: [count], properties: {count: {type: integer}}}}}}
        400: {description: '', content: {application/json: {example: {code: E-17, text: as the vendor says}}}}
components:
  schemas:
    Filter:
      type: object
      additionalProperties: false
      properties:
        state: {enum: [on, off]}
        minimum: {type: integer, minimum: 1}
        tags: {type: array, items: {type: string}}
    Form:
      type: object
      required: [amount]
      properties:
        amount: {type: integer, maximum: 9}
        yes: {type: boolean}
        names: {type: array, items: {type: string, maxLength: 3}}
    Trouble:
      type: object
      required: [error]
      properties:
        error: {type: object, required: [code, message], properties: {code: {type: string, example: BAD}, message: {type: string}, status: {type: integer}}}
"""  # noqa: E501


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    path = tmp_path_factory.mktemp("strict") / "strict.yaml"
    path.write_text(SPEC)
    with Sandbox(sims=0, specs=[path]) as sandbox:
        yield sandbox


@pytest.fixture
def strict(running):
    with httpx.Client(base_url=f"{running.url}/strict", trust_env=False, verify=False) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("filter[state]=on&filter[minimum]=2&filter[tags]=a&filter[tags]=b", None),
        ("filter[state]=perhaps", "filter.state has to be one of on, off"),
        ("filter[minimum]=0", "filter.minimum has to be at least 1"),
        ("filter[other]=1", "filter.other is not known here"),
        ("filter=1", "unknown parameter filter"),
        ("from=1&to=2", None),
        ("to=2", "range.from is missing"),
        ("from=x", "range.from has to be of type integer"),
        ("pair=a,1,b,true", None),
        ("pair=a,1,b", "pair has to be names and values in turn"),
        ("pair=a,x", "pair.a has to be of type integer"),
        ("ids=1&ids=2", None),
        ("ids=1&ids=x", "ids[1] has to be of type integer"),
        ("ids=1&ids=2&ids=3", "ids may have at most 2 entries"),
        ("piped=1|2", None),
        ("piped=1,2", "piped[0] has to be of type integer"),
        ("spaced=1%202", None),
        ("json=%7B%22x%22:1%7D", None),
        ("json=%7B%7D", "json.x is missing"),
        ("json=x", "json has to be JSON"),
        ("page=2", "unknown parameter page"),
    ],
)
def test_query_parameters_of_every_style(strict, query, reason):
    answer = strict.get(f"/search?{query}")
    assert answer.headers.get("x-sandbox-reason") == reason
    assert answer.status_code == (200 if reason is None else 400)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/search", {"X-List": "1,2"}, 200),
        ("/search", {"X-List": "1,x"}, 400),
        ("/search", {"Cookie": "a=b; theme=dark"}, 200),
        ("/search", {"Cookie": "theme=grey"}, 400),
        ("/labels/.5", {}, 200),
        ("/labels/five", {}, 400),
    ],
)
def test_headers_cookies_and_paths(strict, path, headers, status):
    assert strict.get(path, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({"amount": "3", "yes": "true", "names": ["a", "b"]}, None),
        ({"amount": "10"}, "amount has to be at most 9"),
        ({"amount": "three"}, "amount has to be of type integer"),
        ({"yes": "true"}, "amount is missing"),
        ({"amount": "1", "names": ["long"]}, "names[0] may have at most 3 characters"),
        ({"amount": ["1", "2"]}, "amount is given twice"),
    ],
)
def test_forms_are_read_and_refused_with_the_error_that_the_operation_has(strict, form, reason):
    answer = strict.post("/form", data=form)
    if reason is None:
        assert answer.json() == {"amount": 3, "yes": True, "names": ["a", "b"]}
        return
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error == {"code": "BAD", "message": reason, "status": 422}


def test_a_form_is_not_taken_for_json(strict):
    answer = strict.post("/form", json={"amount": 1})
    reason = "the body has to be application/x-www-form-urlencoded"
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, reason)


FILE = {"file": ("a.bin", b"\xff\x00\r\n--", "application/octet-stream")}
JSON = {"meta": (None, b'{"a": 1}', "application/json")}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"files": FILE, "data": {"count": "3"}}, None),
        ({"files": {**FILE, **JSON}, "data": {"count": "3"}}, None),
        (
            {
                "files": [*FILE.items(), *[("more_files", ("b", b"\xff"))] * 2],
                "data": {"count": "3"},
            },
            None,
        ),
        ({"files": FILE, "data": {"count": "x"}}, "count has to be of type integer"),
        ({"files": FILE}, "count is missing"),
        ({"files": FILE, "data": {"count": "3", "more": "1"}}, "more is not known here"),
        (
            {"files": {**FILE, "meta": (None, b"{}", "application/json")}, "data": {"count": "3"}},
            "meta.a is missing",
        ),
        (
            {"files": {**FILE, "meta": (None, b"{", "application/json")}, "data": {"count": "3"}},
            "meta is not JSON",
        ),
        (
            {"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            "the body is no multipart of 1 to 1000 parts with its boundary",
        ),
        (
            {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
            "the body has no boundary: multipart/form-data; boundary=...",
        ),
    ],
)
def test_multipart_bodies(strict, options, reason):
    answer = strict.post("/upload", **options)
    assert answer.headers.get("x-sandbox-reason") == reason
    if reason is None:
        assert answer.json() == {"count": 3}
    else:
        # The example of the document is an error as it is; its words take ours.
        assert (answer.status_code, answer.json()) == (400, {"code": "E-17", "text": reason})


def test_errors_that_an_operation_lacks_are_in_the_documents_usual_words(strict):
    answer = strict.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "nothing has this path"
    assert strict.delete("/search").headers["allow"] == "GET"
