"""One prepared document in, one Python package out, in a folder nobody else uses yet."""

from __future__ import annotations

import contextlib
import copy
import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from attrs import frozen
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.strings import PythonIdentifier
from pydantic import ValidationError

from simloom_codegen.errors import GenerateError
from simloom_codegen.light_copies import light_copies
from simloom_codegen.render import Loom
from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom_codegen.document import Document

# Literal enums: the generator's own crash when two values differ in case only; our template makes
# open enumerations of them. Post hooks: we run ruff ourselves, isolated from anyone's settings.
FIXED_SETTINGS: dict[str, Any] = {"literal_enums": True, "post_hooks": []}
# ruff takes for first-party what it finds beside the present folder: it must not look.
RUFF_SORT = 'lint.isort.known-third-party = ["attrs", "simloom"]'
# It passes over folders named build, dist, .nox and so on, and over what git ignores: it must not.
RUFF_ALL = ("--no-respect-gitignore", "--config", "exclude = []")
RUFF_CHECK = (
    *("check", "--isolated", "--no-cache", "--quiet", *RUFF_ALL, "--config", RUFF_SORT),
    *("--select", "I,F401", "--fix-only"),
)
RUFF_FORMAT = ("format", "--isolated", "--no-cache", "--quiet", *RUFF_ALL, "--line-length", "100")


@frozen
class Generated:
    """What the generator made of a document.

    `operations_in_spec` and `operations_generated` are `METHOD /path` names; `warnings` are the
    generator's, one line each, in a stable order.
    """

    operations_in_spec: tuple[str, ...]
    operations_generated: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Operations of the document that have no module."""
        return tuple(sorted(set(self.operations_in_spec) - set(self.operations_generated)))


def load_settings(path: Path | None) -> dict[str, Any]:
    """Read a `config.yml` of the generator; an absent file is an empty one."""
    if path is None or not path.is_file():
        return {}
    try:
        settings = yaml.safe_load(path.read_text("utf-8")) or {}
        ConfigFile(**settings)
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise GenerateError(
            f"not a configuration of the generator: {error}", file=path.name
        ) from None
    return dict(settings)


def generate(
    document: Document, *, settings: dict[str, Any], out: Path, templates: Path, source: str
) -> Generated:
    """Generate the package `out`; its parent must exist, `out` itself must not.

    `document` is prepared: normalised and overlaid. `source` is the name of the specification that
    the header of each file tells.
    """
    config = Config.from_sources(
        ConfigFile(**{**settings, **FIXED_SETTINGS}),
        MetaType.NONE,
        document_source=Path("openapi.json"),
        file_encoding="utf-8",
        overwrite=False,
        output_path=out,
    )
    with light_copies():
        data = GeneratorData.from_dict(copy.deepcopy(document), config=config)
    if isinstance(data, GeneratorError):
        raise GenerateError(f"{data.header}: {data.detail}", file=source)
    _check_modules(data, config, source)
    project = Project(openapi=data, custom_template_path=templates, config=config)
    project.env.globals["loom"] = Loom(data, document, config, source=source)
    with contextlib.redirect_stdout(io.StringIO()):
        found = project.build()
    (out / "py.typed").write_bytes(b"")
    tidy(out)
    return Generated(
        operations_in_spec=tuple(
            f"{method.upper()} {path}" for path, method, _ in operations(document)
        ),
        operations_generated=_generated(data, document),
        warnings=tuple(sorted(_line(error) for error in found)),
    )


def _generated(data: GeneratorData, document: Document) -> tuple[str, ...]:
    """Name the generated operations as the document does; the parser rewrites path templates."""
    made = {
        str(endpoint.name)
        for collection in data.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    return tuple(
        f"{method.upper()} {path}"
        for path, method, operation in operations(document)
        if str(PythonIdentifier(operation.get("operationId", ""), "field_")) in made
    )


def _check_modules(data: GeneratorData, config: Config, source: str) -> None:
    """Refuse two things in one file: the second would replace the first without a word."""
    seen: dict[str, str] = {}
    for model in [*data.models, *data.enums]:
        module, name = str(model.class_info.module_name), str(model.class_info.name)
        if not module.isidentifier():
            raise GenerateError(f"{module!r} is not a module name", file=source)
        if module in seen:
            raise GenerateError(
                f"the schemas {seen[module]} and {name} are both models/{module}.py",
                file=source,
                remedy="rename one of them with class_overrides in config.yml",
            )
        seen[module] = name
    for tag, collection in data.endpoint_collections_by_tag.items():
        names: set[str] = set()
        for endpoint in collection.endpoints:
            module = str(PythonIdentifier(endpoint.name, config.field_prefix))
            if module in names:
                raise GenerateError(
                    f"two operations are both api/{tag}/{module}.py",
                    file=source,
                    remedy="give them different operationIds with the overlay",
                )
            names.add(module)


def _line(error: GeneratorError) -> str:
    detail = " ".join(str(error.detail or "").split())
    line = f"{error.level.name}: {' '.join(error.header.split())} {detail}".strip()
    if isinstance(error, ParseError) and error.data is not None:
        line = f"{line} ({type(error.data).__name__})"
    return line


def tidy(folder: Path) -> None:
    """Sort imports, drop unused ones and format, whatever ruff settings lie above the folder."""
    for arguments in (RUFF_CHECK, RUFF_FORMAT):
        run_tool("ruff", [*arguments, str(folder)])


def run_tool(module: str, arguments: Iterable[str]) -> None:
    """Run a tool of this environment; raise `GenerateError` with what it said."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise GenerateError(f"{module} failed:\n{(done.stdout + done.stderr).strip()[:4000]}")
