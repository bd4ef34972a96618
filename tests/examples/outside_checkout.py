"""What `nox -s example` asks where this checkout is not: `outside_checkout.py WHEELS CHECKOUT`.

It runs in the environment into which the wheels of core and example were installed, and installs
small wheels of its own there: of a rival with the same provider, and of one made for another
version of the plug-in surface.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

CORE_WHEEL = (
    "simloom/py.typed",
    "simloom/sandbox/pytest_plugin.py",
    "simloom/sandbox/page/static/index.html",
    "simloom/sandbox/specs/telcoapi/openapi.yaml",
    "simloom/testing/suite.py",
    "simloom/newprovider/templates/pyproject.toml.j2",
    "simloom/newprovider/templates/provider.py.j2",
    "simloom_clients/py.typed",
    "simloom_codegen/py.typed",
    "simloom_codegen/templates/base.toml",
    "simloom_codegen/templates/model.py.jinja",
    "simloom_plugins/py.typed",
)
CORE_SDIST = ("LICENSE", "README.md", "pyproject.toml", "src/simloom/py.typed", "specs/lock.toml")
ACME_WHEEL = (
    "simloom_acme/py.typed",
    "simloom_acme/provider.py",
    "simloom_acme_client/py.typed",
    "simloom_acme_client/api/cards/list_cards.py",
)
ACME_SDIST = (
    *(".ci/run", ".github/workflows/release.yml", ".gitignore", "CHANGELOG.md", "LICENSE"),
    *("README.md", "noxfile.py", "pyproject.toml", "regenerate.py", "tests/standin.py"),
    *("specs/openapi.yaml", "specs/overlay.yaml", "specs/lock.json", "cassettes/all-pages.yaml"),
)
STRAY = re.compile(
    r"(__pycache__|\.(nox|venv|coverage|(ruff|mypy|pytest)_cache|hypothesis))(/|\.|$)"
)
RIVAL = "class Rival: pass\n"
NEXT = """from simloom_acme.provider import Acme


class Next(Acme):
    id = "acme-next"
    api_version = "2.0"
"""


def main(wheels: Path, checkout: Path) -> None:
    """Check everything; an AssertionError says what is wrong."""
    packed(wheels)
    elsewhere(checkout)
    pip("install", "--no-deps", "--force-reinstall", str(one(wheels, "simloom_acme-*.whl")))
    assert listed() == (0, {"acme", "infobip", "telcoapi", "telekom-bsc", "telekom-m2m"})
    with_a_rival(wheels)
    with_another_version(wheels)
    assert listed()[0] == 0


def packed(wheels: Path) -> None:
    """Wheels and source archives have what they need, and the wheels nothing of the tests."""
    for pattern, needed in (("simloom-*.whl", CORE_WHEEL), ("simloom_acme-*.whl", ACME_WHEEL)):
        with zipfile.ZipFile(one(wheels, pattern)) as archive:
            names = set(archive.namelist())
        assert set(needed) - names == set(), f"{pattern} lacks {set(needed) - names}"
        strangers = [name for name in names if name.startswith(("tests/", "benchmarks/"))]
        assert strangers == [], f"{pattern} has {strangers}"
        assert any(name.endswith("licenses/LICENSE") for name in names), f"{pattern}: no licence"
    for pattern, needed in (("simloom-*.tar.gz", CORE_SDIST), ("simloom_acme-*.gz", ACME_SDIST)):
        with tarfile.open(one(wheels, pattern)) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert set(needed) - names == set(), f"{pattern} lacks {set(needed) - names}"
        strays = [name for name in names if STRAY.search(name)]
        assert strays == [], f"{pattern} has {strays}"


def elsewhere(checkout: Path) -> None:
    """Nothing of the checkout can be imported, and what is installed says so."""
    assert not [path for path in sys.path if Path(path).resolve().is_relative_to(checkout / "src")]
    for name in ("simloom", "simloom_acme", "simloom_acme_client", "simloom_codegen"):
        file = importlib.import_module(name).__file__ or ""
        assert "site-packages" in file, f"{name} is {file}"
    assert [one.value for one in entry_points(group="pytest11", name="simloom")]


def with_a_rival(wheels: Path) -> None:
    """Two distributions with one provider are an error that names both; others work."""
    pip("install", "--no-deps", str(wheel(wheels, "acme_rival", "acme = acme_rival:Rival", RIVAL)))
    try:
        lists = ("providers", "list", "--output", "jsonl"), ("sims", "list", "--provider", "acme")
        for arguments in lists:
            told = simloom(*arguments)
            words = told.stdout + told.stderr
            assert told.returncode == 2, words
            assert "acme-rival 9.9" in words, words
            assert "simloom-acme 0.1.0" in words, words
        assert simloom("providers", "show", "telcoapi").returncode == 0
    finally:
        pip("uninstall", "--yes", "acme-rival")


def with_another_version(wheels: Path) -> None:
    """A plug-in for another version of the surface is refused, with both versions; others work."""
    pip("install", "--no-deps", str(wheel(wheels, "acme_next", "acme-next = acme_next:Next", NEXT)))
    try:
        told = simloom("sims", "list", "--provider", "acme-next")
        assert told.returncode == 2, told.stdout
        from simloom.plugins import API_VERSION

        for word in ("acme-next 9.9", "2.0", API_VERSION):
            assert word in told.stderr, told.stderr
        assert simloom("providers", "show", "acme").returncode == 0
    finally:
        pip("uninstall", "--yes", "acme-next")


def wheel(folder: Path, module: str, entry: str, code: str) -> Path:
    """Write a wheel with one module and one entry point."""
    about = f"{module}-9.9.dist-info"
    files = {
        f"{module}.py": code,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {module}\nVersion: 9.9\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": f"[simloom.providers]\n{entry}\n",
    }
    lines = [f"{name},sha256={digest(text)},{len(text)}" for name, text in files.items()]
    path = folder / f"{module}-9.9-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{about}/RECORD", "\n".join([*lines, f"{about}/RECORD,,"]))
    return path


def digest(text: str) -> str:
    """Return a digest as the file RECORD has it."""
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def one(folder: Path, pattern: str) -> Path:
    """Return the only file of that kind."""
    found = list(folder.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def pip(*arguments: str) -> None:
    """Run pip in this environment, without an index."""
    command = [sys.executable, "-I", "-m", "pip", arguments[0], "--quiet", *arguments[1:]]
    index = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env = {**os.environ, **index, "PIP_ROOT_USER_ACTION": "ignore"}
    subprocess.run(command, check=True, env=env)


def simloom(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    settings = {"SIMLOOM_CONFIG": os.devnull, "NO_COLOR": "1", "COLUMNS": "200"}
    keys = {"SIMLOOM_ACME_API_KEY": "k", "SIMLOOM_ACME_NEXT_API_KEY": "k"}
    return subprocess.run(
        [sys.executable, "-I", "-m", "simloom.cli", *arguments],
        env={**os.environ, **settings, **keys},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def listed() -> tuple[int, set[str]]:
    """Return the exit code of `simloom providers list`, and the providers."""
    told = simloom("providers", "list", "--output", "jsonl")
    return told.returncode, {json.loads(line)["provider"] for line in told.stdout.splitlines()}


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:3]))
