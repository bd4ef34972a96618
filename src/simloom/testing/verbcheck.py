"""Whether a declared verb does what it says: tried once for each verb, used by several rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom.action import Action
from simloom.capabilities import Verb
from simloom.errors import NotFound
from simloom.models import ActionStatus, SimStatus
from simloom.testing.calls import ENDS, GONE, LABEL, RECORDS
from simloom.testing.expecting import expect
from simloom.testing.waited import Waited

if TYPE_CHECKING:
    from simloom.testing.calls import Call
    from simloom.testing.desk import Desk


@frozen
class Told:
    """What a call sent and gave, without what depends on the time of the call."""

    operations: list[str]
    requests: int
    result: Any


def carry_out(desk: Desk, act: Call) -> tuple[Any, Told]:
    """Call a verb; return what it gives, and the same in short."""
    result = act(desk)
    return result, Told(sorted(desk.operations()), len(desk.calls()), _in_short(result))


def check_verb(desk: Desk, verb: Verb, act: Call) -> Told:
    """Raise `AssertionError` unless a declared verb works, and return what it told."""
    result, told = carry_out(desk, act)
    declared = [item.id for item in desk.provider.operations(verb)]
    expect(
        set(declared) & set(told.operations),
        f"{verb.value} is declared with {declared} but sent {told.operations}",
    )
    if verb in RECORDS:
        _check_records(desk, verb, result)
    else:
        _check_action(desk, verb, result)
    return told


def _in_short(result: Any) -> Any:
    """Return what does not depend on the time of a call: kinds, ICCIDs and statuses."""
    if isinstance(result, list):
        return [_in_short(item) for item in result]
    if hasattr(result, "state"):
        return "action", result.state.verb, result.state.status, result.state.iccids
    status = getattr(result, "status", None)
    return type(result).__name__, getattr(result, "iccid", None), status


def _check_records(desk: Desk, verb: Verb, result: Any) -> None:
    kind = RECORDS[verb]
    records = result if isinstance(result, list) else [result]
    for record in records:
        expect(
            isinstance(record, kind),
            f"{verb.value} gave a {type(record).__name__}, not a {kind.__name__}",
        )
        expect(
            record.provider == desk.provider.id,
            f"{verb.value}: provider is {record.provider!r}, not its own id",
        )
    if verb is Verb.LIST:
        expect(records, "list gave no SIM at all: the stand-in has to have some")
    if verb is Verb.GET:
        expect(result.vendor_status, "get: vendor_status is empty, the vendor's own word")


def _check_action(desk: Desk, verb: Verb, action: Any) -> None:
    expect(
        isinstance(action, (Action, Waited)),
        f"{verb.value} gave a {type(action).__name__}, not an action: call a method of client",
    )
    iccids = action.state.iccids
    expect(iccids, f"{verb.value}: the action does not tell for which SIM it is")
    action.wait()
    expect(
        # Unknown is said of an action that nobody can ask about: then the SIM has to tell, below.
        action.status in {ActionStatus.DONE, ActionStatus.UNKNOWN},
        f"{verb.value}: the action ended as {action.status.value}: {action.message}",
    )
    if verb in ENDS:
        found = _status(desk, iccids[0])
        expect(found in ENDS[verb], f"{verb.value} is done, but the SIM is {found.value}")
    if verb is Verb.SET_LABEL:
        label = desk.client.get(iccids[0]).label
        expect(label == LABEL, "set-label is done, but the SIM has another label")


def _status(desk: Desk, iccid: str) -> SimStatus:
    try:
        status: SimStatus = desk.client.get(iccid).status
    except NotFound:
        return next(iter(GONE))
    return status
