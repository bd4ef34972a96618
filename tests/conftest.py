"""Settings of the whole suite."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from simloom.transport.quota import MemoryStore, metering
from simloom.transport.tokencache import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples on every run and every machine: a failure in CI is a failure here. Deadlines
# would measure the machine; a longer search is one `--hypothesis-profile=search` away.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=5_000)
settings.load_profile("suite")


# What takes long in one piece begins first, so that no process is left with it at the end.
_LONG = (
    "testing/test_suite_finds_faults.py",
    "codegen/test_vendor_faults.py",
    "codegen/test_regen.py",
    "codegen/test_cli.py",
    "benchmarks/test_benchmarks.py",
    "codegen/test_bad_input_commands.py",
    "cli/test_simloom_cli_jobs.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long modules first."""
    items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(_LONG))


@pytest.fixture(autouse=True, scope="session")
def _no_state_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is kept where the person who runs the tests keeps theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIMLOOM_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _interrupts_arrive() -> None:
    """Started in the background (`&`, some CI), a process and its children ignore SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> None:
    """A sandbox that was reset does not know the tokens of the test before."""
    SHARED.forget()


@pytest.fixture(autouse=True)
def _no_limit_used_by_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts of different tests have the same name, and a process counts for all of them."""
    monkeypatch.setattr(metering, "_OWN", MemoryStore())
