"""Make the client again from the vendor's document and the overlay: `nox -s regen`, `nox -s drift`.

`specs/` gets two files besides: `lock.json`, which has the sha256 of what went in and came out, and
`repaired.json`, the document as the client was made from it. The stand-in is compared with that.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from simloom_codegen.prepare import prepare

HERE = Path(__file__).resolve().parent
SPECS = HERE / "specs"
PACKAGE = "simloom_acme_client"
SOURCE, OVERLAY = SPECS / "openapi.yaml", SPECS / "overlay.yaml"
URL = "https://developers.acme.example/openapi.yaml"
"""Where the vendor publishes the document."""


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a package by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def sha256(*contents: bytes) -> str:
    """Return the digest of several files."""
    found = hashlib.sha256()
    for content in contents:
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()


def text(value: object) -> bytes:
    """Return JSON for people."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()


def made(out: Path, *options: str) -> dict[Path, bytes]:
    """Generate into a folder; return the lock and the repaired document, by where they belong."""
    command = [sys.executable, "-m", "simloom_codegen.cli", "generate", *options]
    command += ["--spec", str(SOURCE), "--overlay", str(OVERLAY)]
    command += ["--package", PACKAGE, "--out", str(out)]
    subprocess.run(command, check=True)
    package = files(out / PACKAGE)
    lock = {
        "url": URL,
        "openapi.yaml": sha256(SOURCE.read_bytes()),
        "overlay.yaml": sha256(OVERLAY.read_bytes()),
        PACKAGE: sha256(*(part for name in package for part in (name.encode(), package[name]))),
        "openapi-python-client": version("openapi-python-client"),
        "ruff": version("ruff"),
    }
    repaired = prepare(SOURCE, OVERLAY, name=SOURCE.name).document
    return {SPECS / "lock.json": text(lock), SPECS / "repaired.json": text(repaired)}


def main() -> int:
    """Write everything; with `--check` compare instead, and fail for what is not the same."""
    if sys.argv[1:] != ["--check"]:
        for path, content in made(HERE / "generated", "--types").items():
            path.write_bytes(content)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        fresh = made(Path(folder))
        stale = {path.name for path, content in fresh.items() if path.read_bytes() != content}
        old, new = files(HERE / "generated" / PACKAGE), files(Path(folder) / PACKAGE)
        stale |= {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    for name in sorted(stale):
        print(f"{name} is not what the document makes: run nox -s regen")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
