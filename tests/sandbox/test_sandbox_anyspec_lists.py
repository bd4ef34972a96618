"""Lists of specs that nobody here has written code for: seeded SIMs, pages to the end, filters."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from simloom.identifiers import Eid, Iccid, Imei, Imsi, Msisdn
from simloom.sandbox import Sandbox

SIMS = 23
TEXT, WHOLE, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
NULLABLE = {"type": "string", "nullable": True}
SIM = {
    "type": "object",
    "required": ["iccid", "status"],
    "properties": {
        "iccid": {"type": "string", "pattern": "^[0-9]{19,20}$"},
        "imsi": {"type": "string", "pattern": "^[0-9]{15}$"},
        "msisdn": {"type": "string", "pattern": r"^\+[0-9]{8,15}$"},
        "eid": {"type": "string", "minLength": 32, "maxLength": 32},
        "device": {"type": "object", "properties": {"imei": {"type": "string"}}},
        "status": {"enum": ["INVENTORY", "ACTIVE", "SUSPENDED"]},
        "label": {"type": "string", "example": "Pump 7"},
        "roaming": FLAG,
    },
}
REF = {"$ref": "#/components/schemas/Sim"}


def members(**properties):
    return {"type": "object", "required": list(properties), "properties": properties}


def rows(name="items", **others):
    return members(**{name: {"type": "array", "items": REF}}, **others)


def content(schema):
    return {"content": {"application/json": {"schema": schema}}}


def spec(query, schema, headers=(), sims="/sims"):
    sized = {"size": {"maximum": 10}}
    parameters = [
        {"in": "query", "name": name, "schema": {**kind, **sized.get(name, {})}}
        for name, kind in query.items()
    ]
    answer = {"description": "", **content(schema)}
    answer["headers"] = {name: {"schema": kind} for name, kind in dict(headers).items()}
    one = {"200": {"description": "", **content(REF)}}
    iccid = {"in": "path", "name": "iccid", "required": True, "schema": TEXT}
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            sims: {"get": {"parameters": parameters, "responses": {"200": answer}}},
            f"{sims}/{{iccid}}": {"get": {"parameters": [iccid], "responses": one}},
        },
        "components": {"schemas": {"Sim": SIM}},
    }


LINK = members(href={"type": "string", "format": "uri"})
# name: query parameters, answer, its headers; how the next page is asked for from the answer.
STYLES = {
    "page": (
        {"page": {**WHOLE, "minimum": 1}, "size": WHOLE},
        rows(page=WHOLE, size=WHOLE, total=WHOLE, totalPages=WHOLE),
        {},
        lambda told, _: {"page": told["page"] + 1} if told["page"] < told["totalPages"] else None,
    ),
    "page-from-zero": (
        {"page": {**WHOLE, "default": 0}, "size": WHOLE},
        rows("content", number=WHOLE, last=FLAG, first=FLAG, totalElements=WHOLE),
        {},
        lambda told, _: None if told["last"] else {"page": told["number"] + 1},
    ),
    "per-page": (
        {"page": WHOLE, "per_page": {**WHOLE, "default": 7}},
        {"type": "array", "items": REF},
        {"X-Total-Count": WHOLE, "Link": TEXT},
        lambda _, answer: link_header(answer),
    ),
    "offset": (
        {"offset": {**WHOLE, "minimum": 0}, "limit": {**WHOLE, "default": 9}},
        rows(
            "data",
            meta=members(total=WHOLE, offset=WHOLE, limit=WHOLE, count=WHOLE, hasMore=FLAG),
        ),
        {},
        lambda told, _: (
            {"offset": told["meta"]["offset"] + told["meta"]["count"]}
            if told["meta"]["hasMore"]
            else None
        ),
    ),
    "cursor": (
        {"cursor": TEXT, "limit": WHOLE},
        rows(next_cursor=NULLABLE),
        {},
        lambda told, _: {"cursor": told["next_cursor"]} if told["next_cursor"] else None,
    ),
    "page-token": (
        {"pageToken": TEXT, "maxResults": {**WHOLE, "default": 5}},
        {"type": "object", "properties": rows(nextPageToken=TEXT, resultCount=WHOLE)["properties"]},
        {},
        lambda told, _: {"pageToken": told["nextPageToken"]} if "nextPageToken" in told else None,
    ),
    "starting-after": (
        {"starting_after": TEXT, "limit": {**WHOLE, "default": 8, "maximum": 100}},
        rows("data", has_more=FLAG),
        {},
        lambda told, _: {"starting_after": told["data"][-1]["iccid"]} if told["has_more"] else None,
    ),
    "json-api": (
        {"page[number]": WHOLE, "page[size]": {**WHOLE, "default": 6}},
        rows("data", links={"type": "object", "properties": {"self": TEXT, "next": NULLABLE}}),
        {},
        lambda told, _: asked(told["links"]["next"]),
    ),
    "hal": (
        {"start": WHOLE, "count": WHOLE},
        members(
            _embedded=members(sims={"type": "array", "items": REF}),
            _links={"type": "object", "properties": {"self": LINK, "next": LINK, "prev": LINK}},
        ),
        {},
        lambda told, _: asked(told["_links"].get("next", {}).get("href")),
    ),
    "odata": (
        {"$skip": WHOLE, "$top": {**WHOLE, "default": 10}},
        {
            "type": "object",
            "properties": {
                **rows("value")["properties"],
                "@odata.count": WHOLE,
                "@odata.nextLink": TEXT,
            },
        },
        {},
        lambda told, _: asked(told.get("@odata.nextLink")),
    ),
}
TOTALS = {
    "page": lambda told, _: told["total"],
    "page-from-zero": lambda told, _: told["totalElements"],
    "per-page": lambda _, answer: int(answer.headers["x-total-count"]),
    "offset": lambda told, _: told["meta"]["total"],
    "odata": lambda told, _: told["@odata.count"],
}


def asked(address):
    return dict(httpx.URL(address).params) if address else None


def link_header(answer):
    found = re.fullmatch('<(.+)>; rel="next"', answer.headers.get("link", ""))
    return asked(found[1]) if found else None


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    everything = {name: spec(*style[:3]) for name, style in STYLES.items()}
    everything["whole"] = spec({"limit": WHOLE, "q": TEXT}, rows(nextLink=TEXT))
    everything["filtered"] = spec(
        {
            "status": {"type": "array", "items": TEXT},
            "label": TEXT,
            "filter[imsi]": TEXT,
            "roaming": FLAG,
            "msisdn": TEXT,
        },
        rows(total=WHOLE),
    )
    for name, document in everything.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    files = [folder / f"{name}.json" for name in everything]
    with Sandbox(seed=5, sims=SIMS, specs=files) as sandbox:
        yield sandbox


@pytest.fixture
def ask(running):
    running.emulator.reset()
    with httpx.Client(trust_env=False, verify=False) as client:

        def get(provider, path="/sims", **query):
            url = f"{running.url}/{provider}{path}"
            return client.get(url, params=query or None)

        yield get


def listed(told):
    if isinstance(told, list):
        return told
    if "_embedded" in told:
        return told["_embedded"]["sims"]
    return next(value for value in told.values() if isinstance(value, list))


def walk(ask, provider, **query):
    """Return the pages, as somebody asks for them who reads the answers only."""
    following, pages, wanted = STYLES[provider][3], [], dict(query)
    while wanted is not None:
        answer = ask(provider, **wanted)
        assert answer.status_code == 200, answer.text
        pages.append((listed(answer.json()), answer))
        assert len(pages) <= SIMS
        more = following(answer.json(), answer)
        wanted = None if more is None else {**query, **more}
    return pages


@pytest.mark.parametrize("provider", STYLES)
def test_pages_lead_to_every_sim_once_and_to_an_end(ask, provider):
    pages = walk(ask, provider)
    assert len(pages) > 1
    assert all(found for found, _ in pages)
    iccids = [sim["iccid"] for found, _ in pages for sim in found]
    assert len(iccids) == len(set(iccids)) == SIMS
    if provider in TOTALS:
        assert {TOTALS[provider](page.json(), page) for _, page in pages} == {SIMS}
    sim = pages[-1][0][-1]
    assert ask(provider, f"/sims/{sim['iccid']}").json() == sim


@pytest.mark.parametrize("provider", STYLES)
def test_answers_are_what_the_document_describes(ask, provider):
    from openapi_schema_validator import OAS30Validator

    schema = {**STYLES[provider][1], "components": {"schemas": {"Sim": SIM}}}
    for _, answer in walk(ask, provider):
        assert [error.message for error in OAS30Validator(schema).iter_errors(answer.json())] == []


def test_a_cursor_survives_that_sims_go(ask, running):
    first = ask("cursor", limit=5).json()
    items = running.emulator.vendor("cursor").desk.sims
    items.delete(items.find("iccid", first["items"][0]["iccid"]))
    rest = ask("cursor", limit=100, cursor=first["next_cursor"]).json()
    assert len(rest["items"]) == SIMS - 5
    refused = ask("cursor", cursor="mine")
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        "cursor is none that this list gave out",
    )


def test_sizes_are_obeyed_within_the_documents_limit(ask):
    assert len(ask("page", size=3).json()["items"]) == 3
    assert ask("page", size=11).status_code == 400
    beyond = ask("page", page=99).json()
    assert (beyond["items"], beyond["total"]) == ([], SIMS)


def test_identifiers_are_valid_and_those_of_one_sim_only(ask):
    sims = listed(ask("filtered").json())
    for kind, values in {
        Iccid: [sim["iccid"] for sim in sims],
        Imsi: [sim["imsi"] for sim in sims],
        Msisdn: [sim["msisdn"] for sim in sims],
        Eid: [sim["eid"] for sim in sims],
        Imei: [sim["device"]["imei"] for sim in sims],
    }.items():
        assert len({kind(value) for value in values}) == SIMS
    assert {sim["status"] for sim in sims} == {"INVENTORY", "ACTIVE", "SUSPENDED"}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"status": "ACTIVE"}, lambda sim, _: sim["status"] == "ACTIVE"),
        ({"status": ["ACTIVE", "SUSPENDED"]}, lambda sim, _: sim["status"] != "INVENTORY"),
        ({"roaming": "true"}, lambda sim, _: sim["roaming"]),
        ({"filter[imsi]": "{imsi}"}, lambda sim, first: sim["imsi"] == first["imsi"]),
        ({"label": "nobody"}, lambda *_: False),
        ({"msisdn": "{msisdn}"}, lambda sim, first: sim["msisdn"] == first["msisdn"]),
        ({"msisdn": "{bare}"}, lambda *_: False),
    ],
)
def test_filters_that_are_named_like_a_member(ask, query, fits):
    every = listed(ask("filtered").json())
    wanted = {
        name: value.format(**every[3], bare=every[3]["msisdn"][1:])
        if isinstance(value, str)
        else value
        for name, value in query.items()
    }
    found = ask("filtered", **wanted).json()
    assert found["items"] == [sim for sim in every if fits(sim, every[3])]
    assert found["total"] == len(found["items"])


def test_a_list_that_is_unclear_is_one_page_and_that_is_said(ask, running):
    assert len(listed(ask("whole").json())) == SIMS
    told = httpx.get(f"{running.url}/_sandbox/state", trust_env=False, verify=False).json()[
        "providers"
    ]
    assert told["whole"]["unclear"] == [
        (
            "GET /sims: the document does not say how to ask for the next page;"
            " everything is on one, or as much as was asked for"
        ),
        "GET /sims: q may be sent, and changes nothing",
    ]
    assert told["whole"]["collections"][0] == {
        "operation": "get_sims",
        "path": "/sims",
        "sims": True,
        "items": SIMS,
        "pagedBy": ["limit"],
        "filters": [],
        "unclear": True,
    }
    assert all(told[name]["unclear"] == [] for name in STYLES)
