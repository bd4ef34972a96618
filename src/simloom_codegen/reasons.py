"""Why something may be missing, as the command line is told: `METHOD /path=reason`."""

from __future__ import annotations

import typer


def reasons_of(items: list[str]) -> dict[str, str]:
    """Return the reason per operation; `typer.BadParameter` for what is not written so."""
    reasons: dict[str, str] = {}
    for item in items:
        name, separator, reason = item.partition("=")
        if not separator or not reason.strip():
            raise typer.BadParameter(f"{item!r}: write 'METHOD /path=reason'")
        reasons[name.strip()] = reason.strip()
    return reasons
