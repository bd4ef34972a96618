"""Whatever a vendor writes into a document stays text in the repository that is made of it."""

from __future__ import annotations

import ast
import io
import json
import token
import tokenize
import tomllib

import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simloom.newprovider import bindings
from simloom.newprovider.clientnames import Module
from simloom.newprovider.creating import _title
from simloom.newprovider.document import read_document
from simloom.newprovider.inspection import inspect
from simloom.newprovider.names import Names
from simloom.newprovider.refusal import CannotCreate
from simloom.newprovider.rendering import Source, render
from simloom.newprovider.signing import KINDS, signing_of

MARK = "\u00a7"
"""In each text of the vendor's; no template has it."""
ATTACKS = (
    *('"""', "'''", '"', "'", "\\", "\n", "\r\n", "\t", "\x1b[2J", "\x7f", "\x00", "\u2028"),
    *("\u202e", "{{ 7*7 }}", "{% endif %}", "{#", "${{ secrets.A }}", "$(id)", "`id`", "<script>"),
    *("](javascript:alert(1))", "\n# ", "\n---\n", '"]\n[tool.evil]', "%s", "{0}", "\U0001f600"),
)
TEXTS = st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=5)), max_size=4).map(
    lambda parts: MARK + "".join(parts) + MARK
)
NOISE = st.lists(
    st.sampled_from("\"'\\\n\r\t\x1b\x7f#$%`<>[]()!:;,. \u202e\u2028"), max_size=6
).map(lambda signs: MARK + "".join(signs))
"""What a name can have without becoming another one to those who look for it."""


class Client:
    """A generated client with names of its own, and no text of the vendor's but wire names."""

    def __init__(self, folder):
        self.folder = folder

    def operation(self, method, path):
        return Module(
            package="simloom_acme_client.api.sims",
            name=f"{method.lower()}_it",
            path=path,
            answer="models.Answer",
            query={wire: f"q{number}" for number, wire in enumerate(WIRES)},
            places=("iccid",) if "{" in path else (),
            needed=frozenset({"body"} if method == "PATCH" else ()),
            kinds={"iccid": frozenset({"str"}), "body": frozenset({"models.Body"})}
            | {f"q{number}": frozenset({"str"}) for number in range(len(WIRES))},
        )

    def member(self, model, wire):
        return f"m{WIRES.index(wire)}"

    def kinds(self, model, attribute):
        return frozenset({"str"})

    def inner(self, model, attribute):
        return "Inner"

    def entry(self, model, attribute):
        return "Entry"

    def is_words(self, name):
        return False


WIRES: list[str] = []


def wire(name):
    WIRES.append(name)
    return name


def answering(schema):
    return {"200": {"description": "d", "content": {"application/json": {"schema": schema}}}}


def document_of(noise, text, address):
    """A list with cursors, one SIM, a change and a login, under names with noise in them."""
    WIRES.clear()
    sim = {
        "type": "object",
        "title": text,
        "description": text,
        "required": [f"ic{noise}cid", f"kind{noise}"],
        "properties": {
            wire(f"ic{noise}cid"): {"type": "string", "default": text, "example": text},
            wire(f"la{noise}bel"): {"type": "string", "title": text},
            wire(f"kind{noise}"): {"type": "string", "enum": [text]},
            wire(f"sta{noise}tus"): {"type": "string", "enum": ["active", "suspended", text]},
        },
    }
    listed = {
        "type": "object",
        "properties": {
            wire(f"da{noise}ta"): {"type": "array", "items": sim},
            wire(f"next{noise}Cursor"): {"type": "string"},
        },
    }
    login = {
        "type": "object",
        "properties": {
            f"user{noise}name": {"type": "string"},
            f"pass{noise}word": {"type": "string"},
        },
    }
    token = {"type": "object", "properties": {f"to{noise}ken": {"type": "string"}}}
    changed = {
        "type": "object",
        "required": [f"sta{noise}tus"],
        "properties": {f"sta{noise}tus": {"type": "string", "enum": ["active", "suspended"]}},
    }
    slot = {"name": "iccid", "in": "path", "required": True, "schema": {"type": "string"}}
    cursor = {"name": wire(f"cur{noise}sor"), "in": "query", "schema": {"type": "string"}}
    size = {"name": wire(f"li{noise}mit"), "in": "query", "schema": {"type": "integer"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": text, "version": text},
        "servers": [{"url": f"https://{address}"}],
        "components": {
            "securitySchemes": {
                text: {"type": "apiKey", "in": "header", "name": text},
                "o": {
                    "type": "oauth2",
                    "flows": {
                        "clientCredentials": {"tokenUrl": f"https://{address}", "scopes": {}}
                    },
                },
            }
        },
        "paths": {
            f"/{noise}sims": {
                "get": {"parameters": [cursor, size], "responses": answering(listed)}
            },
            f"/{noise}sims/{{iccid}}": {
                "parameters": [slot],
                "get": {"responses": answering(sim)},
                "patch": {
                    "requestBody": {"content": {"application/json": {"schema": changed}}},
                    "responses": {"204": {"description": text}},
                },
            },
            f"/{noise}login": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": login}}},
                    "responses": answering(token),
                }
            },
        },
    }


