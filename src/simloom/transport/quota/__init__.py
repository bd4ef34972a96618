"""The quota ledger: never more than a vendor allows, by any number of processes.

    ledger = Ledger(SqliteStore("quota.db"))
    limit = limit_of(request.operation)
    bucket = ledger.bucket(limit, provider="telekom-m2m", account=client_id)
    with QuotaGate(ledger).hold(bucket, cost_of(request, limit), operation=request.operation.id):
        response = client.send_detailed(request)

`rules` has the arithmetic and why it holds, `store` what a store has to do, `ledger` the questions,
and the gates do the waiting.
"""

from __future__ import annotations

from simloom.transport.quota.agate import AsyncQuotaGate
from simloom.transport.quota.buckets import Bucket, Limit, Window, bucket_for, cost_of, limit_of
from simloom.transport.quota.clock import QuotaClock, host_clock
from simloom.transport.quota.endings import Ending, ending_of
from simloom.transport.quota.gate import QuotaGate
from simloom.transport.quota.ledger import Ledger
from simloom.transport.quota.memory import MemoryStore
from simloom.transport.quota.rules import Closure
from simloom.transport.quota.sqlite import SqliteStore
from simloom.transport.quota.store import Ask, Grant, QuotaStore, Usage, Wait, WindowUse

__all__ = [
    "Ask",
    "AsyncQuotaGate",
    "Bucket",
    "Closure",
    "Ending",
    "Grant",
    "Ledger",
    "Limit",
    "MemoryStore",
    "QuotaClock",
    "QuotaGate",
    "QuotaStore",
    "SqliteStore",
    "Usage",
    "Wait",
    "Window",
    "WindowUse",
    "bucket_for",
    "cost_of",
    "ending_of",
    "host_clock",
    "limit_of",
]
