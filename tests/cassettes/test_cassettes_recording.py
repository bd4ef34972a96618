"""Recording again gives the same bytes; what is written has no secrets and can be read."""

from __future__ import annotations

import json

import httpx
import pytest

from cassettes.recording import __main__ as command
from cassettes.recording import yamltext
from cassettes.recording.recorder import Studio
from cassettes.recording.scanning import leaks
from cassettes.recording.scene import Scripts
from cassettes.recording.scenes import SCENES
from cassettes.recording.scrubbing import Scrubber, canaries, secret_names
from cassettes.recording.tape import playing
from simloom_clients.infobip.api.sims import get_sim


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Record everything once more, last scene first: no scene may depend on another."""
    folder = tmp_path_factory.mktemp("cassettes")
    with Studio(folder) as studio:
        for told in reversed(SCENES):
            studio.record(told)
    return folder


@pytest.mark.parametrize("provider", ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"])
def test_recording_again_gives_the_same_files(provider, again):
    paths = [told.path for told in SCENES if told.provider == provider]
    fresh = {path: (again / path).read_bytes() for path in paths}
    differ = [path for path in paths if fresh[path] != (command.HOME / path).read_bytes()]
    assert differ == [], "look at `nox -s record -- --check`, then run `nox -s record`"


ONE = "infobip/get_usage"


def test_the_command_checks_and_records(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "HOME", tmp_path)
    assert command.main(["--check", ONE]) == 1
    assert "1 cassettes, 1 differ" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert command.main([ONE]) == 0
    assert command.main(["--check", ONE]) == 0
    written = tmp_path / f"{ONE}.yaml"
    text = written.read_text("utf-8")
    written.write_text(text.replace("usedDataBytes", "usedBytes"), "utf-8")
    assert command.main(["--check", ONE]) == 1
    assert '-            "usedBytes"' in capsys.readouterr().out
    assert command.main([ONE]) == 0
    assert written.read_text("utf-8") == text
    assert command.main(["--check", "nobody/knows"]) == 2


def test_a_file_without_a_scene_is_left_over(tmp_path, monkeypatch, capsys):
    scene = next(told for told in SCENES if told.path == f"{ONE}.yaml")
    monkeypatch.setattr(command, "HOME", tmp_path)
    monkeypatch.setattr(command, "SCENES", (scene,))
    stale = tmp_path / "infobip/behaviours/gone.yaml"
    stale.parent.mkdir(parents=True)
    stale.write_text("version: 1\n")
    assert command.main(["--check"]) == 1
    assert "infobip/behaviours/gone.yaml: no scene records this" in capsys.readouterr().out
    assert command.main([]) == 0
    assert not stale.exists()
    assert command.main(["--check"]) == 0


def test_a_scene_that_fails_writes_nothing(tmp_path):
    scripts = Scripts("infobip")
    scripts.operation(get_sim, lambda _: get_sim.request("8900000000000000000"))
    with Studio(tmp_path) as studio, pytest.raises(Exception, match="get_sim"):
        studio.record(scripts.all[0])
    assert list(tmp_path.rglob("*.yaml")) == []


SECRET = min(canaries())


def test_the_credentials_and_names_that_are_masked():
    assert {"ki", "opc", "pin1", "puk2", "appToken", "client_secret"} <= secret_names()
    assert "sandbox-m2m-client-secret" in canaries()


@pytest.mark.parametrize(
    ("body", "media_type", "kept"),
    [
        ('{"ki": "A1", "a": [{"new_pin": 1234}]}', "application/json", ["***", "***"]),
        (f'{{"note": "it is {SECRET}!"}}', "application/json", ["it is ***!"]),
        ('{"pin1": null}', "application/problem+json", ["***"]),
    ],
)
def test_json_is_masked_by_name_and_by_value(body, media_type, kept):
    shown = Scrubber().body(body, media_type)
    assert [word for word in kept if word in shown] == kept
    assert SECRET not in shown
    assert "A1" not in shown
    assert "1234" not in shown


def test_forms_and_texts_are_masked():
    scrubber = Scrubber({"http://127.0.0.1:1": "https://real.example"})
    form = scrubber.body(f"a=b&client_secret=x&c={SECRET}", "application/x-www-form-urlencoded")
    assert form == "a=b&client_secret=***&c=***"
    assert scrubber.body(f"see http://127.0.0.1:1/x {SECRET}", "text/plain") == (
        "see https://real.example/x ***"
    )
    assert scrubber.body(f'{{"cut": "{SECRET}', "application/json") == '{"cut": "***'


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('data: {"ki":"A1\\"","a":"b"}\n\n', 'data: {"ki":"***","a":"b"}\n\n'),
        (
            '{"new_pin" : 1234, "x": [1]}\n{"puk1":null}\n',
            '{"new_pin" : "***", "x": [1]}\n{"puk1":"***"}\n',
        ),
        ('{"pin1": "12', '{"pin1": "***"'),
        ('{"a": "ki", "b": {"opc": "F6"},}', '{"a": "ki", "b": {"opc": "***"},}'),
    ],
)
def test_streams_and_broken_json_are_masked_by_name(text, kept):
    assert Scrubber().body(text, "text/event-stream") == kept
    assert Scrubber().body(text, "application/x-ndjson") == kept


def test_addresses_are_masked():
    scrubber = Scrubber({"http://127.0.0.1:1/x": "https://real.example"})
    assert scrubber.uri("http://127.0.0.1:1/x/a?q=a%20b&c=") == "https://real.example/a?q=a%20b&c="
    assert (
        scrubber.uri("https://a.example/b?api_key=k&c=1") == "https://a.example/b?api_key=***&c=1"
    )
    assert scrubber.headers({"Set-Cookie": ["a=b", "c=d"]}) == {"set-cookie": ["***", "***"]}


def test_tokens_are_numbered_where_they_come_from_and_where_they_go():
    scrubber = Scrubber()
    scrubber.learn('{"access_token": "AAAA1111"}')
    scrubber.learn('{"access_token": "BBBB2222"}')
    scrubber.learn('{"access_token": "AAAA1111"}')
    told = scrubber.body('{"access_token": "BBBB2222", "refresh_token": "C"}', "application/json")
    assert json.loads(told) == {"access_token": "token-2", "refresh_token": "***"}
    sent = {"Authorization": "Bearer AAAA1111", "Date": "now", "X-Sandbox-Reason": "x", "A": "b"}
    assert scrubber.headers(sent) == {"a": ["b"], "authorization": ["Bearer token-1"]}
    for foreign in ("Bearer CCCC", "Basic QWxh", "App key"):
        kept = scrubber.headers({"authorization": foreign})["authorization"]
        assert kept == [f"{foreign.split()[0]} ***"]


def test_bytes_that_are_no_text_are_kept_unless_a_secret_is_in_them():
    scrubber = Scrubber()
    assert scrubber.binary(b"\xff\x00") == b"\xff\x00"
    with pytest.raises(ValueError, match="nothing was written"):
        scrubber.binary(b"\xff" + SECRET.encode())


@pytest.mark.parametrize(
    "value",
    [
        {"a": 'two\nlines: "quoted"\n', "b": None, "c": b"\xff\x00"},
        {"trailing blank": "a \nb\n", "crlf": "a\r\nb", "unicode": "Zähler ☃\n", "tab": "\ta\n"},
        {"looks like": ["no", "1", "1e3", "2026-01-01", "", "~", "null"]},
    ],
)
def test_yaml_gives_back_what_it_got(value):
    assert yamltext.load(yamltext.dump(value)) == value
    assert yamltext.dump(value) == yamltext.dump(yamltext.load(yamltext.dump(value)))


CLEAN = """version: 1
interactions:
  - request:
      method: POST
      uri: https://api.example/a?b=c
      headers:
        authorization:
          - Bearer token-1
      body: client_secret=***&a=b
    response:
      status: {code: 200, message: OK}
      headers: {}
      body:
        string: '{"a": [{"pin1": "***"}]}'
"""


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("Bearer token-1", "Bearer abcdef", "request 1: authorization"),
        ("client_secret=***", "client_secret=x", "request 1: client_secret"),
        ("?b=c", "?api_key=c", "request 1: api_key"),
        ('"pin1": "***"', '"pin1": "1234"', "response 1: pin1"),
        ("a=b", f"a={SECRET}", "a value of a credential"),
        ('\'{"a"', '\'data: {"ki": "A1"}\n\n\n          data: {"a"', "response 1: ki"),
    ],
)
def test_a_planted_secret_is_found(right, wrong, found):
    assert leaks(CLEAN) == []
    assert right in CLEAN
    assert leaks(CLEAN.replace(right, wrong)) == [found]


def test_a_body_of_bytes_is_played_as_it_was(tmp_path):
    path = tmp_path / "bytes.yaml"
    string = "        string: !!binary /wA=\n"
    path.write_text(CLEAN.replace('        string: \'{"a": [{"pin1": "***"}]}\'\n', string))
    with playing(path), httpx.Client(trust_env=False) as client:
        answer = client.post(
            "https://api.example/a?b=c",
            content=b"client_secret=***&a=b",
            headers={"authorization": "Bearer token-1"},
        )
    assert answer.content == b"\xff\x00"
