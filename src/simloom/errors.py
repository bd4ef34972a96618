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
    "ApiError",
    "AuthenticationError",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "DecodeError",
    "IdentifierError",
    "InvalidIdentifier",
    "InvalidParameter",
    "MissingCredentials",
    "NotFound",
    "OutcomeUnknown",
    "PermissionDenied",
    "PluginLoadError",
    "QuotaExceeded",
    "RequestTimeout",
    "ServerError",
    "SimNotFound",
    "SimloomError",
    "TransportError",
    "UnknownProvider",
    "UnsupportedOperation",
]


class ConfigurationError(SimloomError):
    """Settings, profiles or plugins are wrong; nothing was sent."""


class MissingCredentials(ConfigurationError):
    """Required settings have no value; the text names each and the three ways to give it.

    `told` is the provider's own word on what is missing, where one setting stands for another.
    """

    def __init__(self, provider: str, missing: Sequence[str], told: str = "") -> None:
        self.provider = provider
        self.missing = tuple(missing)
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
        self.known = tuple(known)
        listed = ", ".join(self.known) or "none"
        super().__init__(f"no provider {provider!r} is installed (installed: {listed}){hint}")


class PluginLoadError(ConfigurationError):
    """A plugin is installed but broken; the others work."""

    def __init__(
        self, name: str, distribution: str, version: str, entry_point: str, why: str
    ) -> None:
        self.name = name
        self.distribution = distribution
        self.version = version
        self.entry_point = entry_point
        super().__init__(
            f"the plugin {name!r} of {distribution} {version} ({entry_point}) cannot be used: {why}"
        )


class UnsupportedOperation(SimloomError):
    """The provider has no such operation; nothing was sent."""

    def __init__(
        self, verb: str, provider: str, alternatives: Sequence[str] = (), note: str = ""
    ) -> None:
        self.verb = verb
        self.provider = provider
        self.alternatives = tuple(alternatives)
        self.note = note
        others = f"; providers that have it: {', '.join(alternatives)}" if alternatives else ""
        why = f" ({note})" if note else ""
        super().__init__(f"{provider} has no operation {verb!r}{why}{others}")


class IdentifierError(SimloomError):
    """An identifier does not name one SIM."""


class InvalidIdentifier(IdentifierError, ValueError):
    """A text is not an identifier of its kind; nothing was sent."""


class SimNotFound(IdentifierError):
    """No SIM of this account has the identifier."""


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
