"""Swagger UI per vendor, from installed files only."""

from __future__ import annotations

import importlib.machinery
import json
import re

import httpx
import pytest

from simloom.sandbox import Sandbox
from simloom.sandbox.page import swagger
from simloom.sandbox.specs import load_spec

PROVIDERS = ("telekom-m2m", "telekom-bsc", "telcoapi", "infobip")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(seed=7, sims=25, limits=False) as running:
        yield running


@pytest.fixture
def ask(sandbox):
    with httpx.Client(base_url=sandbox.url, trust_env=False, verify=False) as client:
        yield client


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_documentation_loads_nothing_from_elsewhere(ask, provider):
    answer = ask.get(f"/_sandbox/docs/{provider}")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    linked = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert len(linked) == 6
    for address in linked:
        assert address.startswith("/")
        assert ask.get(address).status_code == 200


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_address_in_the_document_is_one_of_the_sandbox(ask, sandbox, provider):
    before = json.dumps(load_spec(provider).document)
    document = ask.get(f"/_sandbox/docs/{provider}/openapi.json").json()
    served = httpx.Response(200, json=document).text
    servers = re.findall(r'"servers":\[\{"url":"([^"]+)"', served)
    token_urls = re.findall(r'"tokenUrl":"([^"]+)"', served)
    assert servers
    assert {url.startswith(f"{sandbox.url}/{provider}") for url in servers + token_urls} == {True}
    address = sandbox.provider(provider)
    assert document["servers"] == [{"url": address.base_url, "description": "This sandbox"}]
    assert token_urls in ([], [address.token_url])
    # The spec that everybody else uses is as it was.
    assert json.dumps(load_spec(provider).document) == before
    assert "sandbox" not in json.dumps(load_spec(provider).document["servers"])
    path = next(path for path, item in document["paths"].items() if "get" in item)
    there = document["servers"][0]["url"] + re.sub("{.*?}", "1", path)
    assert ask.get(there).status_code == 401  # known, and asking for credentials


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_login_is_that_of_the_demo(ask, sandbox, provider):
    login = ask.get(f"/_sandbox/docs/{provider}/login").json()
    settings = sandbox.provider(provider).settings
    assert login["words"]
    given = {*login.get("keys", {}).values()}
    for pair in login.get("basic", {}).values():
        given |= set(pair)
    if "oauth" in login:
        given |= {login["oauth"]["clientId"], login["oauth"]["clientSecret"]}
        assert login["oauth"]["tokenUrl"] == sandbox.provider(provider).token_url
    assert given
    assert given <= {settings[name] for name in settings if name != "event_urls"}
    schemes = load_spec(provider).document["components"]["securitySchemes"]
    assert {*login.get("keys", ()), *login.get("basic", ())} <= set(schemes)


@pytest.mark.parametrize(
    "path",
    [
        "/_sandbox/docs/nobody",
        "/_sandbox/docs/nobody/openapi.json",
        "/_sandbox/docs/nobody/login",
        "/_sandbox/swagger/LICENSE",
        "/_sandbox/swagger/..%2f__init__.py",
    ],
)
def test_there_is_no_other_documentation(ask, path):
    assert ask.get(path).status_code == 404


def test_the_assets_have_their_types_and_may_be_kept(ask):
    script = ask.get("/_sandbox/swagger/swagger-ui-bundle.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "max-age" in script.headers["cache-control"]
    assert len(script.content) > 1_000_000
    style = ask.get("/_sandbox/swagger/swagger-ui.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("folders", [None, [], ["/nowhere"]])
def test_without_swagger_ui_there_is_an_explanation(ask, monkeypatch, folders):
    swagger.asset.cache_clear()
    found = None if folders is None else importlib.machinery.ModuleSpec("swagger_ui", None)
    if found is not None:
        found.submodule_search_locations = folders
    monkeypatch.setattr(swagger, "find_spec", lambda _name: found)
    answer = ask.get("/_sandbox/swagger/swagger-ui.css")
    swagger.asset.cache_clear()
    assert answer.status_code == 404
    assert "pip install 'simloom[sandbox]'" in answer.json()["error"]
