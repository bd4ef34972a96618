"""Every hook has its entry in docs/hooks.md, an example that runs, and a test that names it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from simloom.plugins.manager import ClientHooks
from simloom.plugins.specs import ClientSpec, RootSpec
from simloom.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "hooks.md").read_text("utf-8")
HOOKS = sorted(
    name for spec in (RootSpec, ClientSpec) for name in vars(spec) if name.startswith("simloom_")
)
CALLED = {
    "simloom_providers",
    "simloom_auth",
    "simloom_request",
    "simloom_response",
    "simloom_event",
    "simloom_event_source",
    "simloom_chunk_policy",
    "simloom_outcome",
    "simloom_resolve_identifier",
}
"""The hooks that something asks today; the others are reserved, and the page says so."""


WRAPPERS = {
    "simloom_auth": "auth",
    "simloom_event_source": "event_source",
    "simloom_chunk_policy": "chunk_policy",
    "simloom_resolve_identifier": "resolve_identifier",
    "simloom_request": "requested",
    "simloom_response": "answered",
    "simloom_event": "event",
    "simloom_outcome": "outcome",
}


def section(hook):
    found = re.search(rf"^## `{hook}`\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"docs/hooks.md has no section on {hook}"
    return found[1]


@pytest.fixture(scope="module")
def address():
    with Sandbox() as running:
        yield running.url


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_of_each_hook_runs_by_itself(hook, address):
    text = section(hook)
    (code,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (output,) = re.findall(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert f"def {hook}(" in code
    assert "@hookimpl" in code
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code.replace("http://127.0.0.1:8099", address), {"__name__": hook})
    assert printed.getvalue() == output


@pytest.mark.parametrize("hook", HOOKS)
def test_a_test_names_each_hook(hook):
    tests = [
        path for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name
    ]
    assert any(f"def {hook}(" in path.read_text("utf-8") for path in tests)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_says_who_calls_each_hook(hook):
    (line,) = re.findall(rf"^\| `{hook}` \|.*$", PAGE, re.MULTILINE)
    assert ("reserved" in line) == (hook not in CALLED)
    assert section(hook).lstrip().startswith("Reserved.") == (hook not in CALLED)


@pytest.mark.parametrize("hook", WRAPPERS)
def test_what_is_reserved_has_no_caller_and_what_is_called_has_one(hook):
    """Who adds a caller moves the hook to CALLED and says in the page who calls it."""
    source = [
        path.read_text("utf-8")
        for path in (ROOT / "src" / "simloom").rglob("*.py")
        if path.name != "manager.py" and "sandbox" not in path.parts
    ]
    named = "iccid_of" if hook == "simloom_resolve_identifier" else WRAPPERS[hook]
    call = re.compile(rf"(hooks|observer)\.{named}\(")
    assert any(call.search(text) for text in source) == (hook in CALLED)


def test_every_hook_has_a_typed_call():
    assert {*WRAPPERS, "simloom_providers"} == set(HOOKS)  # the loader asks the latter itself
    for name in WRAPPERS.values():
        assert callable(getattr(ClientHooks, name))


def test_no_section_is_left_over():
    assert set(re.findall(r"^## `(\w+)`", PAGE, re.MULTILINE)) == set(HOOKS)
