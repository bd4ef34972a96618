"""The typed methods of an awaited client: one per unified operation."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from simloom.apaging import having
from simloom.asimfinding import AsyncSimFinding
from simloom.capabilities import Verb
from simloom.identifiers import parse_iccid
from simloom.plugins.verbs import RECORDS, shielded
from simloom.simfinding import is_iccid

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from simloom.action import AsyncAction
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


class AsyncSimVerbs(AsyncSimFinding):
    """What `AsyncSimClient` can do with SIMs. It says how; these say what.

    `iccid` takes any identifier: a text of digits is an ICCID, others are written `imsi:262...` or
    are an `Identifier`; they are searched for first, see `find`.
    """

    @abstractmethod
    async def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""

    @abstractmethod
    async def _act(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> AsyncAction:
        """Do it; how is the client's business."""

    @abstractmethod
    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> AsyncGenerator[Any, None]:
        """Do it; how is the client's business."""

    async def _of(self, verb: Verb, iccid: SimName, *arguments: Any, **named: Any) -> Any:
        return await self.do(verb, await self._iccid(verb, iccid), *arguments, **named)

    def _pages_of(self, verb: Verb, iccid: SimName, **named: Any) -> AsyncGenerator[Any, None]:
        if is_iccid(iccid):
            return self._pages(verb, parse_iccid(iccid), **named)

        async def found() -> AsyncGenerator[Any, None]:
            pages = self._pages(verb, await self._iccid(verb, iccid), **named)
            async with aclosing(pages):
                async for item in pages:
                    yield item

        return found()

    # Reading

    def sims(
        self, *, status: SimStatus | None = None, page_size: int | None = None
    ) -> AsyncGenerator[Sim, None]:
        """Yield every SIM, page by page, in constant memory.

        Whoever stops early wraps it in `contextlib.aclosing`, which drops the pages under way.
        """
        found = self._pages(Verb.LIST, size=page_size, status=status)
        return found if status is None else having(found, lambda sim: sim.status == status)

    async def get(self, iccid: SimName) -> Sim:
        """Read one SIM."""
        if is_iccid(iccid):
            return await self._of(Verb.GET, iccid)  # type: ignore[no-any-return]
        return await self._get(iccid)

    async def usage(self, iccid: SimName, **period: Any) -> list[Usage]:
        """Read what a SIM used; `start` and `end` (dates) where the vendor takes them."""
        return await self._of(Verb.USAGE, iccid, **period)  # type: ignore[no-any-return]

    def monthly_usage(self) -> AsyncGenerator[Usage, None]:
        """Yield this month's usage of every SIM."""
        return self._pages(Verb.MONTHLY_USAGE)

    async def pool_usage(self) -> list[PoolUsage]:
        """Read how much of the shared pools is used."""
        return await self.do(Verb.POOL_USAGE)  # type: ignore[no-any-return]

    async def connectivity(self, iccid: SimName) -> Connectivity:
        """Read how a SIM is attached right now."""
        return await self._of(Verb.CONNECTIVITY, iccid)  # type: ignore[no-any-return]

    def session_history(self, iccid: SimName, **period: Any) -> AsyncGenerator[SessionEvent, None]:
        """Yield a SIM's sessions or network events."""
        return self._pages_of(Verb.SESSION_HISTORY, iccid, **period)

    async def quota(self, iccid: SimName) -> list[Quota]:
        """Read what is left of a SIM's allowances."""
        return await self._of(Verb.QUOTA, iccid)  # type: ignore[no-any-return]

    def messages(self, iccid: SimName, **period: Any) -> AsyncGenerator[Sms, None]:
        """Yield the short messages of a SIM."""
        return self._pages_of(Verb.LIST_SMS, iccid, **period)

    async def message(self, iccid: SimName, sms_id: str) -> Sms:
        """Read one short message."""
        return await self._of(Verb.GET_SMS, iccid, sms_id)  # type: ignore[no-any-return]

    def orders(self) -> AsyncGenerator[Order, None]:
        """Yield the account's orders."""
        return self._pages(Verb.LIST_ORDERS)

    async def get_order(self, number: str) -> Order:
        """Read one order."""
        return await self.do(Verb.GET_ORDER, number)  # type: ignore[no-any-return]

    async def products(self) -> list[Product]:
        """Read what can be ordered."""
        return await self.do(Verb.LIST_PRODUCTS)  # type: ignore[no-any-return]

    def actions(self, **period: Any) -> AsyncGenerator[ActionState, None]:
        """Yield the vendor's list of actions; `start` and `end` (dates) where it takes them."""
        return self._pages(Verb.LIST_ACTIONS, **period)

    async def get_transfer(self, transfer_id: str) -> Transfer:
        """Read a hand-over of SIMs."""
        return await self.do(Verb.GET_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    # Changing the state of a SIM

    async def activate(self, iccid: SimName, **options: Any) -> AsyncAction:
        """Put a SIM into use."""
        return await self._act(Verb.ACTIVATE, iccid, **options)

    async def suspend(self, iccid: SimName) -> AsyncAction:
        """Take a SIM out of use for a while."""
        return await self._act(Verb.SUSPEND, iccid)

    async def resume(self, iccid: SimName) -> AsyncAction:
        """Put a suspended SIM back into use."""
        return await self._act(Verb.RESUME, iccid)

    async def block(self, iccid: SimName) -> AsyncAction:
        """Block a SIM."""
        return await self._act(Verb.BLOCK, iccid)

    async def unblock(self, iccid: SimName) -> AsyncAction:
        """Lift a block."""
        return await self._act(Verb.UNBLOCK, iccid)

    async def terminate(self, iccid: SimName) -> AsyncAction:
        """End a SIM for good."""
        return await self._act(Verb.TERMINATE, iccid)

    async def delete(self, iccid: SimName) -> AsyncAction:
        """Delete a SIM from the vendor's inventory."""
        return await self._act(Verb.DELETE, iccid)

    async def set_label(self, iccid: SimName, label: str) -> AsyncAction:
        """Name a SIM; nothing else of it changes."""
        return await self._act(Verb.SET_LABEL, iccid, label)

    async def reset_connectivity(self, iccid: SimName) -> AsyncAction:
        """Make the network forget a SIM, so that it attaches anew."""
        return await self._act(Verb.RESET_CONNECTIVITY, iccid)

    async def lock_imei(self, iccid: SimName) -> AsyncAction:
        """Bind a SIM to its present device."""
        return await self._act(Verb.LOCK_IMEI, iccid)

    async def unlock_imei(self, iccid: SimName) -> AsyncAction:
        """Lift the binding to a device."""
        return await self._act(Verb.UNLOCK_IMEI, iccid)

    async def cancel_sms(self, iccid: SimName, sms_id: str) -> AsyncAction:
        """Cancel a short message that is not delivered yet."""
        return await self._act(Verb.CANCEL_SMS, iccid, sms_id)

    async def change(self, verb: Verb, iccid: SimName, **options: Any) -> AsyncAction:
        """Carry out any other change of a SIM, e.g. `Verb.CHANGE_TARIFF` with `tariff=`."""
        if verb in RECORDS:
            raise TypeError(f"{verb.value!r} is no change of a SIM's state: it has its own method")
        return await self._act(verb, iccid, **options)

    # What costs money or happens once more each time: never repeated by itself

    async def send_sms(self, iccid: SimName, text: str) -> Sms:
        """Send a short message to a SIM."""
        return await self._of(Verb.SEND_SMS, iccid, text)  # type: ignore[no-any-return]

    async def top_up(self, iccid: SimName, **options: Any) -> Order:
        """Buy volume for a SIM."""
        return await self._of(Verb.TOP_UP, iccid, **options)  # type: ignore[no-any-return]

    async def order(self, **what: Any) -> Order:
        """Order SIMs; the keywords are the provider's."""
        return await self.do(Verb.ORDER, **what)  # type: ignore[no-any-return]

    async def provision(self, iccid: str, **details: Any) -> Sim:
        """Add a SIM to the vendor's inventory."""
        details = shielded(self.provider, Verb.PROVISION, details)
        return await self.do(Verb.PROVISION, parse_iccid(iccid), **details)  # type: ignore[no-any-return]

    async def reset_pin(self, iccid: SimName, **pins: Any) -> PinResult:
        """Change a PIN with the present one."""
        pins = shielded(self.provider, Verb.RESET_PIN, pins)
        return await self._of(Verb.RESET_PIN, iccid, **pins)  # type: ignore[no-any-return]

    async def unblock_pin(self, iccid: SimName, **pins: Any) -> PinResult:
        """Unblock a PIN with its PUK."""
        pins = shielded(self.provider, Verb.UNBLOCK_PIN, pins)
        return await self._of(Verb.UNBLOCK_PIN, iccid, **pins)  # type: ignore[no-any-return]

    async def create_transfer(self, iccids: Sequence[SimName], *, to_partner: str) -> Transfer:
        """Offer SIMs to another partner."""
        parsed = await self.resolve(Verb.CREATE_TRANSFER, iccids)
        return await self.do(Verb.CREATE_TRANSFER, parsed, to_partner=to_partner)  # type: ignore[no-any-return]

    async def accept_transfer(self, transfer_id: str, **options: Any) -> Transfer:
        """Take over the SIMs of a transfer."""
        return await self.do(Verb.ACCEPT_TRANSFER, transfer_id, **options)  # type: ignore[no-any-return]

    async def reject_transfer(self, transfer_id: str) -> Transfer:
        """Refuse a transfer."""
        return await self.do(Verb.REJECT_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    async def cancel_transfer(self, transfer_id: str) -> Transfer:
        """Take back an offered transfer."""
        return await self.do(Verb.CANCEL_TRANSFER, transfer_id)  # type: ignore[no-any-return]
