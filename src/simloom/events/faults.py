"""What a decoder of an event stream reports instead of raising."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Something wrong in a stream of events; the stream goes on behind it."""

    JSON_IN_EVENT_STREAM = "json_in_event_stream"
    """`text/event-stream` was announced, JSON documents came; they are decoded."""
    EVENT_STREAM_IN_JSON = "event_stream_in_json"
    """A JSON media type was announced, an event stream came; it is decoded."""
    TRAILING_COMMA = "trailing_comma"
    """A document was readable only without its trailing commas; it is delivered."""
    INVALID_JSON = "invalid_json"
    """A document was skipped: it is no JSON."""
    TRUNCATED = "truncated"
    """The stream ended within a document."""
    LINE_TOO_LONG = "line_too_long"
    """A line was longer than the cap; its event is skipped."""
    EVENT_TOO_LONG = "event_too_long"
    """An event or document was longer than the cap; it is skipped."""
    TOO_DEEP = "too_deep"
    """A document was nested deeper than the cap; it is skipped."""
