"""The options that every command takes, before or after its name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer
from attrs import define
from typer.core import TyperCommand, TyperGroup, TyperOption

from simloom.cli.exits import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

OUTPUTS = ("table", "jsonl", "csv")


@define
class Wishes:
    """What was asked for, whatever the command. `fields` is empty for the command's own choice."""

    provider: str | None = None
    profile: str | None = None
    output: str | None = None
    fields: tuple[str, ...] = ()
    no_color: bool = False
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

    # The option layer calls it with (context, parameter, value).
    return lambda context, _parameter, value: keep(context, value)


def _options() -> list[TyperOption]:
    """Return the options anew: parameters belong to one command."""
    valued: list[tuple[str, str, str, Callable[[str], Any]]] = [
        ("--provider", "ID", "Whose SIMs, e.g. infobip; else SIMLOOM_PROVIDER.", str),
        ("--profile", "NAME", "Profile of the settings file; else SIMLOOM_PROFILE.", str),
        ("--output", "table|jsonl|csv", "For people, or for programs.", _form),
        ("--fields", "A,B", "Columns to show, in this order.", _names),
    ]
    switches = [
        ("--no-color", "No colours; NO_COLOR does the same."),
        ("--debug", "Show the traceback of an error and log requests."),
    ]
    return [
        *(
            TyperOption(
                param_decls=[option],
                metavar=metavar,
                help=text,
                expose_value=False,
                callback=_keeper(option[2:], read),
            )
            for option, metavar, text, read in valued
        ),
        *(
            TyperOption(
                param_decls=[option],
                is_flag=True,
                default=False,
                help=text,
                expose_value=False,
                callback=_keeper(option[2:].replace("-", "_")),
            )
            for option, text in switches
        ),
    ]


class Command(TyperCommand):
    """A command with the common options besides its own."""

    def __init__(self, name: str | None, **given: Any) -> None:
        super().__init__(name, **given)
        self.params = [*self.params, *_options()]


class Group(TyperGroup):
    """A group of commands that takes the common options, too."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.params = [*self.params, *_options()]


def group(name: str, about: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        name=name,
        cls=Group,
        help=about,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
