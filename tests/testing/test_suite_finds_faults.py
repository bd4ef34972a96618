"""Each rule of the conformance suite fails for a provider that breaks it, and tells why."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from simloom.testing import Served
from simloom.testing.footing import origin_of

HERE = Path(__file__).parent

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(str(HERE))
    import small_standin
    import small_suite
    from fault_table import FAULTS, RULES


class Outcomes:
    """What the rules of each class came to: failures and skips, with what they said."""

    def __init__(self):
        self.failed = defaultdict(dict)
        self.unasked = defaultdict(dict)
        self.passed = defaultdict(set)
        self.shown = io.StringIO()

    def pytest_collection_modifyitems(self, items):
        """A fault shows with either kind of client; only the right provider is asked with both."""
        items[:] = [
            item for item in items if item.cls.__name__ == "TestRight" or "awaited" not in item.name
        ]

    def pytest_runtest_logreport(self, report):
        _, kind, rule = report.nodeid.split("::")
        if report.failed:
            self.failed[kind][rule] = report.longrepr.reprcrash.message
        elif report.skipped:
            self.unasked[kind][rule] = report.longrepr[2]
        elif report.when == "call":
            self.passed[kind].add(rule)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Run every rule against every fault: in this process, with a pytest of its own."""
    place = tmp_path_factory.mktemp("small")
    info = place / "small_vendor-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: small-vendor\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[simloom.providers]\nsmall = small_vendor:OFFER\n")
    arguments = ["-q", "-s", "--tb=line", "--show-capture=no", "-p", "no:cacheprovider"]
    arguments += ["--noconftest", "-c", "/dev/null", "--rootdir", str(place)]
    arguments += ["-o", "python_files=fault_classes.py", str(HERE / "fault_classes.py")]
    found = Outcomes()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        patch.syspath_prepend(str(place))
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        patch.delenv("SIMLOOM_DISABLE_PLUGINS", raising=False)
        with small_standin.running(small_suite.VENDOR) as address:
            small_suite.ADDRESS[:] = [address]
            with redirect_stdout(found.shown):
                pytest.main(arguments, plugins=[found])
    return found


def test_where_there_is_no_fault_every_rule_holds(outcomes):
    assert outcomes.failed["TestRight"] == {}
    assert outcomes.unasked["TestRight"] == {}
    assert {name.partition("[")[0] for name in outcomes.passed["TestRight"]} == RULES


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_a_fault_fails_its_rule_and_no_other(outcomes, number):
    fails = [*FAULTS.values()][number].fails
    failed = outcomes.failed[f"Test{number}"]
    assert set(failed) == set(fails), failed
    for rule, told in fails.items():
        assert told in failed[rule]


def test_every_rule_has_a_fault():
    failing = {rule.partition("[")[0] for fault in FAULTS.values() for rule in fault.fails}
    assert failing == RULES


@pytest.mark.parametrize(
    ("fault", "why", "still_holds"),
    [
        ("nobody offers it", "an entry point, see test_an_entry_point", None),
        ("it does not load", "a provider that loads, see test_it_loads", "test_an_entry_point"),
        ("no stand-in", "a stand-in that starts, see test_the_stand_in", "test_every_setting"),
        ("no list", "`list`, see test_the_least", "test_missing_verbs_are_refused"),
        ("a list that fails", "`list` to work, see test_declared", "test_missing_verbs_are"),
    ],
)
def test_what_stands_on_a_fault_is_not_asked(outcomes, fault, why, still_holds):
    kind = f"Test{list(FAULTS).index(fault)}"
    unasked = outcomes.unasked[kind]
    assert len(unasked) > 30
    assert {told.partition(why)[0] for told in unasked.values()} == {"Skipped: not asked: needs "}
    asked = {*outcomes.passed[kind], *outcomes.failed[kind]}
    assert {name.partition("[")[0] for name in {*asked, *unasked}} == RULES
    assert still_holds is None or any(
        name.startswith(still_holds) for name in outcomes.passed[kind]
    )


@pytest.mark.parametrize("fault", ["no list", "a list that fails"])
def test_no_rule_about_verbs_passes_because_it_asked_nothing(outcomes, fault):
    unasked = outcomes.unasked[f"Test{list(FAULTS).index(fault)}"]
    for rule in ("test_waiting_has_an_end", "test_no_link_is_followed_elsewhere"):
        assert rule in unasked
    assert "test_nothing_additive_is_repeated[500]" in unasked


def test_a_group_alone_fails_where_nothing_else_tells_the_reason(outcomes):
    kind = f"Test{list(FAULTS).index('a group alone')}"
    assert outcomes.unasked[kind] == {}
    assert outcomes.passed[kind] == set()


def test_pytest_ends_with_what_is_missing(outcomes):
    shown = outcomes.shown.getvalue()
    assert f"conformance of small: {len(RULES)} of {len(RULES)} rules hold\n" in shown
    told = re.search(
        r"=+ conformance of small =+\n(\d+) of (\d+) rules hold, 1 fail, (\d+) are not asked\n"
        r"  test_the_least_that_it_can_do: no method carries out 'list' .*\n"
        r"  (\d+) x not asked: needs `list`, see test_the_least_that_it_can_do\n",
        shown,
    )
    hold, rules, unasked, tests = map(int, told.groups())
    assert hold + 1 + unasked == rules == len(RULES)
    assert tests >= unasked


@pytest.mark.parametrize(
    "addresses",
    [
        {"base_url": "http://vendor.example/api"},
        {"base_url": "https://127.0.0.1:1/api"},
        {"base_url": "http://127.0.0.1:1", "token_url": "http://127.0.0.1:2/token"},
    ],
)
def test_a_vendor_that_is_no_stand_in_is_not_touched(addresses):
    with pytest.raises(AssertionError, match="origin of this machine only"):
        origin_of(Served(settings=addresses))


def test_a_stand_in_has_an_address():
    with pytest.raises(AssertionError, match="no base_url"):
        origin_of(Served(settings={}))
