"""The lock: which inputs and tools made the committed clients."""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom_codegen.errors import LockError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom_codegen.workspace import Workspace

# What of the loom itself decides the output; the rest may change without regenerating.
_DECIDING = (
    "document.py",
    "generate.py",
    "light_copies.py",
    "normalise",
    "overlay.py",
    "pointer.py",
    "read_json.py",
    "read_yaml.py",
    "render",
    "swagger2",
)
_HEADER = "# Written by `simloom-codegen regen`. Do not edit.\n"


@frozen
class Entry:
    """What made one client: sha256 of each input, of the output tree, and how many operations."""

    inputs: dict[str, str]
    output: str
    operations: int


@frozen
class Lock:
    """The tools and one entry per provider."""

    tools: dict[str, str]
    providers: dict[str, Entry]

    def as_text(self) -> str:
        """Return the file's text, the same for the same content."""
        lines = [_HEADER, "[tools]"]
        lines += [f"{name} = {_quoted(self.tools[name])}" for name in sorted(self.tools)]
        for provider in sorted(self.providers):
            entry = self.providers[provider]
            lines += ["", f"[provider.{provider}]", f"operations = {entry.operations}"]
            lines += [f"output = {_quoted(entry.output)}", "", f"[provider.{provider}.inputs]"]
            lines += [f'"{name}" = "{entry.inputs[name]}"' for name in sorted(entry.inputs)]
        return "\n".join(lines) + "\n"


def read_lock(path: Path) -> Lock:
    """Read the lock; an absent file is an empty lock, a broken one a `LockError`."""
    if not path.is_file():
        return Lock({}, {})
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return Lock(
            dict(data["tools"]),
            {
                name: Entry(dict(entry["inputs"]), str(entry["output"]), int(entry["operations"]))
                for name, entry in data.get("provider", {}).items()
            },
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise LockError(
            f"the lock cannot be read: {error}",
            file="specs/lock.toml",
            remedy="restore it from version control, or delete it and regenerate everything",
        ) from None


def present_tools(workspace: Workspace) -> dict[str, str]:
    """Return versions and hashes of everything but the specifications that decides the output."""
    here = Path(__file__).parent
    deciding = [
        path
        for name in _DECIDING
        for path in ([here / name] if name.endswith(".py") else sorted((here / name).rglob("*.py")))
    ]
    return {
        "openapi-python-client": version("openapi-python-client"),
        "ruff": version("ruff"),
        "templates": hash_files(workspace.templates.glob("*.jinja"), workspace.templates),
        "loom": hash_files(deciding, here),
    }


def present_inputs(workspace: Workspace, provider: str) -> dict[str, str]:
    """Return the sha256 of each input file of a provider."""
    return {name: _sha256(path) for name, path in workspace.inputs(provider).items()}


def hash_tree(folder: Path) -> str:
    """Return one sha256 over a generated folder: names and contents, caches left out."""
    return hash_files(
        (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts), folder
    )


def hash_files(paths: Iterable[Path], base: Path) -> str:
    """Return one sha256 over files: their names relative to `base` and their contents."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda item: item.relative_to(base).as_posix()):
        digest.update(f"{path.relative_to(base).as_posix()}\0{_sha256(path)}\n".encode())
    return digest.hexdigest()


def _quoted(text: str) -> str:
    """Write a TOML basic string: JSON's escapes, and the one control character JSON leaves."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
