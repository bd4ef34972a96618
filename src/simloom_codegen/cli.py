"""`simloom-codegen`: the loom's command line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from simloom_codegen.bundle_command import bundle
from simloom_codegen.errors import LoomError, printable
from simloom_codegen.reasons import reasons_of

app = typer.Typer(
    name="simloom-codegen",
    help="Turn OpenAPI documents into typed clients, and tell what a new document changes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Providers = Annotated[
    list[str] | None, typer.Argument(help="Provider ids, e.g. telcoapi; all when none is named.")
]


def main() -> None:
    """Run the command line; a `LoomError` is told in a few lines and exit code 1."""
    try:
        app()
    except LoomError as error:
        if os.environ.get("SIMLOOM_DEBUG"):
            raise
        _tell(_red(f"error: {error}"))
        sys.exit(1)
    except KeyboardInterrupt:
        _tell("interrupted; the working tree is as it was")
        sys.exit(130)


app.command()(bundle)


@app.command()
def regen(
    providers: Providers = None,
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Change nothing; fail if the output is not the committed one."
        ),
    ] = False,
    changelog: Annotated[
        Path | None,
        typer.Option(help="Write what changed for users of the clients to this Markdown file."),
    ] = None,
) -> None:
    """Regenerate the clients of this checkout whose inputs changed.

    Every step runs in a staging folder: prepare, generate, warnings equal the baseline, all
    operations there, every module imports, mypy --strict. Only then is anything replaced.
    """
    from simloom_codegen.regen import check_drift, regenerate  # noqa: PLC0415
    from simloom_codegen.workspace import find_workspace  # noqa: PLC0415

    workspace = find_workspace()
    run = check_drift if check else regenerate
    outcomes = run(workspace, list(providers or []), tell=lambda line: _tell(f"  {line}"))
    fragments: list[str] = []
    for outcome in outcomes:
        operations = f"{outcome.operations} operations" if outcome.operations else ""
        typer.echo(f"{outcome.provider:<14} {outcome.status:<10} {operations}".rstrip())
        for name in outcome.differing:
            typer.echo(f"    differs: {name}")
        if outcome.changes:
            from simloom_codegen.diff import render  # noqa: PLC0415

            typer.echo(render(list(outcome.changes), "text"))
            text = render(list(outcome.changes), "md").strip()
            fragments.append(f"## {outcome.provider}\n\n{text}\n")
    if changelog is not None and fragments:
        changelog.write_text("\n".join(fragments), "utf-8")
        typer.echo(f"wrote {changelog}")
    if any(outcome.status == "drift" for outcome in outcomes):
        _tell(_red("the committed clients are not what the committed inputs generate"))
        _tell("  remedy: run `simloom-codegen regen`, read the difference, commit it")
        raise typer.Exit(1)


@app.command()
def lint(providers: Providers = None) -> None:
    """Prepare the specifications of this checkout and tell what would generate badly."""
    from simloom_codegen.prepare import prepare  # noqa: PLC0415
    from simloom_codegen.workspace import find_workspace  # noqa: PLC0415

    workspace = find_workspace()
    for name in workspace.chosen(list(providers or [])):
        inputs = workspace.inputs(name)
        source = f"specs/{name}/openapi.yaml"
        prepared = prepare(inputs["openapi.yaml"], inputs.get("overlay.yaml"), name=source)
        typer.echo(f"{name}: {len(prepared.changes)} repairs, {len(prepared.findings)} warnings")
        for finding in prepared.findings:
            typer.echo(printable(f"    {finding.code} {finding.pointer}: {finding.message}"))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The older OpenAPI document (YAML or JSON).")],
    new: Annotated[Path, typer.Argument(help="The newer one.")],
    *,
    output: Annotated[
        Literal["text", "md", "json"], typer.Option("--format", help="How to print the changes.")
    ] = "text",
) -> None:
    """Compare two OpenAPI documents by meaning.

    Exit code 0: nothing or harmless, 1: notable, 2: breaking for users of a client.
    """
    from simloom_codegen.diff import compare, exit_code, render  # noqa: PLC0415
    from simloom_codegen.intake import take_in  # noqa: PLC0415

    changes = compare(take_in(old).document, take_in(new).document)
    typer.echo(render(changes, output))
    raise typer.Exit(exit_code(changes))


@app.command()
def generate(
    *,
    spec: Annotated[Path, typer.Option(help="OpenAPI 3.0 or 3.1, or Swagger 2.0; YAML or JSON.")],
    package: Annotated[str, typer.Option(help="Name of the package to write, e.g. acme_client.")],
    out: Annotated[Path, typer.Option(help="Folder to write the package into.")],
    overlay: Annotated[Path | None, typer.Option(help="OpenAPI Overlay 1.0 to apply.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings of openapi-python-client (class_overrides, …).")
    ] = None,
    allow_missing: Annotated[
        list[str] | None,
        typer.Option(help="An operation that may be left out: 'GET /path=reason'. Repeatable."),
    ] = None,
    types: Annotated[
        bool, typer.Option("--types", help="Also run mypy --strict over the package.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="Write the same JSON to this file.")
    ] = None,
) -> None:
    """Generate a typed client package from any OpenAPI document.

    Fails, changing nothing, when an operation is not generated or a module does not import.
    """
    from simloom_codegen.standalone import Report, generate_package  # noqa: PLC0415

    collected: list[Report] = []
    try:
        report = generate_package(
            spec,
            package=package,
            out=out,
            overlay=overlay,
            config=config,
            allow_missing=reasons_of(allow_missing or []),
            types=types,
            report=collected,
        )
    finally:
        text = json.dumps(collected[0].as_dict(), indent=2) if collected else ""
        if as_json and text:
            typer.echo(text)
        if report_file is not None and text:
            report_file.write_text(f"{text}\n", "utf-8")
    if not as_json:
        numbers = report.as_dict()
        typer.echo(
            f"{package}: {numbers['operations_generated']} of {numbers['operations_in_spec']} "
            f"operations, {numbers['modules_imported']} modules import, "
            f"{len(report.prepared.changes)} repairs, {len(numbers['warnings'])} warnings, "
            f"{len(numbers['limits'])} limits"
        )


@app.command()
def update(
    provider: Annotated[str, typer.Argument(help="Provider id, e.g. telekom-bsc.")],
    *,
    spec: Annotated[Path, typer.Option(help="The vendor's new document: OpenAPI 3, Swagger 2.0.")],
    code: Annotated[
        list[Path] | None,
        typer.Option(help="Package that uses the client; the provider's plugin by default."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it; without, only tell.")] = False,
    with_type_errors: Annotated[
        bool,
        typer.Option(
            "--with-type-errors", help="Write it although provider code has to be adapted."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
) -> None:
    """Put a vendor's new document in the place of the present one, and tell what it means.

    Everything is rehearsed in a copy: names stay, the client is generated and checked, provider
    code is type-checked with it. Then, with --yes, inputs, client and lock are replaced together.
    """
    from simloom_codegen.update import apply, plan_update  # noqa: PLC0415
    from simloom_codegen.update.report import as_text  # noqa: PLC0415
    from simloom_codegen.workspace import find_workspace  # noqa: PLC0415

    workspace = find_workspace()
    said = lambda line: _tell(f"  {line}")  # noqa: E731
    with plan_update(workspace, provider, spec, code=code, tell=said) as plan:
        typer.echo(json.dumps(plan.as_dict(), indent=2) if as_json else as_text(plan))
        if plan.faults and not with_type_errors:
            _tell(_red("provider code would not type-check; nothing was written"))
            _tell("  remedy: adapt it after `update --yes --with-type-errors`, in one commit")
            raise typer.Exit(1)
        if not yes:
            _tell("nothing was written; --yes writes it")
            return
        for name in apply(workspace, plan):
            _tell(f"wrote {name}")
    _tell(f"correct specs/{plan.provider}/source.toml by hand: it tells where the document is from")


@app.command()
def pin(
    provider: Annotated[str, typer.Argument(help="Provider id, e.g. telekom-bsc.")],
) -> None:
    """Print an overlay that keeps names, groups and facts when the vendor's export moves in.

    Save it as specs/<provider>/overlay.yaml, replace openapi.yaml, then run regen.
    """
    from simloom_codegen.pin import as_yaml, pins  # noqa: PLC0415
    from simloom_codegen.prepare import prepare  # noqa: PLC0415
    from simloom_codegen.workspace import find_workspace  # noqa: PLC0415

    workspace = find_workspace()
    (name,) = workspace.chosen([provider])
    inputs = workspace.inputs(name)
    prepared = prepare(
        inputs["openapi.yaml"], inputs.get("overlay.yaml"), name=f"specs/{name}/openapi.yaml"
    )
    typer.echo(as_yaml(pins(prepared.document)), nl=False)


@app.command()
def fetch(
    provider: Annotated[str, typer.Argument(help="Provider id, e.g. telekom-bsc.")],
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Keep the file as specs/<provider>/upstream.*")
    ] = False,
) -> None:
    """Get a vendor's own specification and tell what differs from ours.

    Never blocks offline work: without a network, or without a published export, it says so and
    ends with exit code 0.
    """
    from simloom_codegen.diff import render  # noqa: PLC0415
    from simloom_codegen.fetch import fetch as get  # noqa: PLC0415
    from simloom_codegen.workspace import find_workspace  # noqa: PLC0415

    workspace = find_workspace()
    (name,) = workspace.chosen([provider])
    result = get(workspace.specs / name, cache=workspace.root / ".loom-cache", write=write)
    typer.echo(f"{name}: {result.status}{f' ({result.reason})' if result.reason else ''}")
    if result.changes:
        typer.echo(render(list(result.changes), "text"))
    if result.path:
        typer.echo(f"wrote {result.path}")


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _red(text: str) -> str:
    plain = "NO_COLOR" in os.environ or not sys.stderr.isatty()
    return text if plain else str(typer.style(text, fg="red"))


def run(arguments: list[str]) -> Any:
    """Run one command in this process and return its exit code; for tests."""
    return app(arguments, standalone_mode=False)


if __name__ == "__main__":
    main()
