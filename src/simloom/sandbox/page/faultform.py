"""What the forms of the page need to know about faults: the members of each effect, in words."""

from __future__ import annotations

from typing import Any

from simloom.sandbox.faults.script import Effect, allowed_members

_EFFECTS = {
    Effect.STATUS: "Answer with an error; nothing is carried out",
    Effect.LATENCY: "Carry it out, answer late",
    Effect.RESET_BEFORE: "Cut the connection before anything is carried out",
    Effect.RESET_AFTER: "Carry it out, then cut the connection",
    Effect.DELAYED_APPLY: "Answer 504 at once, carry it out later",
    Effect.TOKEN_REVOKED: "Revoke the token of the request",
    Effect.TRUNCATE: "Cut the answer short",
    Effect.MALFORMED: "Answer with broken JSON",
    Effect.INVALID_UTF8: "Answer with bytes that are no UTF-8",
    Effect.CONTENT_TYPE: "Answer with another content type",
    Effect.GZIP_BOMB: "Answer with far more than the compressed size",
    Effect.CHUNKS: "Answer in chunks that end at odd places",
    Effect.SLOW_LORIS: "Answer byte by byte",
    Effect.DUPLICATE_EVENTS: "Send events more than once",
    Effect.REORDER_EVENTS: "Send an event behind the next one",
    Effect.DROP_EVENTS: "Do not send events",
    Effect.CUT_STREAM_AFTER: "Cut the connection behind an event",
}
# In this order. A kind is text, integer, number or a tuple of choices.
_MEMBERS: dict[str, tuple[str, Any, str]] = {
    "status": ("Status", "integer", "503"),
    "latency": ("Seconds until the answer", "number", "0"),
    "delay": ("Seconds until it is carried out", "number", "1"),
    "how": ("How the connection ends", ("reset", "close"), ""),
    "content_type": ("Content type", "text", ""),
    "keep": ("Bytes that are sent", "integer", "half"),
    "size": ("Bytes when decompressed", "integer", "300000000"),
    "every_bytes": ("Bytes per chunk", "integer", ""),
    "pause": ("Seconds between chunks or bytes", "number", ""),
    "copies": ("How often it is sent in all", "integer", "2"),
    "operation": ("Operation", "operation", "any"),
    "event": ("Type of event", "text", "any"),
    "iccid": ("ICCID", "text", "any"),
    "times": ("How many times", "integer", "1"),
    "nth": ("From which match on", "integer", "1"),
    "probability": ("Probability", "number", "1"),
    "method": ("Method", "text", "any"),
    "path": ("Path, * for any text", "text", "any"),
}
_RARE = {"nth", "probability", "method", "path", "content_type", "every_bytes", "pause", "latency"}
_NEEDED = {Effect.LATENCY: {"latency"}, Effect.CHUNKS: {"every_bytes"}}
_COMMON = {Effect.SLOW_LORIS: {"pause"}, Effect.CONTENT_TYPE: {"content_type"}}


def fault_form() -> list[dict[str, Any]]:
    """Return every effect with the fields of its form; `rare` ones are shown when asked for."""
    return [_effect(effect) for effect in Effect]


def _effect(effect: Effect) -> dict[str, Any]:
    allowed, needed = allowed_members(effect), _NEEDED.get(effect, set())
    shown = needed | _COMMON.get(effect, set())
    fields = [
        {
            "name": name,
            "title": title,
            "kind": "choice" if isinstance(kind, tuple) else kind,
            "choices": list(kind) if isinstance(kind, tuple) else [],
            "default": "504" if effect is Effect.DELAYED_APPLY and name == "status" else default,
            "needed": name in needed,
            "rare": name in _RARE and name not in shown,
        }
        for name, (title, kind, default) in _MEMBERS.items()
        if name in allowed
    ]
    return {"effect": effect.value, "title": _EFFECTS[effect], "fields": fields}
