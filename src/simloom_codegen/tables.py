"""The tables in README.md and docs/, made from specs/, and the help of each command.

    python -m simloom_codegen.tables            rewrite what is out of date
    python -m simloom_codegen.tables --check    change nothing; exit code 1 if something is

A table stands between `<!-- table:NAME -->` and `<!-- /table -->`, the help of a command between
`<!-- help:COMMAND -->` and `<!-- /help -->`. Everything else in a page is written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from simloom_codegen.errors import LoomError
from simloom_codegen.table_cells import (
    authentication,
    body_schema,
    bulk,
    describe,
    event_summary,
    identifiers,
    is_token_request,
    markdown,
    one_line,
    quota,
    streamed,
)
from simloom_codegen.workspace import find_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from simloom_codegen.workspace import Workspace

REMEDY = "run `python -m simloom_codegen.tables`, read the difference, commit it"
_BLOCK = re.compile(
    r"(?P<start><!-- (?P<kind>table|help):(?P<name>[a-z-]+) -->)\n.*?(?P<end><!-- /(?P=kind) -->)",
    re.DOTALL,
)
_MARKER = re.compile(r"<!-- (?:/table|/help|(?:table|help):[^ ]*) -->")


def provider_table(specs: Path) -> str:
    """Return one row per provider; the links are those of a page at the root of the checkout."""
    rows = []
    for path in sorted(specs.glob("*/openapi.yaml")):
        vendor = describe(specs, path.parent.name)
        evidence = [vendor.evidence(operation) for _, _, operation in vendor.operations()]
        documented = evidence.count("documented")
        rows.append(
            (
                f"[`{vendor.provider}`](docs/providers/{vendor.provider}.md)",
                vendor.about["title"],
                str(len(evidence)),
                str(documented),
                str(len(evidence) - documented),
                authentication(vendor),
                event_summary(vendor),
            )
        )
    titles = ("Provider", "System", "Operations", "Documented", "Inferred")
    return markdown((*titles, "Authentication", "Events"), rows)


def operation_table(specs: Path, provider: str) -> str:
    """Return one row per operation of a provider, in the order of its specification."""
    vendor = describe(specs, provider)
    rows = [
        (
            f"`{operation.get('operationId', '')}`"
            + (" (deprecated)" if operation.get("deprecated") else ""),
            f"`{method} {path}`",
            vendor.evidence(operation),
            str(operation.get("x-retry-class", "")),
            quota(vendor, operation),
            bulk(vendor, operation),
        )
        for method, path, operation in vendor.operations()
    ]
    return markdown(("Operation", "Request", "Evidence", "Retry class", "Quota", "Bulk"), rows)


def fact_table(specs: Path, provider: str) -> str:
    """Return what a client needs to know before its first request."""
    vendor = describe(specs, provider)
    about, base = vendor.about, vendor.server["url"]
    tokens = [
        f"`{method} {operation.get('servers', [vendor.server])[0]['url']}{path}`"
        for method, path, operation in vendor.operations()
        if is_token_request(operation)
    ]
    rows = [
        ("System", f"{about['title']} ({about['vendor']})"),
        ("Version of the document", about["document_version"]),
        ("Specification", f"{about['kind']}, retrieved {about['retrieved']}"),
        ("Base URL", f"`{base}`{vendor.doubt_in_words(vendor.server)}"),
        ("Authentication", authentication(vendor)),
        *(("Token request", request) for request in tokens),
        *((f"SIM named in the {place} by", kinds) for place, kinds in identifiers(vendor)),
    ]
    return markdown(("Fact", "Value"), rows)


def event_table(specs: Path, provider: str) -> str:
    """Return the events a provider sends, or a sentence that its document describes none."""
    vendor = describe(specs, provider)
    rows = []
    for name, schema in streamed(vendor):
        when = f", when `{schema['x-event-when']}`" if "x-event-when" in schema else ""
        kind = f"`{schema['x-event-type']}`{when}"
        rows.append((kind, "event stream", f"`{name}`", vendor.evidence(schema)))
    for name, item in vendor.document.get("webhooks", {}).items():
        for method, operation in item.items():
            model = body_schema(operation).get("$ref", "").rpartition("/")[2]
            arrives = f"webhook, `{method.upper()}`"
            rows.append((f"`{name}`", arrives, f"`{model}`", vendor.evidence(operation)))
    if not rows:
        return "The vendor's document describes no events.\n"
    return markdown(("Event", "Arrives by", "Payload", "Evidence"), rows)


def inferred_list(specs: Path, provider: str) -> str:
    """Return what `source.toml` says is inferred, and why."""
    entries = describe(specs, provider).source.get("inferred", [])
    items = [f"- {one_line(item['what'])}. {one_line(item['why'])}\n" for item in entries]
    return "".join(items) or "Nothing.\n"


def command_help(command: str) -> str:
    """Return what `simloom-codegen COMMAND --help` prints in a terminal of 80 columns."""
    import typer  # noqa: PLC0415  (only a page that shows a command needs it)

    from simloom_codegen.cli import app  # noqa: PLC0415

    group: Any = typer.main.get_command(app)
    chosen = group.commands.get(command)
    if chosen is None:
        raise LoomError(f"there is no command {command!r}", remedy="correct the marker")
    with chosen.make_context(
        f"simloom-codegen {command}", [], resilient_parsing=True, terminal_width=80
    ) as context:
        return f"```text\n{chosen.get_help(context).rstrip()}\n```\n"


def rendered(text: str, tables: Mapping[str, Callable[[], str]], *, file: str) -> str:
    """Return a page with all its blocks made anew; raise `LoomError` for a wrong marker.

    `tables` are the tables that the page has to have, each exactly once.
    """
    found: list[str] = []

    def made(block: re.Match[str]) -> str:
        name = block["name"]
        if block["kind"] == "help":
            body = command_help(name)
        elif name in tables:
            found.append(name)
            body = tables[name]()
        else:
            known = ", ".join(tables) or "none"
            raise LoomError(f"no table {name!r} belongs here", file=file, remedy=f"known: {known}")
        return f"{block['start']}\n\n{body}\n{block['end']}"

    result = _BLOCK.sub(made, text)
    if len(_MARKER.findall(text)) != 2 * len(_BLOCK.findall(text)):
        raise LoomError(
            "a block is not closed, or closed twice",
            file=file,
            remedy="write <!-- table:NAME --> and <!-- /table --> on lines of their own",
        )
    if sorted(found) != sorted(tables):
        raise LoomError(
            f"the page has the tables: {', '.join(found) or 'none'}",
            file=file,
            remedy=f"give it each of these once: {', '.join(tables)}",
        )
    return result


def pages(workspace: Workspace) -> Iterator[tuple[Path, str, str]]:
    """Yield path, present text and wanted text of README.md and of every page of docs/."""
    root, specs = workspace.root, workspace.specs
    homes = {root / "docs" / "providers" / f"{name}.md": name for name in workspace.providers()}
    found = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    for path in dict.fromkeys([*found, *homes]):
        file = path.relative_to(root).as_posix()
        if not path.is_file():
            raise LoomError("the page is missing", file=file, remedy="write it, as its neighbours")
        tables: dict[str, Callable[[], str]] = {}
        if path in homes:
            tables = {
                "facts": partial(fact_table, specs, homes[path]),
                "operations": partial(operation_table, specs, homes[path]),
                "events": partial(event_table, specs, homes[path]),
                "inferred": partial(inferred_list, specs, homes[path]),
            }
        elif file == "README.md":
            tables = {"providers": partial(provider_table, specs)}
        text = path.read_text("utf-8")
        yield path, text, rendered(text, tables, file=file)


def refresh(workspace: Workspace, *, check: bool = False) -> list[str]:
    """Rewrite the pages that are out of date and return their names; `check` writes nothing."""
    # All pages are made before the first is written: an error leaves them as they were.
    stale = [(path, wanted) for path, text, wanted in pages(workspace) if text != wanted]
    if not check:
        for path, wanted in stale:
            path.write_text(wanted, "utf-8", newline="\n")
    return [path.relative_to(workspace.root).as_posix() for path, _ in stale]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit code 1 for a page that is out of date or cannot be made."""
    parser = argparse.ArgumentParser(
        prog="python -m simloom_codegen.tables",
        description="Rewrite the tables of README.md and docs/ that are out of date.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail if one is")
    options = parser.parse_args(arguments)
    try:
        stale = refresh(find_workspace(), check=options.check)
    except LoomError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    for name in stale:
        sys.stdout.write(f"{'out of date' if options.check else 'rewritten'}: {name}\n")
    if stale and options.check:
        sys.stderr.write(f"  remedy: {REMEDY}\n")
    return int(bool(stale) and options.check)


if __name__ == "__main__":
    sys.exit(main())
