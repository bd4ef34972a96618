"""What a document makes certain, and what it does not."""

from __future__ import annotations

import copy

import pytest

from simloom.models import SimStatus
from simloom.newprovider.document import read_document
from simloom.newprovider.inspection import inspect
from simloom.newprovider.names import names_of
from simloom.newprovider.refusal import CannotCreate
from simloom.newprovider.samples import sample
from simloom.newprovider.signing import signing_of

TEXT = {"type": "string"}
SIM = {
    "type": "object",
    "properties": {"ICCID": TEXT, "imsi": TEXT, "state": {**TEXT, "enum": ["Active", "on hold"]}},
}
SUSPENDABLE = {
    "type": "object",
    "properties": {"iccid": TEXT, "status": {**TEXT, "enum": ["ACTIVE", "SUSPENDED"]}},
}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": TEXT}
LIST = {"type": "array", "items": SIM}


def answering(schema, *parameters, **more):
    content = {"application/json": {"schema": schema}}
    return {"parameters": list(parameters), "responses": {"200": {"content": content}}, **more}


def query(name, required=False, **schema):
    return {"name": name, "in": "query", "required": required, "schema": schema}


def looked_at(paths):
    given = {"openapi": "3.0.3", "paths": paths}
    before = copy.deepcopy(given)
    found = inspect(given)
    assert given == before
    return found


@pytest.mark.parametrize(
    ("paths", "container", "kind", "first", "most"),
    [
        ({"/sims": {"get": answering(LIST)}}, (), "none", 1, 0),
        (
            {"/sims": {"get": answering({"type": "object", "properties": {"data": LIST}})}},
            *(("data",), "none", 1, 0),
        ),
        (
            {
                "/sims": {
                    "get": answering(
                        LIST,
                        query("page", minimum=0, type="integer"),
                        query("page_size", maximum=50),
                    )
                }
            },
            *((), "page", 0, 50),
        ),
        (
            {"/sims": {"get": answering(LIST, query("skip", True), query("limit", default=7))}},
            *((), "offset", 0, 0),
        ),
    ],
)
def test_a_list_is_certain(paths, container, kind, first, most):
    found = looked_at(paths).verbs["list"]
    paging = found.paging
    assert (found.path, found.container) == ("/sims", container)
    assert (paging.kind, paging.first, paging.most) == (kind, first, most)
    assert found.record.members == {"iccid": "ICCID", "imsi": "imsi"}
    assert found.record.statuses == {"Active": SimStatus.ACTIVE}
    assert found.record.unread == ("on hold",)


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        ({"/sims": {"get": answering(SIM)}}, "no GET of a collection"),
        ({"/sims": {"get": answering(LIST, query("account", True))}}, "asks for account"),
        (
            {"/sims": {"get": answering(LIST)}, "/cards": {"get": answering(LIST)}},
            "decide which operation lists all SIMs: GET /sims; GET /cards",
        ),
        (
            {"/sims": {"get": answering(LIST, query("status", default="ACTIVE"))}},
            "status chooses some by default",
        ),
        ({"/a/{id}": {"get": answering(LIST)}}, "no GET of a collection"),
    ],
)
def test_a_list_that_is_not_certain_has_a_reason(paths, why):
    found = looked_at(paths)
    assert "list" not in found.verbs
    assert why in found.undecided["list"]


def test_the_collection_of_an_item_path_is_the_list():
    found = looked_at(
        {
            "/sims": {"get": answering(LIST)},
            "/favourites": {"get": answering(LIST)},
            "/sims/{iccid}": {"get": answering(SIM, ICCID)},
        }
    )
    assert found.verbs["list"].path == "/sims"
    assert found.verbs["get"].path == "/sims/{iccid}"


@pytest.mark.parametrize(
    "paths",
    [
        {"/sims/{id}": {"get": answering(SIM)}},
        {"/sims/{iccid}": {"get": answering({"type": "object", "properties": {"x": TEXT}}, ICCID)}},
        {"/sims/{iccid}": {"get": answering(SIM, ICCID, query("account", True))}},
        {"/sims/{iccid}/card": {"get": answering(SIM, ICCID)}},
    ],
)
def test_a_get_that_is_not_certain_has_a_reason(paths):
    found = looked_at(paths)
    assert "get" not in found.verbs
    assert found.undecided["get"]


