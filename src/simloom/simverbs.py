"""The typed methods of a blocking client: one per unified operation."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from simloom.capabilities import Verb
from simloom.identifiers import parse_iccid
from simloom.plugins.verbs import RECORDS, shielded
from simloom.simfinding import SimFinding, is_iccid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simloom.action import Action
    from simloom.models import (
        ActionState,
        Connectivity,
        Order,
        PinResult,
        PoolUsage,
        Product,
        Quota,
        SessionEvent,
        Sim,
        SimStatus,
        Sms,
        Transfer,
        Usage,
    )
    from simloom.simfinding import SimName


class SimVerbs(SimFinding):
    """What `SimClient` can do with SIMs. It says how; these say what.

    `iccid` takes any identifier: a text of digits is an ICCID, others are written `imsi:262...` or
    are an `Identifier`; they are searched for first, see `find`.
    """

    @abstractmethod
    def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""

    @abstractmethod
    def _act(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> Action:
        """Do it; how is the client's business."""

    @abstractmethod
    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> Iterator[Any]:
        """Do it; how is the client's business."""

    def _of(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> Any:
        return self.do(verb, self._iccid(verb, iccid), *arguments, **named)

    def _pages_of(self, verb: Verb, iccid: SimName, **named: Any) -> Iterator[Any]:
        return self._pages(verb, self._iccid(verb, iccid), **named)

    # Reading

    def sims(
        self, *, status: SimStatus | None = None, page_size: int | None = None
    ) -> Iterator[Sim]:
        """Yield every SIM, page by page, in constant memory."""
        found = self._pages(Verb.LIST, size=page_size, status=status)
        return found if status is None else (sim for sim in found if sim.status == status)

    def get(self, iccid: SimName) -> Sim:
        """Read one SIM."""
        if is_iccid(iccid):
            return self._of(Verb.GET, iccid)  # type: ignore[no-any-return]
        return self._get(iccid)

    def usage(self, iccid: SimName, **period: Any) -> list[Usage]:
        """Read what a SIM used; `start` and `end` (dates) where the vendor takes them."""
        return self._of(Verb.USAGE, iccid, **period)  # type: ignore[no-any-return]

    def monthly_usage(self) -> Iterator[Usage]:
        """Yield this month's usage of every SIM."""
        return self._pages(Verb.MONTHLY_USAGE)

    def pool_usage(self) -> list[PoolUsage]:
        """Read how much of the shared pools is used."""
        return self.do(Verb.POOL_USAGE)  # type: ignore[no-any-return]

    def connectivity(self, iccid: SimName) -> Connectivity:
        """Read how a SIM is attached right now."""
        return self._of(Verb.CONNECTIVITY, iccid)  # type: ignore[no-any-return]

    def session_history(self, iccid: SimName, **period: Any) -> Iterator[SessionEvent]:
        """Yield a SIM's sessions or network events."""
        return self._pages_of(Verb.SESSION_HISTORY, iccid, **period)

    def quota(self, iccid: SimName) -> list[Quota]:
        """Read what is left of a SIM's allowances."""
        return self._of(Verb.QUOTA, iccid)  # type: ignore[no-any-return]

    def messages(self, iccid: SimName, **period: Any) -> Iterator[Sms]:
        """Yield the short messages of a SIM."""
        return self._pages_of(Verb.LIST_SMS, iccid, **period)

    def message(self, iccid: SimName, sms_id: str) -> Sms:
        """Read one short message."""
        return self._of(Verb.GET_SMS, iccid, sms_id)  # type: ignore[no-any-return]

    def orders(self) -> Iterator[Order]:
        """Yield the account's orders."""
        return self._pages(Verb.LIST_ORDERS)

    def get_order(self, number: str) -> Order:
        """Read one order."""
        return self.do(Verb.GET_ORDER, number)  # type: ignore[no-any-return]

    def products(self) -> list[Product]:
        """Read what can be ordered."""
        return self.do(Verb.LIST_PRODUCTS)  # type: ignore[no-any-return]

    def actions(self, **period: Any) -> Iterator[ActionState]:
        """Yield the vendor's list of actions; `start` and `end` (dates) where it takes them."""
        return self._pages(Verb.LIST_ACTIONS, **period)

    def get_transfer(self, transfer_id: str) -> Transfer:
        """Read a hand-over of SIMs."""
        return self.do(Verb.GET_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    # Changing the state of a SIM

    def activate(self, iccid: SimName, **options: Any) -> Action:
        """Put a SIM into use."""
        return self._act(Verb.ACTIVATE, iccid, **options)

    def suspend(self, iccid: SimName) -> Action:
        """Take a SIM out of use for a while."""
        return self._act(Verb.SUSPEND, iccid)

    def resume(self, iccid: SimName) -> Action:
        """Put a suspended SIM back into use."""
        return self._act(Verb.RESUME, iccid)

    def block(self, iccid: SimName) -> Action:
        """Block a SIM."""
        return self._act(Verb.BLOCK, iccid)

    def unblock(self, iccid: SimName) -> Action:
        """Lift a block."""
        return self._act(Verb.UNBLOCK, iccid)

    def terminate(self, iccid: SimName) -> Action:
        """End a SIM for good."""
        return self._act(Verb.TERMINATE, iccid)

    def delete(self, iccid: SimName) -> Action:
        """Delete a SIM from the vendor's inventory."""
        return self._act(Verb.DELETE, iccid)

    def set_label(self, iccid: SimName, label: str) -> Action:
        """Name a SIM; nothing else of it changes."""
        return self._act(Verb.SET_LABEL, iccid, label)

    def reset_connectivity(self, iccid: SimName) -> Action:
        """Make the network forget a SIM, so that it attaches anew."""
        return self._act(Verb.RESET_CONNECTIVITY, iccid)

    def lock_imei(self, iccid: SimName) -> Action:
        """Bind a SIM to its present device."""
        return self._act(Verb.LOCK_IMEI, iccid)

    def unlock_imei(self, iccid: SimName) -> Action:
        """Lift the binding to a device."""
        return self._act(Verb.UNLOCK_IMEI, iccid)

    def cancel_sms(self, iccid: SimName, sms_id: str) -> Action:
        """Cancel a short message that is not delivered yet."""
        return self._act(Verb.CANCEL_SMS, iccid, sms_id)

    def change(self, verb: Verb, iccid: SimName, **options: Any) -> Action:
        """Carry out any other change of a SIM, e.g. `Verb.CHANGE_TARIFF` with `tariff=`."""
        if verb in RECORDS:
            raise TypeError(f"{verb.value!r} is no change of a SIM's state: it has its own method")
        return self._act(verb, iccid, **options)

    # What costs money or happens once more each time: never repeated by itself

    def send_sms(self, iccid: SimName, text: str) -> Sms:
        """Send a short message to a SIM."""
        return self._of(Verb.SEND_SMS, iccid, text)  # type: ignore[no-any-return]

    def top_up(self, iccid: SimName, **options: Any) -> Order:
        """Buy volume for a SIM."""
        return self._of(Verb.TOP_UP, iccid, **options)  # type: ignore[no-any-return]

    def order(self, **what: Any) -> Order:
        """Order SIMs; the keywords are the provider's."""
        return self.do(Verb.ORDER, **what)  # type: ignore[no-any-return]

    def provision(self, iccid: str, **details: Any) -> Sim:
        """Add a SIM to the vendor's inventory."""
        details = shielded(self.provider, Verb.PROVISION, details)
        return self.do(Verb.PROVISION, parse_iccid(iccid), **details)  # type: ignore[no-any-return]

    def reset_pin(self, iccid: SimName, **pins: Any) -> PinResult:
        """Change a PIN with the present one."""
        pins = shielded(self.provider, Verb.RESET_PIN, pins)
        return self._of(Verb.RESET_PIN, iccid, **pins)  # type: ignore[no-any-return]

    def unblock_pin(self, iccid: SimName, **pins: Any) -> PinResult:
        """Unblock a PIN with its PUK."""
        pins = shielded(self.provider, Verb.UNBLOCK_PIN, pins)
        return self._of(Verb.UNBLOCK_PIN, iccid, **pins)  # type: ignore[no-any-return]

    def create_transfer(self, iccids: Sequence[SimName], *, to_partner: str) -> Transfer:
        """Offer SIMs to another partner."""
        parsed = self.resolve(Verb.CREATE_TRANSFER, iccids)
        return self.do(Verb.CREATE_TRANSFER, parsed, to_partner=to_partner)  # type: ignore[no-any-return]

    def accept_transfer(self, transfer_id: str, **options: Any) -> Transfer:
        """Take over the SIMs of a transfer."""
        return self.do(Verb.ACCEPT_TRANSFER, transfer_id, **options)  # type: ignore[no-any-return]

    def reject_transfer(self, transfer_id: str) -> Transfer:
        """Refuse a transfer."""
        return self.do(Verb.REJECT_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    def cancel_transfer(self, transfer_id: str) -> Transfer:
        """Take back an offered transfer."""
        return self.do(Verb.CANCEL_TRANSFER, transfer_id)  # type: ignore[no-any-return]
