"""What a bulk job does at one vendor: the verb, how SIMs are cut into requests, the flows."""

from __future__ import annotations

import datetime as dt
import inspect
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from simloom.bulk.reached import can_tell, reached
from simloom.capabilities import RetryClass, Verb
from simloom.errors import InvalidParameter, NotFound, UnsupportedOperation
from simloom.models import ActionState, SimStatus
from simloom.plugins.results import follow
from simloom.plugins.types import ChunkPolicy, OnReject
from simloom.plugins.verbs import RECORDS, start, unsupported

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from simloom.bulk.chunktable import Chunk
    from simloom.capabilities import Capability
    from simloom.errors import ApiError
    from simloom.models import Page, Sim
    from simloom.plugins.flows import Flow
    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider

_ADDITIVE_VERBS = frozenset({Verb.SEND_SMS, Verb.TOP_UP})
_GONE = frozenset({Verb.DELETE, Verb.TERMINATE})
_BEFORE = dt.timedelta(minutes=5)


@frozen(kw_only=True)
class Look:
    """What a look after an unknown outcome found.

    `actions` are the vendor's actions for these SIMs, None where it keeps no list. `reached` says
    per SIM whether it is where the verb leads, None where its state does not show that.
    """

    actions: tuple[ActionState, ...] | None = None
    reached: Mapping[str, bool | None] = field(factory=dict)


class Work:
    """One verb with its parameters at one provider. Raises `UnsupportedOperation`, nothing sent."""

    def __init__(
        self,
        provider: Provider,
        verb: Verb,
        parameters: Mapping[str, Any],
        hooks: ClientHooks | None = None,
    ) -> None:
        if (verb in RECORDS and verb not in _ADDITIVE_VERBS) or verb is Verb.BIND_EID:
            raise UnsupportedOperation(
                f"bulk {verb.value}", provider.id, note="it is not the same change of each SIM"
            )
        self.provider = provider
        self.verb = verb
        self.parameters: dict[str, Any] = dict(parameters)
        self.capability: Capability = provider.capabilities()[verb]
        if not self.capability.usable:
            raise unsupported(provider, verb)
        _check_parameters(provider, verb, self.parameters)
        policy = (hooks.chunk_policy(verb) if hooks else None) or _policy(self.capability)
        if policy.size < 1:
            raise ValueError(f"a chunk has at least one SIM, not {policy.size}")
        # A plugin may want smaller requests, but the vendor takes no larger ones.
        self.policy: ChunkPolicy = evolve(
            policy, size=min(policy.size, self.capability.bulk_max or 1)
        )

    @property
    def is_additive(self) -> bool:
        """Whether doing it twice does more than doing it once."""
        return self.capability.retry_class is RetryClass.ADDITIVE

    @property
    def in_bulk(self) -> bool:
        """Whether one request carries several SIMs."""
        return self.policy.size > 1

    @property
    def shows(self) -> bool:
        """Whether the state of a SIM shows that the verb was carried out."""
        return not self.is_additive and (can_tell(self.verb) or self.verb in _GONE)

    def send(self, iccids: Sequence[str]) -> Flow[Any]:
        """Return the flow that carries the verb out."""
        if self.in_bulk:
            return follow(self.provider, "bulk", self.verb, iccids, **self.parameters)
        (iccid,) = iccids
        return start(self.provider, self.verb, iccid, **self.parameters)

    def ask(self, chunk: Chunk) -> Flow[ActionState]:
        """Return the flow that asks where an accepted request is."""
        action = ActionState(
            provider=self.provider.id,
            verb=self.verb.value,
            id="" if (chunk.action or "?").startswith("?") else chunk.action or "",
            iccids=tuple(chunk.sims),
            expected=None if chunk.expected is None else SimStatus(chunk.expected),
        )
        return follow(self.provider, "refresh", action)

    def look(self, chunk: Chunk, sample: int) -> Flow[Look]:
        """Return the flow that looks for what became of a request without an answer.

        With an action list at the vendor up to `sample` SIMs are read besides, otherwise all. The
        actions may be those of other requests.
        """
        since = dt.datetime.fromtimestamp(chunk.sent_at, dt.UTC) - _BEFORE
        iccids = list(chunk.sims)
        found = None
        if chunk.action is None or chunk.action.startswith("?"):
            given = (self.verb, tuple(iccids), since)
            found = yield from follow(self.provider, "find_actions", *given)
        if not found and chunk.action is not None:
            found = None  # it was accepted: only the SIMs can tell more
        if found is not None:
            iccids = iccids[:sample]
        states: dict[str, bool | None] = {}
        if self.shows:
            for iccid in iccids:
                states[iccid] = yield from self._reached(iccid)
        else:
            states = dict.fromkeys(iccids)
        return Look(actions=None if found is None else tuple(found), reached=states)

    def page(self, number: int) -> Flow[Page[Sim]]:
        """Return the flow that reads a page of the vendor's list."""
        return start(self.provider, Verb.LIST, number)

    def rejected(self, error: ApiError, iccids: Collection[str]) -> Mapping[str, str]:
        """Return which SIMs a refusal names, and the vendor's words."""
        return self.provider.rejected(error, iccids)

    def _reached(self, iccid: str) -> Flow[bool | None]:
        try:
            sim: Sim = yield from start(self.provider, Verb.GET, iccid)
        except NotFound:
            return True if self.verb in _GONE else None
        return reached(self.verb, sim, self.parameters)


def _check_parameters(provider: Provider, verb: Verb, parameters: Mapping[str, Any]) -> None:
    """Raise `InvalidParameter` for what the provider's method does not take, or lacks."""
    method = provider.flow(verb)
    assert method is not None  # noqa: S101  (it is usable)
    try:
        inspect.signature(method).bind("", **parameters)
    except TypeError as error:
        raise InvalidParameter(f"{verb.value} of {provider.id}: {error}") from None


def _policy(capability: Capability) -> ChunkPolicy:
    """Return the way of the capability table."""
    size = capability.bulk_max or 1
    if size == 1:
        return ChunkPolicy(size=1, atomic=False, on_reject=())
    return ChunkPolicy(
        size=size,
        atomic=capability.atomic is not False,
        on_reject=(OnReject.DROP_NAMED, OnReject.BISECT),
    )
