"""What schemathesis and the fuzzer have found in the sandbox, each once by hand."""

from __future__ import annotations

import httpx
import pytest

from simloom.sandbox import Sandbox
from simloom.sandbox.messages import strict_json


@pytest.fixture(scope="module")
def client():
    headers = {"Authorization": "App sandbox-infobip-api-key"}
    with (
        Sandbox(seed=7, sims=3) as sandbox,
        httpx.Client(base_url=sandbox.url, headers=headers, trust_env=False) as opened,
    ):
        yield opened


@pytest.mark.parametrize("path", ["/infobip/iot/2/sims/%0A", "/infobip/%0A", "/infobip/a%0Ab/c"])
def test_a_line_feed_in_the_path_is_the_vendors_business(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["requestError"]["serviceException"]["messageId"] == "NOT_FOUND"


def test_a_reason_that_ends_with_a_blank_is_a_header_all_the_same(client):
    answer = client.get("/infobip/iot/2/sims?%20=1")
    assert answer.status_code == 400
    assert answer.headers["x-sandbox-reason"] == "unknown parameter"


def test_a_number_that_no_float_holds_is_no_json_and_can_be_looked_at(client):
    path = "/infobip/iot/1/sims/1"
    answer = client.patch(
        path, content=b'{"name": 1e999}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert client.get("/_sandbox/requests").status_code == 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"2.0", 2),
        (b"-1e3", -1000),
        (b"0.5", 0.5),
        (b"1e300", 1e300),
        (b"12345678901234567890", 12345678901234567890),
    ],
)
def test_a_whole_number_is_an_integer_however_it_is_written(text, value):
    read = strict_json(text)
    assert (read, type(read)) == (value, type(value))
