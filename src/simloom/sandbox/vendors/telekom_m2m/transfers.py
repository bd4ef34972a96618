"""SIM transfers of the M2M Service Portal, between the superunit and its subunit.

The receiver accepts or rejects, the sender cancels; whoever else tries gets a 403. An accepted
transfer is ACCEPTED until `action_delay` is over, then the SIMs have moved and it is COMPLETED. The
receiver may name a unit of its own to take the SIMs. Assumed: a SIM can be in one open transfer
only, and any status but Deleted can be transferred.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from attrs import define

from simloom.sandbox.events.catalogue import SIM_TRANSFER
from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.vendors.telekom_m2m.action import Action, accepted
from simloom.sandbox.vendors.telekom_m2m.estate import Estate, action_link, utc
from simloom.sandbox.vendors.telekom_m2m.notices import transfer_notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from simloom.sandbox.vendor import Handler
    from simloom.sandbox.vendors.telekom_m2m.actions import Actions

_OPEN = {"REQUESTED", "ACCEPTED"}


@define(kw_only=True)
class Transfer:
    """One transfer and the action under which it was accepted."""

    id: str
    action: Action
    receiver: str
    state: str = "REQUESTED"
    unit: str | None = None

    @property
    def sender(self) -> str:
        """The partner that gives the SIMs."""
        return self.action.partner


class Transfers:
    """Every transfer since the start."""

    def __init__(self, estate: Estate, actions: Actions) -> None:
        self._estate = estate
        self._actions = actions
        self._first = 1_000_000_000 + estate.draw.number(0, "transaction first", 10_000_000)
        self._transfers: dict[str, Transfer] = {}
        estate.agenda.can("transfer", self._complete)
        self.handlers: dict[str, Handler] = {
            "create_sim_transfer": self.create_sim_transfer,
            "get_sim_transfer": self.get_sim_transfer,
            "update_sim_transfer": self.update_sim_transfer,
        }

    def create_sim_transfer(self, call: Call) -> Reply:
        """Offer SIMs to another partner, all of them or none."""
        partner, receiver = call.parameters["partnerID"], call.content["receivingPartnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        if receiver == partner or receiver not in self._estate.sims.partners:
            return self._estate.impossible("receivingPartnerID: not another known partner")
        targets, complaints = self._actions.targets(partner, call.content["sims"])
        busy = {
            index
            for transfer in self._transfers.values()
            if transfer.state in _OPEN
            for index in transfer.action.indexes
        }
        for index in targets:
            iccid = self._estate.live.iccid(index)
            if index in busy:
                complaints.append(f"SIM {iccid}: is in another transfer")
            elif self._estate.live.state(index) == "Deleted":
                complaints.append(f"SIM {iccid}: simtransfer is not possible in status Deleted")
        if complaints:
            return self._estate.impossible(*complaints)
        action = self._actions.accept(partner, "simtransfer", list(targets))
        action.cancellable = False  # the transfer is cancelled, not its action
        number = str(self._first + len(self._transfers))
        transfer = Transfer(id=number, action=action, receiver=receiver)
        self._transfers[number] = transfer
        self._record(transfer, "create_sim_transfer", None)
        self._notify(transfer, receiver)
        path = f"/partners/{partner}/sims/actions/simtransfer/{number}"
        link = action_link("sims", path, "GET", "get SIM transfer details")
        body = accepted(action) | {"transactionID": number, "actionLink": link}
        return Reply(status=202, body=body)

    def get_sim_transfer(self, call: Call) -> Reply:
        """Return a transfer to its sender or its receiver."""
        transfer = self._find(call)
        return transfer if isinstance(transfer, Reply) else Reply(body=self._shown(transfer))

    def update_sim_transfer(self, call: Call) -> Reply:
        """Accept, reject or cancel a transfer that nobody has decided about yet."""
        transfer = self._find(call)
        if isinstance(transfer, Reply):
            return transfer
        decision, partner = call.content["action"], call.parameters["partnerID"]
        if partner != (transfer.sender if decision == "CANCEL" else transfer.receiver):
            detail = f"{decision} is not up to this partner."
            return self._estate.error(HTTPStatus.FORBIDDEN, "Access denied", detail)
        if transfer.state != "REQUESTED":
            detail = f"The transfer is {transfer.state}."
            return self._estate.error(HTTPStatus.CONFLICT, "Conflict", detail)
        unit = call.content.get("subunitPartnerID")
        if unit is not None and (decision != "ACCEPT" or unit not in self._estate.sims.partners):
            return self._estate.impossible("subunitPartnerID: not a unit that could take the SIMs")
        if decision == "ACCEPT":
            self._accept(transfer, unit)
        else:
            transfer.state = {"REJECT": "REJECTED", "CANCEL": "CANCELLED"}[decision]
            outcome = {"REJECT": "FAILED", "CANCEL": "CANCELLED"}[decision]
            self._actions.finish(transfer.action, outcome, self._estate.now)
            self._record(transfer, "update_sim_transfer", "REQUESTED")
            other = transfer.sender if decision == "REJECT" else transfer.receiver
            self._notify(transfer, other)
        return Reply(body=self._shown(transfer))

    def reset(self) -> None:
        """Forget every transfer."""
        self._transfers.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return one row per transfer."""
        for number, transfer in self._transfers.items():
            yield (
                number,
                {
                    "action": transfer.action.id,
                    "receiver": transfer.receiver,
                    "state": transfer.state,
                    "unit": transfer.unit,
                },
            )

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned, after the actions."""
        for number, row in rows:
            action = self._actions.get(row["action"])
            self._transfers[number] = Transfer(id=number, **{**row, "action": action})

    def _accept(self, transfer: Transfer, unit: str | None) -> None:
        transfer.state, transfer.unit = "ACCEPTED", unit
        self._record(transfer, "update_sim_transfer", "REQUESTED")
        if self._estate.world.quirks.m2m_transfer_accepted == "yes":
            self._notify(transfer, transfer.sender)
        self._estate.agenda.after(self._estate.world.action_delay, "transfer", transfer.id)

    def _complete(self, moment: datetime, number: str) -> None:
        transfer = self._transfers[number]
        for index in transfer.action.indexes:
            changes = self._estate.move(index, transfer.unit or transfer.receiver)
            self._estate.record(
                "update_sim_transfer", index, changes, reference=transfer.id, moment=moment
            )
        transfer.state = "COMPLETED"
        self._actions.finish(transfer.action, "DONE", moment)
        for partner in (transfer.sender, transfer.receiver):
            self._notify(transfer, partner, moment)

    def _notify(self, transfer: Transfer, partner: str, moment: datetime | None = None) -> None:
        notice = transfer_notice(transfer, partner)
        self._estate.publish(SIM_TRANSFER, notice, scope=partner, moment=moment)

    def _record(self, transfer: Transfer, operation: str, before: str | None) -> None:
        for index in transfer.action.indexes:
            changes = {"transfer": (before, transfer.state)}
            self._estate.record(operation, index, changes, reference=transfer.id)

    def _find(self, call: Call) -> Transfer | Reply:
        partner = call.parameters["partnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        transfer = self._transfers.get(call.parameters["transactionID"])
        if transfer is None or partner not in {transfer.sender, transfer.receiver}:
            detail = "No transfer of this partner has this transaction ID."
            return self._estate.error(HTTPStatus.NOT_FOUND, "Transfer not found", detail)
        return transfer

    def _shown(self, transfer: Transfer) -> dict[str, Any]:
        shown = {
            "transactionID": transfer.id,
            "signupId": transfer.action.id,
            "status": transfer.state,
            "sendingPartnerID": transfer.sender,
            "receivingPartnerID": transfer.receiver,
            "sims": [
                {"iccid": self._estate.live.iccid(index)} for index in transfer.action.indexes
            ],
            "created": utc(transfer.action.created),
        }
        return shown | ({"subunitPartnerID": transfer.unit} if transfer.unit else {})
