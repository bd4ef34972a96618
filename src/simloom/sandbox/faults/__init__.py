"""Faults on demand: answers that are late, cut, broken or lost, and events that come twice.

    from simloom.sandbox.faults import Fault

    sandbox.faults.add(Fault(effect="reset-after", operation="top_up_sim"))

`script` says what a fault is, `registry` which one fires when, `applying` what it does to the
request, `wire` what it does to the answer, and `connection` how it gets at the connection.
"""

from __future__ import annotations

from simloom.sandbox.faults.registry import Faults, Fired, StreamFault
from simloom.sandbox.faults.script import BadFault, Effect, Fault, fault_from_json

__all__ = ["BadFault", "Effect", "Fault", "Faults", "Fired", "StreamFault", "fault_from_json"]
