"""Every scene again, from its cassette: no sandbox, no network, the same requests and results."""

from __future__ import annotations

import httpx
import pytest
from vcr.errors import CannotOverwriteExistingCassetteException

from cassettes.recording.__main__ import HOME
from cassettes.recording.scenes import SCENES
from cassettes.recording.stage import PlayedStage
from cassettes.recording.tape import RECEIVER, playing
from simloom.runtime.answers import read_answer

IDS = [told.path for told in SCENES]
AWAITED = [told for told in SCENES if told.awaited]


def act(told, connect=None):
    with playing(HOME / told.path) as tape:
        result, scene = told.acted(PlayedStage(tape, told.start, connect))
        assert tape.all_played
        assert tape.play_count == len(tape)
    return tape, result, scene


def check(told, tape, result, scene):
    assert result == tape._metadata.get("result")
    assert told.operation is None or scene.answers
    stored = [
        (response["status"]["code"], response["body"]["string"])
        for request, response in zip(tape.requests, tape.responses, strict=True)
        if not request.uri.startswith(RECEIVER)
    ]
    for request, response in scene.answers:
        assert (response.status, response.content) in stored
        assert response.problems == ()
        again = read_answer(request, response.status, response.headers, response.content)
        assert again.parsed == response.parsed


@pytest.mark.parametrize("told", SCENES, ids=IDS)
def test_blocking(told):
    check(told, *act(told))


@pytest.mark.parametrize("told", AWAITED, ids=[told.path for told in AWAITED])
def test_awaited(told, awaited):
    check(told, *act(told, awaited))


def scene_of(path):
    (found,) = (told for told in SCENES if told.path == path)
    return found


def test_only_what_needs_threads_is_not_awaited():
    assert [told.name for told in SCENES if not told.awaited] == [
        "behaviours/bulk-in-chunks",
        "behaviours/events",
    ]


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "https://api.infobip.com/iot/1/sims/8981109537837665102", None),
        ("PATCH", "http://api.infobip.com/iot/1/sims/8981109537837665102", None),
        ("PATCH", "https://other.infobip.com/iot/1/sims/8981109537837665102", None),
        ("PATCH", "https://api.infobip.com:8443/iot/1/sims/8981109537837665102", None),
        ("PATCH", "https://api.infobip.com/iot/1/sims/8981109537837665103", None),
        ("PATCH", "https://api.infobip.com/iot/1/sims/8981109537837665102?x=1", None),
        ("PATCH", "https://api.infobip.com/iot/1/sims/8981109537837665102", {"name": "other"}),
    ],
    ids=["method", "scheme", "host", "port", "path", "query", "body"],
)
def test_another_request_is_refused_and_not_sent(method, url, body):
    login = {"authorization": "App any"}
    with (
        playing(HOME / "infobip/rename_sim.yaml"),
        httpx.Client(trust_env=False, headers=login) as client,
    ):
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.request(method, url, json=body or {"name": "1st SIM card"})
        same = "https://api.infobip.com/iot/1/sims/8981109537837665102"
        assert client.patch(same, json={"name": "1st SIM card"}).status_code == 200
        with pytest.raises(CannotOverwriteExistingCassetteException):  # once is all there is
            client.patch(same, json={"name": "1st SIM card"})


def test_what_a_scene_leaves_out_is_noticed():
    with playing(HOME / "telekom-bsc/get_sim.yaml") as tape:
        assert not tape.all_played


def test_a_cassette_that_is_not_there_answers_nothing(tmp_path):
    with (
        playing(tmp_path / "none.yaml"),
        httpx.Client(trust_env=False) as client,
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        client.get("https://api.infobip.com/iot/2/sims")
    assert list(tmp_path.iterdir()) == []


def test_playing_changes_no_file():
    path = HOME / "telcoapi/get_sim.yaml"
    before = path.read_bytes()
    act(scene_of("telcoapi/get_sim.yaml"))
    assert path.read_bytes() == before


def test_a_refused_token_is_replaced_and_the_new_one_used():
    tape, *_ = act(scene_of("telekom-m2m/behaviours/token-renewed-after-401.yaml"))
    used = [request.headers.get("authorization") for request in tape.requests]
    assert used == [None, "Bearer token-1", "Bearer token-1", None, "Bearer token-2"]


@pytest.mark.parametrize("other", ["Bearer token-2", "Bearer another", "Basic token-1", None])
def test_another_token_is_refused(other):
    headers = {} if other is None else {"authorization": other}
    url = "https://sg-api.telekom.de/iot/connectivity/management/v1/partners/100013"
    with (
        playing(HOME / "telekom-m2m/get_partner_sim_counts.yaml"),
        httpx.Client(trust_env=False) as client,
    ):
        with pytest.raises(CannotOverwriteExistingCassetteException):
            client.get(url, headers=headers)
        assert client.get(url, headers={"authorization": "Bearer token-1"}).status_code == 200
