"""What both kinds of stream are made from: subscriptions, a login, and what the caller wants."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from attrs import field, frozen

from simloom.events.checkpoints import Handled, MemoryCheckpoints
from simloom.events.lease import FileLeases
from simloom.events.listening import Listening
from simloom.events.policy import StreamPolicy
from simloom.events.sources import subscriptions, unversioned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simloom.events.actionwatch import ActionWatch
    from simloom.events.checkpoints import CheckpointStore
    from simloom.events.lease import Leases
    from simloom.events.sources import Subscription
    from simloom.plugins.manager import ClientHooks
    from simloom.plugins.provider import Provider
    from simloom.transport.streaming import StreamSettings

T = TypeVar("T")
log: logging.Logger = logging.getLogger("simloom.events")

MOST_WAITING = 100
"""How many events are read ahead of their handler; then the vendor has to wait."""


class Wishes(TypedDict, total=False):
    """How to listen; all of it may be left out.

    `since`: an offset to begin behind, or a time before which events are passed over. `on_error`
    hears of what was skipped and of broken connections, in the thread or task that reads the
    events; without it they are logged. `checkpoints` keeps what was handled, `leases` sees to one
    listener per subscription, `policy` how patient to be.
    """

    since: dt.datetime | str | None
    on_error: Callable[[Exception], None] | None
    checkpoints: CheckpointStore | None
    leases: Leases | None
    policy: StreamPolicy | None


@frozen(kw_only=True)
class Plan:
    """Everything about a stream of events before it is opened; see `plan_events`."""

    provider: Provider
    hooks: ClientHooks
    subscriptions: list[Subscription]
    auth: Any = field(repr=False)
    user_agent: str
    verify: Any
    proxy: str | None = field(repr=False)
    since: dt.datetime | str | None
    on_error: Callable[[Exception], None]
    checkpoints: CheckpointStore
    leases: Leases
    policy: StreamPolicy
    watch: ActionWatch | None = None

    def settings(self) -> StreamSettings:
        """Return how to connect."""
        from simloom.transport.streaming import StreamSettings  # noqa: PLC0415  (loads httpx)

        return StreamSettings(
            auth=self.auth,
            connect_timeout=self.policy.connect_timeout,
            read_timeout=self.policy.read_timeout,
            user_agent=self.user_agent,
            verify=self.verify,
            proxy=self.proxy,
        )

    def acquire(self) -> None:
        """Take the lease of every subscription, or of none."""
        taken: list[Subscription] = []
        try:
            for subscription in self.subscriptions:
                self.leases.acquire(subscription.key, subscription.stream)
                taken.append(subscription)
        except BaseException:
            for subscription in taken:
                self.leases.release(subscription.key)
            raise

    def release(self) -> None:
        """Give every lease back."""
        for subscription in self.subscriptions:
            self.leases.release(subscription.key)

    def listening(self, subscription: Subscription) -> Listening:
        """Return the state of one stream, from its checkpoint on."""
        handled = Handled(self.checkpoints, subscription.key)
        tells = unversioned(subscription.stream) in self.provider.action_streams
        return Listening(
            subscription,
            self.provider,
            handled,
            policy=self.policy,
            since=self.since,
            watch=self.watch if tells else None,
        )


def plan_events(
    provider: Provider,
    hooks: ClientHooks,
    arguments: Mapping[str, Any],
    types: Iterable[str] | None = None,
    watch: ActionWatch | None = None,
    **wishes: Unpack[Wishes],
) -> Plan:
    """Return what a client's `events()` is made from; nothing is sent.

    `arguments` are those of the client that sends the provider's requests, `watch` wakes those who
    wait for its actions. A naive `since` is UTC.
    """
    since = wishes.get("since")
    if isinstance(since, dt.datetime) and since.tzinfo is None:
        since = since.replace(tzinfo=dt.UTC)
    return Plan(
        provider=provider,
        hooks=hooks,
        subscriptions=subscriptions(
            provider, hooks, types, allow_insecure_http=arguments["allow_insecure_http"]
        ),
        auth=arguments["auth"],
        user_agent=arguments["headers"]["user-agent"],
        verify=arguments["verify"],
        proxy=arguments["proxy"],
        since=since,
        on_error=wishes.get("on_error") or _warn,
        checkpoints=_given(wishes.get("checkpoints"), MemoryCheckpoints),
        leases=_given(wishes.get("leases"), FileLeases),
        policy=_given(wishes.get("policy"), StreamPolicy),
        watch=watch,
    )


def _given(wish: T | None, default: Callable[[], T]) -> T:
    return default() if wish is None else wish


def _warn(error: Exception) -> None:
    log.warning("%s", error)
