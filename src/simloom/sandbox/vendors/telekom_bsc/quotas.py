"""Volumes of Business Smart Connect: what is left, and more of it.

A top-up adds the volumes of the product, 500 MB and 250 SMS, and is not idempotent. A SIM that was
never used has its whole volume. Each delivered message uses one SMS up; nothing uses data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.messages import Call, Reply, bad_body
from simloom.sandbox.populations.telekom_bsc import DATA_VOLUME, SMS_VOLUME
from simloom.sandbox.vendors.telekom_bsc.account import EXPIRED, NO_SIM, Account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simloom.sandbox.ledger import Changes
    from simloom.sandbox.vendor import Handler
    from simloom.sandbox.vendors.telekom_bsc.orders import Orders

_VOLUMES = {"": DATA_VOLUME, "_SMS": SMS_VOLUME}


class Quotas:
    """Data and SMS volumes."""

    def __init__(self, account: Account, orders: Orders) -> None:
        self._account = account
        self._live = account.live
        self._orders = orders
        self.handlers: dict[str, Handler] = {
            "get_data_quota": self.get_data_quota,
            "get_sms_quota": self.get_sms_quota,
            "top_up_sim": self.top_up_sim,
            "top_up_sims": self.top_up_sims,
        }

    def get_data_quota(self, call: Call) -> Reply:
        """Return the data volume that is left, in MB."""
        reply = self._quota(call, "")
        if reply.status == 200:
            reply.body["peak_throughput"] = 128_000
        return reply

    def get_sms_quota(self, call: Call) -> Reply:
        """Return how many SMS are left."""
        return self._quota(call, "_SMS")

    def top_up_sim(self, call: Call) -> Reply:
        """Add volume to one SIM."""
        index = self._account.changeable(call)
        return index if isinstance(index, Reply) else self._top_up(call, [index], "TOPUP")

    def top_up_sims(self, call: Call) -> Reply:
        """Add volume to many SIMs, or to none of them."""
        if not call.content:
            raise bad_body("the body needs at least one ICCID")
        indexes = []
        for iccid in call.content:
            index = self._live.find("iccid", iccid)
            if index is None:
                return NO_SIM
            if self._account.sims.expired(index):
                return EXPIRED
            indexes.append(index)
        return self._top_up(call, indexes, "BULK_TOPUP")

    def _top_up(self, call: Call, indexes: Sequence[int], kind: str) -> Reply:
        iccids = [self._live.iccid(index) for index in indexes]
        number, location = self._orders.add_top_up(kind, iccids)
        operation = "top_up_sim" if kind == "TOPUP" else "top_up_sims"
        now = self._account.world.clock.now()
        for index in indexes:
            changes: Changes = {}
            self._account.top_ups[index] = self._account.top_ups.get(index, 0) + 1
            for suffix, volume in _VOLUMES.items():
                left, _ = self._account.volume(index, suffix)
                changes |= self._account.set_volume(index, suffix, left + volume, now)
            changes["payment_method"] = (None, call.parameters["payment_method"])
            self._account.record(operation, index, changes, reference=str(number))
            self._account.reachable(index, now)
        return Reply(status=201, headers={"Location": location})

    def _quota(self, call: Call, suffix: str) -> Reply:
        index = self._account.find(call)
        if index is None:
            return NO_SIM
        left, total = self._account.volume(index, suffix)
        expires = self._account.sims.expires(index).strftime("%Y-%m-%d %H:%M:%S")
        since = self._account.sims.activated(index).strftime("%Y-%m-%d %H:%M:%S")
        return Reply(
            body={
                "volume": left,
                "total_volume": total,
                "expiry_date": expires,
                "last_volume_added": _VOLUMES[suffix],
                "last_status_change_date": since,
                "threshold_percentage": 20,
            }
        )