@pytest.mark.parametrize(
    ("record", "change", "certain"),
    [
        (SUSPENDABLE, {"post": answering({}, ICCID)}, True),
        (SUSPENDABLE, {"put": answering({}, ICCID)}, True),
        (SUSPENDABLE, {"get": answering({}, ICCID)}, False),
        (SUSPENDABLE, {"post": answering({}, ICCID, requestBody={})}, False),
        (SUSPENDABLE, {"post": answering({}, ICCID, query("reason", True))}, False),
        (SIM, {"post": answering({}, ICCID)}, False),
    ],
)
def test_a_change_has_its_own_path_and_a_status_that_ends_it(record, change, certain):
    found = looked_at(
        {
            "/sims/{iccid}": {"get": answering(record, ICCID)},
            "/sims/{iccid}/suspend": change,
        }
    )
    assert ("suspend" in found.verbs) is certain
    assert ("suspend" in found.undecided) is not certain


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!doctype html><html>", "web page"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- a\n- b", "no version"),
        (b"just words", "no version"),
        (b"openapi: [", "neither JSON nor YAML"),
        (b'{"openapi": "3.0.3", "paths": {}}', "no paths"),
        (b'{"openapi": "3.0.3", "paths": []}', "no paths"),
        (b"[" * 5_000, "neither JSON nor YAML"),
    ],
)
def test_what_is_no_document_is_refused(content, why):
    with pytest.raises(CannotCreate, match=why):
        read_document(content, "given.yaml")


def test_a_document_without_sims_is_refused():
    with pytest.raises(CannotCreate, match="looks like a SIM"):
        looked_at({"/pets": {"get": answering({"type": "array", "items": TEXT})}})


def test_schemas_that_contain_themselves_end():
    node = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/node"}}}
    loop = {"$ref": "#/loop"}
    document = {"node": node, "loop": loop, "all": {"allOf": [{"$ref": "#/all"}]}}
    assert str(sample(document, node)).count("next") < 20
    assert sample(document, loop) == sample(document, {})
    assert sample(document, {"$ref": "#/all"}) == "text"


@pytest.mark.parametrize(
    "name",
    [
        *("", "Acme", "acme_x", "-acme", "acme--x", "1nce", "a" * 41, "acme\n", "../acme", "ácme"),
        *("class", "match", "list", "print", "clients", "plugins", "codegen", "infobip"),
    ],
)
def test_names_that_are_refused(name):
    with pytest.raises(CannotCreate):
        names_of(name, {"infobip"})


def test_all_names_follow_from_the_id():
    names = names_of("acme-2go", set())
    assert (names.distribution, names.package, names.client, names.kind) == (
        *("simloom-acme-2go", "simloom_acme_2go", "simloom_acme_2go_client", "Acme2goProvider"),
    )


BEARER = {"type": "http", "scheme": "Bearer"}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
OAUTH = {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://a.example/t"}}}


@pytest.mark.parametrize(
    ("schemes", "wanted", "kind", "header", "token_url", "open_"),
    [
        ([BEARER], None, "bearer", "X-Api-Key", "", 0),
        ([KEY], None, "api-key-header", "X-Key", "", 0),
        (
            [OAUTH, KEY],
            *("oauth2-client-credentials", "oauth2-client-credentials"),
            *("X-Api-Key", "https://a.example/t", 0),
        ),
        ([{**KEY, "name": 'X"\n'}], None, "api-key-header", "X-Api-Key", "", 1),
        ([], "login-token", "login-token", "X-Api-Key", "", 1),
    ],
)
def test_how_requests_are_signed(schemes, wanted, kind, header, token_url, open_):
    told = {str(number): scheme for number, scheme in enumerate(schemes)}
    found = signing_of({"components": {"securitySchemes": told}}, wanted)
    assert (found.kind, found.header, found.token_url) == (kind, header, token_url)
    assert len(found.undecided) == open_


@pytest.mark.parametrize(
    ("schemes", "wanted"), [([], None), ([BEARER, KEY], None), ([BEARER], "magic")]
)
def test_a_choice_is_not_guessed(schemes, wanted):
    told = {str(number): scheme for number, scheme in enumerate(schemes)}
    with pytest.raises(CannotCreate, match=r"--auth|sign|has"):
        signing_of({"components": {"securitySchemes": told}}, wanted)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.a.example/v1/", "https://api.a.example/v1"),
        ("http://api.a.example", ""),
        ("https://{region}.a.example", ""),
        ("https://me:pw@a.example", ""),
        ('https://a.example/"', ""),
        ("https://[", ""),
        ("/v1", ""),
    ],
)
def test_only_a_whole_https_address_becomes_a_default(url, kept):
    assert signing_of({"servers": [{"url": url}]}, "bearer").base_url == kept
