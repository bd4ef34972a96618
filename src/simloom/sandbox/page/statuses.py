"""What the vendors' statuses mean for a person who looks at many of them at once."""

from __future__ import annotations

_TONES = {
    "on": ("Active", "ACTIVE", "Productive", "Enabled", "Test"),
    "paused": ("Suspended", "SUSPENDED", "Disabled"),
    "blocked": ("BLOCKED", "Blocked (manually)", "Blocked (automatically)", "Blocked (MNO)"),
    "ended": ("Terminated", "Special Terminated", "Deleted", "Deactivated"),
}
_BY_STATUS = {status: tone for tone, statuses in _TONES.items() for status in statuses}


def tone_of(status: str) -> str:
    """Return `on`, `paused`, `blocked` or `ended`; `new` for what was never in use."""
    return _BY_STATUS.get(status, "new")
