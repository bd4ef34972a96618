"""The Python in README.md and docs/ runs against the sandbox, and prints what the page says."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re

import pytest

ADDRESS = "http://127.0.0.1:8099"


def run(block, namespace, page, address):
    """Run a block of a page, with the address that the pages name replaced; return its output."""
    source = block.text.replace(ADDRESS, address)
    code = compile("\n" * (block.line - 1) + source, page.name, "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue().replace(address, ADDRESS)


def test_examples_run_and_print_what_the_page_says(page_with_examples, sandbox):
    namespace = {"__name__": "example"}
    for block, output in page_with_examples.examples:
        printed = run(block, namespace, page_with_examples, sandbox.url)
        assert printed == (output or ""), f"{page_with_examples.name}:{block.line}"


@pytest.mark.parametrize("name", ["README.md", "docs/clients.md", "docs/sandbox.md"])
def test_the_pages_that_teach_show_output(pages, name):
    assert any(output for _, output in pages[name].examples)


def test_a_wrong_output_would_be_noticed(pages, sandbox):
    page = pages["README.md"]
    block, output = page.examples[0]
    changed = block._replace(text=block.text.replace("SimStatus.ACTIVE", "SimStatus.SUSPENDED"))
    assert run(changed, {"__name__": "example"}, page, sandbox.url) != output


def test_the_quickstart_prints_what_the_readme_shows(pages, root, sandbox):
    """Runs its functions in this process; only the address and the time differ."""
    spec = importlib.util.spec_from_file_location("quickstart", root / "examples" / "quickstart.py")
    quickstart = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(quickstart)
    about = sandbox.describe()
    rows = quickstart.read(about, 3)
    shown = next(block.text for block in pages["README.md"].blocks if "PROVIDER" in block.text)
    table, last = shown.rstrip("\n").rsplit("\n\n", 1)
    suspended, count = last.splitlines()
    assert table == quickstart.table(rows)
    assert suspended == quickstart.suspend_one(about)
    how = rf"{len(rows) - 1} SIMs of 4 vendors over HTTP from http://127\.0\.0\.1:\d+ in \d\.\d s"
    assert re.fullmatch(how, count)
