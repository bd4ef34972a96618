"""Providers as plugins: flows, declarations, the base class, finding and loading.

What third parties may rely on is what this module exports, under `API_VERSION`.
"""

from simloom.plugins.flows import Flow, call, call_detailed
from simloom.plugins.lookups import LookupOffer
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider
from simloom.plugins.specs import hookimpl, hookspec
from simloom.plugins.types import (
    API_VERSION,
    ChunkPolicy,
    EventSource,
    EventTransport,
    Lookup,
    OnReject,
    ResolutionPlan,
)

__all__ = [
    "API_VERSION",
    "ChunkPolicy",
    "EventSource",
    "EventTransport",
    "Flow",
    "Lookup",
    "LookupOffer",
    "OnReject",
    "Provider",
    "ResolutionPlan",
    "call",
    "call_detailed",
    "hookimpl",
    "hookspec",
    "operation",
]
