"""PINs of TelcoAPI: changed with the present PIN, unblocked with the PUK.

Assumed, as on a real card: three wrong PINs block a PIN and ten wrong PUKs the PUK, a right one
sets the count back, and a PUK may set a new PIN that was not blocked. A wrong PIN or PUK answers
200 with `success` false, since the answers have that member for something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Call, Reply, bad_body
from simloom.sandbox.vendor import same_secret
from simloom.sandbox.vendors.telcoapi.problems import unknown_sim, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom.sandbox.clock import Clock
    from simloom.sandbox.ledger import Ledger
    from simloom.sandbox.overlay import LiveSims
    from simloom.sandbox.vendor import Handler, Publish

PIN_ATTEMPTS = 3
PUK_ATTEMPTS = 10
_LIMITS = {"pin": PIN_ATTEMPTS, "puk": PUK_ATTEMPTS}


class Pins:
    """PINs, PUKs and how many attempts are left for each."""

    def __init__(self, live: LiveSims, ledger: Ledger, clock: Clock, publish: Publish) -> None:
        self._publish = publish
        self._live = live
        self._ledger = ledger
        self._clock = clock
        self._left: dict[tuple[int, str], int] = {}
        self.handlers: dict[str, Handler] = {
            "reset_pin": self.reset_pin,
            "unblock_pin": self.unblock_pin,
        }

    def reset_pin(self, call: Call) -> Reply:
        """Change a PIN that is not blocked; a wrong one uses up an attempt."""
        iccid, given = call.parameters["iccid"], call.content
        new_pin = _new_pin(given["new_pin"])
        index = self._live.find("iccid", iccid)
        if index is None:
            return unknown_sim(iccid, call)
        pin = given["pin_type"].lower()
        left = self._attempts(index, pin)
        if left == 0:
            return Reply(body={"success": False}, reason=f"{pin} is blocked")
        if not same_secret(given["current_pin"], self._live.record(index).get(pin, "")):
            if self._miss(index, pin, "reset_pin") == 0:
                blocked = {"iccid": iccid, "pin_type": given["pin_type"]}
                self._publish("sim.physical.pin_blocked", blocked)
            return Reply(body={"success": False}, reason=f"wrong {pin}, attempts left: {left - 1}")
        self._set(index, pin, new_pin, "reset_pin")
        reset = {"iccid": iccid, "pin_type": given["pin_type"]}
        self._publish("sim.physical.pin_reset", reset)
        return Reply(body={"success": True, "updated_at": utc(self._clock.now())})

    def unblock_pin(self, call: Call) -> Reply:
        """Set a new PIN with the PUK; a wrong PUK uses up one of its attempts."""
        iccid, given = call.parameters["iccid"], call.content
        new_pin = _new_pin(given["new_pin"])
        index = self._live.find("iccid", iccid)
        if index is None:
            return unknown_sim(iccid, call)
        pin = given["pin_type"].lower()
        puk = pin.replace("pin", "puk")
        if self._attempts(index, puk) == 0:
            body = {"success": False, "remaining_attempts": 0}
            return Reply(body=body, reason=f"{puk} is blocked for good")
        if not same_secret(given["puk"], self._live.record(index).get(puk, "")):
            left = self._miss(index, puk, "unblock_pin")
            return Reply(body={"success": False, "remaining_attempts": left}, reason=f"wrong {puk}")
        self._left.pop((index, puk), None)
        self._set(index, pin, new_pin, "unblock_pin")
        now = utc(self._clock.now())
        return Reply(body={"success": True, "remaining_attempts": PUK_ATTEMPTS, "updated_at": now})

    def reset(self) -> None:
        """Forget every wrong attempt."""
        self._left.clear()

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return the attempts that are left, where some were used."""
        for (index, code), left in self._left.items():
            yield f"{index} {code}", left

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        for key, left in rows:
            index, _, code = key.partition(" ")
            self._left[int(index), code] = left

    def _attempts(self, index: int, code: str) -> int:
        return self._left.get((index, code), _LIMITS[code[:3]])

    def _miss(self, index: int, code: str, operation: str) -> int:
        before = self._attempts(index, code)
        self._left[index, code] = before - 1
        changes = {f"{code}_attempts": (before, before - 1)}
        self._ledger.add("telcoapi", operation, self._live.iccid(index), changes)
        return before - 1

    def _set(self, index: int, pin: str, new_pin: str, operation: str) -> None:
        before = self._attempts(index, pin)
        self._left.pop((index, pin), None)
        old = self._live.record(index).get(pin)
        self._live.change(index, **{pin: new_pin})
        self._live.change(index, updated_at=utc(self._clock.now()))
        # Also if the new PIN is the old one: it was set.
        changes: dict[str, tuple[object, object]] = {pin: (old, new_pin)}
        if before != PIN_ATTEMPTS:
            changes[f"{pin}_attempts"] = (before, PIN_ATTEMPTS)
        self._ledger.add("telcoapi", operation, self._live.iccid(index), changes)


def _new_pin(text: str) -> str:
    if not re.fullmatch("[0-9]{4,8}", text):
        raise bad_body("new_pin has to be 4 to 8 digits", "new_pin")
    return text
