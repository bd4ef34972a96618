"""What came of a write: one line per SIM, and the exit code of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.cli.exits import Exit, message_of
from simloom.cli.sheets import Shape
from simloom.errors import DecodeError, OutcomeUnknown, TransportError
from simloom.models import ActionState, Order, PinResult, Sms, Transfer
from simloom.runtime.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.client import SimClient

_NOT_IMPLEMENTED = 501
"""The one failure of a server that says that nothing was done."""
_GOOD = frozenset({"done", "pending", "cancelled"})


@frozen(kw_only=True)
class Outcome:
    """One write.

    `outcome` is done, pending (accepted, under way), cancelled, failed (the vendor tried), refused
    (nothing changed), unknown, or not-sent. `id` is the vendor's, for `actions`, `sms`, `orders`.
    """

    provider: str
    verb: str
    iccid: str | None
    outcome: str
    id: str | None = None
    message: str | None = None

    @classmethod
    def of(
        cls, client: SimClient, verb: str, iccid: str, outcome: str, message: str | None = None
    ) -> Outcome:
        """Return an outcome without the vendor's id."""
        return cls(
            provider=client.provider.id,
            verb=verb,
            iccid=iccid or None,
            outcome=outcome,
            message=message,
        )


SHAPE = Shape.of(Outcome)


def from_result(client: SimClient, verb: str, iccid: str, result: Any) -> Outcome:
    """Return the outcome that a flow's result tells."""
    known: tuple[str, str | None, str | None]
    if isinstance(result, ActionState):
        known = (result.status.value, result.id or None, result.message)
    elif isinstance(result, PinResult):
        left = result.remaining_attempts
        told = None if left is None else f"{left} attempts left"
        known = ("done" if result.success else "failed", None, told)
    elif isinstance(result, Order):
        known = ("done", result.number or None, result.status)
    elif isinstance(result, (Sms, Transfer)):
        known = ("done", result.id, result.status)
    else:
        known = ("done", None, None)
    outcome, vendor_id, message = known
    return Outcome(
        provider=client.provider.id,
        verb=verb,
        iccid=iccid or None,
        outcome=outcome,
        id=vendor_id,
        message=message,
    )


def from_error(
    client: SimClient, verb: str, iccid: str, error: Exception, *, of_a_write: bool
) -> Outcome:
    """Return the outcome that an error tells; `of_a_write` is false for a read or login before it.

    What may have reached the vendor without an answer that settles it is unknown, not refused.
    """
    unsettled = (
        isinstance(error, DecodeError)
        or (isinstance(error, ServerError) and error.status != _NOT_IMPLEMENTED)
        or (isinstance(error, TransportError) and error.sent)
    )
    doubtful = isinstance(error, OutcomeUnknown) or (of_a_write and unsettled)
    state = "unknown" if doubtful else "refused"
    return Outcome.of(client, verb, iccid, state, message_of(error))


def exit_code(outcomes: Iterable[Outcome]) -> Exit:
    """Return the exit code of writes: unknown outweighs partly, partly outweighs refused."""
    states = {outcome.outcome for outcome in outcomes}
    if "unknown" in states:
        return Exit.UNKNOWN
    if states <= _GOOD:
        return Exit.OK
    return Exit.PARTLY if states & _GOOD else Exit.REFUSED
