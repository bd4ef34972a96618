"""The whole command line put together, and its one way out."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer
import typer.main
from typer.core import TyperGroup

from simloom import __version__
from simloom.cli import (
    actions,
    configure,
    events,
    jobs,
    newprovider,
    orders,
    providers,
    sandbox,
    sims,
    sms,
    transfers,
    usage,
    webhooks,
)
from simloom.cli.exits import Exit, code_of, tell
from simloom.cli.simwrites import epilog
from simloom.cli.wishes import Command, Group, examples
from simloom.errors import SimloomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

app: typer.Typer = typer.Typer(
    name="simloom",
    cls=Group,
    help="Manage the SIMs of many IoT connectivity vendors.",
    epilog=epilog("providers list", "configure infobip", "sims list --provider infobip"),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _part in (providers, sims, jobs, sms, orders, transfers, actions, events, webhooks):
    app.add_typer(_part.app)
for _name, _function, _examples in (
    ("configure", configure.configure, ("configure infobip --profile prod",)),
    ("usage", usage.usage, ("usage 8981100022152967705 --provider infobip", "usage --all")),
    ("pools", usage.pools, ("pools --provider telekom-m2m",)),
    (
        "new-provider",
        newprovider.new_provider,
        ("new-provider acme-cards --spec openapi.yaml",),
    ),
    ("products", orders.products, ("products --provider telekom-bsc",)),
):
    app.command(_name, cls=Command, epilog=examples(*_examples))(_function)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"simloom {__version__}")
        raise typer.Exit


@app.callback()
def common(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Manage the SIMs of many IoT connectivity vendors."""


sandbox.register(app)


@cache
def _command() -> TyperGroup:
    """Put the commands together, once: it takes longer than most of them run."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)  # noqa: S101  (it has commands)
    return command


@contextmanager
def _logged(wanted: bool) -> Iterator[None]:
    """Write the library's own log to stderr meanwhile; that of httpx would show whole URLs."""
    if not wanted:
        yield
        return
    log = logging.getLogger("simloom")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; errors are two lines on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    code: int = Exit.OK
    try:
        with _logged(debug):
            _command()(args=given, prog_name="simloom")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else Exit.OK
    except (SimloomError, OSError) as error:
        code = code_of(error)
        tell(error, debug=debug)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    try:
        sys.stdout.flush()
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            code = Exit.BROKEN_PIPE
        elif code == Exit.OK:
            code = code_of(error)
            tell(error, debug=debug)
        _give_up_stdout()
    return code


def _give_up_stdout() -> None:
    """Send what is still in the buffer nowhere, or the interpreter complains when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
