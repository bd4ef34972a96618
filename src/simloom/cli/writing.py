"""How every write goes: dry run or question, audit line, request, outcome, exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer
from attrs import evolve, field, frozen

from simloom.action import Action
from simloom.cli.audit import Audit, audit_path
from simloom.cli.cells import text
from simloom.cli.exits import Exit, UsageProblem, code_of, message_of, tell
from simloom.cli.outcomes import SHAPE, Outcome, exit_code, from_error, from_result
from simloom.cli.progress import meter
from simloom.cli.rehearsal import Announcer, rehearse
from simloom.cli.sheets import open_sheet
from simloom.cli.watching import Watch
from simloom.cli.wishes import wishes
from simloom.errors import ActionTimeout, AuthenticationError, SimloomError
from simloom.models import ActionState
from simloom.plugins.flows import run
from simloom.runtime.masking import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simloom.cli.wishes import Wishes
    from simloom.client import SimClient
    from simloom.plugins.flows import Flow

_NAMED = 5
"""SIMs that the question names; of more it tells the number."""
_LONGEST_QUESTION = 400


@frozen(kw_only=True)
class Write:
    """One verb for some SIMs. `flow` makes a new flow for a SIM; `arguments` are for the record."""

    verb: str
    iccids: Sequence[str]
    flow: Callable[[str], Flow[Any]]
    arguments: dict[str, Any] = field(factory=dict)
    previous: Sequence[str] = ()
    """Fields of the SIM to read before and to put on record."""


@frozen(kw_only=True)
class Manner:
    """How a write is to be done. `wait` is how many seconds to wait for the vendor; None: not."""

    yes: bool = False
    dry_run: bool = False
    wait: float | None = None


def carry_out(context: typer.Context, client: SimClient, write: Write, manner: Manner) -> None:
    """Do a write and end the command with its exit code."""
    asked = wishes(context)
    for iccid in write.iccids:
        write.flow(iccid).close()  # unsupported, or wrong arguments: now, for all of them
    if manner.dry_run:
        _rehearse(asked, client, write)
        return
    if not manner.yes:
        _ask(client, asked, write)
    provider, path = client.provider.id, audit_path()
    with Audit(path, provider=provider, profile=asked.chosen_profile()) as audit:
        outcomes = _Run(asked, client, write, manner, audit).all()
    code = exit_code(outcomes)
    if code is not Exit.OK:
        raise typer.Exit(code)


def _rehearse(asked: Wishes, client: SimClient, write: Write) -> None:
    announce = Announcer(asked, sys.stdout)
    for iccid in write.iccids:
        if not rehearse(write.flow(iccid), client, announce):
            typer.echo(f"{iccid or write.verb}: nothing would be written", err=True)
    typer.echo("dry run: nothing was changed", err=True)


def can_ask() -> bool:
    """Tell whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(client: SimClient, asked: Wishes, write: Write) -> None:
    if not can_ask():
        raise UsageProblem(
            f"{write.verb} changes something and nobody can be asked",
            "add --yes, or look first with --dry-run",
        )
    named = ", ".join(filter(None, write.iccids[:_NAMED])) or _named(write.arguments)
    more = len(write.iccids) - _NAMED
    what = f" {named}" if named else ""
    rest = f" and {more} more" if more > 0 else ""
    profile = asked.chosen_profile()
    where = f"{client.provider.id}{f' ({profile})' if profile else ''}"
    try:
        agreed = typer.confirm(f"{write.verb}{what}{rest} at {where}?", err=True)
    except typer.Abort:  # Ctrl-C, or the input ended
        agreed = False
    if not agreed:
        raise UsageProblem("not confirmed", "nothing was sent")


def _named(arguments: Mapping[str, Any]) -> str:
    """Return what a write without SIMs is about."""
    shown = (f"{name}={text(value)}" for name, value in arguments.items())
    return safe_text(" ".join(shown), _LONGEST_QUESTION)


@frozen
class _Run:
    """One run over all SIMs of a write."""

    asked: Wishes
    client: SimClient
    write: Write
    manner: Manner
    audit: Audit

    def all(self) -> list[Outcome]:
        """Send the write for each SIM, one after the other, and show what came of it."""
        outcomes: list[Outcome] = []
        stopped = False
        prints, color = self.asked.form != "table", self.asked.color
        with (
            open_sheet(self.asked, SHAPE) as sheet,
            meter(self.write.verb, prints=prints, color=color) as bar,
        ):
            bar.total(len(self.write.iccids))
            for iccid in self.write.iccids:
                if stopped:
                    outcome = self._plainly(iccid, "not-sent", "stopped before this one")
                else:
                    outcome, stopped = self.one(iccid, first=not outcomes)
                outcomes.append(outcome)
                sheet.add(outcome)
                bar.step()
        return outcomes

    def one(self, iccid: str, *, first: bool) -> tuple[Outcome, bool]:
        """Send one; return what came of it and whether the others must not be sent.

        A usage error is raised when it is the first SIM's: then nothing was sent at all. What
        cannot be recorded is not sent.
        """
        write, client = self.write, self.client
        previous = _previous(client, write, iccid)
        try:
            line = self.audit.started(write.verb, iccid or None, write.arguments, previous)
        except UsageProblem as error:
            if first:
                raise
            tell(error, debug=self.asked.debug)
            return self._plainly(iccid, "not-sent", "it could not be recorded"), True
        watch = Watch(client)
        outcome, stopped = self._plainly(iccid, "unknown", "the program failed"), False
        try:
            result = _waited(client, run(write.flow(iccid), watch), self.manner.wait)
            outcome = from_result(client, write.verb, iccid, result)
        except SimloomError as error:
            own = watch.is_of_a_write(error)
            outcome = from_error(client, write.verb, iccid, error, of_a_write=own)
            wrong = code_of(error) is Exit.USAGE
            if wrong and first:
                raise
            stopped = wrong or isinstance(error, AuthenticationError)
            tell(error, debug=self.asked.debug)
        except KeyboardInterrupt:
            outcome, stopped = self._plainly(iccid, "unknown", "interrupted"), True
        finally:
            recorded = self.audit.ended(line, outcome.outcome, outcome.message)
        return outcome, stopped or not recorded

    def _plainly(self, iccid: str, outcome: str, message: str) -> Outcome:
        return Outcome.of(self.client, self.write.verb, iccid, outcome, message)


def _waited(client: SimClient, result: Any, seconds: float | None) -> Any:
    """Wait for an action; one that is still under way comes back pending.

    An error of the waiting says nothing about the write, which the vendor took.
    """
    if seconds is None or not isinstance(result, ActionState):
        return result
    action = Action(result, client.provider, client.run)
    try:
        return action.wait(seconds).state
    except ActionTimeout:
        return action.state
    except SimloomError as error:
        return evolve(action.state, message=f"not looked up: {message_of(error)}")


def _previous(client: SimClient, write: Write, iccid: str) -> dict[str, Any] | None:
    """Return what the SIM was before; None where it is not known. Never stands in the way."""
    if not write.previous:
        return None
    try:
        sim = client.get(iccid)
    except SimloomError:
        return None
    return {name: getattr(sim, name) for name in write.previous}
