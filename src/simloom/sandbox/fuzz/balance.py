"""Whether the ledger accounts for every SIM: what the seed made, plus its changes, is what is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.journal import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.overlay import LiveSims

# What follows from a change and is none of its own.
_FOLLOWING = {"updated_at", "updatedAt", "quota_status", "quota_status_SMS"}
# Volumes: a delivered message or traffic lessens them, and that is no effect of a request.
_USED_UP = {"current_quota", "current_quota_SMS"}
# No field of the record, but of the SIM all the same. Others, such as sms, are happenings.
_BESIDE = {"partnerID"}
_SECRET = object()


def complaints(live: LiveSims, state_field: str, effects: list[dict[str, Any]]) -> Iterator[str]:
    """Say where the SIMs of a vendor and its ledger do not agree.

    Each effect has to begin with the value that the one before it left, and the last ones have to
    be what the SIM has now. SIMs without an effect have to be as the seed made them.
    """
    by_sim: dict[str, list[dict[str, Any]]] = {}
    for effect in effects:
        if effect["iccid"] is not None:
            by_sim.setdefault(effect["iccid"], []).append(effect)
    for index in range(live.seeded.count):
        iccid = live.seeded.numberings["iccid"].at(index)
        account = _Account(iccid, live.seeded.record(index), live)
        for effect in by_sim.pop(iccid, ()):
            yield from account.follow(effect)
            if account.is_seeded:
                # What the status alone decides follows it without an effect of its own.
                account.rest_on(live.seeded.record(index, account.values.get(state_field)))
        yield from account.compare()
    for iccid, own in by_sim.items():
        account = _Account(iccid, None, live)
        for effect in own:
            yield from account.follow(effect)
        yield from account.compare()


class _Account:
    """What a SIM should look like after each of its effects, and whether it should be there."""

    def __init__(self, iccid: str, values: dict[str, Any] | None, live: LiveSims) -> None:
        self.values = values or {}
        self.exists = self.is_seeded = values is not None
        self._iccid = iccid
        self._told: dict[str, Any] = {}
        index = live.find("iccid", iccid)
        self._now = None if index is None else live.record(index)
        self._fields = {*_BESIDE, *self.values, *(self._now or {})}

    def follow(self, effect: dict[str, Any]) -> Iterator[str]:
        """Take the next effect over."""
        if effect["operation"] == "provision_sim":
            self.values, self._told, self.exists, self.is_seeded = {}, {}, True, False
        for name, change in effect["changed"].items():
            if name not in self._fields:
                continue
            if change == MASK:  # that it changed is all that the ledger tells
                self._told[name] = _SECRET
                continue
            before = self._told.get(name, self.values.get(name))
            known = before is not _SECRET and name not in _BESIDE - self._told.keys()
            if known and not _continues(name, before, change["from"]):
                place = f"effect {effect['number']} on {self._iccid}"
                yield f"{place}: {name} was {before!r}, not {change['from']!r}"
            self._told[name] = change["to"]
        self.values |= self._told
        if effect["operation"] == "delete_sim":
            self.exists = self.is_seeded = False

    def rest_on(self, seeded: dict[str, Any]) -> None:
        """Take what no effect has told from a record."""
        self.values = {**seeded, **self._told}

    def compare(self) -> Iterator[str]:
        """Say where the SIM differs."""
        if (self._now is not None) != self.exists:
            yield f"{self._iccid}: the ledger and the list of SIMs differ on whether it exists"
        if self._now is None:
            return
        for name in sorted({*self._now, *self.values} - _FOLLOWING - _BESIDE):
            expected, found = self.values.get(name), self._now.get(name)
            if expected is not _SECRET and not _continues(name, expected, found):
                yield f"{self._iccid}: {name} is {found!r}, by the ledger {expected!r}"


def _continues(name: str, before: Any, after: Any) -> bool:
    if name in _FOLLOWING:
        return True
    if name in _USED_UP and before is not None and after is not None:
        return bool(after <= before)
    return bool(before == after)
