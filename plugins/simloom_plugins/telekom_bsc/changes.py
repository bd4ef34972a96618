"""Changing one thing about a SIM and leaving the rest as it is.

The body of a change always sets the status, and a server that fills in the schema's defaults
enables the SIM and unlocks its IMEI when they are left out. So the SIM is read first, and its
present status, lock and label are sent along. The vendor has no condition for "unchanged since":
what somebody else changes between the two requests is overwritten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from simloom.errors import DecodeError
from simloom.models import ActionState, ActionStatus
from simloom.plugins.flows import call
from simloom.runtime import UNSET
from simloom_clients.telekom_bsc import models
from simloom_clients.telekom_bsc.api.sims import get_sim, update_sim

if TYPE_CHECKING:
    from simloom.capabilities import Verb
    from simloom.plugins.flows import Flow


def change(iccid: str, **wanted: Any) -> Flow[bool]:
    """Read the SIM and send what differs; return whether anything had to be sent.

    `wanted` are members of `SimUpdate`. Raises `DecodeError`, with nothing sent, when the answer
    does not tell what has to be sent along.
    """
    record = yield from call(get_sim.request(iccid))
    present = _present(iccid, record)
    changed = evolve(present, **wanted)
    if changed == present:
        return False
    yield from call(update_sim.request(iccid, body=changed))
    return True


def ended(provider: str, verb: Verb, iccid: str) -> ActionState:
    """Return the state of a change that the vendor's 200 ends (guide 2.2: synchronous)."""
    return ActionState(
        provider=provider, verb=verb.value, status=ActionStatus.DONE, iccids=(iccid,)
    )


def _present(iccid: str, record: models.SimCard) -> models.SimUpdate:
    """Return the update that would change nothing."""
    update = models.SimUpdate(iccid=iccid, status=_told(record, "status", models.SimStatus))
    for name, kind in (("imei_lock", bool), ("label", str)):
        if getattr(record, name) is not UNSET and getattr(record, name) is not None:
            setattr(update, name, _told(record, name, kind))
    return update


def _told(record: models.SimCard, name: str, kind: type[Any]) -> Any:
    value = getattr(record, name)
    if not isinstance(value, kind):
        raise DecodeError(
            f"the SIM's {name} is not told, and a change has to send it along; nothing was changed",
            operation=get_sim.OPERATION.id,
        )
    return value
