"""Every error this library raises, in one place to import from.

The tree starts at `SimloomError`. Errors of requests and answers live below the runtime, because
generated clients raise them too; they are the same classes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.runtime.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    ClientClosed,
    Conflict,
    ConnectionFailed,
    DecodeError,
    InvalidParameter,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    RequestTimeout,
    ServerError,
    SimloomError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ActionTimeout",
    "AmbiguousIdentifier",
    "ApiError",
    "AuthenticationError",
    "BadRequest",
    "CheckpointError",
    "ClientClosed",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "DecodeError",
    "EventStreamError",
    "IdentifierError",
    "InvalidIdentifier",
    "InvalidParameter",
    "MissingCredentials",
    "NotFound",
    "OutcomeUnknown",
    "PermissionDenied",
    "PluginError",
    "PluginLoadError",
    "QuotaCostTooLarge",
    "QuotaExceeded",
    "QuotaStoreError",
    "QuotaWaitTooLong",
    "RequestTimeout",
    "ServerError",
    "SimNotFound",
    "SimloomError",
    "StreamEnded",
    "StreamStolen",
    "SubscriptionInUse",
    "TransportError",
    "UnknownProvider",
    "UnsupportedOperation",
    "WebhookRejected",
    "WebhookStoreError",
]


class ConfigurationError(SimloomError):
    """Settings, profiles or plugins are wrong; nothing was sent."""


class MissingCredentials(ConfigurationError):
    """Required settings have no value; the text names each and the three ways to give it.

    `told` is the provider's own word on what is missing, where one setting stands for another.
    """

    def __init__(self, provider: str, missing: Sequence[str], told: str = "") -> None:
        self.provider = provider
        self.missing: tuple[str, ...] = tuple(missing)
        variable = f"SIMLOOM_{provider.upper().replace('-', '_')}"
        ways = "; ".join(
            f"{name}: pass {name}=..., set {variable}_{name.upper()}, or write it in the profile"
            for name in self.missing
        )
        super().__init__(f"{provider}: missing {told or ', '.join(self.missing)} ({ways})")


class UnknownProvider(ConfigurationError):
    """No plugin provides this provider id; `known` lists those that are installed."""

    def __init__(self, provider: str, known: Sequence[str], hint: str = "") -> None:
        self.provider = provider
        self.known: tuple[str, ...] = tuple(known)
        listed = ", ".join(self.known) or "none"
        super().__init__(f"no provider {provider!r} is installed (installed: {listed}){hint}")


class PluginLoadError(ConfigurationError):
    """A plugin is installed but broken; the others work. `why` is what its author has to know."""

    def __init__(
        self, name: str, distribution: str, version: str, entry_point: str, why: str
    ) -> None:
        self.name = name
        self.distribution = distribution
        self.version = version
        self.entry_point = entry_point
        self.why = why
        super().__init__(
            f"the plugin {name!r} of {distribution} {version} ({entry_point}) cannot be used: {why}"
        )


class PluginError(SimloomError):
    """A plugin's code broke a rule of the surface it stands on; its author has to correct it.

    `place` is the code, with file and line, `what` the rule and what came instead. With
    `may_have_written` the vendor may have carried something out before that.
    """

    def __init__(self, place: str, what: str, *, may_have_written: bool = False) -> None:
        self.place = place
        self.what = what
        self.may_have_written = may_have_written
        after = "; the vendor may have carried it out: look before you try again"
        super().__init__(f"{place}: {what}{after if may_have_written else ''}")


class UnsupportedOperation(SimloomError):
    """The provider has no such operation; nothing was sent."""

    def __init__(
        self, verb: str, provider: str, alternatives: Sequence[str] = (), note: str = ""
    ) -> None:
        self.verb = verb
        self.provider = provider
        self.alternatives: tuple[str, ...] = tuple(alternatives)
        self.note = note
        others = f"; providers that have it: {', '.join(alternatives)}" if alternatives else ""
        why = f" ({note})" if note else ""
        super().__init__(f"{provider} has no operation {verb!r}{why}{others}")


class IdentifierError(SimloomError):
    """An identifier does not name one SIM."""


class InvalidIdentifier(IdentifierError, ValueError):
    """A text is not an identifier of its kind; nothing was sent.

    The message never shows more than the last four digits: the text may be an IMSI or a number.
    """


class AmbiguousIdentifier(IdentifierError, ValueError):
    """A text without a kind fits several; `candidates` names them, e.g. `("imsi", "imei")`."""

    def __init__(self, shown: str, candidates: Sequence[str]) -> None:
        self.candidates: tuple[str, ...] = tuple(candidates)
        ways = ", ".join(f"{kind}:..." for kind in self.candidates)
        super().__init__(f"{shown} may be of several kinds: say which, as one of {ways}")


class SimNotFound(IdentifierError):
    """No SIM of this account has the identifier."""


class QuotaCostTooLarge(SimloomError, ValueError):
    """A request counts more than the vendor's limit can ever hold; nothing was sent.

    `limit` is what fits: the smallest limit of the bucket, times the share of it that is ours.
    """

    def __init__(self, bucket: str, cost: int, limit: int) -> None:
        self.bucket = bucket
        self.cost = cost
        self.limit = limit
        super().__init__(
            f"{bucket}: a request that counts {cost} never fits into a limit of {limit};"
            " send it in smaller parts"
        )


class QuotaWaitTooLong(SimloomError, TimeoutError):
    """The vendor's limit has room only after `seconds`, which is more than was allowed.

    Nothing was sent, and nothing is held.
    """

    def __init__(self, bucket: str, seconds: float, longest: float) -> None:
        self.bucket = bucket
        self.seconds = seconds
        self.longest = longest
        super().__init__(
            f"{bucket}: room in the vendor's limit in {seconds:.0f} s at the earliest,"
            f" and no more than {longest:.0f} s of waiting are allowed"
        )


class QuotaStoreError(SimloomError):
    """The ledger of quotas cannot be read or written; nothing was sent. `place` names it."""

    def __init__(self, place: str, why: str, advice: str) -> None:
        self.place = place
        self.why = why
        self.advice = advice
        super().__init__(f"the quota ledger {place} cannot be used: {why}; {advice}")


class ActionTimeout(SimloomError, TimeoutError):
    """An action is still under way after the time given; it goes on at the vendor."""


class OutcomeUnknown(TransportError):
    """A write may or may not have happened: no answer came, or none that can be read.

    It was not repeated. `intent` names the request, `started` and `ended` are the time window (UTC,
    seconds since the epoch) in which the vendor may have carried it out; `check` says how to find
    out.
    """

    def __init__(
        self, *, operation: str, intent: str, started: float, ended: float, check: str, why: str
    ) -> None:
        self.intent = intent
        self.started = started
        self.ended = ended
        self.check = check
        super().__init__(
            f"it is unknown whether the request took effect ({why}); {check}", operation=operation
        )


class EventStreamError(SimloomError):
    """Something about a stream of events. `stream` is the type of event it is configured for.

    Given to `on_error` it tells of a part of the stream that was skipped; raised, that the stream
    cannot go on.
    """

    def __init__(self, stream: str, message: str) -> None:
        self.stream = stream
        super().__init__(f"event stream {stream!r}: {message}")


class StreamEnded(EventStreamError):
    """The vendor says that there is nothing to come (204): the subscription may be switched off."""


class StreamStolen(EventStreamError):
    """The stream ends again and again soon after it began: somebody else opens the same one.

    The vendor closes a stream when another one is opened for the same subscription.
    """


class SubscriptionInUse(EventStreamError):
    """Another process of this machine listens to the subscription; `holder` tells which."""

    def __init__(self, stream: str, holder: str) -> None:
        self.holder = holder
        super().__init__(
            stream,
            f"{holder} listens already; a second process would take its events away",
        )


class CheckpointError(SimloomError):
    """What was handled cannot be read or written down; `place` names the file.

    Raised where the next event is asked for. Asking again tries again; until it can be written down
    no other event is given, and after a restart the last one comes once more.
    """

    def __init__(self, place: str, why: str) -> None:
        self.place = place
        super().__init__(f"the checkpoints {place} cannot be used: {why}")


class WebhookRejected(SimloomError):
    """A request to our address is no webhook of the vendor's; nothing was stored.

    `status` is the HTTP status to answer with, always 4xx.
    """

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(f"webhook rejected ({status}): {why}")


class WebhookStoreError(SimloomError):
    """Webhooks cannot be stored: the file is full, locked or broken. The vendor tries again."""
