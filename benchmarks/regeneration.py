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
_COPIED = ("specs", "templates", "generated", "src")
_NOTHING = "nothing changed"
_ONE = "one provider changed"
_ALL = "everything"
_ALL_FRESH = "everything, without mypy's cache"


class Checkout:
    """A copy of what regeneration runs, reads and writes: edits meanwhile change nothing."""

    def __init__(self, folder: Path) -> None:
        root = Path(__file__).resolve().parents[1]
        self._folder = folder / "checkout"
        for name in _COPIED:
            ignored = shutil.ignore_patterns("__pycache__", ".loom-*")
            shutil.copytree(root / name, self._folder / name, ignore=ignored)
        shutil.copy(root / "pyproject.toml", self._folder)
        self._env = child_environment(folder, python_path=self._folder / "src")
        self.providers = sorted(
            path.parent.name for path in self._folder.glob("specs/*/openapi.yaml")
        )

    def regenerate(self, expected: list[str]) -> Cost:
        """Run the command; raise unless exactly the expected providers were generated."""
        cost = run(_COMMAND, env=self._env, cwd=self._folder)
        found = [line.split()[:2] for line in cost.output.splitlines() if line[:1].strip()]
        generated = sorted(words[0] for words in found if words[1:] == ["generated"])
        if generated != expected:
            raise BenchmarkError(f"regen generated {generated} where {expected} was expected")
        return cost

    def forget_lock(self) -> None:
        """Remove the lock, so that every client is stale."""
        (self._folder / "specs" / "lock.toml").unlink(missing_ok=True)

    def forget_types(self) -> None:
        """Remove what mypy remembers, as in a fresh checkout."""
        shutil.rmtree(self._folder / ".mypy_cache", ignore_errors=True)

    def change(self, provider: str, mark: int) -> None:
        """Add a comment to a specification: other bytes, the same document."""
        with (self._folder / "specs" / provider / "openapi.yaml").open("a", encoding="utf-8") as to:
            to.write(f"# changed, {mark}\n")


def measure_regeneration(folder: Path, runs: int, tell: Callable[[str], None]) -> Table:
    """Time every case; `runs` is how often the cheap one is repeated."""
    checkout = Checkout(folder)
    everyone, (first, *_) = checkout.providers, checkout.providers
    repeated = max(1, runs // 7)
    costs: dict[str, list[Cost]] = {_NOTHING: [], _ONE: [], _ALL: [], _ALL_FRESH: []}
    for case in (_ALL_FRESH, _ALL):
        for number in range(repeated):
            tell(f"{case}, {number + 1} of {repeated}")
            checkout.forget_lock()
            if case == _ALL_FRESH:
                checkout.forget_types()
            costs[case].append(checkout.regenerate(everyone))
    for number in range(repeated):
        tell(f"{_ONE}, {number + 1} of {repeated}")
        checkout.change(first, number)
        costs[_ONE].append(checkout.regenerate([first]))
    for number in range(runs):
        tell(f"{_NOTHING}, {number + 1} of {runs}")
        costs[_NOTHING].append(checkout.regenerate([]))
    return Table(
        name="regeneration",
        title=f"Regeneration of {len(everyone)} providers",
        method="wall clock of `simloom-codegen regen`, median; CPU time beside it",
        floor="",
        rows=(
            _row(_NOTHING, costs, "< 1.5 s"),
            _row(_ONE, costs, f"only {first}"),
            _row(_ALL, costs, "< 40 s"),
            _row(_ALL_FRESH, costs, "< 40 s"),
        ),
    )


def _row(case: str, costs: dict[str, list[Cost]], target: str) -> Row:
    runs = costs[case]
    wall, cpu = Spread.of([cost.wall for cost in runs]), Spread.of([cost.cpu for cost in runs])
    note = f"{cpu.median:.2g} s CPU; {len(runs)} runs, {wall.q25:.3g}-{wall.q75:.3g} s"
    return Row(case, wall.median, "s", target=target, note=note)
