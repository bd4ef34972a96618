"""What the M2M Service Portal says about a partner: counts, pools, API usage; and orders of cards.

The pools are made up by the seed. The API usage counts what was really asked since the sandbox
started or was reset. Assumed: orders have at least ten cards unless `overrideMoq` is set. The end
of an order's action confirms its workflow (FAQ 2); no cards come of it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Reply
from simloom.sandbox.populations.telekom_m2m import STATUSES
from simloom.sandbox.vendors.telekom_m2m.action import accepted
from simloom.sandbox.vendors.telekom_m2m.estate import Estate, utc
from simloom.sandbox.vendors.telekom_m2m.notices import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from simloom.sandbox.vendor import Handler
    from simloom.sandbox.vendors.telekom_m2m.actions import Actions

_POOLS = (("Data 1", "Data", 10_000.0, "MB"), ("SMS 1", "SMS", 1000.0, "SMS"))
_MINIMUM = 10
_STATUSES = tuple(dict.fromkeys(STATUSES))


class Partners:
    """Counts per partner."""

    def __init__(self, estate: Estate, actions: Actions) -> None:
        self._estate = estate
        self._actions = actions
        self._calls: dict[str, Counter[str]] = {}
        estate.agenda.can("order", self._complete)
        self.handlers: dict[str, Handler] = {
            "get_partner_sim_counts": self.get_partner_sim_counts,
            "get_pool_usage": self.get_pool_usage,
            "get_api_usage": self.get_api_usage,
            "create_sim_order": self.create_sim_order,
        }

    def count(self, operation_id: str, call: Call) -> None:
        """Count a call for the usage of the API."""
        partner = str(call.parameters.get("partnerID"))
        if partner in self._estate.sims.partners:
            self._calls.setdefault(partner, Counter())[operation_id] += 1

    def get_partner_sim_counts(self, call: Call) -> Reply:
        """Return how many SIMs a partner has in each status."""
        partner = call.parameters["partnerID"]
        own = self._estate.owned().get(partner)
        if own is None:
            return self._estate.foreign_partner()
        found = self._statuses(own)
        counts = [
            {"status": status, "count": found[status]} for status in _STATUSES if found[status]
        ]
        body = {"partnerID": partner, "partnerName": NAMES[partner], "simCounts": counts}
        return Reply(body=body)

    def get_pool_usage(self, call: Call) -> Reply:
        """Return the pools of a partner."""
        partner = call.parameters["partnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        pools = []
        for number, (name, kind, volume, unit) in enumerate(_POOLS, 1):
            share = self._estate.draw.number(number, f"pool {partner}", 1001)
            pools.append(
                {
                    "poolName": name,
                    "offeringID": 720_378_000 + number,
                    "offeringName": f"Tariff {number}",
                    "kind": kind,
                    "volume": volume,
                    "used": volume * share / 1000,
                    "unit": unit,
                    "usedPercent": share / 10,
                    "asOf": utc(self._estate.now),
                }
            )
        return Reply(body={"pools": pools})

    def get_api_usage(self, call: Call) -> Reply:
        """Return how often each operation was called for a partner, this call included."""
        partner = call.parameters["partnerID"]
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        today = self._estate.now.date()
        calls = self._calls.get(partner, Counter())
        return Reply(
            body={
                "dateFrom": today.replace(day=1).isoformat(),
                "dateTo": today.isoformat(),
                "entries": [{"method": name, "count": calls[name]} for name in sorted(calls)],
            }
        )

    def create_sim_order(self, call: Call) -> Reply:
        """Order cards."""
        partner, order = call.parameters["partnerID"], call.content
        if partner not in self._estate.sims.partners:
            return self._estate.foreign_partner()
        if order["quantity"] < _MINIMUM and not order.get("overrideMoq"):
            return self._estate.impossible(f"quantity: at least {_MINIMUM} without overrideMoq")
        action = self._actions.accept(partner, "order")
        action.cancellable = False
        changes = {name: (None, order[name]) for name in ("material", "quantity")}
        self._estate.record("create_sim_order", None, changes, reference=action.id)
        self._estate.agenda.after(self._estate.world.action_delay, "order", action.id)
        return Reply(status=202, body=accepted(action))

    def reset(self) -> None:
        """Forget what was counted."""
        self._calls.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the counts per partner."""
        for partner, calls in self._calls.items():
            yield partner, dict(calls)

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for partner, calls in rows:
            self._calls[partner] = Counter(calls)

    def _complete(self, moment: datetime, number: str) -> None:
        self._actions.finish(self._actions.get(number), "DONE", moment)

    def _statuses(self, own: Sequence[int]) -> Counter[str]:
        if len(own) <= len(STATUSES) or not isinstance(own, range):
            return Counter(map(self._estate.live.state, own))
        # Statuses come in turn, so that whole turns are counted without looking at their SIMs.
        turns, rest = divmod(len(own), len(STATUSES))
        found = Counter({status: turns * STATUSES.count(status) for status in STATUSES})
        found.update(map(self._estate.sims.state_of, own[:rest]))
        for index in self._estate.live.changed:
            if index in own:
                found[self._estate.sims.state_of(index)] -= 1
                found[self._estate.live.state(index)] += 1
        return found
