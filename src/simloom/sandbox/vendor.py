"""What every emulated vendor has in common: how it is set up, asked and reset."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import Attribute, evolve, field, frozen

from simloom.sandbox.agenda import Agenda
from simloom.sandbox.clock import Clock, SystemClock
from simloom.sandbox.journal import Masker
from simloom.sandbox.ledger import Ledger
from simloom.sandbox.messages import Call, Refused, Reply
from simloom.sandbox.outbox import Happening, Outbox
from simloom.sandbox.quirks import Quirks
from simloom.sandbox.quotas import Exceeded, Limit, Meters
from simloom.sandbox.routing import Routes
from simloom.sandbox.seeds import MAX_SIMS, Draw
from simloom.sandbox.specs import Spec, load_spec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from simloom.sandbox.parts import Part

Handler = Callable[[Call], Reply]
Publish = Callable[..., None]
"""`Vendor.publish`, for the parts of a vendor."""
_LONGEST_DELAY = 86_400


def _check_sims(_instance: object, _attribute: object, value: int) -> None:
    if not 0 <= value <= MAX_SIMS:
        raise ValueError(f"a vendor can have 0 to {MAX_SIMS} SIMs, not {value}")


def _check_delay(_instance: object, attribute: Attribute[float], value: float) -> None:
    if not 0 <= value <= _LONGEST_DELAY:
        raise ValueError(f"{attribute.name} is 0 to {_LONGEST_DELAY} seconds, not {value}")


@frozen(kw_only=True)
class World:
    """What a sandbox was started with; all vendors share it."""

    seed: int = 1
    sims: int = field(default=25, validator=_check_sims)
    clock: Clock = field(factory=SystemClock)
    quirks: Quirks = field(factory=Quirks)
    outbox: Outbox = field(factory=Outbox)
    queue_delay: float = field(default=0.0, validator=_check_delay)
    """Seconds until Business Smart Connect carries out what it has queued."""
    action_delay: float = field(default=0.2, validator=_check_delay)
    """Seconds until the M2M Service Portal has carried out an action."""
    limits: bool = True
    """Whether the vendors refuse what exceeds their limits; it is counted in any case."""


class Vendor(ABC):
    """One emulated vendor.

    A subclass says what it is in `id`, which credentials it takes in `settings`, and fills
    `handlers` with one method per operation id of its spec. Requests reach a handler only after
    `authenticate` and `admit`, with parameters that the spec allows. What it remembers is in its
    `parts`.
    """

    id: ClassVar[str]
    settings: ClassVar[Mapping[str, str]]
    """The demo credentials, under the names of the client's settings."""
    other_settings: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """More credentials, by the name of what they may not do."""
    secret_settings: ClassVar[frozenset[str]]
    """Which of them are secret."""
    login_operation: ClassVar[str | None] = None
    """The operation that issues access tokens, and so needs none itself."""

    def __init__(self, world: World, ledger: Ledger | None = None) -> None:
        self.world = world
        self.draw: Draw = Draw(world.seed, self.id)
        self.agenda: Agenda = Agenda(world.clock)
        if ledger is None:  # a vendor on its own
            ledger = Ledger(world.clock, Masker(self.read_spec().secret_names(), ()))
        self.ledger = ledger
        self.handlers: Mapping[str, Handler] = {}
        self.meters: Meters = Meters(
            self.limits(), world.clock, refused_count=world.quirks.refused_count == "yes"
        )
        self.parts: dict[str, Part] = {"agenda": self.agenda, "limits": self.meters}

    @classmethod
    def read_spec(cls) -> Spec:
        """Return the spec that the vendor answers from."""
        return load_spec(cls.id)

    @classmethod
    def routes(cls, spec: Spec) -> Routes:
        """Return the operations of the spec."""
        return Routes(spec)

    def without_credentials(self, call: Call) -> Call:
        """Return the call as somebody without credentials would send it."""
        headers = {name: value for name, value in call.headers.items() if name != "authorization"}
        return evolve(call, headers=headers)

    def handle(self, operation_id: str, call: Call) -> Reply:
        """Answer a call whose parameters are checked. Raises Refused for a bad body.

        What was promised for a time that has passed by now is done first. An operation of the spec
        without a handler is answered by 501: it will be emulated later.
        """
        self.agenda.settle()
        handler = self.handlers.get(operation_id)
        if handler is None:
            reason = f"{operation_id} is in the spec of {self.id}, but not emulated yet"
            return Reply(status=501, body={"sandbox": reason}, reason=reason)
        return handler(call)

    def settings_at(self, url: str, settings: Mapping[str, str]) -> dict[str, Any]:
        """Return credentials with what else a client needs, if the sandbox itself is at `url`."""
        del url
        return dict(settings)

    def admit(self, operation_id: str, call: Call) -> Reply | None:
        """Return None, or the vendor's refusal of a call that exceeds a limit.

        Asked after authentication and the checks of the spec, before the handler.
        """
        exceeded = self.meters.take(operation_id, call, enforced=self.world.limits)
        if exceeded is None or not self.world.limits:
            return None
        return evolve(self.over_limit(exceeded), reason=str(exceeded))

    def limits(self) -> Iterable[Limit]:
        """Return the limits of the vendor; none unless it says otherwise."""
        return ()

    def over_limit(self, exceeded: Exceeded) -> Reply:
        """Return the vendor's words for a call that exceeds one of its limits."""
        del exceeded
        return Reply(status=429)

    def publish(
        self,
        kind: str,
        data: Mapping[str, Any],
        *,
        scope: str | None = None,
        moment: datetime | None = None,
    ) -> None:
        """Tell whoever listens for events and webhooks that something happened."""
        when = moment or self.world.clock.now()
        self.world.outbox.add(
            Happening(provider=self.id, kind=kind, moment=when, data=data, scope=scope)
        )

    @abstractmethod
    def authenticate(self, call: Call) -> Reply | None:
        """Return None if the credentials are right, otherwise the vendor's 401."""

    @abstractmethod
    def refuse(self, refused: Refused, operation_id: str | None, call: Call) -> Reply:
        """Return the vendor's words for a request that is not what its spec describes.

        `operation_id` is None when path or method mean no operation.
        """

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return counts for the admin surface. No secrets, no identifiers of SIMs."""

    def reset(self, *, keep_tokens: bool = False) -> None:
        """Go back to how it was when the sandbox started. The ledger is not the vendor's."""
        for name, part in self.parts.items():
            if name != "tokens" or not keep_tokens:
                part.reset()


def same_secret(given: str | None, wanted: str) -> bool:
    """Compare a credential in constant time; None is never right."""
    return given is not None and compare_digest(given.encode(), wanted.encode())


def refusal_headers(refused: Refused) -> dict[str, str]:
    """Return `Allow` for a wrong method, as HTTP wants it, otherwise nothing."""
    return {"Allow": ", ".join(refused.allowed)} if refused.allowed else {}
