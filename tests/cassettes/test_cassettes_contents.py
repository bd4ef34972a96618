"""What is in the cassettes: every operation, nothing secret, nothing that is lost on decoding."""

from __future__ import annotations

import json
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from cassettes.recording import yamltext
from cassettes.recording.__main__ import HOME
from cassettes.recording.documented import examples
from cassettes.recording.recorder import header
from cassettes.recording.scanning import _values, leaks
from cassettes.recording.scenes import SCENES
from cassettes.recording.tape import RECEIVER
from simloom.runtime.answers import read_answer, read_error
from simloom.runtime.encoding import encode_json
from simloom.runtime.operation import Request
from simloom.sandbox.specs import load_spec

PROVIDERS = {"infobip": 8, "telcoapi": 7, "telekom-bsc": 20, "telekom-m2m": 46}
LOGINS = {"telekom-bsc", "telekom-m2m"}
METHODS = {"get", "put", "post", "delete", "patch"}
BEHAVIOURS = {
    "infobip": {"activated-and-waited-for", "api-key-refused", "pages"},
    "telcoapi": {"pages", "problems", "webhooks"},
    "telekom-bsc": {
        *("many-at-once", "pages", "rate-limit", "rate-limit-that-stays"),
        *("token-refused", "token-renewed-after-401", "webhooks"),
    },
    "telekom-m2m": {
        *("action-waited-for", "bulk-in-chunks", "events", "forbidden", "limit-exceeded"),
        *("pages", "resolution", "token-refused", "token-renewed-after-401", "transfer-accepted"),
    },
}
FILES = sorted(path for name in PROVIDERS for path in (HOME / name).rglob("*.yaml"))
NAMES = [path.relative_to(HOME).as_posix() for path in FILES]
CONTENT = {name: path.read_text("utf-8") for name, path in zip(NAMES, FILES, strict=True)}
EXCHANGES = {name: yamltext.load(text)["interactions"] for name, text in CONTENT.items()}
OPERATIONS = [told for told in SCENES if told.operation is not None]


def of_the_specs():
    """Yield provider, operation id, method and a pattern of the path."""
    for provider in PROVIDERS:
        spec = load_spec(provider)
        for template, item in spec.document["paths"].items():
            for method, node in item.items():
                if method in METHODS:
                    base = spec.base_path(node, item)
                    path = "[^/]+".join(re.escape(one) for one in re.split(r"{\w+}", template))
                    yield provider, node["operationId"], method.upper(), f"{re.escape(base)}{path}"


ALL = list(of_the_specs())


@pytest.mark.parametrize(
    ("provider", "operation", "method", "path"), ALL, ids=[f"{one[0]}-{one[1]}" for one in ALL]
)
def test_every_operation_of_the_specs_succeeds_in_its_cassette(provider, operation, method, path):
    found = [
        exchange["response"]["status"]["code"]
        for exchange in EXCHANGES[f"{provider}/{operation}.yaml"]
        if exchange["request"]["method"] == method
        and re.fullmatch(path, urlsplit(exchange["request"]["uri"]).path)
    ]
    assert found
    assert all(200 <= status < 300 for status in found)


def test_the_specs_have_81_operations_and_two_logins():
    counted = Counter(provider for provider, *_ in ALL)
    assert counted == {name: count + (name in LOGINS) for name, count in PROVIDERS.items()}
    assert sum(PROVIDERS.values()) == 81


def test_every_file_has_a_scene_and_every_scene_a_file():
    assert sorted(told.path for told in SCENES) == NAMES


def test_every_behaviour_is_there():
    found = {name: set() for name in PROVIDERS}
    for told in SCENES:
        folder, _, behaviour = told.name.rpartition("/")
        if folder:
            found[told.provider].add(behaviour)
    assert found == BEHAVIOURS


def of(provider):
    return [name for name in NAMES if name.startswith(f"{provider}/")]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_secret_is_in_a_cassette(provider):
    found = {name: leaks(CONTENT[name]) for name in of(provider)}
    assert {name: told for name, told in found.items() if told} == {}


def test_enough_secrets_are_looked_for():
    kinds = Counter(_values().values())
    assert kinds["a credential"] >= 6
    assert min(kinds["a token of telekom-m2m"], kinds["a token of telekom-bsc"]) == 50
    assert min(kinds["ki"], kinds["opc"]) >= 50


