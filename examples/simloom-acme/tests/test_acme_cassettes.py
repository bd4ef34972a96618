"""What the cassettes have is what the client asks for and understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recording import FOLDER, MASK, ORIGIN, SCENES, act, record, replayed
from standin import KEY
from startcards import cards

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", SCENES)
def test_a_cassette_is_replayed(name: str, tmp_path: Path) -> None:
    came = record(name, tmp_path)
    told = (tmp_path / f"{name}.yaml").read_text("utf-8")
    assert told == (FOLDER / f"{name}.yaml").read_text("utf-8"), "run nox -s record"
    with replayed(name) as played:
        assert act(name, ORIGIN) == came
        assert played.all_played


def test_every_cassette_has_a_scene() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(SCENES)


def test_no_secret_is_in_a_cassette() -> None:
    secrets = [KEY, *(card["puk"] for card in cards().values())]
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text("utf-8")
        assert [secret for secret in secrets if secret in text] == [], path.name
        assert MASK in text
        assert ORIGIN in text
