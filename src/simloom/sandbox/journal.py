"""What was asked of the sandbox, for tests to look at, with every secret masked on the way in."""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from simloom.sandbox.messages import Call, Reply, strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MASK = "***"
# Where secrets may turn up although no spec puts them there. Compared without case, - and _.
_ALWAYS_SECRET = (
    "access_token",
    "api_key",
    "authorization",
    "client_secret",
    "cookie",
    "password",
    "proxy-authorization",
    "refresh_token",
    "secret",
    "token",
    "x-api-key",
)
_SCHEMES = ("app", "basic", "bearer")


class Masker:
    """Replaces secrets by `***`: by the name they go under, and by value for the known ones."""

    def __init__(self, names: Iterable[str], values: Iterable[str]) -> None:
        self._names = frozenset(map(_plain, (*_ALWAYS_SECRET, *names)))
        # Longest first: one secret may contain another.
        known = sorted(filter(None, values), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        """Mask known secrets wherever they stand in a text."""
        return text if self._known is None else self._known.sub(MASK, text)

    def member(self, name: str, value: str) -> str:
        """Mask a named text. A usual scheme of an Authorization header stays."""
        if _plain(name) not in self._names:
            return self.text(value)
        scheme = value.partition(" ")[0]
        shown = _plain(name) == "authorization" and scheme.lower() in _SCHEMES
        return f"{scheme} {MASK}" if shown else MASK

    def json(self, value: Any) -> Any:
        """Mask a JSON value in depth. Members with a secret name are masked whatever they hold."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, dict):
            return {
                self.text(name): MASK if _plain(name) in self._names else self.json(item)
                for name, item in value.items()
            }
        return value

    def body(self, call: Call) -> Any:
        """Return a request body for show: None, JSON, the fields of a form, or its size only."""
        if not call.body:
            return None
        try:
            if call.media_type == "application/json":
                return self.json(strict_json(call.body))
            if call.media_type == "application/x-www-form-urlencoded":
                pairs = parse_qsl(call.body.decode("ascii"), keep_blank_values=True)
                return {self.text(name): self.member(name, value) for name, value in pairs}
        except (ValueError, RecursionError):
            pass
        # Anything else may hold a secret in a place that no name points at.
        return f"<{len(call.body)} bytes that are neither JSON nor a form>"


class Journal:
    """The last requests, oldest first. Older ones than `capacity` are counted, not kept."""

    def __init__(self, masker: Masker, capacity: int = 10_000) -> None:
        self._masker = masker
        self._entries: deque[dict[str, Any]] = deque(maxlen=capacity)
        self._count = 0
        self.listeners: list[Callable[[dict[str, Any]], None]] = []
        """Told of every entry, in the thread that records it; must not block."""

    @property
    def count(self) -> int:
        """How many requests were recorded since the last reset, dropped ones included."""
        return self._count

    @property
    def dropped(self) -> int:
        """How many of them are no longer kept."""
        return self._count - len(self._entries)

    def record(
        self, provider: str, operation_id: str | None, call: Call, reply: Reply, time: str
    ) -> None:
        """Add one request and the status of its answer."""
        mask = self._masker
        self._count += 1
        self._entries.append(
            {
                "number": self._count,
                "time": time,
                "provider": provider,
                "operationId": operation_id,
                "method": mask.text(call.method),
                "path": mask.text(call.path),
                "query": [[mask.text(name), mask.member(name, text)] for name, text in call.query],
                "headers": {name: mask.member(name, text) for name, text in call.headers.items()},
                "body": mask.body(call),
                "status": reply.status,
                "reason": reply.reason,
                "fault": reply.fault.number if reply.fault else None,
            }
        )
        for listener in self.listeners:
            listener(self._entries[-1])

    def entries(self) -> list[dict[str, Any]]:
        """Return the recorded requests, oldest first."""
        return list(self._entries)

    def reset(self) -> None:
        """Forget everything and count from one again."""
        self._entries.clear()
        self._count = 0


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
