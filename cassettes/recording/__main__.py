"""`python -m cassettes.recording [--check] [NAME ...]`: record the cassettes, or compare them."""

# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cassettes.recording.recorder import Studio
from cassettes.recording.scenes import SCENES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cassettes.recording.scene import Told

HOME = Path(__file__).resolve().parents[1]
_SHOWN = 40
"""Lines of a difference that are printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if cassettes are not what would be recorded."""
    options = _parser().parse_args(arguments)
    chosen = [one for one in SCENES if not options.names or _is_meant(one, options.names)]
    if not chosen:
        print("no cassette has such a name", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        with Studio(fresh) as studio:
            for told in chosen:
                studio.record(told)
        changes = [one.path for one in chosen if _text(HOME / one.path) != _text(fresh / one.path)]
        stale = [] if options.names else sorted(_recorded(HOME) - {one.path for one in SCENES})
        if options.check:
            for path in changes:
                _show(path, HOME, fresh)
            for path in stale:
                print(f"{path}: no scene records this")
            print(f"{len(chosen)} cassettes, {len(changes)} differ, {len(stale)} are left over")
            return 1 if changes or stale else 0
        for path in changes:
            (HOME / path).parent.mkdir(parents=True, exist_ok=True)
            (HOME / path).write_bytes((fresh / path).read_bytes())
            print(f"written: {path}")
        for path in stale:
            (HOME / path).unlink()
            print(f"removed: {path}")
    print(f"{len(chosen)} cassettes, {len(changes)} changed")
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="nox -s record --", description=__doc__)
    made.add_argument("--check", action="store_true", help="write nothing; fail if one differs")
    made.add_argument("names", nargs="*", metavar="NAME", help="a part of a cassette's path")
    return made


def _is_meant(told: Told, names: Iterable[str]) -> bool:
    return any(name in told.path for name in names)


def _recorded(home: Path) -> set[str]:
    providers = {one.provider for one in SCENES}
    return {
        path.relative_to(home).as_posix()
        for provider in providers
        for path in (home / provider).rglob("*.yaml")
    }


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.is_file() else None


def _show(path: str, old: Path, new: Path) -> None:
    before, after = ((_text(folder / path) or "").splitlines() for folder in (old, new))
    lines = list(difflib.unified_diff(before, after, path, "recorded now", lineterm=""))
    print("\n".join(lines[:_SHOWN]))
    if len(lines) > _SHOWN:
        print(f"... {len(lines) - _SHOWN} more lines")


if __name__ == "__main__":
    raise SystemExit(main())
