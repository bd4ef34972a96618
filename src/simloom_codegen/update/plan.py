"""The whole update, rehearsed in a copy outside the checkout: what changed, breaks, is written."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from attrs import field, frozen

from simloom_codegen.check import check_operations
from simloom_codegen.diff import compare
from simloom_codegen.document import dump
from simloom_codegen.generate import load_settings
from simloom_codegen.intake import take_in
from simloom_codegen.normalise import normalise
from simloom_codegen.overlay import Overlay, apply_overlay, load_overlay
from simloom_codegen.pin import as_yaml
from simloom_codegen.prepare import prepare
from simloom_codegen.regen import regenerate
from simloom_codegen.update.gone import missing_imports
from simloom_codegen.update.grouping import by_operation
from simloom_codegen.update.mentions import mentions
from simloom_codegen.update.names import (
    Pruned,
    check_kept,
    class_overrides,
    merged_overlay,
    pins_between,
    prune,
    with_kept_classes,
)
from simloom_codegen.update.provider_types import check_code, new_faults
from simloom_codegen.update.release import (
    bump_for,
    changelog_entry,
    next_version,
    present_version,
)
from simloom_codegen.workspace import INPUTS, PACKAGE, Workspace, module_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simloom_codegen.diff import Change as Difference
    from simloom_codegen.document import Document
    from simloom_codegen.normalise import Change as Repair
    from simloom_codegen.update.provider_types import Fault
    from simloom_codegen.update.release import Bump

_CACHE = ".mypy_cache"


@frozen
class Plan:
    """An update that passed every check, and where its result waits.

    `faults` are provider code that would not type-check, by operation, `mentions` code that does
    and still names what a change is about, by change.

    `rehearsed` is a checkout of this one provider, gone when the plan's context ends.
    """

    provider: str
    spec: str
    changes: tuple[Difference, ...]
    faults: dict[str, list[Fault]]
    mentions: dict[str, list[str]]
    pinned: tuple[str, ...]
    unpinned: tuple[str, ...]
    classes: dict[str, str]
    losses: tuple[Repair, ...]
    version: tuple[str, str]
    bump: Bump
    changelog: str
    writes: tuple[str, ...]
    rehearsed: Workspace = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data with stable keys."""
        from simloom_codegen.diff import render  # noqa: PLC0415

        return {
            "provider": self.provider,
            "spec": self.spec,
            "diff": json.loads(render(list(self.changes), "json")),
            "provider_code": {
                label: [
                    {"file": f.file, "line": f.line, "column": f.column, "message": f.message}
                    for f in faults
                ]
                for label, faults in self.faults.items()
            },
            "to_look_at": self.mentions,
            "names_kept": list(self.pinned),
            "pins_dropped": list(self.unpinned),
            "classes_kept": self.classes,
            "lost_in_conversion": [loss.as_dict() for loss in self.losses],
            "bump": self.bump,
            "version": {"present": self.version[0], "proposed": self.version[1]},
            "changelog": self.changelog,
            "writes": list(self.writes),
        }


@contextlib.contextmanager
def plan_update(
    workspace: Workspace,
    provider: str,
    spec: Path,
    *,
    code: Sequence[Path] | None = None,
    tell: Callable[[str], None],
) -> Iterator[Plan]:
    """Rehearse `spec` as the specification of a provider; raise a `LoomError` if it cannot be.

    `code` is what uses the client and is type-checked with the new one, by default the provider's
    package below `plugins/`. Nothing below the checkout is written but caches of mypy.
    """
    (provider,) = workspace.chosen([provider])
    chosen = [path.resolve() for path in code] if code else _default_code(workspace, provider)
    check_code(chosen)
    with tempfile.TemporaryDirectory(prefix="simloom-update-") as folder:
        yield _rehearse(workspace, provider, spec, chosen, Path(folder).resolve(), tell)


