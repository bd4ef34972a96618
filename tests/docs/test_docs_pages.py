"""What the pages say of the repository is so: links, commands, sessions, packages, tests."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from simloom.sandbox.__main__ import _parser
from simloom_codegen.lint import RULES
from simloom_codegen.overlay import apply_overlay, parse_overlay

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
FOLDERS = "src|specs|templates|generated|tests|docs|plugins|examples|requirements|benchmarks"
PATH = re.compile(rf"`((?:{FOLDERS})/[^`*<> ]*)`")


def anchors(page):
    """The anchors of a page's headings, made as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(page.prose))
    return {title.strip().replace(" ", "-") for title in plain}


def functions_of(path):
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_links_lead_somewhere(page, pages, root):
    for target in LINK.findall(page.prose):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = (page.path.parent / file).resolve() if file else page.path
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(pages[path.relative_to(root).as_posix()]), target


def test_every_page_is_reachable_from_the_readme(pages, root):
    waiting, seen = ["README.md"], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in pages:
            continue
        seen.add(name)
        for target in LINK.findall(pages[name].prose):
            path = (pages[name].path.parent / target.partition("#")[0]).resolve()
            if path.is_relative_to(root):
                waiting.append(path.relative_to(root).as_posix())
    assert seen == set(pages)


def test_paths_in_the_text_exist(page, root):
    for named in PATH.findall(page.prose):
        assert (root / named.partition("::")[0]).exists(), named


def test_the_pages_name_every_session_of_nox(pages, root):
    tree = ast.parse((root / "noxfile.py").read_text("utf-8"))
    sessions = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list
    }
    text = pages["CONTRIBUTING.md"].text
    assert sessions == {name for name in sessions if f"| `{name}` |" in text}
    used = {word for page in pages.values() for word in re.findall(r"nox -s ([a-z]+)", page.text)}
    assert used <= sessions


def test_every_dependency_has_its_reason_and_no_other_has(pages, root):
    text = pages["docs/dependencies.md"].text
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *(item for extra in extras.values() for item in extra),
    ]
    wanted += project["build-system"]["requires"]
    lines = (root / "requirements" / "dev.in").read_text("utf-8").splitlines()
    wanted += [line for line in lines if line and not line.startswith("#")]
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in wanted}
    rows = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert told == names | {"nox"}


def test_what_nothing_imports_yet_is_imported_by_nothing(pages, root):
    rows = re.findall(r"^\| `([^`]+)` \| (.*)$", pages["docs/dependencies.md"].text, re.MULTILINE)
    unused = [name for name, reason in rows if "Nothing imports it yet" in reason]
    folders = ("src", "plugins", "tests", "benchmarks", "examples")
    sources = [path for folder in folders for path in (root / folder).rglob("*.py")]
    for name in unused:
        statement = re.compile(rf"^\s*(?:from|import) {name.replace('-', '_')}\b", re.MULTILINE)
        users = [path for path in sources if statement.search(path.read_text("utf-8"))]
        assert users == [], f"{name} is used: say in docs/dependencies.md what for"


def test_the_sandbox_page_lists_options_and_operations(pages, sandbox):
    text = pages["docs/sandbox.md"].text
    options = {option for action in _parser()._actions for option in action.option_strings} - {
        "-h",
        "--help",
    }
    assert set(re.findall(r"^\| `(--\w+)", text, re.MULTILINE)) == options
    told = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (`.*`) \|$", text, re.MULTILINE))
    listed = {name: set(re.findall(r"`(\w+)`", told[name])) for name in sandbox.emulator.providers}
    state = sandbox.emulator.state()["providers"]
    assert listed == {name: set(about["emulated"]) for name, about in state.items()}


def test_the_loom_page_lists_the_steps_of_normalise(pages, root):
    pipeline = root / "src" / "simloom_codegen" / "normalise" / "pipeline.py"  # slow to import
    source = pipeline.read_text("utf-8")
    steps = re.findall(r'^    \("([a-z ]+)", \w+\.repair\)', source, re.MULTILINE)
    section = pages["docs/loom.md"].prose.partition("## What normalise repairs")[2]
    told = re.findall(r"^\| ([a-z ]+) \|", section.partition("\n## ")[0], re.MULTILINE)
    assert told[0] == "step"
    assert sorted(told[1:]) == sorted(set(steps))


def test_the_loom_page_lists_what_lint_looks_for(pages):
    section = pages["docs/loom.md"].prose.partition("## What lint looks for")[2]
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning) \| (.*) \|$", section, re.MULTILINE)
    assert rows == [(rule, level, why) for rule, (level, why) in RULES.items()]


def test_the_overlay_of_the_loom_page_can_be_applied(pages):
    (shown,) = (block.text for block in pages["docs/loom.md"].blocks if block.language == "yaml")
    overlay = parse_overlay(shown.encode(), name="overlay.yaml")
    document = {"components": {"schemas": {"Sim": {"properties": {"pin": {"type": "string"}}}}}}
    changed = apply_overlay(document, overlay, name="overlay.yaml")
    pin = changed["components"]["schemas"]["Sim"]["properties"]["pin"]
    assert pin == {"type": "string", "x-secret": True}


def test_every_floor_of_the_house_is_listed_and_what_is_present_is_there(pages, root):
    section = pages["docs/architecture.md"].prose.partition("## The floors of")[2]
    rows = re.findall(r"^\| \d \| (.*?) \|.*\| ([a-z ]+) \|$", section, re.MULTILINE)
    assert len(rows) > 7
    told = {name: state for names, state in rows for name in re.findall(r"`([^`]+)`", names)}
    house = root / "src" / "simloom"
    missing = [
        name for name, state in told.items() if state == "present" and not (house / name).exists()
    ]
    assert missing == []
    modules = {path.name for path in house.glob("[a-z]*.py")}
    folders = {f"{path.parent.name}/" for path in house.glob("*/__init__.py")}
    assert modules | folders <= set(told)


def quirks(pages):
    text = pages["docs/vendor-quirks.md"].text
    parts = re.split(r"^## (\d+)\. ", text, flags=re.MULTILINE)[1:]
    return dict(zip(map(int, parts[::2]), parts[1::2], strict=True))


def test_there_are_twenty_five_quirks_each_with_state_place_and_tests(pages):
    found = quirks(pages)
    assert list(found) == list(range(1, 26))
    for number, text in found.items():
        (state,) = re.findall(r"^- State: (.*)$", text, re.MULTILINE)
        assert state in {"done", "in part", "not yet"}, number
        assert len(re.findall(r"^- Where: .", text, re.MULTILINE)) == 1, number
        tests = text.partition("- Tests: ")[2]
        assert ("::" in tests) != tests.startswith("none yet"), number


@pytest.mark.parametrize("number", range(1, 26))
def test_the_tests_of_a_quirk_exist(pages, root, number):
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", quirks(pages)[number]):
        assert name in functions_of(root / file), f"{file}::{name}"
