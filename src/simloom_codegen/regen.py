"""Regenerate the committed clients: only what changed, and only if all of it holds."""

from __future__ import annotations

import filecmp
import json
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from simloom_codegen.errors import GenerateError
from simloom_codegen.lock import (
    Entry,
    Lock,
    hash_tree,
    present_inputs,
    present_tools,
    read_lock,
)
from simloom_codegen.staging import staging, swap
from simloom_codegen.workspace import PACKAGE, module_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simloom_codegen.diff import Change
    from simloom_codegen.workspace import Workspace

DOCUMENT = "openapi.json"
Status = Literal["unchanged", "generated", "current", "drift"]


@frozen
class Outcome:
    """What became of one provider: `changes` by meaning, `differing` the drifted files."""

    provider: str
    status: Status
    operations: int
    changes: tuple[Change, ...] = ()
    differing: tuple[str, ...] = ()


def regenerate(
    workspace: Workspace, names: list[str], *, tell: Callable[[str], None]
) -> list[Outcome]:
    """Generate the named providers (all by default) whose inputs or tools changed.

    Everything is generated, imported and type-checked in a staging folder first; only then are the
    packages swapped in and the lock written. Any `LoomError` leaves the tree as it was.
    """
    lock = read_lock(workspace.lock)
    tools = present_tools(workspace)
    chosen = workspace.chosen(names)
    stale = [name for name in chosen if not is_current(workspace, name, lock, tools)]
    outcomes = [
        Outcome(name, "unchanged", lock.providers[name].operations)
        for name in chosen
        if name not in stale
    ]
    index_stale = not names and _index_text(workspace) != _read(_index_path(workspace))
    if not stale and not index_stale and set(lock.providers) <= set(workspace.providers()):
        return outcomes
    _check_templates(workspace)
    with staging(workspace.generated) as stage:
        made = {name: _generate(workspace, name, stage, tell) for name in stale}
        if made:
            tell("mypy --strict over what was generated")
            _check_types(stage, stale, workspace)
        entries = {k: v for k, v in lock.providers.items() if k in workspace.providers()}
        for name, (count, _) in made.items():
            target = workspace.generated / PACKAGE / module_of(name)
            swap(stage / PACKAGE / module_of(name), target, stage, workspace.generated)
            entries[name] = Entry(present_inputs(workspace, name), hash_tree(target), count)
    _index_path(workspace).write_text(_index_text(workspace), "utf-8")
    (workspace.generated / PACKAGE / "py.typed").write_bytes(b"")
    workspace.lock.write_text(Lock(tools, entries).as_text(), "utf-8")
    generated = [
        Outcome(name, "generated", count, changes) for name, (count, changes) in made.items()
    ]
    return sorted([*outcomes, *generated], key=lambda outcome: outcome.provider)


def check_drift(
    workspace: Workspace, names: list[str], *, tell: Callable[[str], None]
) -> list[Outcome]:
    """Generate the named providers anew and compare with what is committed, byte for byte."""
    lock = read_lock(workspace.lock)
    tools = present_tools(workspace)
    _check_templates(workspace)
    outcomes = []
    with staging(workspace.generated) as stage:
        for name in workspace.chosen(names):
            count, _ = _generate(workspace, name, stage, tell)
            made = stage / PACKAGE / module_of(name)
            committed = workspace.generated / PACKAGE / module_of(name)
            differing = _differing(made, committed)
            entry = Entry(present_inputs(workspace, name), hash_tree(made), count)
            recorded = lock.providers.get(name)
            if recorded is None or recorded.inputs != entry.inputs:
                differing.append(f"specs/lock.toml ({_which_inputs(recorded, entry)})")
            elif recorded != entry:
                differing.append("specs/lock.toml (output)")
            outcomes.append(
                Outcome(
                    name, "drift" if differing else "current", count, differing=tuple(differing)
                )
            )
    loose = [f"specs/lock.toml ({tool})" for tool in tools if lock.tools.get(tool) != tools[tool]]
    if not names and _index_text(workspace) != _read(_index_path(workspace)):
        loose.append(f"generated/{PACKAGE}/__init__.py")
    if not names and set(lock.providers) != set(workspace.providers()):
        loose.append("specs/lock.toml (providers)")
    if loose:
        outcomes.append(Outcome("(all)", "drift", 0, differing=tuple(loose)))
    return outcomes


def is_current(workspace: Workspace, name: str, lock: Lock, tools: dict[str, str]) -> bool:
    """Tell whether a client was made by these tools from these inputs, and is still as made."""
    entry = lock.providers.get(name)
    return (
        entry is not None
        and lock.tools == tools
        and entry.inputs == present_inputs(workspace, name)
        and entry.output == hash_tree(workspace.generated / PACKAGE / module_of(name))
    )


