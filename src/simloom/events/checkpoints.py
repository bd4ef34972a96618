"""What was handled: the offset to resume behind, and the ids of events, in a store of key and text.

The store needs only `get` and `set`; writing an event costs two small texts, however many ids are
kept. The ids go first: a crash between the two makes the vendor send an event again, whose id is
known by then.
"""

from __future__ import annotations

import hashlib
import json
import os  # noqa: TC003  (in public signatures)
import sqlite3
from collections import OrderedDict, deque
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

KEPT_IDS = 100_000
"""How many events of a stream are known again; the vendor keeps them for seven days at most."""

LAG = 100
"""How many events before the last one a stream is resumed. The vendor promises no order, fetches up
to 100 events at once (pubsub-horizon-pulsar), and behind an offset come only those with a later
timestamp: an older one that was still to come would be lost. What comes again is known by its id.
"""

_PER_ROW = 256
_LONGEST_ID = 64


class CheckpointStore(Protocol):
    """Where checkpoints are kept. Called from the thread or task that reads the events."""

    def get(self, key: str, /) -> str | None:
        """Return the text under a key."""
        ...

    def set(self, key: str, value: str, /) -> Any:
        """Keep a text under a key."""
        ...


class MemoryCheckpoints:
    """Forgets everything with the process: after a restart the vendor decides what comes."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, key: str, /) -> str | None:
        """Return the text under a key."""
        return self._texts.get(key)

    def set(self, key: str, value: str, /) -> None:
        """Keep a text under a key."""
        self._texts[key] = value


class SqliteCheckpoints:
    """A file that survives the process. Its rows hold ids of events and offsets, no payload.

    Power failing may lose the last checkpoints; those events then come again.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        place = Path(path).expanduser()
        place.touch(mode=0o600, exist_ok=True)
        self._lock = Lock()
        self._database = sqlite3.connect(place, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS checkpoint (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )

    def get(self, key: str, /) -> str | None:
        """Return the text under a key."""
        with self._lock:
            row = self._database.execute(
                "SELECT value FROM checkpoint WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else str(row[0])

    def set(self, key: str, value: str, /) -> None:
        """Keep a text under a key."""
        with self._lock:
            self._database.execute(
                "INSERT INTO checkpoint VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Trail:
    """The offsets of the last events in the order they came, from `offset` on."""

    def __init__(self, offset: str | None) -> None:
        self._offsets = deque([offset] if offset else [], maxlen=LAG + 1)

    def add(self, offset: str) -> None:
        """Add that of another event."""
        self._offsets.append(offset)

    def behind(self, lag: int = LAG) -> str | None:
        """Return the offset of so many events ago, or the oldest there is; None without any."""
        if not self._offsets:
            return None
        return self._offsets[max(0, len(self._offsets) - 1 - lag)]


class Handled:
    """The checkpoint of one stream: an offset behind which nothing was missed, and known ids."""

    def __init__(self, store: CheckpointStore, key: str, *, kept: int = KEPT_IDS) -> None:
        self._store = store
        self._key = key
        self._rows = max(2, -(-kept // _PER_ROW) + 1)
        state = _parsed(store.get(key), dict)
        self._trail = Trail(_text(state.get("offset")))
        number = state.get("row")
        self._number: int = number if isinstance(number, int) and number >= 0 else 0
        self._row: list[str] = []
        self.ids: Recent = Recent(kept)
        for number, row in self._stored():
            for event_id in row:
                self.ids.add(event_id)
            if number == self._number:
                self._row = row

    @property
    def offset(self) -> str | None:
        """Where to resume: some events before the last one that was handled."""
        return self._trail.behind()

    def add(self, event_id: str, offset: str | None) -> None:
        """Write down that an event was handled."""
        if event_id:
            if len(self._row) >= _PER_ROW:
                self._row = []
                self._number += 1
            self._row.append(short(event_id))
            self._store.set(self._row_key(self._number), json.dumps(self._row))
        if offset is not None:
            self._trail.add(offset)
        if event_id or offset is not None:
            state = {"offset": self.offset, "row": self._number}
            self._store.set(self._key, json.dumps(state))

    def _row_key(self, number: int) -> str:
        return f"{self._key}/{number % self._rows}"

    def _stored(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows, the oldest first.

        The one after the last takes the place of the oldest; after a crash it is there already.
        """
        first = max(0, self._number + 2 - self._rows)
        for number in (self._number + 1, *range(first, self._number + 1)):
            row = _parsed(self._store.get(self._row_key(number)), list)
            yield number, [entry for entry in row if isinstance(entry, str)]


class Recent:
    """The last so many different texts."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._texts: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, text: str) -> bool:
        return short(text) in self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: str) -> None:
        """Remember a text; the oldest is forgotten for it."""
        self._texts[short(text)] = None
        if len(self._texts) > self._kept:
            self._texts.popitem(last=False)


def short(event_id: str) -> str:
    """Return an id, or a digest of one that is long."""
    if len(event_id) <= _LONGEST_ID:
        return event_id
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()


def _parsed(text: str | None, kind: type[Any]) -> Any:
    """Return what was stored; something else under the key counts as nothing."""
    try:
        value = json.loads(text) if text else kind()
    except ValueError:
        return kind()
    return value if isinstance(value, kind) else kind()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
