"""The options that every command takes, before or after its name."""

from __future__ import annotations

import copy
import os
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.main
from attrs import define
from typer.core import TyperCommand, TyperGroup

from simloom.cli import completing
from simloom.cli.exits import Exit, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OUTPUTS = ("table", "jsonl", "csv")
COLORS = ("auto", "always", "never")


@define
class Wishes:
    """What was asked for, whatever the command. `fields` is empty for the command's own choice."""

    provider: str | None = None
    profile: str | None = None
    output: str | None = None
    fields: tuple[str, ...] = ()
    color: str = "auto"
    debug: bool = False

    @property
    def form(self) -> str:
        """The output form: a table unless something else was asked for."""
        return self.output or "table"

    def chosen_provider(self) -> str:
        """Return the provider to talk to; a usage error when none was named."""
        chosen = self.provider or os.environ.get("SIMLOOM_PROVIDER")
        if not chosen:
            raise UsageProblem(
                "which provider? Name one with --provider or SIMLOOM_PROVIDER",
                "`simloom providers list` shows which there are",
            )
        return chosen

    def chosen_profile(self) -> str | None:
        """Return the profile that the settings come from, None when there is none."""
        return self.profile or os.environ.get("SIMLOOM_PROFILE")


def wishes(context: typer.Context) -> Wishes:
    """Return what was asked for, shared by all levels of one call."""
    root = context.find_root()
    if not isinstance(root.obj, Wishes):
        root.obj = Wishes()
    return root.obj


def _form(value: str) -> str:
    if value not in OUTPUTS:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(OUTPUTS)}")
    return value


def _color(value: str) -> str:
    if value not in COLORS:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(COLORS)}")
    return value


def _names(value: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in value.split(",") if name.strip())
    if not names:
        raise typer.BadParameter("give column names, separated by commas")
    return names


def _keeper(name: str, read: Callable[[str], Any] = str) -> Callable[..., Any]:
    def keep(context: typer.Context, value: Any) -> Any:
        if value and not context.resilient_parsing:
            setattr(wishes(context), name, value if value is True else read(value))
        return value

    return keep


def _words(words: Sequence[str]) -> Callable[[str], list[str]]:
    return lambda incomplete: [word for word in words if word.startswith(incomplete)]


def _without_color(context: typer.Context, value: bool) -> bool:
    if value and not context.resilient_parsing:
        wishes(context).color = "never"
    return value


_shared = partial(typer.Option, expose_value=False)


def _carrier(
    provider: Annotated[
        str | None,
        _shared(
            metavar="ID",
            help="Whose SIMs, e.g. infobip; else SIMLOOM_PROVIDER.",
            callback=_keeper("provider"),
            autocompletion=completing.providers,
        ),
    ] = None,
    profile: Annotated[
        str | None,
        _shared(
            metavar="NAME",
            help="Profile of the settings file; else SIMLOOM_PROFILE.",
            callback=_keeper("profile"),
            autocompletion=completing.profiles,
        ),
    ] = None,
    output: Annotated[
        str | None,
        _shared(
            metavar="|".join(OUTPUTS),
            help="For people, or for programs.",
            callback=_keeper("output", _form),
            autocompletion=_words(OUTPUTS),
        ),
    ] = None,
    fields: Annotated[
        str | None,
        _shared(
            metavar="A,B",
            help="Columns to show, in this order.",
            callback=_keeper("fields", _names),
        ),
    ] = None,
    color: Annotated[
        str | None,
        _shared(
            metavar="|".join(COLORS),
            help="auto: as the terminal can.",
            callback=_keeper("color", _color),
            autocompletion=_words(COLORS),
        ),
    ] = None,
    no_color: Annotated[
        bool,
        _shared(
            "--no-color", help="As --color never; NO_COLOR does the same.", callback=_without_color
        ),
    ] = False,
    debug: Annotated[
        bool,
        _shared(
            "--debug",
            help="Show the traceback of an error and log requests.",
            callback=_keeper("debug"),
        ),
    ] = False,
) -> None:
    """Carry the options that all commands share; typer makes parameters of functions only."""


@cache
def _made() -> Sequence[Any]:
    carrier = typer.Typer(add_completion=False)
    carrier.command()(_carrier)
    return typer.main.get_command(carrier).params


def _options() -> list[Any]:
    """Return the options anew: parameters belong to one command."""
    return [copy.copy(option) for option in _made()]


def examples(*lines: str, then: str = "") -> str:
    """Return the end of a command's help: commands to copy, and a sentence."""
    shown = "\n".join(f"  simloom {line}" for line in lines)
    return f"\b\nExample{'s' if len(lines) > 1 else ''}:\n{shown}" + (f"\n\n{then}" if then else "")


class Command(TyperCommand):
    """A command with the common options besides its own.

    A reader that closes the pipe (`| head`) ends it as the signal SIGPIPE ends other programs.
    """

    def __init__(self, name: str | None, **given: Any) -> None:
        super().__init__(name, **given)
        self.params.extend(_options())

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise typer.Exit(Exit.BROKEN_PIPE) from None


class Group(TyperGroup):
    """A group of commands that takes the common options, too."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.params.extend(_options())


def group(name: str, about: str, *lines: str) -> typer.Typer:
    """Return an empty group of commands; `lines` are its examples."""
    return typer.Typer(
        name=name,
        cls=Group,
        help=about,
        epilog=examples(*lines),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
