"""A tiny checkout to regenerate: two vendors, our templates."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simloom_codegen.regen import Outcome, regenerate
from simloom_codegen.templates_guard import default_templates
from simloom_codegen.workspace import Workspace

SPEC = """\
openapi: 3.1.0
info: {{title: {title}, version: "1"}}
servers: [{{url: "https://api.{title}.example"}}]
paths:
  /sims/{{iccid}}:
    get:
      operationId: get_sim
      tags: [sims]
      summary: Read one SIM
      x-evidence: documented
      parameters:
        - {{name: iccid, in: path, required: true, schema: {{type: string}}}}
      responses:
        "200":
          description: the SIM
          content: {{application/json: {{schema: {{$ref: "#/components/schemas/Sim"}}}}}}
        "404": {{description: unknown}}
components:
  schemas:
    Sim:
      type: object
      required: [iccid]
      properties:
        iccid: {{type: string}}
        status: {{$ref: "#/components/schemas/SimStatus"}}
        pin: {{type: string, x-secret: true}}
    SimStatus: {{type: string, enum: [active, ACTIVE, idle]}}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A checkout with the providers `acme-one` and `beta`, nothing generated yet."""
    return checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Outcome]]:
    """A checkout after its first regeneration, made once; tests copy it."""
    made = checkout(tmp_path_factory.mktemp("first") / "checkout")
    return made.root, regenerate(made, [], tell=lambda _: None)


@pytest.fixture
def made(first_run: tuple[Path, list[Outcome]], tmp_path: Path) -> Workspace:
    """A copy of the regenerated checkout that a test may change."""
    return Workspace(Path(shutil.copytree(first_run[0], tmp_path / "checkout")))


def checkout(root: Path) -> Workspace:
    """Write specifications and templates below a new folder."""
    for provider in ("acme-one", "beta"):
        folder = root / "specs" / provider
        folder.mkdir(parents=True)
        (folder / "openapi.yaml").write_text(SPEC.format(title=provider.replace("-", "")), "utf-8")
        (folder / "source.toml").write_text(f'[source]\nprovider = "{provider}"\n', "utf-8")
    shutil.copytree(default_templates(), root / "templates")
    return Workspace(root)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Names and contents of all files below a folder, caches left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"__pycache__", ".mypy_cache"} & set(path.parts)
    }


@pytest.fixture(name="snapshot")
def snapshot_fixture() -> object:
    """The function that remembers a tree."""
    return snapshot
