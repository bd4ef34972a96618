"""One SIM action of the M2M Service Portal, and how its answers look."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import define, field

from simloom.sandbox.vendors.telekom_m2m.estate import action_link, utc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@define(kw_only=True)
class Action:
    """One accepted action. `outcomes` is filled in when it is carried out or cancelled."""

    id: str
    partner: str
    name: str
    created: datetime
    indexes: Sequence[int] = ()
    cancellable: bool = True
    state: str = "PENDING"
    finished: datetime | None = None
    outcomes: dict[int, tuple[str, str]] = field(factory=dict)

    def row(self) -> dict[str, Any]:
        """Return everything but the id as JSON."""
        return {
            "partner": self.partner,
            "name": self.name,
            "created": self.created.isoformat(),
            "indexes": list(self.indexes),
            "cancellable": self.cancellable,
            "state": self.state,
            "finished": self.finished.isoformat() if self.finished else None,
            "outcomes": [[index, *said] for index, said in self.outcomes.items()],
        }

    @classmethod
    def from_row(cls, number: str, row: Mapping[str, Any]) -> Action:
        """Return what `row` was made of."""
        finished = row["finished"]
        times = {
            "created": datetime.fromisoformat(row["created"]),
            "finished": datetime.fromisoformat(finished) if finished else None,
        }
        outcomes = {index: (state, text) for index, state, text in row["outcomes"]}
        return cls(**{**row, **times, "id": number, "outcomes": outcomes})


def accepted(action: Action) -> dict[str, Any]:
    """Return the answer to a request that started an action."""
    path = f"/partners/{action.partner}/sims/actions/{action.id}"
    return {
        "signupId": action.id,
        "message": f"Action with signup ID {action.id} was accepted.",
        "actionLink": action_link("actions", path, "GET", "get action status"),
    }


def heading(action: Action) -> dict[str, Any]:
    """Return what the list of actions and the status of one have in common."""
    shown = {
        "signupId": action.id,
        "action": action.name,
        "status": action.state,
        "created": utc(action.created),
    }
    return shown | ({"finished": utc(action.finished)} if action.finished else {})
