"""The four vendors together: routing, authentication, parameters, answer, records. No server."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from simloom.sandbox.journal import Journal, Masker
from simloom.sandbox.ledger import Ledger
from simloom.sandbox.messages import Call, Refused, Reply
from simloom.sandbox.routing import Operation, Routes
from simloom.sandbox.specs import Spec, load_spec
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.vendor import Vendor, World

ADMIN = "_sandbox"


@frozen
class ProviderAddress:
    """Where an emulated vendor is and what it lets in. `settings` are demo credentials."""

    id: str
    base_url: str
    token_url: str | None
    settings: Mapping[str, str] = field(repr=False)


@frozen
class _Mounted:
    vendor: Vendor
    spec: Spec
    routes: Routes


class Emulator:
    """Answers calls and keeps the journal. Safe to use from several threads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._mounted: dict[str, _Mounted] = {}
        specs = {vendor.id: load_spec(vendor.id) for vendor in VENDORS}
        names = {name for spec in specs.values() for name in spec.secret_names()}
        secrets = {vendor.settings[name] for vendor in VENDORS for name in vendor.secret_settings}
        masker = Masker(names, secrets)
        self._journal = Journal(masker)
        self._ledger = Ledger(world.clock, masker)
        for vendor in VENDORS:
            spec = specs[vendor.id]
            self._mounted[vendor.id] = _Mounted(vendor(world, self._ledger), spec, Routes(spec))
        self._lock = Lock()

    @property
    def providers(self) -> tuple[str, ...]:
        """The provider ids, which are also the first part of every path."""
        return tuple(self._mounted)

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
            settings=dict(mounted.vendor.settings),
        )

    def answer(self, provider: str, call: Call) -> Reply:
        """Answer a call below a provider's mount. Raises KeyError for an unknown provider."""
        mounted = self._mounted[provider]
        with self._lock:
            operation, reply = _ask(mounted, call)
            if operation is not None and operation.answers.get(reply.status) == ():
                # The spec declares this answer without a body.
                reply = evolve(reply, body=None)
            self._journal.record(
                provider,
                operation.id if operation else None,
                call,
                reply,
                self.world.clock.now().isoformat(),
            )
        return reply

    def requests(self) -> dict[str, Any]:
        """Return the journal: the last requests, oldest first, secrets masked."""
        with self._lock:
            return {"requests": self._journal.entries(), "dropped": self._journal.dropped}

    def ledger(self, provider: str | None = None, iccid: str | None = None) -> dict[str, Any]:
        """Return every effect so far, oldest first; of one provider or one SIM if asked for."""
        with self._lock:
            self._settle()
            effects = self._ledger.entries(provider, iccid)
            return {"effects": effects, "dropped": self._ledger.dropped}

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

    def reset(self) -> None:
        """Go back to the start: no tokens, requests and effects; SIMs as the seed made them."""
        with self._lock:
            self._journal.reset()
            self._ledger.reset()
            for item in self._mounted.values():
                item.vendor.reset()

    def settle(self) -> None:
        """Do what is due by now, for those who only listen."""
        with self._lock:
            self._settle()

    def _settle(self) -> None:
        for item in self._mounted.values():
            item.vendor.agenda.settle()


def split_path(path: str) -> tuple[str, str]:
    """Split a percent-encoded request path into the mount and the rest below it."""
    mount, _, rest = path.removeprefix("/").partition("/")
    return mount, f"/{rest}"


def _ask(mounted: _Mounted, call: Call) -> tuple[Operation | None, Reply]:
    vendor, operation = mounted.vendor, None
    try:
        operation, path_values = mounted.routes.find(call)
        if operation.id != vendor.login_operation:
            unauthorised = vendor.authenticate(call)
            if unauthorised is not None:
                return operation, unauthorised
        checked = mounted.routes.checked(operation, path_values, call)
        too_much = vendor.admit(operation.id, checked)
        return operation, too_much or vendor.handle(operation.id, checked)
    except Refused as refused:
        return operation, vendor.refuse(refused, operation.id if operation else None, call)
