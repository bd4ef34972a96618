"""JSON documents in a stream of bytes: one after another, each on its line or not, cut anywhere.

Pure. Every byte is looked at a bounded number of times, and no more than one document is held.

Where a document ends is found by counting brackets outside of strings, so that it may span lines. A
broken document would swallow those behind it; two signs tell before that: a line break within a
string, which JSON forbids, and a line that begins with a bracket where JSON allows none. Then
reading goes on at the first line inside the broken text that begins with a bracket.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from simloom.events.faults import Fault
from simloom.events.jsontext import compact, is_json, without_trailing_commas

if TYPE_CHECKING:
    from collections.abc import Callable

_LF, _QUOTE, _BACKSLASH, _COMMA, _COLON = b'\n"\\,:'
_OPENING, _CLOSING = b"{[", b"}]"
_BRACE, _BRACKET = _OPENING
_SPACE = b" \t\r\n"

_NEXT_TOKEN = re.compile(rb"[^ \t\r\n]")
_NEXT_ON_LINE = re.compile(rb"[^ \t\r]")
_NEXT_IN_STRING = re.compile(rb'["\\\n]')
_NEXT_OUTSIDE = re.compile(rb'["{}\[\]]')
_ANY_OPENING = re.compile(rb"[{\[]")
_LINE_OPENING = re.compile(rb"\n[{\[]")


class _State(Enum):
    BETWEEN = auto()
    """Before a document."""
    DOCUMENT = auto()
    """Within a document, which is kept from its first bracket on."""
    SKIPPING = auto()
    """Within a document that is not kept."""
    LINE = auto()
    """Within a line that began with no bracket: a scalar, or garbage."""
    SKIPPING_LINE = auto()
    """Within such a line that is not kept."""


class DocumentReader:
    """Takes chunks, gives the compact text of each document, reports the rest.

    `limit` is the longest document in bytes, `max_depth` how many brackets may be open at once.
    """

    def __init__(self, *, limit: int, max_depth: int, report: Callable[[Fault], None]) -> None:
        self._limit = limit
        self._max_depth = max_depth
        self._report = report
        self._buffer = bytearray()
        self._at = 0  # what is before it needs no second look
        self._start = 0  # where the document or line began
        self._state = _State.BETWEEN
        self._open = bytearray()  # the brackets that are open
        self._depth = 0  # of a document that is skipped
        self._in_string = False
        self._failed = False  # what follows a broken document on its line belongs to it
        self._found: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """Return the documents that this chunk completes."""
        self._buffer += chunk
        self._run()
        kept = self._start if self._state in _KEEPING else max(0, self._at - 1)
        kept = min(kept, len(self._buffer))
        del self._buffer[:kept]
        self._at -= kept
        self._start -= kept
        return self._taken()

    def close(self) -> list[str]:
        """Return the documents inside an unfinished one that has swallowed them."""
        while self._state in _KEEPING and self._start < len(self._buffer):
            if self._state is _State.LINE:
                self._report(Fault.TRUNCATED)
                break
            self._fail(Fault.TRUNCATED, len(self._buffer))
            self._run()
        self._buffer.clear()
        self._at = self._start = 0
        self._state = _State.BETWEEN
        return self._taken()

    def _taken(self) -> list[str]:
        found, self._found = self._found, []
        return found

    def _run(self) -> None:
        steps = {
            _State.BETWEEN: self._between,
            _State.DOCUMENT: self._document,
            _State.SKIPPING: self._skipping,
            _State.LINE: self._line,
            _State.SKIPPING_LINE: self._skipping_line,
        }
        while steps[self._state]():
            pass

    # Each step returns whether there may be more to do with what is there.

    def _between(self) -> bool:
        pattern = _NEXT_ON_LINE if self._failed else _NEXT_TOKEN
        found = pattern.search(self._buffer, self._at)
        if found is None:
            self._at = len(self._buffer)
            return False
        position = found.start()
        byte = self._buffer[position]
        if byte == _LF:
            self._failed = False
            self._at = position + 1
        elif byte == _COMMA:
            if not self._failed:
                self._report(Fault.TRAILING_COMMA)
            self._at = position + 1
        elif byte in _OPENING:
            self._start, self._at = position, position + 1
            self._open[:] = (byte,)
            self._in_string = self._failed = False
            self._state = _State.DOCUMENT
        else:
            self._start = self._at = position
            self._state = _State.LINE
        return True

    def _document(self) -> bool:
        buffer, at = self._buffer, self._at
        end = min(len(buffer), self._start + self._limit)
        in_string = self._in_string
        while True:
            pattern = _NEXT_IN_STRING if in_string else _NEXT_OUTSIDE
            found = pattern.search(buffer, at, end)
            if found is None:
                self._at, self._in_string = max(at, end), in_string
                if len(buffer) > self._start + self._limit:
                    self._skip(Fault.EVENT_TOO_LONG, self._at)
                    return True
                return False
            position = found.start()
            at = position + 1
            byte = buffer[position]
            if byte == _QUOTE:
                in_string = not in_string
            elif in_string:
                if byte == _LF:
                    self._fail(Fault.INVALID_JSON, at)
                    return True
                at += 1  # a backslash: what follows it ends nothing
            elif byte in _CLOSING:
                self._open.pop()
                if not self._open:
                    self._complete(at)
                    return True
            else:
                if buffer[position - 1] == _LF and not self._may_open(position):
                    self._fail(Fault.INVALID_JSON, position)
                    return True
                self._open.append(byte)
                if len(self._open) > self._max_depth:
                    self._in_string = False
                    self._skip(Fault.TOO_DEEP, at)
                    return True

    def _may_open(self, position: int) -> bool:
        """Tell whether JSON allows a bracket here, by what stands before it."""
        before = position - 1
        while self._buffer[before] in _SPACE:
            before -= 1
        byte = self._buffer[before]
        if self._open[-1] == _BRACE:
            return byte == _COLON
        return byte in (_BRACKET, _COMMA)

    def _complete(self, end: int) -> None:
        text = self._text(bytes(self._buffer[self._start : end]))
        if text is None:
            self._report(Fault.INVALID_JSON)
            self._failed = True
        else:
            self._found.append(text)
        self._at = end
        self._state = _State.BETWEEN

    def _fail(self, fault: Fault, resume: int) -> None:
        """Give up a document; go on at a line in it that may begin another, else at `resume`."""
        self._report(fault)
        inner = _LINE_OPENING.search(self._buffer, self._start + 1, resume)
        self._at = resume if inner is None else inner.start() + 1
        self._state = _State.BETWEEN

    def _skip(self, fault: Fault, at: int) -> None:
        self._report(fault)
        self._depth = len(self._open)
        self._at = at
        self._state = _State.SKIPPING

    def _skipping(self) -> bool:
        buffer, at = self._buffer, self._at
        while True:
            pattern = _NEXT_IN_STRING if self._in_string else _NEXT_OUTSIDE
            found = pattern.search(buffer, at)
            if found is None:
                self._at = max(at, len(buffer))
                return False
            position = found.start()
            at = position + 1
            byte = buffer[position]
            if byte == _QUOTE:
                self._in_string = not self._in_string
            elif byte == _LF:
                break
            elif byte == _BACKSLASH:
                at += 1
            elif byte in _CLOSING:
                self._depth -= 1
                if not self._depth:
                    break
            elif position and buffer[position - 1] == _LF:
                at = position
                break
            else:
                self._depth += 1
        self._at = at
        self._state = _State.BETWEEN
        return True

    def _line(self) -> bool:
        buffer = self._buffer
        end = buffer.find(b"\n", self._at, self._start + self._limit + 1)
        if end < 0:
            self._at = min(len(buffer), self._start + self._limit + 1)
            if len(buffer) <= self._start + self._limit:
                return False
            self._report(Fault.LINE_TOO_LONG)
            self._state = _State.SKIPPING_LINE
            return True
        line = bytes(buffer[self._start : end]).decode("utf-8", "replace").strip(" \t\r")
        self._at = end + 1
        self._state = _State.BETWEEN
        if is_json(line):
            self._found.append(line)
            return True
        if not self._failed:
            self._report(Fault.INVALID_JSON)
        self._failed = False
        opening = _ANY_OPENING.search(buffer, self._start, end)
        if opening is not None:
            self._at = opening.start()
        return True

    def _skipping_line(self) -> bool:
        end = self._buffer.find(b"\n", self._at)
        if end < 0:
            self._at = len(self._buffer)
            return False
        self._at = end + 1
        self._state = _State.BETWEEN
        return True

    def _text(self, document: bytes) -> str | None:
        """Return a document without blanks between its tokens, None if it cannot be read."""
        text = document.decode("utf-8", "replace")
        if is_json(text):
            return compact(text)
        repaired = without_trailing_commas(text)
        if repaired is not None:
            self._report(Fault.TRAILING_COMMA)
        return repaired


_KEEPING = frozenset({_State.DOCUMENT, _State.LINE})