def _generate(
    workspace: Workspace, name: str, stage: Path, tell: Callable[[str], None]
) -> tuple[int, tuple[Change, ...]]:
    """Generate one provider into the staging folder and check it; mypy comes later, for all."""
    from simloom_codegen.check import (  # noqa: PLC0415
        check_complete,
        check_imports,
        check_operations,
        import_all,
    )
    from simloom_codegen.diff import compare  # noqa: PLC0415  (the generator loads in a second)
    from simloom_codegen.generate import generate, load_settings  # noqa: PLC0415
    from simloom_codegen.prepare import prepare  # noqa: PLC0415

    inputs = workspace.inputs(name)
    source = f"specs/{name}/openapi.yaml"
    tell(f"{name}: prepare")
    # Other files would not be in the lock.
    prepared = prepare(inputs["openapi.yaml"], inputs.get("overlay.yaml"), name=source, alone=True)
    check_operations(prepared.document, file=source)
    package = stage / PACKAGE
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_bytes(b"")
    tell(f"{name}: generate")
    made = generate(
        prepared.document,
        settings=load_settings(inputs.get("config.yml")),
        out=package / module_of(name),
        templates=workspace.templates,
        source=source,
    )
    _check_warnings(made.warnings, inputs.get("warnings.txt"), name)
    check_complete(made, [], file=source)
    tell(f"{name}: import every module")
    check_imports(import_all(stage, f"{PACKAGE}.{module_of(name)}"), file=source)
    text = json.dumps(prepared.document, indent=1, ensure_ascii=False)
    (package / module_of(name) / DOCUMENT).write_text(f"{text}\n", "utf-8")
    before = workspace.generated / PACKAGE / module_of(name) / DOCUMENT
    old: dict[str, Any] | None = json.loads(before.read_bytes()) if before.is_file() else None
    changes = tuple(compare(old, prepared.document)) if old is not None else ()
    return len(made.operations_generated), changes


def _check_types(stage: Path, names: list[str], workspace: Workspace) -> None:
    from simloom_codegen.check import check_types  # noqa: PLC0415

    cache = workspace.root / ".mypy_cache" / "loom"
    check_types(stage, [f"{PACKAGE}.{module_of(name)}" for name in names], cache=cache)


def _check_templates(workspace: Workspace) -> None:
    from simloom_codegen.templates_guard import check_bases  # noqa: PLC0415

    check_bases(workspace.templates)


def _check_warnings(warnings: tuple[str, ...], baseline: Path | None, name: str) -> None:
    """Raise unless the generator warned exactly as recorded: a new warning is a lost feature."""
    recorded = [
        line
        for line in (baseline.read_text("utf-8").split("\n") if baseline else [])
        if line and not line.startswith("#")
    ]
    if sorted(recorded) == sorted(warnings):
        return
    new = [f"    new: {line}" for line in warnings if line not in recorded]
    gone = [f"    gone: {line}" for line in recorded if line not in warnings]
    raise GenerateError(
        "the generator's warnings are not the recorded ones:\n" + "\n".join([*new, *gone]),
        file=f"specs/{name}/warnings.txt",
        remedy="repair the specification with the overlay, or record the lines that must stay",
    )


def _differing(made: Path, committed: Path) -> list[str]:
    """Return the names of files that are not the same in both folders."""

    def names(folder: Path) -> set[str]:
        return {
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }

    ours, theirs = names(made), names(committed)
    _, different, broken = filecmp.cmpfiles(made, committed, sorted(ours & theirs), shallow=False)
    return sorted({*(ours ^ theirs), *different, *broken})


def _which_inputs(recorded: Entry | None, entry: Entry) -> str:
    if recorded is None:
        return "not generated yet"
    names = {*recorded.inputs, *entry.inputs}
    changed = sorted(n for n in names if recorded.inputs.get(n) != entry.inputs.get(n))
    return f"not the recorded {', '.join(changed)}"


def _index_path(workspace: Workspace) -> Path:
    return workspace.generated / PACKAGE / "__init__.py"


def _index_text(workspace: Workspace) -> str:
    lines = [
        "# Generated by simloom-codegen from specs/. Do not edit.",
        '"""Typed low-level clients, one package per provider."""',
        "",
        "from typing import Final",
        "",
        "PROVIDERS: Final[dict[str, str]] = {",
        *(f'    "{name}": "{PACKAGE}.{module_of(name)}",' for name in workspace.providers()),
        "}",
        '"""Provider ids and the packages of their clients."""',
    ]
    return "\n".join(lines) + "\n"


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""
