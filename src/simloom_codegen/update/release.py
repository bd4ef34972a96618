"""What a change of a client means for the version, and the words for the changelog."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Literal, TypeAlias

from simloom_codegen.diff import Code, Level, render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simloom_codegen.diff import Change

Bump: TypeAlias = Literal["major", "minor", "patch", "none"]

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
# Nobody has to do anything for them, but they are something to use: a minor release.
_ADDITIONS = frozenset({Code.OPERATION_ADDED, Code.PARAMETER_ADDED_OPTIONAL})


def bump_for(changes: Sequence[Change]) -> Bump:
    """Return the step of Semantic Versioning 2.0.0 that the gravest change asks for."""
    gravest = max((change.level for change in changes), default=None)
    if gravest is None:
        return "none"
    if gravest is Level.BREAKING:
        return "major"
    added = any(change.code in _ADDITIONS for change in changes)
    return "minor" if added or gravest is Level.NOTABLE else "patch"


def next_version(version: str, bump: Bump) -> str:
    """Return the version after a step; before 1.0.0 a breaking change is a minor step (item 4)."""
    match = _VERSION.match(version)
    if match is None or bump == "none":
        return version
    major, minor, patch = (int(part) for part in match.groups())
    if major == 0:
        return f"0.{minor}.{patch + 1}" if bump == "patch" else f"0.{minor + 1}.0"
    if bump == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if bump == "minor" else f"{major}.{minor}.{patch + 1}"


def present_version(root: Path) -> str:
    """Return the version in the checkout's pyproject.toml, empty where there is none."""
    try:
        data = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    version = data.get("project", {}).get("version")
    return version if isinstance(version, str) else ""


def changelog_entry(provider: str, versions: tuple[str, str], changes: Sequence[Change]) -> str:
    """Return Markdown for `Unreleased`: one item, below it what is breaking or notable.

    `versions` are those of the vendor's old and new document.
    """
    counts = [sum(change.level is level for change in changes) for level in reversed(Level)]
    old, new = versions
    of = f"version {new}" if old == new else f"version {new}, before {old}"
    head = (
        f"- `{provider}`: client of the vendor's document, {of}: "
        f"{counts[0]} breaking, {counts[1]} notable, {counts[2]} harmless changes."
    )
    told = [c for c in changes if c.level > Level.HARMLESS or c.code is Code.OPERATION_ADDED]
    items = [line for line in render(told, "md").split("\n") if told and line.startswith("- ")]
    return "\n".join(["### Changed", "", head, *(f"  {line}" for line in items)])