def once():
    """Return `Environment.compile` that compiles each template once: most of the time is that."""
    known, real = {}, jinja2.Environment.compile

    def compiled(self, source):
        if source not in known:
            known[source] = real(self, source)
        return known[source]

    return compiled


@pytest.fixture(scope="module")
def bind():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bindings, "ClientNames", Client)
        patch.setattr(jinja2.Environment, "compile", once())
        yield bindings.bind


@settings(max_examples=40, deadline=None)
@given(noise=NOISE, text=TEXTS, address=TEXTS, kind=st.sampled_from(KINDS))
def test_no_text_of_a_document_leaves_its_place(bind, noise, text, address, kind):
    document = read_document(json.dumps(document_of(noise, text, address)).encode(), "a.json")
    bound = bind(inspect(document), "client")
    assert {"list", "get", "suspend", "resume"} == set(bound.verbs)
    source = Source(
        spec="specs/acme/openapi.json",
        title=_title(document, "acme"),
        url=f"https://{text}",
        shortened=True,
        bundled=True,
        day="2026-01-01",
        sha256="0" * 64,
        overlay=True,
        waiting=1,
    )
    made = render(Names("acme"), signing_of(document, kind), bound, source)
    for path, content in made.items():
        look(path, content)
    told = tomllib.loads(made["specs/acme/source.toml"])
    assert set(told) == {"source"}
    assert (told["source"]["title"], told["source"]["url"]) == (source.title, source.url)


def look(path, content):
    """Check that a file is what it is named, and that the vendor's text is in strings only."""
    if path.endswith(".py"):
        ast.parse(content)
        for one in tokenize.generate_tokens(io.StringIO(content).readline):
            # From Python 3.12 on, an f-string is no longer one token.
            if MARK in one.string and token.tok_name[one.type] != "FSTRING_MIDDLE":
                assert one.type == token.STRING, (path, one)
                assert not one.string.startswith(('"""', "'''")), (path, one)
        return
    if path.endswith(".toml"):
        tomllib.loads(content)
    elif path.endswith(".yml"):
        yaml.safe_load(content)
    if path != "specs/acme/source.toml":
        assert MARK not in content, path
    if path.endswith(".md"):
        assert all(line.count("`") % 2 == 0 for line in content.splitlines())
        assert not any(sign in content for sign in ("<script", "](java", "\x1b", "\u202e"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("in", ["query"]),
        ("in", {}),
        ("name", {"a": 1}),
        ("name", None),
        ("schema", {"type": {}}),
        ("schema", {"type": [[]]}),
        ("schema", []),
    ],
)
def test_a_parameter_of_another_shape_is_none(place, value):
    document = document_of("", "text", "vendor.example")
    document["paths"]["/sims"]["get"]["parameters"][1][place] = value
    found = inspect(read_document(json.dumps(document).encode(), "a.json"))
    assert "list" in {*found.verbs, *found.undecided}


def test_a_page_number_that_may_be_null_is_one():
    """OpenAPI 3.1 has lists of types."""
    document = document_of("", "text", "vendor.example")
    sims = document["paths"]["/sims"]["get"]
    size = {"name": "limit", "in": "query", "schema": {"type": ["integer", "null"], "maximum": 50}}
    page = {"name": "page", "in": "query", "schema": {"type": ["null", "integer"], "minimum": 1}}
    sims["parameters"] = [page, size]
    paging = inspect(document).verbs["list"].paging
    assert (paging.kind, paging.number, paging.size, paging.most) == ("page", "page", "limit", 50)


@pytest.mark.parametrize("word", ["allOf", "oneOf", "anyOf", "properties"])
def test_schemas_that_double_at_each_level_are_looked_at_in_no_time(word):
    def level(number):
        inner = {"$ref": f"#/components/schemas/A{number + 1}"}
        if word != "properties":
            return {word: [inner, inner]}
        return {"type": "object", "required": ["a", "b"], "properties": {"a": inner, "b": inner}}

    document = document_of("", "text", "vendor.example")
    document["components"]["schemas"] = {f"A{number}": level(number) for number in range(40)}
    sims = document["paths"]["/sims/{iccid}"]["get"]["responses"]["200"]["content"]
    sim = sims["application/json"]["schema"]
    sim["properties"]["kind"] = {"$ref": "#/components/schemas/A0"}
    assert len(repr(inspect(document).verbs["get"].sample)) < 50_000


def test_what_is_no_document_is_refused_in_words():
    with pytest.raises(CannotCreate, match="neither JSON nor YAML"):
        read_document(b"a: !!python/object/apply:os.system ['true']", "a.yaml")
