"""The hooks of simloom, for pluggy's project `simloom`.

Hooks are synchronous, do no I/O and return small typed objects (`simloom.plugins.types`). A plugin
implements any of them with `@simloom.plugins.hookimpl`; arguments may be left out. `docs/hooks.md`
has a complete plugin for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom.capabilities import Verb
    from simloom.plugins.provider import Provider
    from simloom.plugins.types import ChunkPolicy, EventSource, ResolutionPlan
    from simloom.runtime import Request

PROJECT = "simloom"
hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)


class RootSpec:
    """Hooks of the root manager, which finds providers."""

    @hookspec
    def simloom_providers(self) -> Iterable[type[Provider]]:  # type: ignore[empty-body]
        """Return the provider classes of this plugin."""


class ClientSpec:
    """Hooks of a connected client: the provider's plugin and the application's own."""

    @hookspec(firstresult=True)
    def simloom_auth(self, provider: Provider, settings: Any) -> Any:
        """Return an `httpx.Auth` to use instead of the provider's own, or None."""

    @hookspec(firstresult=True)
    def simloom_event_source(self, provider: Provider, settings: Any) -> EventSource | None:
        """Return where and how this provider's events arrive, or None."""

    @hookspec(firstresult=True)
    def simloom_chunk_policy(self, provider: Provider, verb: Verb) -> ChunkPolicy | None:
        """Return how a bulk verb is cut into requests, or None for the capability table's way."""

    @hookspec(firstresult=True)
    def simloom_resolve_identifier(
        self, provider: Provider, identifier: str, verb: Verb
    ) -> ResolutionPlan | None:
        """Return how an identifier (`kind:value`) becomes an ICCID, or None."""

    @hookspec
    def simloom_request(self, request: Request[Any], attempt: int) -> None:
        """Hear that a request is about to be sent."""

    @hookspec
    def simloom_response(
        self, request: Request[Any], attempt: int, status: int, seconds: float
    ) -> None:
        """Hear that an answer arrived; `status` is 0 when none did."""

    @hookspec
    def simloom_event(self, event: Any) -> None:
        """Hear of an event before its handler does."""

    @hookspec
    def simloom_outcome(self, outcome: Any) -> None:
        """Hear the final outcome of one SIM of a bulk job."""
