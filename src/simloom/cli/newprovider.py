"""`simloom new-provider`: a repository for a provider of one's own."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simloom.cli.exits import UsageProblem
from simloom.runtime.masking import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from simloom.newprovider.creating import Created

_LONGEST = 400
_SIGNALLED = 128
"""Shells add it to the number of the signal that ended a program."""


def new_provider(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Provider id, e.g. acme-cards: small letters, digits, dashes."
        ),
    ],
    *,
    spec: Annotated[
        str,
        typer.Option(
            "--spec",
            metavar="FILE|URL",
            help="The vendor's OpenAPI 3 or Swagger 2.0 document, YAML or JSON; "
            "a file, or its https address.",
        ),
    ],
    auth: Annotated[
        str | None,
        typer.Option(
            "--auth",
            metavar="KIND",
            help="How requests are signed: bearer, basic, api-key-header, "
            "oauth2-client-credentials or login-token; else what the document says.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--dir", metavar="DIR", help="A new or empty folder; simloom-NAME if not given."
        ),
    ] = None,
) -> None:
    """Write a repository for a provider of your own, from the vendor's OpenAPI document.

    It is complete: the document, a typed client, settings, the provider with the verbs list, get,
    suspend and resume where the document makes them certain, a stand-in of the vendor, the
    conformance suite, recorded cassettes, tasks for nox, and a workflow that publishes releases.

    What only a person can decide is marked with TODO and told at the end; a test fails for each.
    Nothing is written when the document or an option does not do. Needs simloom[cli,codegen].

    docs/providers/writing.md goes the whole way, step by step.
    """
    from simloom.newprovider.creating import create  # noqa: PLC0415  (one command needs it)
    from simloom.newprovider.refusal import CannotCreate  # noqa: PLC0415

    try:
        with _ended_in_order():
            made = create(name, spec, auth=auth, folder=folder, tell=_stage)
    except CannotCreate as error:
        raise UsageProblem(str(error), error.hint) from error
    for line in _told(made):
        typer.echo(safe_text(line, _LONGEST))


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Have SIGTERM and a closed terminal end this as Ctrl-C does: what is half written goes."""
    before: dict[int, Any] = {}

    def end(number: int, _: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)  # a second one would end the tidying up
        raise SystemExit(_SIGNALLED + number)

    with suppress(ValueError):  # outside the main thread nobody may listen
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stage(what: str) -> None:
    """Tell a person what is being done; a log does not need it."""
    if sys.stderr.isatty():
        typer.echo(safe_text(f"  {what} ...", _LONGEST), err=True)


def _told(made: Created) -> list[str]:
    left = len(made.undecided) + len(made.facts) + made.waiting
    specs = Path(made.spec).parent.as_posix()
    repaired = f"{made.repairs} repair{_s(made.repairs)}, {made.limits} limit{_s(made.limits)}"
    lines = [
        f"wrote {made.folder}",
        f"client: {made.operations} operation{_s(made.operations)}",
        f"report: {repaired} in {specs}/report.json",
        f"verbs: {', '.join(made.verbs) or 'the document makes none certain'}",
    ]
    lines += [f"to decide: {verb}: {why}" for verb, why in made.undecided.items()]
    lines += [f"to decide: {why}" for why in made.facts]
    if made.waiting:
        lines.append(
            f"to decide: {specs}/overlay.yaml: what a repetition does, for {made.waiting} "
            f"write{_s(made.waiting)}"
        )
    if made.unrecorded:
        lines.append(
            f"cassettes: none yet: {made.unrecorded}; mend that, then `nox -s record` writes them"
        )
    lines += [
        f"left to a person: {left}, told above, in README.md, and by tests that fail"
        if left
        else "left to a person: nothing; compare what is written with the vendor's own words",
        "next:",
        f"  cd {shlex.quote(os.path.relpath(made.folder))}",
        '  python -m pip install -e ".[test]"',
        "  python -m pytest",
    ]
    return lines


def _s(number: int) -> str:
    return "" if number == 1 else "s"
