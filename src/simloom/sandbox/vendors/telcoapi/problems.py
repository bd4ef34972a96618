"""The errors of TelcoAPI, which are problem documents, and its times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom.sandbox.messages import Call, Reply

if TYPE_CHECKING:
    from datetime import datetime

_ERRORS = "https://api.telcoapi.com/errors"


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    call: Call,
    *,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Return an error in the manner of RFC 9457."""
    body = {
        "type": f"{_ERRORS}/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        # The reference leaves the version out here.
        "instance": call.path.removeprefix("/v1"),
    }
    return Reply(
        status=status,
        body=body,
        headers=headers or {},
        media_type="application/problem+json",
        reason=detail,
    )


def unknown_sim(iccid: str, call: Call) -> Reply:
    """Return the documented 404."""
    return problem(404, "not-found", "SIM Not Found", f"No SIM card found with ICCID {iccid}", call)


def utc(moment: datetime) -> str:
    """Write a time as the reference does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
