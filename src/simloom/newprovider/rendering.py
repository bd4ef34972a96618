"""The files of the repository, from the templates."""

from __future__ import annotations

import re
from importlib.resources import files
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from simloom.models import SimStatus
from simloom.newprovider.extra import wanted

if TYPE_CHECKING:
    from simloom.newprovider.bindings import Bindings, Reader
    from simloom.newprovider.names import Names
    from simloom.newprovider.signing import Signing

VERSION = "1.0"
"""The plugin surface that the templates are written for."""
_LONGEST = 300
_UNTOLD = "mapping.py: no member of a record is certain to be its status"


def plain(text: object) -> str:
    """Return text of the vendor's for Markdown: one line, and nothing that marks up."""
    return re.sub(r"[^\w .,:;/{}()'+*=?&-]", "?", str(text))[:_LONGEST]


def render(
    names: Names, signing: Signing, bindings: Bindings, *, title: str, spec: str
) -> dict[str, str]:
    """Return the text of each file by its path in the repository.

    `title` is the vendor's own name, `spec` the path of the document in the repository. Text of the
    document gets into code only as a literal.
    """
    jinja2 = wanted("jinja2")
    environment = jinja2.Environment(  # nothing is escaped: each value is a literal, or plain
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"py": repr, "plain": plain}
    readers = _readers(bindings)
    statuses: dict[str, SimStatus] = {}
    unread: list[str] = []
    for reader in readers.values():
        statuses |= reader.record.statuses
        unread += [word for word in reader.record.unread if word not in unread]
    facts = list(signing.undecided)
    if any(reader.status is None for reader in readers.values()):
        facts.append(_UNTOLD)
    facts += [f"mapping.py: what is the vendor's status {word!r}?" for word in unread]
    bound = {verb: bindings.verbs.get(verb) for verb in ("list", "get", "suspend", "resume")}
    words = {status: word for word, status in statuses.items()}
    active, suspended = words.get(SimStatus.ACTIVE, ""), words.get(SimStatus.SUSPENDED, "")
    given: dict[str, Any] = {
        "names": names,
        "signing": signing,
        "kind": signing.kind,
        "title": title,
        "spec": spec,
        "api_version": VERSION,
        "verbs": list(bindings.verbs),
        "bound": SimpleNamespace(**bound),  # not a dict: its own `get` would hide the verb
        "undecided": bindings.undecided,
        "facts": facts,
        "statuses": statuses,
        "words": [*statuses, *unread],
        "word_of": {"suspend": (active, suspended), "resume": (suspended, active)},
        "readers": list(readers.items()),
        "function_of": {
            verb: function
            for verb, one in bindings.verbs.items()
            for function, reader in readers.items()
            if one.reader is not None and one.reader.model == reader.model
        },
    }
    folder = files("simloom.newprovider") / "templates"
    return {
        path: environment.from_string((folder / name).read_text("utf-8")).render(given)
        for path, name in _places(names).items()
    }


def _readers(bindings: Bindings) -> dict[str, Reader]:
    """Return one function per model; the record of a SIM alone has the plain name."""
    found: dict[str, Reader] = {}
    for verb, function in (("get", "to_sim"), ("list", "to_listed_sim")):
        one = bindings.verbs.get(verb)
        if one is None or one.reader is None:
            continue
        if one.reader.model not in {reader.model for reader in found.values()}:
            found[function] = one.reader
    return found


def _places(names: Names) -> dict[str, str]:
    package = f"src/{names.package}"
    return {
        "pyproject.toml": "pyproject.toml.j2",
        "README.md": "readme.md.j2",
        "CHANGELOG.md": "changelog.md.j2",
        "noxfile.py": "noxfile.py.j2",
        ".gitignore": "gitignore.j2",
        ".ci/run": "run.j2",
        ".github/workflows/release.yml": "release.yml.j2",
        f"{package}/__init__.py": "init.py.j2",
        f"{package}/settings.py": "settings.py.j2",
        f"{package}/auth.py": "auth.py.j2",
        f"{package}/mapping.py": "mapping.py.j2",
        f"{package}/provider.py": "provider.py.j2",
        "tests/conftest.py": "conftest.py.j2",
        "tests/standin.py": "standin.py.j2",
        f"tests/test_{names.word}_conformance.py": "conformance.py.j2",
        f"tests/test_{names.word}_decisions.py": "decisions.py.j2",
    }
