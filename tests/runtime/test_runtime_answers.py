from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import define

from simloom.runtime import (
    UNSET,
    ApiError,
    Binary,
    DecodeError,
    Empty,
    Json,
    Model,
    Operation,
    Text,
    Unset,
)
from simloom.runtime.answers import read_answer
from simloom.runtime.problems import DecodeProblem


@define(kw_only=True, repr=False, weakref_slot=False)
class Sim(Model):
    iccid: str
    label: str | Unset | None = UNSET


@define(kw_only=True, repr=False, weakref_slot=False)
class Action(Model):
    id: int


def read(results: Any, status: int, content: bytes, errors: Any = None) -> Any:
    operation: Operation[Any] = Operation(
        id="get_sim", method="GET", path="/", results=results, errors=errors or {}
    )
    return read_answer(operation.request(), status, {"x-request-id": "1"}, content)


SIM, ACTION = Json(lambda: Sim), Json(lambda: Action)


@pytest.mark.parametrize(
    ("results", "status", "content", "parsed"),
    [
        ({200: SIM}, 200, b'{"iccid":"1"}', Sim(iccid="1")),
        ({200: Json(lambda: list[Sim])}, 200, b'[{"iccid":"1"}]', [Sim(iccid="1")]),
        ({200: SIM, 202: ACTION}, 202, b'{"id":5}', Action(id=5)),
        ({"2XX": SIM, 202: ACTION}, 202, b'{"id":5}', Action(id=5)),
        ({"2XX": SIM, 202: ACTION}, 207, b'{"iccid":"1"}', Sim(iccid="1")),
        ({"default": SIM}, 299, b'{"iccid":"1"}', Sim(iccid="1")),
        ({"default": SIM, "2XX": ACTION}, 200, b'{"id":5}', Action(id=5)),
        ({200: Empty()}, 200, b"", None),
        ({200: Empty()}, 200, b"whatever nobody documents", None),
        ({204: Empty()}, 204, b"", None),
        ({200: SIM, 204: Empty()}, 204, b"", None),
        ({200: Text()}, 200, "grün".encode(), "grün"),
        ({200: Text()}, 200, b"\xff!", "\ufffd!"),
        ({200: Text()}, 200, b"", ""),
        ({200: Binary()}, 200, b"\x00\xff", b"\x00\xff"),
        ({}, 200, b"anything", None),
    ],
)
def test_a_success_is_read_as_documented(results, status, content, parsed):
    response = read(results, status, content)
    assert (response.parsed, response.problems) == (parsed, ())
    assert (response.status, response.content) == (status, content)
    assert response.headers == {"x-request-id": "1"}


@pytest.mark.parametrize("status", [201, 202, 206, 226, 299])
def test_an_undocumented_success_is_read_as_the_first_documented_one(status):
    assert read({200: SIM, 204: Empty()}, status, b'{"iccid":"1"}').parsed == Sim(iccid="1")


def test_problems_travel_with_the_answer():
    response = read({200: SIM}, 200, b'{"iccid":"1","label":[]}')
    assert response.problems == (DecodeProblem("/label", "text", "list"),)
    assert repr(response) == "<Response 200: 24 bytes, 1 problems>"


@pytest.mark.parametrize(
    ("content", "pointer", "words"),
    [
        (b"", "", "empty where JSON is documented"),
        (b" \r\n", "", "empty where JSON is documented"),
        (b"<html>", "", "not JSON"),
        (b'{"iccid":', "", "not JSON"),
        (b"\xff", "", "not"),
        (b"[]", "", "not the documented one"),
        (b'{"sims":[{"label":"x"}]}', "/sims/0", "'iccid' is missing"),
        (b"[" * 100_000, "", "nested too deeply"),
    ],
)
def test_an_unreadable_success_says_everything_but_the_content(content, pointer, words):
    kind = Json(lambda: dict[str, list[Sim]] if pointer else Sim)
    with pytest.raises(DecodeError, match=words) as caught:
        read({200: kind}, 200, content)
    error = caught.value
    assert (error.operation, error.status, error.pointer) == ("get_sim", 200, pointer)
    assert error.content == content
    assert error.__cause__ is None
    assert str(error).endswith(f"(HTTP 200, {len(content)} bytes)")


@pytest.mark.parametrize("status", [204, 205])
def test_done_with_nothing_to_read_is_no_error_whatever_is_documented(status):
    assert read({200: SIM}, status, b"").parsed is None


def test_an_empty_200_where_json_is_documented_keeps_its_status():
    with pytest.raises(DecodeError) as caught:
        read({200: SIM}, 200, b"")
    assert caught.value.status == 200


@pytest.mark.parametrize("status", [100, 199, 300, 301, 302, 307, 308])
def test_a_redirect_is_no_success(status):
    with pytest.raises(ApiError) as caught:
        read({200: SIM, "default": SIM}, status, b'{"iccid":"1"}')
    assert caught.value.status == status


def test_models_are_resolved_at_the_first_answer_only():
    def never() -> Any:
        pytest.fail("the model was imported although another status came")

    assert read({200: Json(never), 204: Empty()}, 204, b"").parsed is None
    with pytest.raises(ApiError):
        read({200: Json(never)}, 404, b"{}", errors={404: Json(lambda: Sim)})


def test_the_content_of_an_answer_is_masked_for_people():
    with pytest.raises(DecodeError) as caught:
        read({200: SIM}, 200, b'{"pin":"1234"}')
    assert json.loads(caught.value.masked_content) == {"pin": "***"}
    assert "1234" not in str(caught.value)
