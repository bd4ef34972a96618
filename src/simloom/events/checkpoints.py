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
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, Self

from simloom.errors import CheckpointError
from simloom.events.storefaults import explained
from simloom.statefolder import make_private, use_log

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

VERSION = 1
_NOT_NOTED = (
    ". The last event was handled but is not noted: ask for the next one to try that again,"
    " or it comes once more after a restart"
)
_BUSY = 5.0
_PER_ROW = 256
_LONGEST_ID = 64


class CheckpointStore(Protocol):
    """Where checkpoints are kept. Called from the thread or task that reads the events.

    What it raises is raised where the next event is asked for. Asking again tries again: until then
    no other event is given, and after a restart the last one comes once more.
    """

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
        """Open the file, or make it. Raises `CheckpointError`."""
        self.path: Path = Path(path).expanduser().absolute()
        self._lock = Lock()
        with self._told():
            make_private(self.path)
            self._database = sqlite3.connect(
                self.path, check_same_thread=False, isolation_level=None, timeout=_BUSY
            )
        try:
            with self._told():
                self._prepare()
        except BaseException:
            self._database.close()
            raise

    def __repr__(self) -> str:
        return f"SqliteCheckpoints({str(self.path)!r})"

    def get(self, key: str, /) -> str | None:
        """Return the text under a key. Raises `CheckpointError`."""
        with self._lock, self._told():
            row = self._database.execute(
                "SELECT value FROM checkpoint WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else str(row[0])

    def set(self, key: str, value: str, /) -> None:
        """Keep a text under a key. Raises `CheckpointError`."""
        with self._lock, self._told(_NOT_NOTED):
            self._database.execute(
                "INSERT INTO checkpoint VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def _prepare(self) -> None:
        """Make the table of a new file; another program's file stays as it is."""
        if not self._is_ready():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if not self._is_ready():  # no other process was faster
                    self._database.execute(
                        "CREATE TABLE checkpoint (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
                    )
                    self._database.execute(f"PRAGMA user_version = {VERSION}")
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
        use_log(self._database, _BUSY)
        self._database.execute("PRAGMA synchronous = NORMAL")

    def _is_ready(self) -> bool:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        names = self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = {name for (name,) in names}
        if version == VERSION and "checkpoint" in tables:
            return True
        if version > VERSION and "checkpoint" in tables:
            why = "a newer version of simloom wrote it; use that one, or another place"
            raise CheckpointError(str(self.path), why)
        if version or tables:
            raise CheckpointError(str(self.path), "it is something else; choose another place")
        return False

    @contextmanager
    def _told(self, after: str = "") -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise CheckpointError(str(self.path), explained(error) + after) from None

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
        """Add that of another event; the last one again changes nothing."""
        if not self._offsets or self._offsets[-1] != offset:
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
        self._lock = Lock()
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
        """Write down that an event was handled. After an error it can be tried again."""
        with self._lock:  # a cancelled task leaves its thread at this
            if event_id:
                self._add_id(short(event_id))
            if offset is not None:
                self._trail.add(offset)
            if event_id or offset is not None:
                state = {"offset": self.offset, "row": self._number}
                self._store.set(self._key, json.dumps(state))

    def _add_id(self, name: str) -> None:
        number, row = self._number, self._row
        if row[-1:] == [name]:
            return  # only what follows the ids has failed before
        if len(row) >= _PER_ROW:
            number, row = number + 1, []
        row = [*row, name]
        self._store.set(self._row_key(number), json.dumps(row))
        self._number, self._row = number, row

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
