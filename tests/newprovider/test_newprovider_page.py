"""The page about writing a provider can be followed; `nox -s walkthrough` really does it."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path

import pytest

from simloom.cli.app import run as cli
from simloom.newprovider.document import read_document
from simloom.newprovider.inspection import inspect
from simloom.newprovider.signing import signing_of

FOLLOWER = Path(__file__).with_name("follow_writing_page.py")


@pytest.fixture(scope="module")
def follower():
    spec = importlib.util.spec_from_file_location("follow_writing_page", FOLLOWER)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def steps(follower):
    return follower.steps(follower.PAGE.read_text("utf-8"))


def test_the_steps_lead_from_a_document_to_tests(steps):
    heads = [
        "python3 -m venv",
        "cat > openapi.yaml",
        "simloom new-provider",
        "cd simloom-acme-cards",
        "simloom sandbox",
        "simloom sims list",
        "sed -i.before",
        "python -m pytest",
    ]
    assert [step.commands.startswith(head) for step, head in zip(steps, heads, strict=True)] == [
        True
    ] * len(heads)


def test_the_document_of_the_page_leaves_open_what_the_page_says(steps):
    written = steps[1].commands.partition("<<'END'\n")[2].removesuffix("END\n")
    document = read_document(written.encode(), "openapi.yaml")
    found = inspect(document)
    assert set(found.verbs) == {"list", "get", "suspend", "resume"}
    assert found.undecided == {}
    assert signing_of(document, None).kind == "api-key-header"


@pytest.mark.parametrize("number", [2, 5])
def test_its_commands_have_these_options(steps, number, capsys):
    words = shlex.split(steps[number].commands)
    command = [*words[1:2], *(["list"] if "list" in words else [])]
    assert cli([*command, "--help"]) == 0
    told = capsys.readouterr().out
    assert [word for word in words if word.startswith("--") and word not in told] == []


SECTION = """# P

```sh
false
```

## The way

### A

```sh
{0}
```

{1}## After

```sh
false
```
"""


def followed(follower, tmp_path, page):
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    return follower.follow(follower.steps(page), tmp_path, environment)


def test_the_follower_runs_all_in_one_shell_and_tells_times(follower, tmp_path, capsys):
    second = (
        "```text\nab 7   c\n```\n\n### B\n\n```sh\necho $HERE > out; simloom sims list\n```\n\n"
    )
    first = "HERE=there; mkdir in; cd in; sleep 60 & echo 'ab 12 c'; simloom() { :; }"
    assert followed(follower, tmp_path, SECTION.format(first, second)) == []
    assert (tmp_path / "in" / "out").read_text() == "there\n"
    lines = [line.split(" s  ")[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["A", "B", "in total to the first SIMs", "in total"]


@pytest.mark.parametrize(
    ("commands", "after", "why"),
    [
        ("echo simloom sims list; false", "", "A: it ends with 1"),
        ("echo simloom sims list; cat < $UNSET_NAME", "", "UNSET_NAME"),
        ("echo simloom sims list", "```text\nSIM 8988\n```\n\n", "does not print 'SIM 8988'"),
        ("true", "", "no step has the command"),
    ],
)
def test_the_follower_notices(follower, tmp_path, commands, after, why):
    (fault,) = followed(follower, tmp_path, SECTION.format(commands, after))
    assert why in fault
