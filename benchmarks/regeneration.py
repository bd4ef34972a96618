"""`simloom-codegen regen` as a whole command, on a copy of this checkout's inputs and outputs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import BenchmarkError, Spread
from benchmarks.processes import child_environment, run
from benchmarks.report import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.processes import Cost

_COMMAND = (sys.executable, "-m", "simloom_codegen.cli", "regen")
_COPIED = ("specs", "templates", "generated")


class Checkout:
    """A copy of what regeneration reads and writes."""

    def __init__(self, folder: Path) -> None:
        root = Path(__file__).resolve().parents[1]
        self._folder = folder / "checkout"
        for name in _COPIED:
            ignored = shutil.ignore_patterns("__pycache__", ".loom-*")
            shutil.copytree(root / name, self._folder / name, ignore=ignored)
        shutil.copy(root / "pyproject.toml", self._folder)
        self._env = child_environment(folder)
        self.providers = sorted(
            path.parent.name for path in self._folder.glob("specs/*/openapi.yaml")
        )

    def regenerate(self, expected: list[str] | None) -> Cost:
        """Run the command; raise unless exactly the expected providers were generated."""
        cost = run(_COMMAND, env=self._env, cwd=self._folder)
        found = [line.split()[:2] for line in cost.output.splitlines() if line[:1].strip()]
        generated = sorted(words[0] for words in found if words[1:] == ["generated"])
        if expected is not None and generated != expected:
            raise BenchmarkError(f"regen generated {generated} where {expected} was expected")
        return cost

    def forget_everything(self) -> None:
        """Remove the lock, so that every client is stale, and what mypy remembers."""
        (self._folder / "specs" / "lock.toml").unlink()
        shutil.rmtree(self._folder / ".mypy_cache", ignore_errors=True)

    def change(self, provider: str, mark: int) -> None:
        """Add a comment to a specification: other bytes, the same document."""
        with (self._folder / "specs" / provider / "openapi.yaml").open("a", encoding="utf-8") as to:
            to.write(f"# changed, {mark}\n")


def measure_regeneration(folder: Path, runs: int, tell: Callable[[str], None]) -> Table:
    """Time all three cases; `runs` is how often the cheap one is repeated."""
    checkout = Checkout(folder)
    everyone, (first, *_) = checkout.providers, checkout.providers
    tell("bringing the copy up to date")
    checkout.regenerate(None)
    repeated = max(1, runs // 5)
    nothing = []
    for number in range(runs):
        tell(f"nothing changed, {number + 1} of {runs}")
        nothing.append(checkout.regenerate([]))
    one = []
    for number in range(repeated):
        tell(f"one provider changed, {number + 1} of {repeated}")
        checkout.change(first, number)
        one.append(checkout.regenerate([first]))
    everything = []
    for number in range(repeated):
        tell(f"everything, {number + 1} of {repeated}")
        checkout.forget_everything()
        everything.append(checkout.regenerate(everyone))
    return Table(
        name="regeneration",
        title=f"Regeneration of {len(everyone)} providers",
        method="wall clock of `simloom-codegen regen`, started to ended; median",
        floor="",
        rows=(
            _row("nothing changed", nothing, "< 1.5 s"),
            _row(f"one provider changed ({first})", one, f"only {first}"),
            _row("everything, mypy from nothing", everything, "< 40 s"),
        ),
    )


def _row(name: str, costs: list[Cost], target: str) -> Row:
    wall, cpu = Spread.of([c.wall for c in costs]), Spread.of([c.cpu for c in costs])
    note = f"{cpu.median:.2g} s CPU; {len(costs)} runs, {wall.q25:.3g}-{wall.q75:.3g} s"
    return Row(name, wall.median, "s", target=target, note=note)
