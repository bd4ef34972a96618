"""`simloom actions`: what the vendor carries out in the background."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from simloom.action import Action
from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.exits import Exit, UsageProblem
from simloom.cli.listing import fill
from simloom.cli.periods import FirstDay, LastDay, period_of
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import DryRun, Yes, epilog
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.cli.writing import Manner, Write, carry_out
from simloom.identifiers import parse_iccid
from simloom.models import ActionState, ActionStatus, SimStatus
from simloom.plugins.results import follow

app: typer.Typer = group(
    "actions",
    "Follow what a vendor carries out in the background. Where a vendor has ids of actions "
    "(telekom-m2m), name one; elsewhere say with --iccid and --expect what has to come true.",
    "actions list --provider telekom-m2m",
)

ACTION = Shape.of(ActionState, "id", "status", "message", "iccids", "expected")
LISTED = Shape.of(ActionState, "id", "verb", "status", "requested_at", "finished_at", "message")

ActionId = Annotated[str, typer.Argument(metavar="[ID]", help="The vendor's id of the action.")]
Iccids = Annotated[list[str] | None, typer.Option("--iccid", help="A SIM of it; may be repeated.")]
Expected = Annotated[
    SimStatus | None, typer.Option("--expect", help="The status that its SIMs get.")
]


def _state(
    provider: str, action_id: str, iccids: list[str] | None, expected: SimStatus | None
) -> ActionState:
    if not action_id and not (iccids and expected):
        raise UsageProblem(
            "which action?", "give its id, or --iccid and --expect where the vendor has no ids"
        )
    sims = tuple(parse_iccid(iccid) for iccid in iccids or ())
    return ActionState(
        provider=provider, verb="action", id=action_id, iccids=sims, expected=expected
    )


def _end(status: ActionStatus) -> None:
    """End the command with what the status means for a script."""
    if status is ActionStatus.FAILED:
        raise typer.Exit(Exit.REFUSED)
    if status is ActionStatus.UNKNOWN:
        raise typer.Exit(Exit.UNKNOWN)


@app.command(
    "list",
    cls=Command,
    epilog=examples("actions list --provider telekom-m2m --from 2026-01-31 --status pending"),
)
def list_actions(
    context: typer.Context,
    *,
    status: Annotated[
        ActionStatus | None, typer.Option(help="Only actions with this status.")
    ] = None,
    start: FirstDay = None,
    end: LastDay = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
) -> None:
    """List the actions that the vendor knows."""

    def keep(action: ActionState) -> bool:
        return status is None or action.status is status

    asked, period = wishes(context), period_of(start, end)
    how: dict[str, Any] = {"limit": limit, "keep": keep, "color": asked.color, **period}
    with open_sheet(asked, LISTED) as sheet, open_client(context) as client:
        fill(sheet, client, Verb.LIST_ACTIONS, what="actions", **how)


@app.command(
    cls=Command,
    epilog=examples(
        "actions show 4711 --provider telekom-m2m",
        "actions show --iccid 8981100022152967705 --expect suspended --provider infobip",
    ),
)
def show(
    context: typer.Context,
    action_id: ActionId = "",
    *,
    iccid: Iccids = None,
    expect: Expected = None,
) -> None:
    """Ask the vendor where an action is."""
    with open_client(context) as client:
        state = _state(client.provider.id, action_id, iccid, expect)
        state = client.run(follow(client.provider, "refresh", state))
        with open_sheet(wishes(context), ACTION) as sheet:
            sheet.add(state)
    _end(state.status)


@app.command(cls=Command, epilog=examples("actions wait 4711 --provider telekom-m2m --timeout 300"))
def wait(
    context: typer.Context,
    action_id: ActionId = "",
    *,
    iccid: Iccids = None,
    expect: Expected = None,
    timeout: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long.")] = 60.0,
) -> None:
    """Wait until an action is over; exit code 4 when it is still under way then."""
    with open_client(context) as client:
        state = _state(client.provider.id, action_id, iccid, expect)
        action = Action(state, client.provider, client.run).refresh().wait(timeout)
        with open_sheet(wishes(context), ACTION) as sheet:
            sheet.add(action.state)
    _end(action.status)


@app.command(cls=Command, epilog=epilog("actions cancel 4711 --provider telekom-m2m"))
def cancel(
    context: typer.Context,
    action_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Cancel an action that is still under way, where the vendor allows it."""
    with open_client(context) as client:
        state = _state(client.provider.id, action_id, None, None)
        write = Write(
            verb="cancel-action",
            iccids=[""],
            flow=lambda _sim: follow(client.provider, "cancel", state),
            arguments={"action": action_id},
        )
        carry_out(context, client, write, Manner(yes=yes, dry_run=dry_run))
