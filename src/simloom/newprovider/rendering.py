"""The files of the repository, from the templates."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from attrs import asdict, frozen

import simloom
from simloom.newprovider.extra import wanted
from simloom.newprovider.provided import facts, provided

if TYPE_CHECKING:
    from simloom.newprovider.bindings import Bindings
    from simloom.newprovider.names import Names
    from simloom.newprovider.signing import Signing

VERSION = "1.0"
"""The plugin surface that the templates are written for."""
_LONGEST = 300


@frozen(kw_only=True)
class Source:
    """The document: its path in the repository, its vendor's name, and where it is from.

    `url` is empty for a file; `shortened` tells that it had a query, `bundled` that other files
    were brought into the document. `waiting` is the number of writes in the overlay that a person
    has to decide on.
    """

    spec: str
    title: str
    url: str
    shortened: bool
    bundled: bool
    day: str
    sha256: str
    overlay: bool
    waiting: int


def plain(text: object) -> str:
    """Return text of the vendor's for Markdown: one line, and nothing that marks up."""
    return re.sub(r"[^\w .,:;/{}()'+*=?&-]", "?", str(text))[:_LONGEST]


def toml(text: str) -> str:
    """Return a TOML basic string: JSON's escapes, and the one control character JSON leaves."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def open_facts(signing: Signing, bindings: Bindings) -> tuple[str, ...]:
    """Return what a person has to decide besides the verbs, with the module that it is in."""
    return (*signing.undecided, *facts(bindings))


def render(names: Names, signing: Signing, bindings: Bindings, source: Source) -> dict[str, str]:
    """Return the text of each file by its path in the repository.

    Text of the document gets into code only as a literal.
    """
    jinja2 = wanted("jinja2")
    environment = jinja2.Environment(  # nothing is escaped: each value is a literal, or plain
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"py": repr, "plain": plain, "toml": toml}
    given: dict[str, Any] = {
        "names": names,
        "signing": signing,
        "kind": signing.kind,
        **asdict(source),
        "simloom_version": simloom.__version__,
        "api_version": VERSION,
        "facts": open_facts(signing, bindings),
        **provided(bindings),
    }
    folder = files("simloom.newprovider") / "templates"
    return {
        path: environment.from_string((folder / name).read_text("utf-8")).render(given)
        for path, name in _places(names, walks=given["walks"]).items()
    }


def _places(names: Names, *, walks: bool) -> dict[str, str]:
    package = f"src/{names.package}"
    return {
        "pyproject.toml": "pyproject.toml.j2",
        "README.md": "readme.md.j2",
        "CHANGELOG.md": "changelog.md.j2",
        "noxfile.py": "noxfile.py.j2",
        "LICENSE": "license.txt",
        ".gitignore": "gitignore.j2",
        ".gitattributes": "gitattributes.j2",
        "specs/lock.py": "lock.py.j2",
        f"specs/{names.id}/source.toml": "source.toml.j2",
        ".ci/run": "run.j2",
        ".github/workflows/release.yml": "release.yml.j2",
        f"{package}/__init__.py": "init.py.j2",
        f"{package}/settings.py": "settings.py.j2",
        f"{package}/auth.py": "auth.py.j2",
        f"{package}/mapping.py": "mapping.py.j2",
        f"{package}/provider.py": "provider.py.j2",
        **({f"{package}/pages.py": "pages.py.j2"} if walks else {}),
        "tests/conftest.py": "conftest.py.j2",
        "tests/standin.py": "standin.py.j2",
        "tests/recording.py": "recording.py.j2",
        f"tests/test_{names.word}_cassettes.py": "cassettes.py.j2",
        f"tests/test_{names.word}_repository.py": "repository.py.j2",
        f"tests/test_{names.word}_conformance.py": "conformance.py.j2",
        f"tests/test_{names.word}_decisions.py": "decisions.py.j2",
    }
