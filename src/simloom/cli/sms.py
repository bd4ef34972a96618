"""`simloom sms`: short messages to and from SIMs."""

from __future__ import annotations

from typing import Annotated

import typer

from simloom.capabilities import Verb
from simloom.cli.connecting import open_client
from simloom.cli.listing import fill
from simloom.cli.sheets import Shape, open_sheet
from simloom.cli.simwrites import DryRun, Iccid, Wait, Yes, epilog
from simloom.cli.wishes import Command, examples, group, wishes
from simloom.cli.writing import Manner, Write, carry_out
from simloom.identifiers import parse_iccid
from simloom.models import Sms
from simloom.plugins.verbs import start

_SHOWN = "8988280717999264758 --provider telekom-bsc"
_SMS = "8988280717999264758 4711 --provider telekom-bsc"

app: typer.Typer = group("sms", "Send, list and cancel short messages.", f"sms list {_SHOWN}")

SMS = Shape.of(Sms, "id", "direction", "status", "submitted_at", "delivered_at", "text")

SmsId = Annotated[str, typer.Argument(metavar="SMS-ID", help="The vendor's id of the message.")]


@app.command(
    cls=Command, epilog=epilog("sms send 8981100022152967705 'wake up' --provider infobip")
)
def send(
    context: typer.Context,
    iccid: Iccid,
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Send a message to a SIM. The audit file gets its length, not its text."""
    length = f"*** ({len(text)} characters)"
    with open_client(context) as client:
        write = Write(
            verb=Verb.SEND_SMS.value,
            iccids=[parse_iccid(iccid)],
            flow=lambda sim: start(client.provider, Verb.SEND_SMS, sim, text),
            arguments={"text": length},
        )
        carry_out(context, client, write, Manner(yes=yes, dry_run=dry_run))


@app.command("list", cls=Command, epilog=examples(f"sms list {_SHOWN}"))
def list_sms(
    context: typer.Context,
    iccid: Iccid,
    *,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
) -> None:
    """List the messages of a SIM."""
    sim = parse_iccid(iccid)
    asked = wishes(context)
    with open_sheet(asked, SMS) as sheet, open_client(context) as client:
        fill(sheet, client, Verb.LIST_SMS, sim, what="messages", limit=limit, color=asked.color)


@app.command(cls=Command, epilog=examples(f"sms get {_SMS}"))
def get(context: typer.Context, iccid: Iccid, sms_id: SmsId) -> None:
    """Read one message."""
    with open_sheet(wishes(context), SMS) as sheet, open_client(context) as client:
        sheet.add(client.message(iccid, sms_id))


@app.command(cls=Command, epilog=epilog(f"sms cancel {_SMS}"))
def cancel(
    context: typer.Context,
    iccid: Iccid,
    sms_id: SmsId,
    *,
    wait: Wait = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Cancel a message that is not delivered yet."""
    with open_client(context) as client:
        write = Write(
            verb=Verb.CANCEL_SMS.value,
            iccids=[parse_iccid(iccid)],
            flow=lambda sim: start(client.provider, Verb.CANCEL_SMS, sim, sms_id),
            arguments={"sms_id": sms_id},
        )
        carry_out(context, client, write, Manner(yes=yes, dry_run=dry_run, wait=wait))