OF_A_RUN = re.compile(r"127\.0\.0\.1|localhost|sandbox\.invalid|!!binary")
OF_A_CONNECTION = {"date", "host", "server", "user-agent", "content-length", "traceparent"}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_depends_on_the_run(provider):
    assert [name for name in of(provider) if OF_A_RUN.search(CONTENT[name])] == []
    headers = {
        header
        for name in of(provider)
        for exchange in EXCHANGES[name]
        for header in (*exchange["request"]["headers"], *exchange["response"]["headers"])
    }
    assert headers & OF_A_CONNECTION == set()
    assert {"accept", "authorization", "content-type"} <= headers


@pytest.mark.parametrize("provider", PROVIDERS)
def test_requests_go_to_the_vendor_and_webhooks_to_us(provider):
    home = urlsplit(load_spec(provider).document["servers"][0]["url"]).netloc
    hosts = {
        name: {urlsplit(exchange["request"]["uri"]).netloc for exchange in EXCHANGES[name]}
        for name in of(provider)
    }
    with_webhooks = [name for name, found in hosts.items() if found != {home}]
    assert with_webhooks in ([], [f"{provider}/behaviours/webhooks.yaml"])
    assert set().union(*hosts.values()) <= {home, urlsplit(RECEIVER).netloc}


def test_the_header_tells_where_it_comes_from_and_what_is_documented():
    for told in SCENES:
        expected = header(told, EXCHANGES[told.path])
        assert CONTENT[told.path].startswith(f"{expected}version: 1\n")
        assert expected.startswith(
            "# Recorded against the simloom sandbox, not against the vendor;"
        )
        assert "# Documented example: " in expected


def test_what_is_documented_word_for_word():
    lines = [
        line for text in CONTENT.values() for line in text.split("\n") if "example: yes" in line
    ]
    told = {
        (example.provider, example.name)
        for example in examples()
        for line in lines
        if re.search(rf"\b{example.name} \({re.escape(example.where)}\)", line)
    }
    assert told == {
        ("infobip", "rename-sim-request"),
        ("infobip", "send-sms-request"),
        *(
            ("telcoapi", name)
            for name in (
                *("provision-sim-request", "provision-sim-response", "get-sim-response"),
                *("update-sim-state-request", "update-sim-state-response"),
                *("reset-pin-request", "reset-pin-response"),
                *("unblock-pin-request", "unblock-pin-response", "delete-sim-response"),
                *("invalid-iccid-error", "sim-not-found-error", "invalid-transition-error"),
                "state-changed-webhook",
            )
        ),
        ("telekom-m2m", "limit-exceeded"),
    }


def operation_of(provider, request):
    """Find the generated operation of an exchange, the one with the fewest templates first."""
    path = urlsplit(request["uri"]).path
    fits = [
        told.operation
        for told in OPERATIONS
        if told.provider == provider
        and told.operation.method == request["method"]
        and re.search(re.sub(r"{\w+}", "[^/]+", told.operation.path) + "$", path)
    ]
    return min(fits, key=lambda one: one.path.count("{"), default=None)


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_decoded_without_loss(name, same):
    provider = name.partition("/")[0]
    for exchange in EXCHANGES[name]:
        request, response = exchange["request"], exchange["response"]
        operation = operation_of(provider, request)
        content = response["body"]["string"].encode()
        if operation is None:  # a webhook, a stream
            assert request["uri"].startswith(RECEIVER) or "/horizon/" in request["uri"]
            continue
        status = response["status"]["code"]
        headers = {key: values[0] for key, values in response["headers"].items()}
        if status >= 400:
            error = read_error(operation.id, operation.errors, status, headers, content)
            value = error.body
        else:
            answer = read_answer(Request(operation=operation, path="/"), status, headers, content)
            assert answer.problems == ()
            value = answer.parsed
        if content:
            assert same(json.loads(encode_json(value)), json.loads(content))
        else:
            assert value is None


def test_a_value_that_is_lost_would_be_noticed(same):
    assert same({"a": ["2019-06-04T11:42:49"]}, {"a": ["2019-06-04T11:42:49Z"]})
    assert not same({"a": 1}, {"a": 1, "b": None})
    assert same({"a": 50.0}, {"a": 50})
    assert not same({"a": True}, {"a": 1})
    assert not same({"a": "1"}, {"a": 1})
    assert not same({"a": [1]}, {"a": [1, 2]})
    assert not same({"a": "2019-06-04T11:42:49"}, {"a": "2019-06-04T11:42:50"})
