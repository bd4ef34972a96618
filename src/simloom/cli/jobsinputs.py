"""What a job is given: a verb, its values, a file of SIMs."""

from __future__ import annotations

import hashlib
import inspect
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simloom.capabilities import Verb
from simloom.cli.arguments import options_of, read_options
from simloom.cli.exits import UsageProblem
from simloom.cli.verbs import BY_NAME
from simloom.identifiers import BadLine, read_identifiers
from simloom.plugins.verbs import unsupported
from simloom.runtime.masking import is_secret_name, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simloom.identifiers.sheets import ReadLine
    from simloom.plugins.provider import Provider

File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="One SIM per line, or a table with a header; - for the input."
    ),
]
Column = Annotated[
    str | None,
    typer.Option("--column", metavar="NAME", help="Column of a table that has the SIMs."),
]
_SHOWN = 10
"""Bad lines that are told one by one; the journal and its export have all of them."""


def wanted_verb(name: str) -> Verb:
    """Return the verb with a name of the capability table, or of a command under `sims`."""
    command = BY_NAME.get(name)
    try:
        return Verb(name) if command is None else command.verb
    except ValueError:
        raise UsageProblem(
            f"no verb {safe_text(name)!r}", "`simloom providers show PROVIDER` lists the verbs"
        ) from None


def values_of(
    provider: Provider, verb: Verb, settings: Sequence[str], secrets: Sequence[str]
) -> dict[str, Any]:
    """Return what the verb takes besides the SIM, from `--set`; what is wrong is a usage error."""
    method = provider.flow(verb)
    if method is None:
        raise unsupported(provider, verb)
    options = options_of(provider, verb)
    # The first parameter is the SIM; a label or a text may stand behind it without a keyword.
    others = [*inspect.signature(method).parameters][1:]
    plain = [name for name in others if name not in options]
    found: dict[str, Any] = {}
    rest = []
    for text in settings:
        name, _, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if is_secret_name(name):
            raise UsageProblem(
                f"{name} would stand in the journal", f"use --set-from-env {name}=VARIABLE"
            )
        if name in plain:
            found[name] = value
        else:
            rest.append(text)
    for name in plain:
        if name not in found:
            raise UsageProblem(
                f"{verb.value} of {provider.id} needs {name!r}", f"add --set {name}=..."
            )
    return {**found, **read_options(provider, verb, rest, secrets)}


@contextmanager
def lines_of(file: Path, column: str | None) -> Iterator[Iterator[ReadLine]]:
    """Yield the lines of a file or of stdin, read; the first bad ones are told on stderr."""
    if str(file) == "-":
        yield _telling(read_identifiers(sys.stdin, column=column))
        return
    # What is no UTF-8 is a bad line, and none of the others is lost for it.
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as stream:
        yield _telling(read_identifiers(stream, column=column))


def fingerprint(file: Path) -> str | None:
    """Return what tells the content of a file from another one; None for stdin."""
    if str(file) == "-":
        return None
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _telling(lines: Iterator[ReadLine]) -> Iterator[ReadLine]:
    bad = 0
    for line in lines:
        if isinstance(line, BadLine):
            bad += 1
            if bad <= _SHOWN:
                typer.echo(safe_text(str(line), 300), err=True)
        yield line
    if bad > _SHOWN:
        typer.echo(f"and {bad - _SHOWN} more lines that name no SIM", err=True)
