"""What the providers that are made do with a vendor's answers: nothing lost, nothing for ever."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from urllib.parse import parse_qs

import jinja2
import pytest
from attrs import evolve

from simloom.errors import DecodeError, InvalidParameter, NotFound
from simloom.models import ActionStatus, SimStatus
from simloom.newprovider.bindings import bind
from simloom.newprovider.inspection import inspect
from simloom.newprovider.names import names_of
from simloom.newprovider.provided import facts, provided
from simloom.newprovider.signing import Signing
from simloom.paging import read_pages
from simloom.plugins.flows import run
from simloom.runtime import RetryClass
from simloom.runtime.answers import read_answer

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
TRUTH = {"type": "boolean"}
ICCID = {"name": "iccid", "in": "path", "required": True, "schema": TEXT}
STATUS = {"type": "string", "enum": ["ACTIVE", "SUSPENDED"]}
SIMS = {"type": "array", "items": {"$ref": "#/components/schemas/Sim"}}
SIM = {"$ref": "#/components/schemas/Sim"}


def query(name, **schema):
    return {"name": name, "in": "query", "schema": schema or WHOLE}


def within(**members):
    return {"type": "object", "properties": members}


def operation(schema, *parameters, headers=(), **more):
    answer = {
        "description": "it",
        "content": {"application/json": {"schema": schema}},
        "headers": {name: {"schema": TEXT} for name in headers},
    }
    return {"parameters": list(parameters), "responses": {"200": answer}, **more}


def one(*slots):
    return {"get": operation(SIM, *slots, ICCID)}


PARTNER = {"name": "partnerId", "in": "path", "required": True, "schema": TEXT}
ID = {"name": "id", "in": "path", "required": True, "schema": WHOLE}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": {**within(status=STATUS), "required": ["status"]}}},
}
PATHS = {
    "/pages/sims": {"get": operation(SIMS, query("page"), query("size"))},
    "/counted/sims": {
        "get": operation(
            within(sims=SIMS, meta=within(last_page=WHOLE)), query("page", minimum=1, **WHOLE)
        )
    },
    "/offsets/sims": {"get": operation(within(sims=SIMS), query("offset"), query("limit"))},
    "/cursors/sims": {
        "get": operation(
            within(sims=SIMS, paging=within(next_cursor=TEXT, has_more=TRUTH)),
            *(query("cursor", **TEXT), query("limit", maximum=4, **WHOLE)),
        )
    },
    "/links/sims": {
        "get": operation(within(sims=SIMS, _links=within(next=within(href=TEXT))), query("limit"))
    },
    "/headers/sims": {"get": operation(SIMS, query("limit"), headers=["Link"])},
    "/partners/{partnerId}/sims": {"get": operation(SIMS, PARTNER)},
    "/partners/{partnerId}/sims/{iccid}": one(PARTNER),
    "/partners/{partnerId}/sims/{iccid}/status": {
        "put": operation(SIM, PARTNER, ICCID, requestBody=BODY)
    },
    "/keys/sims": {"get": operation(SIMS, query("iccid", **TEXT))},
    "/keys/sims/{id}": {"get": operation(SIM, ID), "patch": operation(SIM, ID, requestBody=BODY)},
}
for name in ("pages", "counted", "offsets", "cursors", "links", "headers"):
    PATHS[f"/{name}/sims/{{iccid}}"] = one()
KINDS = sorted({path.split("/")[1] for path in PATHS})
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "All ways", "version": "1"},
    "servers": [{"url": "https://api.vendor.example"}],
    "paths": PATHS,
    "components": {
        "schemas": {
            "Sim": {
                "type": "object",
                "required": ["iccid"],
                "properties": {"id": WHOLE, "iccid": TEXT, "status": STATUS},
            }
        }
    },
}
TEMPLATES = {name: f"{name}.py.j2" for name in ("provider", "mapping", "settings", "pages", "auth")}


def write(folder, kind, client):
    """Write the package of one provider; the client is the same for all."""
    part = {path: item for path, item in PATHS.items() if path.split("/")[1] == kind}
    names = names_of(f"walk-{kind}", ())
    shutil.copytree(client, folder / names.client)
    bindings = bind(inspect({**DOCUMENT, "paths": part}), folder / names.client)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["py"] = repr
    given = {
        **provided(bindings),
        "names": names,
        "signing": Signing(kind="bearer"),
        "kind": "bearer",
        "title": kind,
        "api_version": "1.0",
        "facts": facts(bindings),
    }
    package = folder / names.package
    package.mkdir()
    (package / "__init__.py").touch()
    for name, template in TEMPLATES.items():
        if name != "pages" or given["walks"]:
            text = (files("simloom.newprovider") / "templates" / template).read_text("utf-8")
            text = environment.from_string(text).render(given)
        else:
            text = ""
        (package / f"{name}.py").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def providers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walks")
    (folder / "given.json").write_text(json.dumps(DOCUMENT), "utf-8")
    command = ["generate", "--spec", "given.json", "--package", "walk_client", "--out", "client"]
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "simloom_codegen.cli", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for kind in KINDS:
        write(folder, kind, folder / "client" / "walk_client")
    sys.path.insert(0, str(folder))
    yield {kind: import_module(f"simloom_walk_{kind}.provider") for kind in KINDS}
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith("simloom_walk_")]:
        del sys.modules[name]


def made(providers, kind):
    module = providers[kind]
    named = {"partner_id": "p1"} if kind == "partners" else {}
    settings = module.Settings(api_key="k", base_url="https://x.example", **named)
    return getattr(module, f"Walk{kind.capitalize()}Provider")(settings)


ALL = [f"89880000000000000{number:02d}" for number in range(23)]


class Vendor:
    """A vendor with 23 SIMs that gives four of them at most, whatever is asked for."""

    def __init__(self, answer):
        self._answer = answer
        self.requests = []

    def send_detailed(self, request, /):
        self.requests.append(request)
        assert len(self.requests) < 200, "the list does not end"
        told = parse_qs("&".join(f"{name}={value}" for name, value in request.query))
        status, answer, headers = self._answer({name: one[0] for name, one in told.items()})
        return read_answer(request, status, headers, json.dumps(answer).encode())


def records(start, size=4):
    return [{"iccid": iccid, "status": "ACTIVE"} for iccid in ALL[start : start + size]]


def numbered(first):
    return lambda told: (200, records((int(told.get("page", first)) - first) * 4), {})


def counted(told):
    if int(told["page"]) > 6:
        return 404, {}, {}
    return 200, {"sims": records((int(told["page"]) - 1) * 4), "meta": {"last_page": 6}}, {}


def offset(told):
    return 200, {"sims": records(int(told["offset"]))}, {}


def cursor(told):
    start = int(told.get("cursor", "c0")[1:])
    more = start + 4 < 23
    paging = {"next_cursor": f"c{start + 4}" if more else None, "has_more": more}
    return 200, {"sims": records(start), "paging": paging}, {}


def linked(told):
    start = int(told.get("from", 0))
    link = {"next": {"href": f"http://10.0.0.1/x/links/sims?from={start + 4}&a=b%26"}}
    return 200, {"sims": records(start), "_links": link if start < 20 else {}}, {}


def headed(told):
    start = int(told.get("from", 0))
    first = '<https://h/headers/sims?from=0>; rel="first"'
    link = f'{first}, </headers/sims?from={start + 4}>; title="a, b"; rel=next'
    return 200, records(start), {"link": link} if start < 20 else {}


WAYS = {
    "pages-0": ("pages", numbered(0)),
    "pages-1": ("pages", numbered(1)),
    "counted": ("counted", counted),
    "offsets": ("offsets", offset),
    "cursors": ("cursors", cursor),
    "links": ("links", linked),
    "headers": ("headers", headed),
}


@pytest.mark.parametrize("size", [None, 3, 10_000])
@pytest.mark.parametrize(("kind", "answer"), WAYS.values(), ids=WAYS)
def test_each_sim_comes_once_whatever_the_vendor_makes_of_the_size(providers, kind, answer, size):
    provider, vendor = made(providers, kind), Vendor(answer)
    pages = read_pages(lambda number: run(provider.list_page(number, size=size), vendor), ahead=1)
    assert [sim.iccid for sim in pages] == ALL
    assert {request.path for request in vendor.requests} == {f"/{kind}/sims"}


@pytest.mark.parametrize(("kind", "answer"), WAYS.values(), ids=WAYS)
def test_a_page_out_of_turn_is_the_same_page(providers, kind, answer):
    provider = made(providers, kind)
    third = run(provider.list_page(3), Vendor(answer))
    assert [sim.iccid for sim in third.items] == ALL[8:12]
    assert (third.number, third.more) == (3, True)
    again = run(provider.list_page(2), Vendor(answer))
    assert [sim.iccid for sim in again.items] == ALL[4:8]
    if kind != "counted":  # whose vendor has an error for a page that is not there
        beyond = run(provider.list_page(40), Vendor(answer))
        assert (beyond.items, beyond.more) == ([], False)
    for number, size in ((0, None), (1, 0)):
        with pytest.raises(InvalidParameter):
            run(provider.list_page(number, size=size), Vendor(answer))


def test_a_known_place_costs_one_request(providers):
    provider = made(providers, "cursors")
    run(provider.list_page(3), Vendor(cursor))
    vendor = Vendor(cursor)
    run(provider.list_page(3), vendor)
    assert [dict(request.query) for request in vendor.requests] == [{"cursor": "c8", "limit": "4"}]


def changed(answer, change):
    def other(told):
        status, body, headers = answer(told)
        return status, change(body, told), headers

    return other


def circling(body, told):
    return {**body, "paging": {"next_cursor": "c8" if told.get("cursor") == "c4" else "c4"}}


@pytest.mark.parametrize(
    ("kind", "answer", "why"),
    [
        ("cursors", changed(cursor, circling), "leads back to page"),
        (
            *("cursors", changed(cursor, lambda body, _: {**body, "paging": {"has_more": True}})),
            "nothing says where",
        ),
        (
            *("links", changed(linked, lambda b, _: {**b, "_links": {"next": {"href": "/y?a=1"}}})),
            "does not lead there",
        ),
        (
            *("links", changed(linked, lambda b, _: {**b, "_links": {"next": {"href": "no"}}})),
            "does not lead there",
        ),
        ("headers", lambda _: (200, records(0), {"link": "</headers/sims?x=1>; rel=next"}), "page"),
        ("pages", lambda _: (200, records(0), {}), "repeats page"),
        ("offsets", lambda _: (200, {"sims": records(0)}, {}), "repeats page"),
        ("offsets", lambda _: (200, {}, {}), "not a list"),
    ],
)
def test_what_would_lose_sims_or_never_end_is_an_error(providers, kind, answer, why):
    provider, vendor = made(providers, kind), Vendor(answer)
    with pytest.raises(DecodeError, match=why):
        list(read_pages(lambda number: run(provider.list_page(number), vendor), ahead=1))
    assert len(vendor.requests) < 10


def by_key(told, record=None, listed=None):
    found = [{"id": 7, "iccid": ALL[0], "status": "SUSPENDED"}]
    if told:
        return 200, found if listed is None else listed, {}
    return 200, found[0] if record is None else record, {}


def test_a_sim_is_found_by_the_vendors_own_id(providers):
    provider, vendor = made(providers, "keys"), Vendor(by_key)
    assert run(provider.get(ALL[0]), vendor).status is SimStatus.SUSPENDED
    assert [request.path for request in vendor.requests] == ["/keys/sims", "/keys/sims/7"]
    assert vendor.requests[0].query == (("iccid", ALL[0]),)


@pytest.mark.parametrize(
    ("record", "listed", "error"),
    [
        (None, [], NotFound),
        (None, [{"id": 7, "iccid": ALL[1]}], DecodeError),
        (None, [{"id": 7, "iccid": ALL[0]}, {"id": 8, "iccid": ALL[0]}], DecodeError),
        (None, [{"iccid": ALL[0]}], DecodeError),
        (None, [{"id": "../9", "iccid": ALL[0]}], DecodeError),
        ({"id": 7, "iccid": ALL[1]}, None, DecodeError),
    ],
)
def test_another_sim_is_never_taken_for_it(providers, record, listed, error):
    provider = made(providers, "keys")
    with pytest.raises(error):
        run(provider.get(ALL[0]), Vendor(lambda told: by_key(told, record, listed)))
    if record is None:
        vendor = Vendor(lambda told: by_key(told, record, listed))
        with pytest.raises(error):
            run(provider.suspend(ALL[0]), vendor)
        assert [request.operation.method for request in vendor.requests] == ["GET"]


@pytest.mark.parametrize(
    ("kind", "path", "retry"),
    [
        ("keys", "/keys/sims/7", RetryClass.ADDITIVE),  # a PATCH: nobody knows, so never repeated
        ("partners", f"/partners/p1/sims/{ALL[0]}/status", RetryClass.SET_STATE),  # a PUT
    ],
)
def test_a_change_sends_one_status(providers, kind, path, retry):
    provider, vendor = made(providers, kind), Vendor(by_key)
    action = run(provider.suspend(ALL[0]), vendor)
    sent = vendor.requests[-1]
    assert (sent.path, sent.body.to_dict()) == (path, {"status": "SUSPENDED"})
    assert sent.operation.retry is retry
    assert action.status is ActionStatus.PENDING
    assert run(provider.refresh(action), vendor).status is ActionStatus.DONE
    back = evolve(action, expected=SimStatus.ACTIVE)
    assert run(provider.refresh(back), vendor).status is ActionStatus.PENDING


def test_the_account_is_in_each_path(providers):
    provider, vendor = made(providers, "partners"), Vendor(lambda _: (200, records(0), {}))
    run(provider.list_page(), vendor)
    assert vendor.requests[0].path == "/partners/p1/sims"


def test_it_says_which_identifiers_its_list_has(providers):
    assert {kind.value for kind in made(providers, "pages").listed_kinds} == {"iccid"}


def test_a_short_page_is_no_end(providers):
    def uneven(told):
        start = int(told["offset"])
        return 200, {"sims": records(start, 2 if start % 3 else 3)}, {}

    provider, vendor = made(providers, "offsets"), Vendor(uneven)
    pages = read_pages(lambda number: run(provider.list_page(number), vendor), ahead=1)
    assert [sim.iccid for sim in pages] == ALL


def test_a_short_numbered_page_is_no_end(providers):
    places = [ALL[:4], ALL[4:5], ALL[5:9], []]

    def uneven(told):
        found = places[int(told.get("page", 0))]
        return 200, [{"iccid": iccid} for iccid in found], {}

    provider, vendor = made(providers, "pages"), Vendor(uneven)
    pages = read_pages(lambda number: run(provider.list_page(number), vendor), ahead=1)
    assert [sim.iccid for sim in pages] == ALL[:9]
