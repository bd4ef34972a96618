"""YAML text into plain data, as YAML 1.2 reads it, with the scalars of JSON.

`true` and `false` are the only booleans, so `no` and `on` stay strings, and so do dates,
sexagesimal times (`12:30`) and numbers with a leading zero (`01` is an MNC). A merge key (`<<`) is
honoured, because vendors use it. Aliases are copied, so the result shares no part with itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from simloom_codegen import pointer
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 100
# What aliases may add by repeating what they point to. A hundred lines of aliases of aliases would
# otherwise grow into more nodes than any memory holds.
MAX_ALIASED_NODES = 1_000_000

_LOADER = getattr(yaml, "CLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({f"{_CORE}str", f"{_CORE}timestamp"})
_PLAIN_TAGS = frozenset({f"{_CORE}int", f"{_CORE}float", f"{_CORE}bool", f"{_CORE}null"})
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MERGE = object()
# YAML 1.2, 5.1: other control characters may not be in a document at all.
_NOT_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(text: str, *, name: str) -> Any:
    """Return the data of the one YAML document in a text; None if there is none."""
    try:
        return _Reader(yaml.parse(text, Loader=_LOADER), name).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found = None if mark else _NOT_IN_YAML.search(text)
        line = f"line {mark.line + 1}: " if mark else ""
        if found:
            line = f"line {text.count(chr(10), 0, found.start()) + 1}: {found[0]!r}: "
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise DocumentError(
            f"{line}not YAML: {problem}", file=name, remedy="repair the YAML"
        ) from error


def too_deep(name: str) -> DocumentError:
    """Return the error for nesting that no real document has."""
    return DocumentError(
        f"nested more than {MAX_DEPTH} levels deep",
        file=name,
        remedy="move the inner parts to components and refer to them",
    )


def duplicate_key(key: object, line: int, place: tuple[object, ...], *, name: str) -> DocumentError:
    """Return the error for a key that is twice in the mapping at `place`."""
    return DocumentError(
        f"line {line}: the key {key!r} is there twice",
        file=name,
        pointer=pointer.join((*place, key)),
        remedy="remove or rename one of the two",
    )


class _Open:
    """A mapping or sequence whose end has not been read yet."""

    __slots__ = ("anchor", "height", "key", "merged", "nodes", "value", "wants_key")

    def __init__(self, value: dict[Any, Any] | list[Any], anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.nodes = 1  # with everything below
        self.height = 1  # levels, its own included
        self.wants_key = isinstance(value, dict)
        self.key: Any = None
        self.merged: list[Any] = []


class _Reader:
    """Builds data from parse events: no recursion, and the line of everything is at hand."""

    def __init__(self, events: Iterator[Any], name: str) -> None:
        self._events = events
        self._name = name
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._aliased = 0
        self._line = 0
        self._root: Any = None

    def document(self) -> Any:
        documents, start, first = 0, 0, None
        for event in self._events:
            self._line = event.start_mark.line + 1
            if isinstance(event, yaml.ScalarEvent):
                self._add(self._scalar(event), event.anchor, 1, 0)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._start(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._end()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(str(event.anchor))
            elif isinstance(event, yaml.DocumentStartEvent):
                first, documents, start = self._root, documents + 1, self._line
            elif isinstance(event, yaml.DocumentEndEvent) and documents > 1:
                if self._root is not None and first is not None:
                    self._line = start
                    raise self._fault("a second document starts", "keep one document in the file")
                self._root = self._root if first is None else first
        return self._root

    def _start(self, event: Any) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        if event.tag not in {None, "!", _CORE + ("map" if is_mapping else "seq")}:
            raise self._fault(f"the tag {event.tag} is not allowed", "remove the tag")
        self._refuse_as_key()
        if len(self._open) >= MAX_DEPTH:
            raise too_deep(self._name)
        self._open.append(_Open({} if is_mapping else [], event.anchor))

    def _end(self) -> None:
        ended = self._open.pop()
        if isinstance(ended.value, dict):
            for source in ended.merged:
                for key, value in source.items():
                    ended.value.setdefault(key, value)
        self._add(ended.value, ended.anchor, ended.nodes, ended.height)

    def _add(self, value: Any, anchor: str | None, nodes: int, height: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, nodes, height)
        if not self._open:
            self._root = value
            return
        place = self._open[-1]
        place.nodes += nodes
        place.height = max(place.height, height + 1)
        if isinstance(place.value, list):
            place.value.append(value)
        elif place.wants_key:
            if value in place.value and not isinstance(value, str):
                value = _told_apart(value, place.value)
            if value in place.value:
                raise duplicate_key(value, self._line, self._place(), name=self._name)
            place.key, place.wants_key = value, False
        elif place.key is _MERGE:
            place.merged.extend(self._mappings(value))
            place.wants_key = True
        else:
            place.value[place.key] = value
            place.wants_key = True

    def _mappings(self, value: Any) -> list[dict[Any, Any]]:
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(mapping, dict) for mapping in found):
            raise self._fault("`<<` merges something that is no mapping", "write the keys out")
        return found

    def _alias(self, anchor: str) -> None:
        if anchor not in self._anchors:
            unfinished = any(place.anchor == anchor for place in self._open)
            what = "contains itself" if unfinished else "is not defined before"
            raise self._fault(f"the alias *{anchor} {what}", "use $ref instead of an alias")
        value, nodes, height = self._anchors[anchor]
        self._aliased += nodes
        if self._aliased > MAX_ALIASED_NODES:
            raise self._fault("the aliases repeat too much", "use $ref instead of aliases")
        if len(self._open) + height > MAX_DEPTH:
            raise too_deep(self._name)
        if height:
            self._refuse_as_key()
        self._add(_copied(value), None, nodes, height)

    def _refuse_as_key(self) -> None:
        if self._open and self._open[-1].wants_key:
            raise self._fault("a key is a mapping or a sequence", "use a plain string as key")

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        if event.tag is None or event.tag == "!":
            if event.tag == "!" or not event.implicit[0]:
                return value
            if value == "<<" and self._open and self._open[-1].wants_key:
                return _MERGE
            return self._plain(value)
        if event.tag in _TEXT_TAGS:
            return value
        if event.tag in _PLAIN_TAGS:
            return self._plain(value)
        raise self._fault(f"the tag {event.tag} is not allowed", "remove the tag")

    def _plain(self, value: str) -> Any:
        if value[:1] not in "-+.0123456789~nNtTfF":
            return value
        if value in _WORDS:
            return _WORDS[value]
        try:
            if _INTEGER.fullmatch(value):
                return int(value)
        except ValueError as error:  # more digits than Python turns into a number
            raise self._fault(str(error), "quote it if it is text") from error
        is_number = _NUMBER.fullmatch(value)
        if is_number and abs(float(value)) != float("inf"):
            return float(value)
        if is_number or _NOT_FINITE.fullmatch(value):
            raise self._fault(f"{value} is not a JSON number", "quote it if it is text")
        return value

    def _place(self) -> tuple[object, ...]:
        return tuple(
            len(place.value) if isinstance(place.value, list) else place.key
            for place in self._open[:-1]
        )

    def _fault(self, message: str, remedy: str) -> DocumentError:
        return DocumentError(
            f"line {self._line}: {message}",
            file=self._name,
            pointer=pointer.join(self._place()),
            remedy=remedy,
        )


def _told_apart(key: Any, mapping: dict[Any, Any]) -> Any:
    """Return the text of a key that Python takes for another one of a different type (1, true)."""
    same = next(known for known in mapping if known == key)
    return key if type(same) is type(key) else str(key).lower()


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_copied(child) for child in value]
    return value
