"""How each webhook is sent: its method and its body.

Business Smart Connect: methods and bodies are documented (guide 4.1 and 4.2); the single quotes of
its examples are no JSON and are taken for a slip. TelcoAPI: names and the body of a changed state
are documented, POST and the other bodies inferred from it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.sandbox.outbox import Happening
    from simloom.sandbox.quirks import Quirks

METHODS: Mapping[str, Mapping[str, str]] = {
    "telekom-bsc": {"sms_delivery_report": "PATCH", "forwarded_sms": "POST"},
    "telcoapi": {
        "sim.physical.created": "POST",
        "sim.physical.state_changed": "POST",
        "sim.physical.pin_reset": "POST",
        "sim.physical.pin_blocked": "POST",
        "sim.physical.deleted": "POST",
    },
}
"""Per vendor, the method of each webhook by its name in the specification."""
_NUMBERS = {"id", "dcs", "pid", "identifier"}


def body_of(happening: Happening, quirks: Quirks) -> Any:
    """Return the body as a JSON value."""
    if happening.provider == "telcoapi":
        return {
            "event": happening.kind,
            "timestamp": happening.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "data": dict(happening.data),
        }
    data = dict(happening.data)
    return _with_numbers(data) if quirks.bsc_webhook_ids == "number" else data


def written(body: Any) -> bytes:
    """Write a body as JSON."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _with_numbers(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: int(item)
        if name in _NUMBERS and isinstance(item, str) and item.isascii() and item.isdigit()
        else _with_numbers(item)
        for name, item in value.items()
    }
