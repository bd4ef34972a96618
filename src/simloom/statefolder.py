"""Where what outlives a process is kept: indexes, leases, limits, the record of writes."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """Return the folder, whether or not it is there.

    It is `$SIMLOOM_STATE`, else `simloom` below `$XDG_STATE_HOME`, else below `~/.local/state`.
    """
    if folder := os.environ.get("SIMLOOM_STATE"):
        return Path(folder).expanduser()
    base = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "simloom"
