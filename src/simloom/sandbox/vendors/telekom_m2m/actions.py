"""SIM actions of the M2M Service Portal: accepted at once, carried out later.

A request with one SIM that cannot be processed is refused as a whole, and the answer names every
such SIM. An accepted action is PENDING until the sandbox's `action_delay` is over; until then it
can be cancelled. It is carried out SIM by SIM: the 18th of every 19 SIMs fails then, and so does a
SIM that does not allow the action any more. One failed SIM makes the action FAILED.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from simloom.sandbox.events.catalogue import PROFILE, SIM_ACTION
from simloom.sandbox.listing import page_count, page_of
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.populations.telekom_m2m import SUBUNIT
from simloom.sandbox.vendors.telekom_m2m.action import Action, accepted, heading
from simloom.sandbox.vendors.telekom_m2m.effects import EFFECTS, Case, Effect
from simloom.sandbox.vendors.telekom_m2m.estate import (
    IDENTIFIERS,
    PAGE_SIZE,
    Estate,
    action_link,
    day,
)
from simloom.sandbox.vendors.telekom_m2m.notices import (
    action_notice,
    outcome,
    profile_notice,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from simloom.sandbox.ledger import Changes
    from simloom.sandbox.vendor import Handler


def fails(index: int) -> bool:
    """Tell whether actions on this SIM are accepted and fail later."""
    return index % 19 == 17


class Actions:
    """Every action since the start, in the order of acceptance."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._first = 700_000_000 + estate.draw.number(0, "signup first", 100_000_000)
        self._actions: dict[str, Action] = {}
        estate.agenda.can("action", self._carry_out)
        self.handlers: dict[str, Handler] = {
            **{operation: partial(self.start, operation) for operation in EFFECTS},
            "list_sim_actions": self.list_sim_actions,
            "get_sim_action_status": self.get_sim_action_status,
            "cancel_sim_action": self.cancel_sim_action,
        }

    @property
    def count(self) -> int:
        """How many actions were accepted since the last reset."""
        return len(self._actions)

    def start(self, operation: str, call: Call) -> Reply:
        """Accept an action for all SIMs of the request, or refuse it."""
        partner, body = call.parameters["partnerID"], call.content
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        if operation == "move_sims" and body["targetPartnerID"] not in self._estate.sims.partners:
            return self._estate.impossible("targetPartnerID: not a unit of this partner")
        effect = EFFECTS[operation]
        targets, complaints = self.targets(partner, body["sims"])
        for index, entry in targets.items():
            why = effect.refusal(self._case(index, body, entry))
            if why is not None:
                complaints.append(f"SIM {self._estate.live.iccid(index)}: {why}")
        if complaints:
            return self._estate.impossible(*complaints)
        action = self.accept(partner, effect.name, list(targets))
        job = {
            "action": action.id,
            "operation": operation,
            "body": {name: value for name, value in body.items() if name != "sims"},
            "targets": list(targets.items()),
        }
        self._estate.agenda.after(self._estate.world.action_delay, "action", job)
        return Reply(status=202, body=accepted(action))

    def accept(self, partner: str, name: str, indexes: Sequence[int] = ()) -> Action:
        """Register an action and give it its signup id."""
        number = str(self._first + len(self._actions))
        action = Action(
            id=number, partner=partner, name=name, created=self._estate.now, indexes=indexes
        )
        self._actions[number] = action
        return action

    def targets(
        self, partner: str, entries: Sequence[Mapping[str, Any]]
    ) -> tuple[dict[int, Mapping[str, Any]], list[str]]:
        """Return the SIMs that the entries of a body mean, and what is wrong with the others."""
        targets: dict[int, Mapping[str, Any]] = {}
        complaints = []
        for number, entry in enumerate(entries, 1):
            kind = next(name for name in IDENTIFIERS if name in entry)
            # Only ICCIDs are repeated; what else names a SIM may be personal.
            name = f"SIM {entry[kind]}" if kind == "iccid" else f"SIM of entry {number} ({kind})"
            index = self._estate.live.find(kind, entry[kind])
            if index is None:
                complaints.append(f"{name}: unknown")
            elif self._estate.partner_of(index) != partner:
                complaints.append(f"{name}: belongs to another partner")
            elif index in targets:
                complaints.append(f"{name}: named twice")
            else:
                targets[index] = entry
        return targets, complaints

    def list_sim_actions(self, call: Call) -> Reply:
        """Return one page of a partner's actions, the oldest first."""
        given, partner = call.parameters, call.parameters["partnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        first, last = day(call, "dateFrom"), day(call, "dateTo")
        found = [
            action
            for action in self._actions.values()
            if action.partner == partner
            and (first is None or action.created.date() >= first)
            and (last is None or action.created.date() <= last)
        ]
        page, size = given.get("page", 1), given.get("pageSize", PAGE_SIZE)
        shown = [found[number] for number in page_of(range(len(found)), page, size)]
        return Reply(
            body={
                "actions": [heading(item) | {"simCount": len(item.indexes)} for item in shown],
                "page": page,
                "pageSize": size,
                "totalPages": page_count(len(found), size),
                "totalCount": len(found),
            }
        )

    def get_sim_action_status(self, call: Call) -> Reply:
        """Return how far an action is; with a link to its cancellation as long as there is time."""
        action = self._find(call)
        return action if isinstance(action, Reply) else Reply(body=self._status(action))

    def cancel_sim_action(self, call: Call) -> Reply:
        """Withdraw an action that is still pending."""
        action = self._find(call)
        if isinstance(action, Reply):
            return action
        if action.state != "PENDING" or not action.cancellable:
            detail = f"Action with signup ID {action.id} cannot be cancelled."
            return self._estate.error(HTTPStatus.CONFLICT, "Conflict", detail)
        self.finish(action, "CANCELLED", self._estate.now)
        for index in action.indexes:
            changes: Changes = {"action": ("PENDING", "CANCELLED")}
            self._estate.record("cancel_sim_action", index, changes, reference=action.id)
        return Reply(body=self._status(action))

    def finish(self, action: Action, state: str, moment: datetime) -> None:
        """End an action as a whole."""
        action.state, action.finished = state, moment
        for index in action.indexes:
            action.outcomes.setdefault(index, (state, ""))
        if action.name != "simtransfer":  # transfers have notifications of their own
            notice = action_notice(action)
            self._estate.publish(SIM_ACTION, notice, scope=action.partner, moment=moment)

    def get(self, number: str) -> Action:
        """Return the action with this signup id. Raises KeyError."""
        return self._actions[number]

    def reset(self) -> None:
        """Forget every action."""
        self._actions.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return one row per action."""
        for number, action in self._actions.items():
            yield number, action.row()

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for number, row in rows:
            self._actions[number] = Action.from_row(number, row)

    def _carry_out(self, moment: datetime, job: Mapping[str, Any]) -> None:
        action, effect, body = (
            self._actions[job["action"]],
            EFFECTS[job["operation"]],
            job["body"],
        )
        if action.state != "PENDING":
            return
        for index, entry in job["targets"]:
            case = self._case(index, body, entry)
            if fails(index):
                why: str | None = "The network did not carry out the action."
            elif self._estate.partner_of(index) != action.partner:
                why = "belongs to another partner"
            else:
                why = effect.refusal(case)
            if why is not None:
                action.outcomes[index] = ("FAILED", why)
                continue
            changes = self._apply(index, effect, case)
            if changes:
                self._estate.record(
                    job["operation"], index, changes, reference=action.id, moment=moment
                )
            action.outcomes[index] = ("DONE", "")
            notice = profile_notice(job["operation"], action.partner, body, case.sim)
            if notice is not None:
                self._estate.publish(PROFILE, notice, scope=action.partner, moment=moment)
        states = {state for state, _ in action.outcomes.values()}
        self.finish(action, "FAILED" if "FAILED" in states else "DONE", moment)

    def _apply(self, index: int, effect: Effect, case: Case) -> Changes:
        if effect is EFFECTS["move_sims"]:
            return self._estate.move(index, case.body["targetPartnerID"])
        changes = self._estate.live.change(index, **effect.fields(case))
        return changes | {
            name: (None, case.body[name]) for name in effect.notes if name in case.body
        }

    def _case(self, index: int, body: Mapping[str, Any], entry: Mapping[str, Any]) -> Case:
        estate = self._estate
        sim = estate.live.record(index)
        seeded = estate.sims.record(index, sim["status"])
        return Case(
            body=body,
            entry=entry,
            sim=sim,
            seeded=seeded,
            today=estate.now.date(),
            in_subunit=estate.partner_of(index) == SUBUNIT,
        )

    def _find(self, call: Call) -> Action | Reply:
        partner = call.parameters["partnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        action = self._actions.get(call.parameters["signupID"])
        if action is None or action.partner != partner:
            detail = "No action of this partner has this signup ID."
            return self._estate.error(HTTPStatus.NOT_FOUND, "Action not found", detail)
        return action

    def _status(self, action: Action) -> dict[str, Any]:
        status = heading(action) | {"message": outcome(action)}
        status["sims"] = [self._outcome(index, action) for index in action.indexes]
        if action.state == "PENDING" and action.cancellable:
            path = f"/partners/{action.partner}/sims/actions/{action.id}"
            link = action_link("cancel", path, "DELETE", "cancel SIM action")
            status["actionLinks"] = {"cancel": link}
        return status

    def _outcome(self, index: int, action: Action) -> dict[str, Any]:
        state, message = action.outcomes.get(index, (action.state, ""))
        outcome = {"iccid": self._estate.live.iccid(index), "status": state}
        return outcome | ({"message": message} if message else {})
