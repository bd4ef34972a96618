"""Generates what is measured: our clients and the stock generator's, from the same documents.

It happens in a process of its own (`python -m benchmarks.clients FOLDER`): the generator's hundred
thousand objects would make every garbage collection of a measurement dearer.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import BenchmarkError
from benchmarks.spec import many_models_document, sims_document

FEW_MODELS = 10
MANY_MODELS = 400
OURS = "bench_ours"
STOCK = "bench_stock"


def wide(package: str, models: int) -> str:
    """Return the name of the package of that many models."""
    return f"{package}_{models}"


def make_clients(folder: Path, *, wide_too: bool) -> None:
    """Generate the clients as packages in `folder`, which must exist, in a process of its own."""
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "benchmarks.clients", str(folder)]
    done = subprocess.run([*command, *(["--wide"] if wide_too else [])], cwd=root, check=False)
    if done.returncode != 0:
        raise BenchmarkError("the clients cannot be generated; the reason is above")


def _ours(folder: Path, package: str, document: dict[str, object]) -> None:
    from simloom_codegen.generate import generate  # noqa: PLC0415  (only in the child process)
    from simloom_codegen.templates_guard import default_templates  # noqa: PLC0415

    made = generate(
        document, settings={}, out=folder / package, templates=default_templates(), source="bench"
    )
    _refuse_losses(package, [*made.warnings, *made.missing])


def _stock(folder: Path, package: str, document: dict[str, object]) -> None:
    """Generate with the stock templates and default settings; unformatted, which costs nothing."""
    from openapi_python_client import Project  # noqa: PLC0415
    from openapi_python_client.config import Config, ConfigFile, MetaType  # noqa: PLC0415
    from openapi_python_client.parser import GeneratorData  # noqa: PLC0415
    from openapi_python_client.parser.errors import GeneratorError  # noqa: PLC0415

    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        document_source=Path("openapi.json"),
        file_encoding="utf-8",
        overwrite=False,
        output_path=folder / package,
    )
    data = GeneratorData.from_dict(document, config=config)
    if isinstance(data, GeneratorError):
        raise SystemExit(f"{package}: {data.header} {data.detail}")
    with contextlib.redirect_stdout(io.StringIO()):
        errors = Project(openapi=data, config=config).build()
    _refuse_losses(package, [f"{error.header} {error.detail}" for error in errors])


def _refuse_losses(package: str, losses: list[str]) -> None:
    if losses:
        raise SystemExit(f"{package} is not complete: {losses}")


def _main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    _ours(folder, OURS, sims_document())
    _stock(folder, STOCK, sims_document())
    if "--wide" in arguments:
        for models in (FEW_MODELS, MANY_MODELS):
            _ours(folder, wide(OURS, models), many_models_document(models))
            _stock(folder, wide(STOCK, models), many_models_document(models))


if __name__ == "__main__":
    _main(sys.argv[1:])
