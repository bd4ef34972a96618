"""The whole command line put together, and its one way out."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from simloom import __version__
from simloom.cli import actions, configure, orders, providers, sims, sms, usage
from simloom.cli.audit import audit_path
from simloom.cli.exits import Exit, code_of, tell
from simloom.cli.wishes import Command, Group
from simloom.errors import SimloomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

app = typer.Typer(
    name="simloom",
    cls=Group,
    help="Manage the SIMs of many IoT connectivity vendors.",
    epilog=f"Writes are recorded in {audit_path()}; SIMLOOM_AUDIT names another file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in (providers, sims, sms, orders, actions):
    app.add_typer(part.app)
app.command("configure", cls=Command)(configure.configure)
app.command("usage", cls=Command)(usage.usage)


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


@app.command(
    "sandbox",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def sandbox(context: typer.Context) -> None:
    """Serve all four vendors on this machine, for tests; `simloom sandbox --help` has options."""
    from simloom.sandbox.__main__ import main  # noqa: PLC0415  (another extra)

    raise typer.Exit(main(context.args))


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
    try:
        with _logged(debug):
            app(args=given, prog_name="simloom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except (SimloomError, OSError) as error:
        tell(error, debug=debug)
        return code_of(error)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    return Exit.OK
