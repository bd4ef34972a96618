"""The blocking client of one provider: every unified operation, typed.

    with simloom.connect("infobip", profile="prod") as infobip:
        for sim in infobip.sims():
            print(sim.iccid, sim.status)

`simloom.aio` has the same for coroutines. What has no method here is sent with
`client.send(module.request(...))` and the generated client's module.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self, TypeVar

from simloom.action import Action
from simloom.capabilities import Capability, Verb
from simloom.connection import Connection, prepare
from simloom.identifiers import parse_iccid
from simloom.paging import read_pages
from simloom.plugins.flows import run
from simloom.plugins.verbs import RECORDS, start
from simloom.runtime.client import Client
from simloom.transport.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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
) -> SimClient:
    """Return a client of a provider; use it as a context manager.

    Settings come from keywords, `SIMLOOM_<PROVIDER>_<FIELD>`, or the profile. Nothing is sent until
    the first call. Errors: `UnknownProvider`, `PluginLoadError`, `MissingCredentials`,
    `ConfigurationError`.
    """
    return SimClient(prepare(provider, profile, plugins=plugins, **settings))


class SimClient:
    """One provider's SIMs. Calls raise `SimloomError`; see `simloom.errors` for the tree."""

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = connection.provider
        self._sleep = sleep
        self._clock = clock
        self._session = Session(
            Client(**connection.client_arguments()), observer=connection.hooks, sleep=sleep
        )

    def __repr__(self) -> str:
        return f"<SimClient {self.provider.id} {self._session.client.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def capabilities(self) -> dict[Verb, Capability]:
        """Return what this provider can do, one line per verb."""
        return self.provider.capabilities()

    def send(self, request: Request[T], /) -> T:
        """Send a generated request with this client's login and retry rules."""
        return self._session.send(request)

    def send_detailed(self, request: Request[T], /) -> Response[T]:
        """Send a generated request and return status, headers and the typed answer."""
        return self._session.send_detailed(request)

    def run(self, flow: Flow[T]) -> T:
        """Drive a provider's flow."""
        return run(flow, self._session)

    def do(self, verb: Verb, *arguments: Any, **named: Any) -> Any:
        """Carry out a verb by its name; the methods below are the typed way."""
        return self.run(start(self.provider, verb, *arguments, **named))

    def _act(self, verb: Verb, iccid: str, *arguments: Any, **named: Any) -> Action:
        state = self.do(verb, parse_iccid(iccid), *arguments, **named)
        return Action(state, self.provider, self.run, self._sleep, self._clock)

    def _pages(self, verb: Verb, *arguments: Any, **named: Any) -> Iterator[Any]:
        def page(number: int) -> Any:
            return self.do(verb, *arguments, number, **named)

        start(self.provider, verb, *arguments, 1, **named).close()  # unsupported: now, not later
        return read_pages(page, ahead=self.provider.pages_ahead)

    # Reading

    def sims(
        self, *, status: SimStatus | None = None, page_size: int | None = None
    ) -> Iterator[Sim]:
        """Yield every SIM, page by page, in constant memory."""
        found = self._pages(Verb.LIST, size=page_size, status=status)
        return found if status is None else (sim for sim in found if sim.status == status)

    def get(self, iccid: str) -> Sim:
        """Read one SIM."""
        return self.do(Verb.GET, parse_iccid(iccid))  # type: ignore[no-any-return]

    def usage(self, iccid: str, **period: Any) -> list[Usage]:
        """Read what a SIM used; `start` and `end` (dates) where the vendor takes them."""
        return self.do(Verb.USAGE, parse_iccid(iccid), **period)  # type: ignore[no-any-return]

    def monthly_usage(self) -> Iterator[Usage]:
        """Yield this month's usage of every SIM."""
        return self._pages(Verb.MONTHLY_USAGE)

    def pool_usage(self) -> list[PoolUsage]:
        """Read how much of the shared pools is used."""
        return self.do(Verb.POOL_USAGE)  # type: ignore[no-any-return]

    def connectivity(self, iccid: str) -> Connectivity:
        """Read how a SIM is attached right now."""
        return self.do(Verb.CONNECTIVITY, parse_iccid(iccid))  # type: ignore[no-any-return]

    def session_history(self, iccid: str, **period: Any) -> Iterator[SessionEvent]:
        """Yield a SIM's sessions or network events."""
        return self._pages(Verb.SESSION_HISTORY, parse_iccid(iccid), **period)

    def quota(self, iccid: str) -> list[Quota]:
        """Read what is left of a SIM's allowances."""
        return self.do(Verb.QUOTA, parse_iccid(iccid))  # type: ignore[no-any-return]

    def messages(self, iccid: str, **period: Any) -> Iterator[Sms]:
        """Yield the short messages of a SIM."""
        return self._pages(Verb.LIST_SMS, parse_iccid(iccid), **period)

    def message(self, iccid: str, sms_id: str) -> Sms:
        """Read one short message."""
        return self.do(Verb.GET_SMS, parse_iccid(iccid), sms_id)  # type: ignore[no-any-return]

    def orders(self) -> Iterator[Order]:
        """Yield the account's orders."""
        return self._pages(Verb.LIST_ORDERS)

    def get_order(self, number: str) -> Order:
        """Read one order."""
        return self.do(Verb.GET_ORDER, number)  # type: ignore[no-any-return]

    def products(self) -> list[Product]:
        """Read what can be ordered."""
        return self.do(Verb.LIST_PRODUCTS)  # type: ignore[no-any-return]

    def get_transfer(self, transfer_id: str) -> Transfer:
        """Read a hand-over of SIMs."""
        return self.do(Verb.GET_TRANSFER, transfer_id)  # type: ignore[no-any-return]

    # Changing the state of a SIM

    def activate(self, iccid: str, **options: Any) -> Action:
        """Put a SIM into use."""
        return self._act(Verb.ACTIVATE, iccid, **options)

    def suspend(self, iccid: str) -> Action:
        """Take a SIM out of use for a while."""
        return self._act(Verb.SUSPEND, iccid)

    def resume(self, iccid: str) -> Action:
        """Put a suspended SIM back into use."""
        return self._act(Verb.RESUME, iccid)

    def block(self, iccid: str) -> Action:
        """Block a SIM."""
        return self._act(Verb.BLOCK, iccid)

    def unblock(self, iccid: str) -> Action:
        """Lift a block."""
        return self._act(Verb.UNBLOCK, iccid)

    def terminate(self, iccid: str) -> Action:
        """End a SIM for good."""
        return self._act(Verb.TERMINATE, iccid)

    def delete(self, iccid: str) -> Action:
        """Delete a SIM from the vendor's inventory."""
        return self._act(Verb.DELETE, iccid)

    def set_label(self, iccid: str, label: str) -> Action:
        """Name a SIM; nothing else of it changes."""
        return self._act(Verb.SET_LABEL, iccid, label)

    def reset_connectivity(self, iccid: str) -> Action:
        """Make the network forget a SIM, so that it attaches anew."""
        return self._act(Verb.RESET_CONNECTIVITY, iccid)

    def lock_imei(self, iccid: str) -> Action:
        """Bind a SIM to its present device."""
        return self._act(Verb.LOCK_IMEI, iccid)

    def unlock_imei(self, iccid: str) -> Action:
        """Lift the binding to a device."""
        return self._act(Verb.UNLOCK_IMEI, iccid)

    def cancel_sms(self, iccid: str, sms_id: str) -> Action:
        """Cancel a short message that is not delivered yet."""
        return self._act(Verb.CANCEL_SMS, iccid, sms_id)

    def change(self, verb: Verb, iccid: str, **options: Any) -> Action:
        """Carry out any other change of a SIM, e.g. `Verb.CHANGE_TARIFF` with `tariff=`."""
        if verb in RECORDS:
            raise TypeError(f"{verb.value!r} is no change of a SIM's state: it has its own method")
        return self._act(verb, iccid, **options)

    # What costs money or happens once more each time: never repeated by itself

    def send_sms(self, iccid: str, text: str) -> Sms:
        """Send a short message to a SIM."""
        return self.do(Verb.SEND_SMS, parse_iccid(iccid), text)  # type: ignore[no-any-return]

    def top_up(self, iccid: str, **options: Any) -> Order:
        """Buy volume for a SIM."""
        return self.do(Verb.TOP_UP, parse_iccid(iccid), **options)  # type: ignore[no-any-return]

    def order(self, **what: Any) -> Order:
        """Order SIMs; the keywords are the provider's."""
        return self.do(Verb.ORDER, **what)  # type: ignore[no-any-return]

    def provision(self, iccid: str, **details: Any) -> Sim:
        """Add a SIM to the vendor's inventory."""
        return self.do(Verb.PROVISION, parse_iccid(iccid), **details)  # type: ignore[no-any-return]

    def reset_pin(self, iccid: str, **pins: Any) -> PinResult:
        """Change a PIN with the present one."""
        return self.do(Verb.RESET_PIN, parse_iccid(iccid), **pins)  # type: ignore[no-any-return]

    def unblock_pin(self, iccid: str, **pins: Any) -> PinResult:
        """Unblock a PIN with its PUK."""
        return self.do(Verb.UNBLOCK_PIN, parse_iccid(iccid), **pins)  # type: ignore[no-any-return]

    def create_transfer(self, iccids: Sequence[str], *, to_partner: str) -> Transfer:
        """Offer SIMs to another partner."""
        parsed = [parse_iccid(iccid) for iccid in iccids]
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
