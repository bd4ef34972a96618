"""What `nox -s kit` proves is worth it: every kind of login, and every kind of decision."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from simloom.newprovider.document import read_document
from simloom.newprovider.inspection import inspect
from simloom.newprovider.signing import KINDS, signing_of


@pytest.fixture(scope="module")
def kit():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parent))
        import kit

        yield kit


def test_every_kind_of_login_and_of_document_is_there(kit):
    assert {one.auth for one in kit.KITS} == set(KINDS)
    assert {"swagger", "openapi"} <= {key for one in kit.KITS for key in one.document}
    found = {one.name: inspect(read(one)) for one in kit.KITS}
    ways = {name: one.verbs["list"].paging.kind for name, one in found.items()}
    assert set(ways.values()) == {"page", "offset", "cursor", "link", "header"}
    assert {name: [*one.undecided] for name, one in found.items() if one.undecided} == {
        "offsetter": ["get", "suspend", "resume"]
    }
    guessed = [one.name for one in kit.KITS if signing_of(read(one), one.auth).undecided]
    assert guessed == ["cursory", "header"]


def read(one):
    return read_document(json.dumps(one.document).encode(), "it.json")


@pytest.mark.parametrize(
    ("decision", "test"),
    [
        ("`resume`: no word", "test_nothing_is_left_to_decide[resume]"),
        ("`list`: none is certain", "test_the_least_that_it_can_do[list]"),
        ("mapping.py: what is 'odd?'?", "test_it_is_decided[mapping.py: what is 'odd?'?]"),
        (
            "`specs/acme/overlay.yaml`: 2 writes whose repetition is `additive` or `set-state`",
            "test_what_a_repetition_does_is_decided",
        ),
    ],
)
def test_a_decision_of_the_readme_has_its_test(kit, decision, test):
    assert kit.failing(decision) == test


REPORT = """<testsuite><testcase name="test_a"/><testcase name="test_b"><failure/></testcase>
{}</testsuite>"""


def test_what_fails_and_is_not_told_is_a_fault(kit, tmp_path, monkeypatch):
    repository = kit.Repository(kit.KITS[0], tmp_path, {})
    for folder in (repository.root, repository.beside):
        folder.mkdir()
    report = repository.beside / "tests.xml"
    report.write_text(REPORT.format(""))
    monkeypatch.setattr(repository, "run", lambda *_, **__: SimpleNamespace(stdout=""))
    with pytest.raises(kit.Fault, match=r"is not in the README: \['test_b'\]; .* fail: \[\]"):
        repository.check_tests(set())
    with pytest.raises(kit.Fault, match=r"is there and does not fail: \['test_c'\]"):
        repository.check_tests({"test_b", "test_c"})
    assert repository.check_tests({"test_b"}) == 1
    for word in ("error", "skipped"):
        report.write_text(REPORT.format(f'<testcase name="test_d"><{word}/></testcase>'))
        with pytest.raises(kit.Fault, match="test_d"):
            repository.check_tests({"test_b"})


def test_what_the_readme_leaves_is_read(kit, tmp_path):
    repository = kit.Repository(kit.KITS[0], tmp_path, {})
    repository.root.mkdir()
    readme = repository.root / "README.md"
    readme.write_text("- x\n\n## What a person has\n\n- `resume`: why\n\n## More\n- x\n")
    assert repository.left() == {"test_nothing_is_left_to_decide[resume]"}
