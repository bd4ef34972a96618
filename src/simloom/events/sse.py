"""A decoder of event streams: bytes in, events out.

Implements "Interpreting an event stream" of the WHATWG HTML standard (9.2.6), and the JSON framings
that Telekom's gateway sends instead unless it is asked exactly (M2M guide, Event Documentation).
Pure: no I/O, no clock. Feeding a stream in other pieces gives the same events, ids and faults.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from simloom.events.documents import DocumentReader
from simloom.events.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DEFAULT_MAX_BYTES", "EventDecoder", "Fault", "ServerSentEvent"]

DEFAULT_MAX_BYTES = 8 * 1024 * 1024
"""Cap on one line and on one event."""

DEFAULT_MAX_DEPTH = 64

EVENT_STREAM = "text/event-stream"
JSON_STREAMS = frozenset(
    {
        "application-stream/json",  # sic: the vendor's spelling
        "application/stream+json",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
    }
)

_BOM = b"\xef\xbb\xbf"
_PIECE = 64 * 1024
_KEPT_FAULTS = 100
_LONGEST_RETRY = 15
_FIELDS = (b":", b"data:", b"event:", b"id:", b"retry:")
_BEGINNINGS = frozenset(field[:length] for field in _FIELDS for length in range(1, len(field)))


class ServerSentEvent(NamedTuple):
    """One event. `id` is the last event id in force, `retry` milliseconds if this event had it."""

    event: str = "message"
    data: str = ""
    id: str = ""
    retry: int | None = None


class EventDecoder:
    """Decodes one stream of a content type; what is neither kind is told by its first byte.

    `last_event_id` is the id of the last complete event, `retry` the last reconnection time in
    milliseconds. `errors` has the last 100 faults, `counts` how often each occurred.
    """

    def __init__(
        self,
        content_type: str,
        *,
        max_line: int = DEFAULT_MAX_BYTES,
        max_event: int = DEFAULT_MAX_BYTES,
        max_depth: int = DEFAULT_MAX_DEPTH,
    ) -> None:
        if min(max_line, max_event, max_depth) < 1:
            raise ValueError("the caps of a decoder are at least 1")
        self.last_event_id: str = ""
        self.retry: int | None = None
        self.errors: list[Fault] = []
        self.counts: Counter[Fault] = Counter()
        self._media_type = content_type.partition(";")[0].strip().lower()
        self._max_line = max_line
        self._max_event = max_event
        self._max_depth = max_depth
        self._head: bytes | None = b""  # what came before the framing was known
        self._at_mark = True  # where a byte order mark may be
        self._documents: DocumentReader | None = None
        self._swallow_lf = False
        self._line = bytearray()  # the beginning of a line
        self._skip_line = False
        self._data = bytearray()  # with a line break behind each line
        self._damaged = False  # the event has lost a part and is not delivered
        self._event = ""
        self._id = ""
        self._event_retry: int | None = None

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Return the events that this chunk completes."""
        chunk = bytes(chunk)
        if self._head is not None:
            opened = self._opened(self._head + chunk)
            if opened is None:
                return []
            chunk = opened
        if self._documents is not None:
            return self._from_json(self._documents.feed(chunk))
        if len(chunk) <= _PIECE:
            return self._lines(chunk)
        events: list[ServerSentEvent] = []
        for start in range(0, len(chunk), _PIECE):
            events += self._lines(chunk[start : start + _PIECE])
        return events

    def close(self) -> list[ServerSentEvent]:
        """End the stream: what is unfinished is dropped."""
        documents, self._documents = self._documents, None
        self._head = None
        self._line.clear()
        self._data.clear()
        return [] if documents is None else self._from_json(documents.close())

    def _report(self, fault: Fault) -> None:
        self.counts[fault] += 1
        self.errors.append(fault)
        if len(self.errors) > _KEPT_FAULTS:
            del self.errors[0]

    def _opened(self, head: bytes) -> bytes | None:
        """Decide between the framings; return the stream without its byte order mark.

        None when it takes more bytes to know. Blank lines at the beginning mean nothing.
        """
        if self._at_mark:
            if len(head) < len(_BOM) and _BOM.startswith(head):
                self._head = head
                return None
            head = head.removeprefix(_BOM)
            self._at_mark = False
        announced = self._media_type in JSON_STREAMS
        head = head.lstrip(b" \t\r\n" if announced else b"\r\n")
        self._head = head
        if not head or (announced and head in _BEGINNINGS):
            return None
        events = announced and head.startswith(_FIELDS)
        if events:
            self._report(Fault.EVENT_STREAM_IN_JSON)
        elif announced or head.startswith((b"{", b"[")):
            if self._media_type == EVENT_STREAM:
                self._report(Fault.JSON_IN_EVENT_STREAM)
            self._documents = DocumentReader(
                limit=min(self._max_line, self._max_event),
                max_depth=self._max_depth,
                report=self._report,
            )
        self._head = None
        return head

    def _from_json(self, texts: list[str]) -> list[ServerSentEvent]:
        return [ServerSentEvent("message", text, self.last_event_id) for text in texts]

    def _lines(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next piece of an event stream.

        A CR ends its line at once; a LF behind it, even in the next piece, belongs to it.
        """
        if self._swallow_lf and chunk:
            self._swallow_lf = False
            if chunk.startswith(b"\n"):
                chunk = chunk[1:]
        if b"\r" in chunk:
            self._swallow_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        events: list[ServerSentEvent] = []
        if not self._between_events():
            end = chunk.find(b"\n\n")
            if end < 0:
                self._any_lines(chunk, events)
                return events
            self._any_lines(chunk[: end + 2], events)
            chunk = chunk[end + 2 :]
        end = chunk.rfind(b"\n\n")
        if end >= 0:
            if not self._plain_events(chunk[:end], events):
                self._any_lines(chunk[: end + 2], events)
            chunk = chunk[end + 2 :]
        self._any_lines(chunk, events)
        return events

    def _between_events(self) -> bool:
        return not (
            self._line
            or self._data
            or self._event
            or self._damaged
            or self._event_retry is not None
            or self._id is not self.last_event_id
        )

    def _plain_events(self, chunk: bytes, events: list[ServerSentEvent]) -> bool:
        """Take events of one line of data each, the usual kind; tell whether they are that."""
        lines = chunk.decode("utf-8", "replace").split("\n")
        if any(lines[1::2]) or len(chunk) > min(self._max_line, self._max_event):
            return False
        make, kind, last_id = tuple.__new__, ServerSentEvent, self.last_event_id
        found = [
            # What the constructor does, without its overhead.
            make(kind, ("message", line[6:], last_id, None))
            for line in lines[::2]
            if line.startswith("data: ")
        ]
        if len(found) != (len(lines) + 1) // 2:
            return False
        events += found
        return True

    def _any_lines(self, chunk: bytes, events: list[ServerSentEvent]) -> None:
        """Take lines, the first and the last of which may be parts."""
        first, *lines = chunk.split(b"\n")
        if not lines:
            self._keep(first)
            return
        beginning = lines.pop()
        self._interpret([self._whole_line(first)], events)
        self._interpret(lines, events)
        self._keep(beginning)

    def _whole_line(self, end: bytes) -> bytes | bytearray:
        """Return the line that this piece ends; of one that was too long, a comment is left."""
        if self._skip_line:
            self._skip_line = False
            return b":"
        if not self._line:
            return end
        line, self._line = self._line, bytearray()
        line += end
        return line

    def _keep(self, beginning: bytes) -> None:
        """Keep the beginning of a line, up to the cap."""
        if self._skip_line or not beginning:
            return
        self._line += beginning
        if len(self._line) > self._max_line:
            self._line = bytearray()
            self._skip_line = True
            self._damage(Fault.LINE_TOO_LONG)

    def _damage(self, fault: Fault) -> None:
        self._report(fault)
        self._damaged = True
        self._data = bytearray()

    def _interpret(self, lines: Sequence[bytes | bytearray], events: list[ServerSentEvent]) -> None:
        """Take complete lines."""
        for line in lines:
            if not line:
                self._dispatch(events)
            elif len(line) > self._max_line:
                self._damage(Fault.LINE_TOO_LONG)
            elif line.startswith(b"data:"):
                self._add(line[6:] if line[5:6] == b" " else line[5:])
            else:
                self._field(line)

    def _add(self, value: bytes | bytearray) -> None:
        if self._damaged:
            return
        if len(self._data) + len(value) > self._max_event:
            self._damage(Fault.EVENT_TOO_LONG)
        else:
            self._data += value
            self._data += b"\n"

    def _dispatch(self, events: list[ServerSentEvent]) -> None:
        """End an event. One without data is not delivered, but its id counts."""
        self.last_event_id = self._id
        if self._data:
            del self._data[-1]
            text = self._data.decode("utf-8", "replace")
            events.append(
                ServerSentEvent(self._event or "message", text, self._id, self._event_retry)
            )
            self._data = bytearray()
        self._damaged = False
        self._event = ""
        self._event_retry = None

    def _field(self, line: bytes | bytearray) -> None:
        """Take any line but one with data; comments and unknown names are passed over."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":  # without a colon: an empty line of data
            self._add(b"")
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit():  # of bytes: ASCII digits only
            digits = value.lstrip(b"0") or b"0"
            if len(digits) <= _LONGEST_RETRY:
                self.retry = self._event_retry = int(digits)