def _rehearse(
    workspace: Workspace,
    provider: str,
    spec: Path,
    code: Sequence[Path],
    folder: Path,
    tell: Callable[[str], None],
) -> Plan:
    tell(f"{provider}: read {spec}")
    intake = take_in(spec)
    present = workspace.inputs(provider)
    file = f"specs/{provider}/openapi.yaml"
    old = prepare(present["openapi.yaml"], present.get("overlay.yaml"), name=file).document
    given, pins = _names(present.get("overlay.yaml"), intake.document, old, str(spec))
    scratch = _copy(workspace, provider, folder)
    home = scratch.specs / provider
    (home / "openapi.yaml").write_bytes(dump(intake.document) if intake.converted else intake.data)
    if pins or (given and given.dropped):
        overlay = merged_overlay(given, pins, old)
        (home / "overlay.yaml").unlink(missing_ok=True)
        if overlay is not None:
            (home / "overlay.yaml").write_text(as_yaml(overlay), "utf-8")
    inputs = scratch.inputs(provider)
    new = prepare(inputs["openapi.yaml"], inputs.get("overlay.yaml"), name=file).document
    check_kept(old, new, file=str(spec))
    changes = tuple(compare(old, new))
    classes = class_overrides(changes, new)
    if classes:
        _add_overrides(home / "config.yml", classes)
        changes = with_kept_classes(changes, classes)
    regenerate(scratch, [provider], tell=tell)
    faults: tuple[Fault, ...] = ()
    if code:
        tell(f"{provider}: mypy --strict over the provider code")
        faults = _faults(workspace, code, scratch.generated)
    bump = bump_for(changes)
    version = present_version(workspace.root)
    of_vendor = [str(document.get("info", {}).get("version", "")) for document in (old, new)]
    return Plan(
        provider=provider,
        spec=str(spec),
        changes=changes,
        faults=by_operation(faults, changes, (old, new), workspace.root),
        mentions=mentions(changes, faults, code, workspace.root),
        pinned=tuple(action["target"] for action in pins if "update" in action),
        unpinned=given.dropped if given else (),
        classes={now: names["class_name"] for now, names in classes.items()},
        losses=intake.changes,
        version=(version, next_version(version, bump)),
        bump=bump,
        changelog=changelog_entry(provider, (of_vendor[0], of_vendor[1]), changes),
        writes=tuple(_writes(workspace, scratch, provider)),
        rehearsed=scratch,
    )


def _faults(workspace: Workspace, code: Sequence[Path], generated: Path) -> tuple[Fault, ...]:
    """Return what would not type-check, and what would not even be imported."""
    found = new_faults(workspace, code, generated)
    told = {(fault.file, fault.line) for fault in found}
    gone = missing_imports(code, workspace.root, workspace.generated, generated)
    lacking = {fault for fault in gone if (fault.file, fault.line) not in told}
    return tuple(sorted({*found, *lacking}))


def _names(
    overlay: Path | None, document: Document, old: Document, file: str
) -> tuple[Pruned | None, list[dict[str, Any]]]:
    """Return the present overlay without pins of what is gone, and the pins that are needed."""
    new = normalise(document, name=file).document
    check_operations(new, file=file)
    given: Pruned | None = None
    if overlay is not None:
        beside = f"specs/{overlay.parent.name}/{overlay.name}"
        given = prune(load_overlay(overlay, name=beside), new)
        laid = apply_overlay(new, Overlay(beside, given.actions), name=beside)
        new = normalise(laid, name=file).document
    return given, pins_between(old, new)


def _copy(workspace: Workspace, provider: str, folder: Path) -> Workspace:
    """Make a checkout of one provider with all present clients, which provider code may import."""
    scratch = Workspace(folder / "checkout")
    home = scratch.specs / provider
    home.mkdir(parents=True)
    for path in workspace.inputs(provider).values():
        shutil.copy(path, home / path.name)
    shutil.copytree(workspace.templates, scratch.templates)
    if workspace.generated.is_dir():
        skip = shutil.ignore_patterns("__pycache__", ".loom-*")
        shutil.copytree(workspace.generated, scratch.generated, ignore=skip)
    with contextlib.suppress(OSError):  # it only saves mypy time
        (workspace.root / _CACHE).mkdir(exist_ok=True)
        (scratch.root / _CACHE).symlink_to(workspace.root / _CACHE, target_is_directory=True)
    return scratch


def _add_overrides(config: Path, classes: dict[str, dict[str, str]]) -> None:
    settings = load_settings(config)
    known = settings.get("class_overrides") or {}
    settings["class_overrides"] = {**known, **classes}
    config.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), "utf-8")


def _default_code(workspace: Workspace, provider: str) -> list[Path]:
    package = workspace.root / "plugins" / "simloom_plugins" / module_of(provider)
    return [package] if package.is_dir() else []


def _writes(workspace: Workspace, scratch: Workspace, provider: str) -> Iterator[str]:
    for name in INPUTS:
        mine, theirs = (space.specs / provider / name for space in (workspace, scratch))
        if _bytes(mine) != _bytes(theirs):
            yield f"specs/{provider}/{name}"
    yield f"generated/{PACKAGE}/{module_of(provider)}/"
    yield "specs/lock.toml"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
