"""One class of rules per fault, made from the table; pytest runs this file from within a test."""

from __future__ import annotations

from fault_table import FAULTS
from small_suite import SmallSuite

from simloom.testing import BaseEvents, BaseWebhooks, ProviderConformance


class TestRight(SmallSuite, ProviderConformance, BaseEvents, BaseWebhooks):
    pass


for number, fault in enumerate(FAULTS.values()):
    name = f"Test{number}"
    globals()[name] = type(name, (SmallSuite, *fault.groups), {"kind": fault.kind, **fault.told})
