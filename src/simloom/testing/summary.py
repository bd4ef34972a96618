"""What pytest prints at its end about a provider: how many rules hold, and what is missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_NAME = "simloom-conformance"
_HOME = __name__.rpartition(".")[0]
_WORST = ("failed", "skipped", "passed")


def summarise(config: pytest.Config) -> None:
    """Have pytest print the summary; once, however many classes there are.

    Called while rules are collected: a run without rules has nothing to do with it. With
    pytest-xdist the processes that collect do not print, so there is none.
    """
    if not config.pluginmanager.has_plugin(_NAME):
        config.pluginmanager.register(Summary(), _NAME)


@define
class _Rules:
    """The rules of one class: the worst outcome of each, and what was said."""

    outcomes: dict[str, str] = field(factory=dict)
    failures: list[str] = field(factory=list)
    unasked: Counter[str] = field(factory=Counter)

    def add(self, rule: str, outcome: str, said: str) -> None:
        """Add the outcome of one test; a rule may have several."""
        before = self.outcomes.get(rule, "passed")
        self.outcomes[rule] = min(before, outcome, key=_WORST.index)
        if outcome == "failed":
            self.failures.append(f"{rule}: {said}")
        elif outcome == "skipped":
            self.unasked[said] += 1

    def lines(self) -> Iterator[str]:
        """Yield what is printed."""
        counts = Counter(self.outcomes.values())
        shown = f"{counts['passed']} of {len(self.outcomes)} rules hold"
        for outcome, word in (("failed", "fail"), ("skipped", "are not asked")):
            if counts[outcome]:
                shown += f", {counts[outcome]} {word}"
        yield shown
        yield from (f"  {failure}" for failure in self.failures)
        for why, number in self.unasked.most_common():
            yield f"  {number} x {why}"


class Summary:
    """A plugin of pytest."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, str], _Rules] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the outcome of a rule of this suite."""
        report = yield
        rule = getattr(item, "function", None)
        of_ours = str(getattr(rule, "__module__", "")).startswith(f"{_HOME}.")
        if of_ours and (report.when == "call" or not report.passed):
            provider = getattr(getattr(item, "cls", None), "provider", "?")
            rules = self._classes.setdefault(
                (provider, getattr(item.parent, "nodeid", "")), _Rules()
            )
            rules.add(getattr(rule, "__name__", item.name), report.outcome, _said(call))
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print it."""
        for (provider, _), rules in self._classes.items():
            first, *others = rules.lines()
            if others:
                terminalreporter.section(f"conformance of {provider}")
                terminalreporter.write_line(first)
            else:
                terminalreporter.write_line(f"conformance of {provider}: {first}")
            for line in others:
                terminalreporter.write_line(line)


def _said(call: pytest.CallInfo[None]) -> str:
    """Return the first line of what went wrong."""
    if call.excinfo is None:
        return ""
    value = call.excinfo.value
    text = str(getattr(value, "msg", None) or value).strip() or type(value).__name__
    if not isinstance(value, (AssertionError, pytest.skip.Exception, pytest.fail.Exception)):
        text = f"{type(value).__name__}: {text}"
    return text.splitlines()[0]
