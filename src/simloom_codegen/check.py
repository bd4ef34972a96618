"""What must hold before a generated package may replace the committed one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from attrs import frozen

from simloom_codegen.errors import GenerateError
from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simloom_codegen.document import Document
    from simloom_codegen.generate import Generated

# One process imports every module: the first failure must not hide the others.
_IMPORTER = """
import importlib, json, sys, warnings
warnings.simplefilter("error")
sys.path.insert(0, sys.argv[1])
failed = {}
modules = json.load(sys.stdin)
for name in modules:
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed[name] = f"{type(error).__name__}: {error}"
models = sys.modules.get(sys.argv[2] + ".models")
for name in getattr(models, "__all__", ()):
    try:
        getattr(models, name)
    except BaseException as error:
        failed[f"{models.__name__}.{name}"] = f"{type(error).__name__}: {error}"
json.dump(failed, sys.stdout)
"""


@frozen
class Imports:
    """Modules of a package, and those that do not import with the reason."""

    modules: tuple[str, ...]
    failed: dict[str, str]


def import_all(root: Path, package: str) -> Imports:
    """Import every module of `package` below `root` in a fresh process."""
    modules = tuple(sorted(_module_name(root, path) for path in _files(root, package)))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", _IMPORTER, str(root), package],
        input=json.dumps(modules),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if done.returncode != 0:
        raise GenerateError(f"importing {package} ended the process:\n{done.stderr.strip()[:4000]}")
    return Imports(modules, json.loads(done.stdout))


def _files(root: Path, package: str) -> Sequence[Path]:
    return sorted(root.joinpath(*package.split(".")).rglob("*.py"))


def _module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def check_operations(document: Document, *, file: str) -> None:
    """Raise unless a normalised document has an operation: a part of one, or schemas only."""
    if next(operations(document), None) is None:
        raise GenerateError(
            "there is no operation: nothing to generate",
            file=file,
            pointer="/paths",
            remedy="give the document with the vendor's paths; schemas and webhooks alone make no "
            "client",
        )


def check_complete(made: Generated, allowed: Sequence[str], *, file: str) -> None:
    """Raise unless every operation was generated or is in `allowed` (`METHOD /path`)."""
    missing = [name for name in made.missing if name not in allowed]
    if missing:
        said = "\n".join(f"    {line}" for line in made.warnings)
        raise GenerateError(
            f"{len(missing)} operations were not generated: {', '.join(missing)}\n{said}",
            file=file,
            remedy="repair it with the overlay, or allow it with --allow-missing and a reason",
        )


def check_imports(found: Imports, *, file: str) -> None:
    """Raise unless every module imported."""
    if found.failed:
        listed = "\n".join(f"    {name}: {why}" for name, why in sorted(found.failed.items()))
        raise GenerateError(f"{len(found.failed)} modules do not import:\n{listed}", file=file)


def check_types(root: Path, packages: Sequence[str], *, cache: Path | None = None) -> None:
    """Run mypy --strict over generated packages below `root`; raise with its findings."""
    arguments = [
        *("--strict", "--config-file=", "--no-error-summary", "--hide-error-context"),
        *("--cache-dir", str(cache) if cache else os.devnull, "--python-version", "3.11"),
    ]
    for package in packages:
        arguments += ["-p", package]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", "mypy", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "MYPYPATH": str(root)},
    )
    if done.returncode != 0:
        raise GenerateError(
            f"mypy --strict is not content:\n{(done.stdout + done.stderr).strip()[:4000]}",
            remedy="this is a fault of a template or of a normalise step: repair it there",
        )
