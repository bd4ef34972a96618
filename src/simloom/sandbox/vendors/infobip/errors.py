"""The errors of Infobip, and the ids that it gives to actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom.sandbox.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom.sandbox.seeds import Draw


def error(
    status: int,
    message_id: str,
    text: str,
    *,
    headers: dict[str, str] | None = None,
    reason: str,
) -> Reply:
    """Return an error in the envelope that Infobip's APIs share."""
    exception = {"messageId": message_id, "text": text}
    body = {"requestError": {"serviceException": exception}}
    return Reply(status=status, body=body, headers=headers or {}, reason=reason)


def unknown_sim() -> Reply:
    """Return the 404."""
    return error(404, "NOT_FOUND", "SIM not found", reason="no SIM has this ICCID")


def not_possible(text: str) -> Reply:
    """Return the 400 for a SIM that is in the wrong status."""
    return error(400, "BAD_REQUEST", text, reason=text)


class ActionIds:
    """UUIDs, the same ones in the same order for the same seed."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._given = 0

    def take(self) -> str:
        """Return the next id."""
        self._given += 1
        return self._draw.uuid(self._given, "action")

    def reset(self) -> None:
        """Start again with the first id."""
        self._given = 0

    def save(self) -> Iterator[tuple[str, Any]]:
        """Return how many ids were given."""
        yield "given", self._given

    def restore(self, rows: Iterable[tuple[str, Any]]) -> None:
        """Take over what `save` returned."""
        self._given = dict(rows)["given"]
