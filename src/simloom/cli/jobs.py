"""`simloom jobs`: one verb for any number of SIMs, with a journal that survives a crash."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simloom.bulk.outcomes import Outcome, OutcomeStatus
from simloom.cli.connecting import open_client
from simloom.cli.exits import UsageProblem
from simloom.cli.exporting import whole_file
from simloom.cli.jobsinputs import Column, File, fingerprint, lines_of, values_of, wanted_verb
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import Secrets, Settings, Yes, epilog
from simloom.cli.wishes import Command, examples, group, wishes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

app: typer.Typer = group(
    "jobs",
    "Change any number of SIMs with one verb: each gets exactly one outcome, nothing is done "
    "twice, and a job that was cut off goes on where it stopped.",
    "jobs plan suspend sims.csv --provider telekom-m2m",
    "jobs run suspend sims.csv --journal suspend.db --provider telekom-m2m",
    "jobs resume suspend.db",
)

OUTCOMES = Shape.of(Outcome, "iccid", "status", "reason", "identifier")
_CHOICES = {"succeeded": OutcomeStatus.SUCCEEDED, "rejected": OutcomeStatus.REJECTED, "retry": None}

VerbName = Annotated[
    str, typer.Argument(metavar="VERB", help="A verb of `simloom providers show`.")
]
JournalFile = Annotated[Path, typer.Argument(metavar="JOURNAL", help="The file of the job.")]
Sims = Annotated[list[str] | None, typer.Option("--iccid", help="A SIM; may be repeated.")]


@app.command(cls=Command, epilog=examples("jobs plan suspend sims.csv --provider telekom-m2m"))
def plan(context: typer.Context, verb: VerbName, file: File, *, column: Column = None) -> None:
    """Tell how many requests and how much time a job needs at least. Nothing is sent.

    Lines that name no SIM are told on stderr; each SIM counts once.
    """
    from simloom.cli.jobsjournal import usage_problems  # noqa: PLC0415  (slow to import)
    from simloom.cli.jobsplan import PLAN, plan_of  # noqa: PLC0415

    asked = wishes(context)
    wanted = wanted_verb(verb)
    with usage_problems(), lines_of(file, column) as lines:
        found = plan_of(asked.chosen_provider(), asked.chosen_profile(), wanted, lines)
    with open_sheet(asked, PLAN) as sheet:
        sheet.add(found)


@app.command(
    cls=Command,
    epilog=epilog(
        "jobs run suspend sims.csv --journal suspend.db --provider telekom-m2m",
        "jobs run label sims.csv --journal label.db --set 'label=Line 4' --provider infobip",
    ),
)
def run(
    context: typer.Context,
    verb: VerbName,
    file: File,
    *,
    journal: Annotated[Path, typer.Option("--journal", help="The file of the job, made here.")],
    settings: Settings = None,
    secrets: Secrets = None,
    column: Column = None,
    yes: Yes = False,
) -> None:
    """Carry out a verb for every SIM of a file, within the vendor's limits.

    The same command again, or `jobs resume`, goes on with a job that was cut off or paused. Ctrl-C
    pauses it: what is under way is waited for, nothing more is sent.
    """
    from simloom.cli.jobsjournal import begin, discard, origin_of, usage_problems  # noqa: PLC0415  (slow to import)
    from simloom.cli.jobsrun import carry_on, confirm  # noqa: PLC0415

    asked = wishes(context)
    wanted, given, hidden = wanted_verb(verb), settings or [], secrets or []
    with usage_problems(), open_client(context) as client:
        provider, profile = client.provider, asked.chosen_profile()
        values = values_of(provider, wanted, given, hidden)
        origin = origin_of(provider, wanted, profile, given, hidden, fingerprint(file))
        with lines_of(file, column) as lines:
            is_new = begin(provider, wanted, values, journal, origin, lines)
        try:
            confirm(asked, journal, yes=yes)
        except UsageProblem:
            if is_new:
                discard(journal)
            raise
        carry_on(asked, client, wanted, values, journal)


@app.command(cls=Command, epilog=epilog("jobs resume suspend.db --yes"))
def resume(context: typer.Context, journal: JournalFile, *, yes: Yes = False) -> None:
    """Go on with a job that was paused or cut off; provider and values are in its journal."""
    from simloom.cli.jobsjournal import Origin, reading, usage_problems  # noqa: PLC0415  (slow to import)
    from simloom.cli.jobsrun import carry_on, confirm  # noqa: PLC0415

    asked = wishes(context)
    with usage_problems():
        with reading(journal) as (_, job):
            origin = Origin.of(job)
        if not job.read_in:
            raise UsageProblem(
                f"{journal}: the job was cut off while its SIMs were read; nothing was sent",
                "give the command `jobs run` with the file again",
            )
        asked.provider = job.provider
        asked.profile = asked.profile or origin.profile
        with open_client(context) as client:
            wanted = wanted_verb(job.verb)
            values = origin.values(client.provider, wanted)
            confirm(asked, journal, yes=yes)
            carry_on(asked, client, wanted, values, journal)


@app.command(cls=Command, epilog=examples("jobs status suspend.db"))
def status(context: typer.Context, journal: JournalFile) -> None:
    """Tell where a job is, also while another process works on it."""
    from simloom.cli.jobsjournal import SUMMARY, summary_of, usage_problems  # noqa: PLC0415  (slow to import)

    with usage_problems():
        found = summary_of(journal)
    with open_sheet(wishes(context), SUMMARY) as sheet:
        sheet.add(found)


@app.command(cls=Command, epilog=examples("jobs pause suspend.db"))
def pause(context: typer.Context, journal: JournalFile) -> None:
    """Ask the process that works on a job to stop after what is under way."""
    from simloom.cli import jobsjournal  # noqa: PLC0415  (slow to import)

    del context
    with jobsjournal.usage_problems():
        job = jobsjournal.pause(journal)
    told = "it pauses within half a minute" if job.owner else "nobody works on it"
    typer.echo(f"{journal}: {told}; go on with `simloom jobs resume {journal}`", err=True)


@app.command(
    cls=Command,
    epilog=examples(
        "jobs review suspend.db",
        "jobs review suspend.db --iccid 8949023000854173484 --resolve succeeded",
    ),
)
def review(
    context: typer.Context,
    journal: JournalFile,
    *,
    iccid: Sims = None,
    resolve: Annotated[
        str | None,
        typer.Option(
            metavar="succeeded|rejected|retry",
            help="What a person has found out; `retry` sends it again when the job is resumed.",
        ),
    ] = None,
) -> None:
    """List the SIMs whose outcome nobody can tell, and note what a person has found out."""
    if resolve is not None and (resolve not in _CHOICES or not iccid):
        raise UsageProblem(
            "--resolve takes succeeded, rejected or retry, for SIMs named with --iccid",
            "look them up at the vendor first",
        )
    from simloom.cli.jobsjournal import decide, usage_problems  # noqa: PLC0415  (slow to import)

    with usage_problems():
        if resolve is None:
            _write(context, journal, [OutcomeStatus.NEEDS_REVIEW])
            return
        decide(journal, iccid or (), _CHOICES[resolve])
        if resolve == "retry":
            typer.echo(f"sent again by `simloom jobs resume {journal}`", err=True)


@app.command(cls=Command, epilog=examples("jobs export suspend.db outcomes.csv"))
def export(
    context: typer.Context,
    journal: JournalFile,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="CSV or JSON lines, readable by its owner only."),
    ] = None,
    *,
    only: Annotated[
        list[OutcomeStatus] | None, typer.Option("--status", help="Only these; may be repeated.")
    ] = None,
) -> None:
    """Write one outcome per SIM, in the order of the inputs."""
    from simloom.cli.jobsjournal import usage_problems  # noqa: PLC0415  (slow to import)

    with usage_problems():
        if file is None:
            _write(context, journal, only or ())
            return
        if file.exists() and journal.exists() and file.samefile(journal):
            raise UsageProblem(f"{file} is the journal itself", "name another file for the table")
        form = wishes(context).output or ("csv" if file.suffix == ".csv" else "jsonl")
        with whole_file(file) as stream:
            _write(context, journal, only or (), stream, form)


def _write(
    context: typer.Context,
    journal: Path,
    wanted: Iterable[OutcomeStatus],
    stream: TextIO | None = None,
    form: str | None = None,
) -> None:
    from simloom.cli.jobsjournal import reading  # noqa: PLC0415  (slow to import)

    with (
        reading(journal) as (book, _),
        open_sheet(wishes(context), OUTCOMES, stream, form) as sheet,
    ):
        for outcome in book.results.outcomes(*wanted):
            sheet.add(outcome)
