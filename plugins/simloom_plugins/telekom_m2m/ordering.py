"""Orders of the M2M Service Portal, and transfers of SIMs between partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.capabilities import Verb
from simloom.plugins.flows import call
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom_clients.telekom_m2m import models
from simloom_clients.telekom_m2m.api.orders import create_sim_order
from simloom_clients.telekom_m2m.api.sim_transfers import (
    create_sim_transfer,
    get_sim_transfer,
    update_sim_transfer,
)
from simloom_plugins.telekom_m2m import bodies, mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom.models import Order, Transfer
    from simloom.plugins.flows import Flow
    from simloom_plugins.telekom_m2m.settings import Settings


class Ordering(Provider):
    """How SIMs come to the partner of the settings, and leave it."""

    settings: Settings

    @property
    def partner(self) -> str:
        """The partner in every path."""
        return self.settings.partner_id

    @operation(Verb.ORDER, create_sim_order, note="may cost; the SIMs are told in reports only")
    def order(
        self,
        *,
        material: str,
        quantity: int,
        override_moq: bool | None = None,
        reference: str | None = None,
        delivery_address: models.DeliveryAddress | None = None,
    ) -> Flow[Order]:
        """Order SIM material; the order's number is the signup id of its workflow.

        `override_moq` allows less than the minimum order quantity.
        """
        body = bodies.sim_order(
            material,
            quantity,
            override_moq=override_moq,
            customer_reference=reference,
            delivery_address=delivery_address,
        )
        answer = yield from call(create_sim_order.request(self.partner, body=body))
        return mapping.order(answer)

    @operation(Verb.CREATE_TRANSFER, create_sim_transfer)
    def create_transfer(
        self, iccids: Sequence[str], *, to_partner: str, message: str | None = None
    ) -> Flow[Transfer]:
        """Offer SIMs to another partner, with a note; all of them or none."""
        body = models.SimTransferOrder(
            sims=bodies.references(iccids),
            receiving_partner_id=to_partner,
            message=bodies.given(message),
        )
        answer = yield from call(create_sim_transfer.request(self.partner, body=body))
        return mapping.requested_transfer(answer, iccids)

    @operation(Verb.GET_TRANSFER, get_sim_transfer)
    def get_transfer(self, transfer_id: str) -> Flow[Transfer]:
        """Return a transfer."""
        answer = yield from call(get_sim_transfer.request(self.partner, transfer_id))
        return mapping.transfer(answer, transfer_id)

    @operation(Verb.ACCEPT_TRANSFER, update_sim_transfer)
    def accept_transfer(self, transfer_id: str, *, subunit: str | None = None) -> Flow[Transfer]:
        """Take SIMs over, for the partner itself or for the subunit with this partner id."""
        decision = models.SimTransferDecision.ACCEPT
        return (yield from self._decide(transfer_id, decision, subunit))

    @operation(Verb.REJECT_TRANSFER, update_sim_transfer)
    def reject_transfer(self, transfer_id: str) -> Flow[Transfer]:
        """Decline a transfer, as its receiver."""
        return (yield from self._decide(transfer_id, models.SimTransferDecision.REJECT))

    @operation(Verb.CANCEL_TRANSFER, update_sim_transfer)
    def cancel_transfer(self, transfer_id: str) -> Flow[Transfer]:
        """Withdraw a transfer, as its sender."""
        return (yield from self._decide(transfer_id, models.SimTransferDecision.CANCEL))

    def _decide(
        self,
        transfer_id: str,
        decision: models.SimTransferDecision,
        subunit: str | None = None,
    ) -> Flow[Transfer]:
        body = models.SimTransferUpdate(action=decision, subunit_partner_id=bodies.given(subunit))
        answer = yield from call(update_sim_transfer.request(self.partner, transfer_id, body=body))
        return mapping.transfer(answer, transfer_id)
