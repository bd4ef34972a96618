"""The awaited client of one provider; `simloom.client` is its blocking twin, name for name.

async with simloom.aio.connect("infobip", profile="prod") as infobip:
    async for sim in infobip.sims():
        print(sim.iccid, sim.status)
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self, TypeVar

from simloom.action import AsyncAction
from simloom.apaging import having, read_pages
from simloom.capabilities import Capability, Verb
from simloom.connection import Connection, prepare
from simloom.identifiers import parse_iccid
from simloom.plugins.flows import arun
from simloom.plugins.verbs import RECORDS, start
from simloom.runtime.client import AsyncClient
from simloom.transport.pool import ShardedAsyncTransport
from simloom.transport.session import AsyncSession

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
    from types import TracebackType

    from simloom.models import (
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
    from simloom.plugins.flows import Flow
    from simloom.runtime import Request, Response

T = TypeVar("T")


def connect(
    provider: str,
    profile: str | None = None,
    *,
    plugins: Iterable[object] = (),
    **settings: Any,
) -> AsyncSimClient:
    """Return a client of a provider; use it as a context manager.

    Settings come from keywords, `SIMLOOM_<PROVIDER>_<FIELD>`, or the profile. Nothing is sent until
    the first call. Errors: `UnknownProvider`, `PluginLoadError`, `MissingCredentials`,
    `ConfigurationError`.
    """
    return AsyncSimClient(prepare(provider, profile, plugins=plugins, **settings))


class AsyncSimClient:
    """One provider's SIMs. Calls raise `SimloomError`; see `simloom.errors` for the tree."""

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = connection.provider
        self._sleep = sleep
        self._clock = clock
        arguments = connection.client_arguments()
        proxy = arguments["proxy"]
        self._session = AsyncSession(
            AsyncClient(
                **arguments,
                transport=lambda verify: ShardedAsyncTransport(verify=verify, proxy=proxy),
            ),
            observer=connection.hooks,
            sleep=sleep,
        )

    def __repr__(self) -> str:
        return f"<AsyncSimClient {self.provider.id} {self._session.client.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()

    def capabilities(self) -> dict[Verb, Capability]:
        """Return what this provider can do, one line per verb."""
        return self.provider.capabilities()

    async def send(self, request: Request[T], /) -> T:
        """Send a generated request with this client's login and retry rules."""
        return await self._session.send(request)

    async def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a generated request and return status, headers and the typed answer."""
        return await self._session.send_detailed(request)

    async def run(self, flow: Flow[T]) -> T:
        """Drive a provider's flow."""
        return await arun(flow, self._session)

    async def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""
        return await self.run(start(self.provider, verb, *arguments, **named))

    async def _act(self, verb: Verb, iccid: str, *arguments: Any, **named: Any) -> AsyncAction:
        state = await self.do(verb, parse_iccid(iccid), *arguments, **named)
        return AsyncAction(state, self.provider, self.run, self._sleep, self._clock)

    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> AsyncGenerator[Any, None]:
        async def page(number: int) -> Any:
            return await self.do(verb, *arguments, number, **named)

        start(self.provider, verb, *arguments, 1, **named).close()  # unsupported: now, not later
        return read_pages(page, ahead=self.provider.pages_ahead)

    # Reading

    def sims(
        self, *, status: SimStatus | None = None, page_size: int | None = None
    ) -> AsyncGenerator[Sim, None]:
        """Yield every SIM, page by page, in constant memory.

        Whoever stops early wraps it in `contextlib.aclosing`, which drops the pages under way.
        """
        found = self._pages(Verb.LIST, size=page_size, status=status)
        return found if status is None else having(found, lambda sim: sim.status == status)

    async def get(self, iccid: str) -> Sim:
        """Read one SIM."""
        return await self.do(Verb.GET, parse_iccid(iccid))  # type: ignore[no-any-return]

    async def usage(self, iccid: str, **period: Any) -> list[Usage]:
        """Read what a SIM used; `start` and `end` (dates) where the vendor takes them."""
        return await self.do(Verb.USAGE, parse_iccid(iccid), **period)  # type: ignore[no-any-return]

    def monthly_usage(self) -> AsyncGenerator[Usage, None]:
        """Yield this month's usage of every SIM."""
        return self._pages(Verb.MONTHLY_USAGE)

    async def pool_usage(self) -> list[PoolUsage]:
        """Read how much of the shared pools is used."""
        return await self.do(Verb.POOL_USAGE)  # type: ignore[no-any-return]

    async def connectivity(self, iccid: str) -> Connectivity:
        """Read how a SIM is attached right now."""
        return await self.do(Verb.CONNECTIVITY, parse_iccid(iccid))  # type: ignore[no-any-return]

    def session_history(self, iccid: str, **period: Any) -> AsyncGenerator[SessionEvent, None]:
        """Yield a SIM's sessions or network events."""
        return self._pages(Verb.SESSION_HISTORY, parse_iccid(iccid), **period)

    async def quota(self, iccid: str) -> list[Quota]:
        """Read what is left of a SIM's allowances."""
        return await self.do(Verb.QUOTA, parse_iccid(iccid))  # type: ignore[no-any-return]

    def messages(self, iccid: str, **period: Any) -> AsyncGenerator[Sms, None]:
        """Yield the short messages of a SIM."""
        return self._pages(Verb.LIST_SMS, parse_iccid(iccid), **period)

    async def message(self, iccid: str, sms_id: str) -> Sms:
        """Read one short message."""
        return await self.do(Verb.GET_SMS, parse_iccid(iccid), sms_id)  # type: ignore[no-any-return]

    def orders(self) -> AsyncGenerator[Order, None]:
        """Yield the account's orders."""
        return self._pages(Verb.LIST_ORDERS)

    async def get_order(self, number: str) -> Order:
        """Read one order."""
        return await self.do(Verb.GET_ORDER, number)  # type: ignore[no-any-return]

    async def products(self) -> list[Product]:
        """Read what can be ordered."""
        return await self.do(Verb.LIST_PRODUCTS)  # type: ignore[no-any-return]

    async def get_transfer(self, transfer_id: str) -> Transfer:
        """Read a hand-over of SIMs."""
        return await self.do(Verb.GET_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    # Changing the state of a SIM

    async def activate(self, iccid: str, **options: Any) -> AsyncAction:
        """Put a SIM into use."""
        return await self._act(Verb.ACTIVATE, iccid, **options)

    async def suspend(self, iccid: str) -> AsyncAction:
        """Take a SIM out of use for a while."""
        return await self._act(Verb.SUSPEND, iccid)

    async def resume(self, iccid: str) -> AsyncAction:
        """Put a suspended SIM back into use."""
        return await self._act(Verb.RESUME, iccid)

    async def block(self, iccid: str) -> AsyncAction:
        """Block a SIM."""
        return await self._act(Verb.BLOCK, iccid)

    async def unblock(self, iccid: str) -> AsyncAction:
        """Lift a block."""
        return await self._act(Verb.UNBLOCK, iccid)

    async def terminate(self, iccid: str) -> AsyncAction:
        """End a SIM for good."""
        return await self._act(Verb.TERMINATE, iccid)

    async def delete(self, iccid: str) -> AsyncAction:
        """Delete a SIM from the vendor's inventory."""
        return await self._act(Verb.DELETE, iccid)

    async def set_label(self, iccid: str, label: str) -> AsyncAction:
        """Name a SIM; nothing else of it changes."""
        return await self._act(Verb.SET_LABEL, iccid, label)

    async def reset_connectivity(self, iccid: str) -> AsyncAction:
        """Make the network forget a SIM, so that it attaches anew."""
        return await self._act(Verb.RESET_CONNECTIVITY, iccid)

    async def lock_imei(self, iccid: str) -> AsyncAction:
        """Bind a SIM to its present device."""
        return await self._act(Verb.LOCK_IMEI, iccid)

    async def unlock_imei(self, iccid: str) -> AsyncAction:
        """Lift the binding to a device."""
        return await self._act(Verb.UNLOCK_IMEI, iccid)

    async def cancel_sms(self, iccid: str, sms_id: str) -> AsyncAction:
        """Cancel a short message that is not delivered yet."""
        return await self._act(Verb.CANCEL_SMS, iccid, sms_id)

    async def change(self, verb: Verb, iccid: str, **options: Any) -> AsyncAction:
        """Carry out any other change of a SIM, e.g. `Verb.CHANGE_TARIFF` with `tariff=`."""
        if verb in RECORDS:
            raise TypeError(f"{verb.value!r} is no change of a SIM's state: it has its own method")
        return await self._act(verb, iccid, **options)

    # What costs money or happens once more each time: never repeated by itself

    async def send_sms(self, iccid: str, text: str) -> Sms:
        """Send a short message to a SIM."""
        return await self.do(Verb.SEND_SMS, parse_iccid(iccid), text)  # type: ignore[no-any-return]

    async def top_up(self, iccid: str, **options: Any) -> Order:
        """Buy volume for a SIM."""
        return await self.do(Verb.TOP_UP, parse_iccid(iccid), **options)  # type: ignore[no-any-return]

    async def order(self, **what: Any) -> Order:
        """Order SIMs; the keywords are the provider's."""
        return await self.do(Verb.ORDER, **what)  # type: ignore[no-any-return]

    async def provision(self, iccid: str, **details: Any) -> Sim:
        """Add a SIM to the vendor's inventory."""
        return await self.do(Verb.PROVISION, parse_iccid(iccid), **details)  # type: ignore[no-any-return]

    async def reset_pin(self, iccid: str, **pins: Any) -> PinResult:
        """Change a PIN with the present one."""
        return await self.do(Verb.RESET_PIN, parse_iccid(iccid), **pins)  # type: ignore[no-any-return]

    async def unblock_pin(self, iccid: str, **pins: Any) -> PinResult:
        """Unblock a PIN with its PUK."""
        return await self.do(Verb.UNBLOCK_PIN, parse_iccid(iccid), **pins)  # type: ignore[no-any-return]

    async def create_transfer(self, iccids: Sequence[str], *, to_partner: str) -> Transfer:
        """Offer SIMs to another partner."""
        parsed = [parse_iccid(iccid) for iccid in iccids]
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
