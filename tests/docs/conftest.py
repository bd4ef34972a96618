"""The pages of the documentation, and the sandbox that their examples talk to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from simloom.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block, the line it starts at, and the text between it and the block before."""

    language: str
    text: str
    line: int
    before: str


class Page(NamedTuple):
    """A Markdown page; `prose` is the page without its fenced blocks."""

    name: str
    text: str
    blocks: list[Block]
    prose: str

    @property
    def path(self) -> Path:
        return ROOT / self.name

    @property
    def examples(self) -> list[tuple[Block, str | None]]:
        """Python blocks, each with the output that is shown directly below it."""
        following = [*self.blocks[1:], None]
        return [
            (block, after.text if after and is_output(after) else None)
            for block, after in zip(self.blocks, following, strict=False)
            if block.language == "python"
        ]


def is_output(block: Block) -> bool:
    return block.language == "text" and not block.before.strip()


def read_page(path: Path) -> Page:
    text = path.read_text("utf-8")
    blocks, end = [], 0
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start(2)) + 1
        blocks.append(Block(match[1], match[2], line, text[end : match.start()]))
        end = match.end()
    return Page(path.relative_to(ROOT).as_posix(), text, blocks, _FENCE.sub("", text))


PAGES = {
    page.name: page
    for page in map(read_page, [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))])
}


@pytest.fixture(scope="session")
def pages() -> dict[str, Page]:
    return PAGES


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


@pytest.fixture(params=[name for name, page in PAGES.items() if page.examples])
def page_with_examples(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:  # its defaults are those of the command that the pages name
        yield running


@pytest.fixture(autouse=True)
def _no_index_of_this_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMLOOM_STATE", str(tmp_path))
