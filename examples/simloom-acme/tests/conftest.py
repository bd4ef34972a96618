"""The stand-in is a module beside the tests; the command line gets a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))

from standin import KEY, StandIn, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def vendor() -> StandIn:
    return StandIn()


@pytest.fixture
def address(vendor: StandIn) -> Iterator[str]:
    with running(vendor) as found:
        yield found


@frozen
class Line:
    """The command line of simloom, with nothing of this user's."""

    folder: Path
    settings: dict[str, str]

    def environment(self, **others: str) -> dict[str, str]:
        outside = {name: value for name, value in os.environ.items() if "SIMLOOM" not in name}
        own = {f"SIMLOOM_ACME_{name.upper()}": value for name, value in self.settings.items()}
        place = {"SIMLOOM_CONFIG": os.devnull, "SIMLOOM_STATE": str(self.folder / "state")}
        return {**outside, **own, **place, "NO_COLOR": "1", "COLUMNS": "200", **others}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "simloom.cli", *arguments]

    def __call__(self, *arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(**others),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def simloom(tmp_path: Path, address: str) -> Line:
    return Line(tmp_path, {"base_url": address, "api_key": KEY})
