"""The commands that change SIMs, made from the table of verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.arguments import for_record, read_options
from simloom.cli.audit import audit_path
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.verbs import BY_NAME, BY_VERB, WRITE_COMMANDS, WriteCommand
from simloom.cli.wishes import Command, examples
from simloom.cli.writing import Manner, Write, carry_out
from simloom.identifiers import parse_iccid
from simloom.plugins.verbs import start
from simloom.simfinding import is_iccid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Iccids = Annotated[
    list[str],
    typer.Argument(metavar="ICCID...", help="18 to 22 digits each, or KIND:VALUE, e.g. imsi:..."),
]
Iccid = Annotated[
    str, typer.Argument(metavar="ICCID", help="18 to 22 digits, or KIND:VALUE, e.g. imsi:...")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="What the vendor takes; may be repeated."),
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--set-from-env",
        metavar="KEY=VARIABLE",
        help="A secret such as a PIN, taken from an environment variable.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Show the requests, secrets masked, and change nothing. Reads that come before the "
        "write are really sent.",
    ),
]
_DO = BY_NAME["change-tariff"]

Wait = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0, help="Wait so long for the vendor to carry it out."),
]


def epilog(*lines: str) -> str:
    """Return the end of the help of a write: examples, and where it is recorded."""
    recorded = f"Writes are recorded in {audit_path()}; SIMLOOM_AUDIT names another file."
    return examples(*lines, then=recorded)


def change(
    context: typer.Context,
    command: WriteCommand,
    iccids: Sequence[str],
    *,
    values: Sequence[str] = (),
    settings: Sequence[str] = (),
    secrets: Sequence[str] = (),
    manner: Manner,
) -> None:
    """Carry out one line of the table for some SIMs; each of them once."""
    for iccid in iccids:
        if is_iccid(iccid) or command.verb is Verb.PROVISION:
            parse_iccid(iccid)  # wrong ones are told before anything is sent
    verb = command.verb
    with open_client(context) as client:
        provider = client.provider
        if provider.flow(verb) is None:
            start(provider, verb)  # raises, naming the providers that have it
        options = read_options(provider, verb, settings, secrets)
        chosen = list(dict.fromkeys(client.resolve(verb, iccids)))
        positional = {} if command.value is None else {command.value.lower(): values[0]}
        write = Write(
            verb=verb.value,
            iccids=chosen,
            flow=lambda iccid: start(provider, verb, iccid, *values, **options),
            arguments={**positional, **for_record(options)},
            previous=command.previous if provider.capabilities()[Verb.GET].usable else (),
        )
        carry_out(context, client, write, manner)


def add_write_commands(app: typer.Typer) -> None:
    """Add a command for each line of the table, and `do` for any of them."""
    for command in WRITE_COMMANDS:
        made = _for_sims(command) if command.value is None else _with_value(command)
        app.command(command.name, cls=Command, help=command.about, epilog=epilog(command.shown()))(
            made
        )
    shown = f"sims do {_DO.verb.value}{_DO.shown().removeprefix(f'sims {_DO.name}')}"
    app.command("do", cls=Command, epilog=epilog(shown))(do)


def _for_sims(command: WriteCommand) -> Callable[..., None]:
    def carry(
        context: typer.Context,
        iccids: Iccids,
        *,
        settings: Settings = None,
        secrets: Secrets = None,
        wait: Wait = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        change(
            context,
            command,
            iccids,
            settings=settings or (),
            secrets=secrets or (),
            manner=Manner(yes=yes, dry_run=dry_run, wait=wait),
        )

    return carry


def _with_value(command: WriteCommand) -> Callable[..., None]:
    def carry(
        context: typer.Context,
        iccid: Iccid,
        value: Annotated[str, typer.Argument(metavar=command.value)],
        *,
        wait: Wait = None,
        dry_run: DryRun = False,
        yes: Yes = False,
    ) -> None:
        manner = Manner(yes=yes, dry_run=dry_run, wait=wait)
        change(context, command, [iccid], values=[value], manner=manner)

    # The annotation above names a local of this function, which typer could not look up.
    carry.__annotations__["value"] = Annotated[str, typer.Argument(metavar=command.value)]
    return carry


def do(
    context: typer.Context,
    verb: Annotated[str, typer.Argument(help="A verb of `simloom providers show`.")],
    iccid: Iccid,
    *,
    settings: Settings = None,
    secrets: Secrets = None,
    wait: Wait = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Carry out any verb that changes a SIM, by its name in the table of capabilities."""
    command = BY_VERB.get(verb) or BY_NAME.get(verb)
    if command is None:
        listed = ", ".join(sorted(BY_VERB))
        raise UsageProblem(f"no verb {verb!r} changes a SIM", f"verbs are: {listed}")
    given = list(settings or ())
    values: list[str] = []
    if command.value is not None:
        prefix = f"{command.value.lower()}="
        values = [text.removeprefix(prefix) for text in given if text.startswith(prefix)]
        given = [text for text in given if not text.startswith(prefix)]
        if len(values) != 1:
            raise UsageProblem(f"{verb} needs one {prefix[:-1]!r}", f"add --set {prefix}...")
    change(
        context,
        command,
        [iccid],
        values=values,
        settings=given,
        secrets=secrets or (),
        manner=Manner(yes=yes, dry_run=dry_run, wait=wait),
    )
