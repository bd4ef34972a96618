"""The vendors together: routing, authentication, parameters, answer, records. No server."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from simloom.sandbox.anyspec import SpecFiles, vendors_from
from simloom.sandbox.asking import Asked
from simloom.sandbox.clock import seconds_until
from simloom.sandbox.events.catalogue import STREAMS
from simloom.sandbox.events.desk import EventDesk
from simloom.sandbox.events.feed import Feed
from simloom.sandbox.faults.applying import answer_with, late_requests
from simloom.sandbox.faults.registry import Faults
from simloom.sandbox.journal import Journal, Masker
from simloom.sandbox.ledger import Ledger
from simloom.sandbox.registrations import listening_parts
from simloom.sandbox.state import About, StateFile, StateRefused
from simloom.sandbox.vendors import VENDORS
from simloom.sandbox.webhooks.desk import WebhookDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simloom.sandbox.messages import Call, Reply
    from simloom.sandbox.parts import Part
    from simloom.sandbox.routing import Routes
    from simloom.sandbox.specs import Spec
    from simloom.sandbox.vendor import Vendor, World

ADMIN = "_sandbox"
T = TypeVar("T")


@frozen
class ProviderAddress:
    """Where an emulated vendor is and what it lets in.

    `settings` are the demo credentials, `applications` more of them by what is special about them.
    """

    id: str
    base_url: str
    token_url: str | None
    settings: Mapping[str, Any] = field(repr=False)
    applications: Mapping[str, Mapping[str, Any]] = field(factory=dict, repr=False)


@frozen
class _Mounted:
    vendor: Vendor
    spec: Spec
    routes: Routes


class Emulator:
    """Answers calls and keeps the journal. Safe to use from several threads."""

    def __init__(self, world: World, specs: SpecFiles = ()) -> None:
        """Mount the four vendors, and one per file of `specs`. Raises SpecRefused."""
        vendors = (*VENDORS, *vendors_from(specs))
        self.world = world
        self.state_file: StateFile | None = None
        """Where the admin surface saves the state."""
        self._mounted: dict[str, _Mounted] = {}
        documents = {vendor.id: vendor.read_spec() for vendor in vendors}
        names = {name for spec in documents.values() for name in spec.secret_names()}
        secrets = {
            settings[name]
            for vendor in vendors
            for settings in (vendor.settings, *vendor.other_settings.values())
            for name in vendor.secret_settings
        }
        masker = Masker(names, secrets)
        self._journal = Journal(masker)
        self._ledger = Ledger(world.clock, masker)
        for vendor in vendors:
            spec = documents[vendor.id]
            mounted = _Mounted(vendor(world, self._ledger), spec, vendor.routes(spec))
            self._mounted[vendor.id] = mounted
            late_requests(mounted.vendor, mounted.routes)
        self.faults: Faults = Faults(
            {
                name: (*(operation.id for operation in mounted.routes.operations), *STREAMS[name])
                for name, mounted in self._mounted.items()
            },
            world.seed,
        )
        """What goes wrong on demand."""
        self.feed: Feed = Feed()
        """Everything that happens, for whoever wants to watch."""
        self.events: EventDesk = EventDesk(world, self.feed.tell)
        self.webhooks: WebhookDesk = WebhookDesk(world, self.faults, self.feed.tell)
        self._journal.listeners.append(partial(self.feed.tell, "request"))
        self._ledger.listeners.append(partial(self.feed.tell, "effect"))
        world.outbox.listen(self.feed.hear)
        self._lock = Lock()

    @property
    def providers(self) -> tuple[str, ...]:
        """The provider ids, which are also the first part of every path."""
        return tuple(self._mounted)

    @property
    def with_sims(self) -> tuple[str, ...]:
        """Those whose SIMs can be looked at: not the ones that are nothing but a spec."""
        return tuple(name for name, item in self._mounted.items() if hasattr(item.vendor, "live"))

    def vendor(self, provider: str) -> Vendor:
        """Return an emulated vendor, for whoever wants to look inside. Raises KeyError."""
        return self._mounted[provider].vendor

    def operations(self, provider: str) -> list[str]:
        """Return the operation ids of a provider. Raises KeyError."""
        return sorted(operation.id for operation in self._mounted[provider].routes.operations)

    def address(self, provider: str, url: str) -> ProviderAddress:
        """Return where a provider is if the sandbox itself is at `url`. Raises KeyError."""
        mounted = self._mounted[provider]
        root = f"{url}/{provider}"
        token_url = None
        for operation in mounted.routes.operations:
            if operation.id == mounted.vendor.login_operation:
                token_url = f"{root}/{'/'.join(operation.template)}"
        return ProviderAddress(
            id=provider,
            base_url=root + mounted.spec.base_path(),
            token_url=token_url,
            settings=mounted.vendor.settings_at(url, mounted.vendor.settings),
            applications={
                name: mounted.vendor.settings_at(url, settings)
                for name, settings in mounted.vendor.other_settings.items()
            },
        )

    def answer(self, provider: str, call: Call) -> Reply:
        """Answer a call below a provider's mount. Raises KeyError for an unknown provider."""
        mounted = self._mounted[provider]
        with self._lock:
            asked = Asked.find(mounted.vendor, mounted.routes, call)
            fired = self.faults.for_request(
                provider, asked.operation_id, call, is_login=asked.is_login
            )
            reply = asked.answer() if fired is None else answer_with(fired, asked)
            self._journal.record(
                provider, asked.operation_id, call, reply, self.world.clock.now().isoformat()
            )
            if fired is not None:
                self.faults.journalled(fired, self._journal.count)
        return reply

    def note(self, provider: str, operation_id: str, call: Call, reply: Reply) -> None:
        """Put a request into the journal that no specification describes, such as a stream."""
        with self._lock:
            now = self.world.clock.now().isoformat()
            self._journal.record(provider, operation_id, call, reply, now)
            if reply.fault is not None:
                self.faults.journalled(reply.fault, self._journal.count)

    def on_request(self, listener: Callable[[dict[str, Any]], None]) -> None:
        """Tell a listener of every entry of the journal as it is made; it must not block."""
        self._journal.listeners.append(listener)

    def visit(self, provider: str, errand: Callable[[Any], T]) -> T:
        """Do something with a vendor while nobody else does. Raises KeyError."""
        with self._lock:
            return errand(self._mounted[provider].vendor)

    def requests(self) -> dict[str, Any]:
        """Return the journal: the last requests, oldest first, secrets masked."""
        with self._lock:
            return {"requests": self._journal.entries(), "dropped": self._journal.dropped}

    def ledger(self, provider: str | None = None, iccid: str | None = None) -> dict[str, Any]:
        """Return every effect so far, oldest first; of one provider or one SIM if asked for.

        `quotas` has what `quotas` returns, `connections` the streams per event subscription.
        """
        with self._lock:
            self._settle()
            effects = self._ledger.entries(provider, iccid)
            dropped = self._ledger.dropped
            return {
                "effects": effects,
                "dropped": dropped,
                "quotas": self._quotas(),
                "connections": self.events.connections(),
            }

    def quotas(self) -> dict[str, Any]:
        """Return the use of every limit per window, and how often it was exceeded."""
        with self._lock:
            return {"enforced": self.world.limits, "providers": self._quotas()}

    def state(self) -> dict[str, Any]:
        """Return the seed and the counts of every provider."""
        with self._lock:
            self._settle()
            return {
                "seed": self.world.seed,
                "requests": self._journal.count,
                "effects": self._ledger.count,
                "providers": {
                    name: {
                        **item.vendor.state(),
                        "operations": len(item.routes.operations),
                        "emulated": sorted(item.vendor.handlers),
                    }
                    for name, item in self._mounted.items()
                },
            }

    def reset(self, *, keep_tokens: bool = False) -> None:
        """Go back to the start: no tokens, requests and effects; SIMs as the seed made them.

        Clients of one process share their tokens. Those that go on after a reset are spared a 401
        if the tokens are kept.
        """
        with self._lock:
            self.faults.clear()
            self._journal.reset()
            self._ledger.reset()
            for item in self._mounted.values():
                item.vendor.reset(keep_tokens=keep_tokens)
            self.events.reset()
            self.webhooks.reset()
            self.feed.tell("reset", {})

    def save(self, file: StateFile) -> int:
        """Write the state into a file. Returns the number of rows. Raises OSError."""
        with self._lock:
            self._settle()
            world = self.world
            about = About(seed=world.seed, sims=world.sims, saved=world.clock.now().isoformat())
            return file.write(about, self._rows())

    def restore(self, file: StateFile) -> bool:
        """Take over the state in a file, in place of the present one; False if there is none.

        The clock is moved to the time of the state if it is behind it. Raises StateRefused for the
        file of another sandbox, and for one that is damaged; that leaves the state of the start.
        """
        found = file.read(self.world.seed, self.world.sims)
        if found is None:
            return False
        about, rows = found
        clock = self.world.clock
        clock.advance(max(0.0, seconds_until(clock, about.saved)))
        self.reset()
        parts = self._parts()
        try:
            with self._lock:
                for (owner, part), own in groupby(rows, key=lambda row: row[:2]):
                    parts[owner, part].restore((key, value) for _, _, key, value in own)
        except (KeyError, TypeError, ValueError) as error:
            self.reset()
            raise StateRefused(
                f"{file.path} has something that is not known here: {error}"
            ) from error
        return True

    def settle(self) -> None:
        """Do what is due by now, for those who only listen."""
        with self._lock:
            self._settle()

    def _quotas(self) -> dict[str, Any]:
        return {name: item.vendor.meters.report() for name, item in self._mounted.items()}

    def _parts(self) -> dict[tuple[str, str], Part]:
        parts: dict[tuple[str, str], Part] = {
            ("", "ledger"): self._ledger,
            **listening_parts(self.webhooks, self.events),
        }
        for name, item in self._mounted.items():
            parts |= {(name, part): remembered for part, remembered in item.vendor.parts.items()}
        return parts

    def _rows(self) -> Iterator[tuple[str, str, str, Any]]:
        for (owner, name), part in self._parts().items():
            for key, value in part.save():
                yield owner, name, key, value

    def _settle(self) -> None:
        for item in self._mounted.values():
            item.vendor.agenda.settle()


def split_path(path: str) -> tuple[str, str]:
    """Split a percent-encoded request path into the mount and the rest below it."""
    mount, _, rest = path.removeprefix("/").partition("/")
    return mount, f"/{rest}"
