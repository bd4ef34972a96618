"""What an answer says about a page: totals, numbers, cursors and links, by their usual names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from attrs import frozen

from simloom.sandbox.anyspec.nouns import plain
from simloom.sandbox.anyspec.paging import CURSORS, OFFSETS, SIZES
from simloom.sandbox.anyspec.shapes import Shapes, with_value
from simloom.sandbox.anyspec.validation import fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.sandbox.anyspec.paging import Input, Paging, Turn
    from simloom.sandbox.messages import Call

_TOTALS = {
    *("total", "totalcount", "totalelements", "totalitems", "totalresults", "totalrecords"),
    *("totalrows", "totalsize", "totalnumber", "recordcount", "recordstotal", "resultcount"),
    *("totalsims", "totalhits", "hits", "xtotalcount", "xtotal", "xtotalelements", "odatacount"),
}
_HERE = {"numberofelements", "countperpage", "returned", "returnedcount", "itemcount", "pageitems"}
_PAGES = {"totalpages", "pagecount", "pages", "numberofpages", "lastpage", "pagestotal"}
_NUMBERS = {"page", "pagenumber", "currentpage", "number", "pageindex", "pageno", "current"}
_MORE = {"hasmore", "hasnext", "hasnextpage", "more", "morepages", "moreavailable", "hasmoreitems"}
_LAST = {"last", "islast", "islastpage", "done", "complete"}
_FIRST = {"first", "isfirst", "isfirstpage"}
_PREVIOUS = {"hasprevious", "hasprev", "haspreviouspage", "hasprevpage"}
_NEXT_CURSORS = {*CURSORS, "next", "endcursor", "after", "nextid", "nextmarker", "nextpage"}
_LINKS = {"links", "link"}
_NEXT_LINKS = {
    *("next", "nextlink", "nexturl", "nextpage", "nextpageurl", "nextpageuri", "nexturi"),
    *("nexthref", "odatanextlink", "nextpagelink"),
}
_BACK_LINKS = {"prev", "previous", "previousurl", "prevurl", "previouslink", "previouspage"}
_GONE = object()
_DEEP = 2


@frozen
class Leaf:
    """A member of an envelope that is no list."""

    path: tuple[str, ...]
    schema: Any
    required: bool

    @property
    def word(self) -> str:
        """Its name, so that it can be compared; a link's `href` goes by the name of the link."""
        last = plain(self.path[-1])
        return plain(self.path[-2]) if last == "href" and len(self.path) > 1 else last

    @property
    def is_link(self) -> bool:
        """Whether the members around it say that it is an address."""
        return plain(self.path[-1]) == "href" or any(plain(part) in _LINKS for part in self.path)


class Envelope:
    """What stands around the rows of one list."""

    def __init__(self, shapes: Shapes, schema: Any, rows: tuple[str, ...], paging: Paging) -> None:
        self._shapes = shapes
        self._paging = paging
        self._leaves = [leaf for leaf in self._walk(schema, (), 0) if leaf.path != rows]
        self._has_total = any(leaf.word in _TOTALS for leaf in self._leaves)

    @property
    def tells_more(self) -> bool:
        """Whether it says that, or how, a list goes on."""
        words = _MORE | _NEXT_LINKS | _NEXT_CURSORS | _PAGES
        return any(leaf.word in words for leaf in self._leaves)

    def fill(self, body: Any, turn: Turn, call: Call, provider: str, last_id: str | None) -> Any:
        """Return the answer with what is true of a page."""
        if not isinstance(body, dict):
            return body
        following = self._paging.following(turn, last_id)
        for leaf in self._leaves:
            value = self._value(leaf, turn, following, call, provider)
            if value is _GONE:
                body = self._without(body, leaf)
            elif value is not None:
                shown = value if fits(self._shapes.spec, leaf.schema, value) else str(value)
                if fits(self._shapes.spec, leaf.schema, shown):
                    body = with_value(body, leaf.path, shown)
        return body

    def header(
        self, name: str, turn: Turn, call: Call, provider: str, last_id: str | None
    ) -> str | None:
        """Return what a header says of a page, None if it is about something else."""
        following = self._paging.following(turn, last_id)
        if plain(name) == "link":
            if following is None:
                return ""
            return f'<{address(call, provider, following)}>; rel="next"'
        word = plain(name).removeprefix("x").removeprefix("pagination")
        value = self._number(word, turn)
        if value is None and word in _NEXT_CURSORS:
            return "" if following is None else str(following[1])
        return None if value is None else str(value)

    def _value(
        self,
        leaf: Leaf,
        turn: Turn,
        following: tuple[Input, Any] | None,
        call: Call,
        provider: str,
    ) -> Any:
        if leaf.is_link or (leaf.word in _NEXT_LINKS | _BACK_LINKS and self._is_address(leaf)):
            return self._link(leaf, following, call, provider)
        if self._shapes.is_kind(leaf.schema, "boolean"):
            return self._flag(leaf.word, turn)
        if leaf.word in _NEXT_CURSORS and leaf.word not in _NUMBERS:
            return _GONE if following is None else following[1]
        return self._number(leaf.word, turn)

    def _is_address(self, leaf: Leaf) -> bool:
        flat = self._shapes.samples.flat(leaf.schema)
        if flat.get("format") in {"uri", "url", "uri-reference"}:
            return True
        words = ("link", "url", "uri", "href")
        return leaf.word.endswith(words) or (
            self._paging.cursor is None
            and self._paging.after is None
            and not self._shapes.is_kind(leaf.schema, "integer")
        )

    def _link(
        self, leaf: Leaf, following: tuple[Input, Any] | None, call: Call, provider: str
    ) -> Any:
        if leaf.word in _NEXT_LINKS:
            return _GONE if following is None else address(call, provider, following)
        if leaf.word == "self":
            return address(call, provider, None)
        return _GONE if leaf.word in {*_BACK_LINKS, "first", "last"} else None

    def _flag(self, word: str, turn: Turn) -> bool | None:
        if word in _MORE:
            return turn.more
        if word in _LAST:
            return not turn.more
        if word in _FIRST | _PREVIOUS:
            return (turn.start == 0) is (word in _FIRST)
        return None

    def _number(self, word: str, turn: Turn) -> int | None:
        if word in _TOTALS or (word == "count" and not self._has_total):
            return turn.total
        if word in _HERE or word == "count":
            return len(turn.indexes)
        if word in _PAGES:
            return turn.pages
        if word in _NUMBERS:
            return turn.number
        if word in SIZES:
            return turn.size
        return turn.start if word in OFFSETS else None

    def _without(self, body: dict[str, Any], leaf: Leaf) -> dict[str, Any]:
        if fits(self._shapes.spec, leaf.schema, None):
            return dict(with_value(body, leaf.path, None))
        if plain(leaf.path[-1]) == "href" and len(leaf.path) > 1:
            return _removed(body, leaf.path[:-1])
        if not leaf.required:
            return _removed(body, leaf.path)
        return dict(with_value(body, leaf.path, "")) if leaf.schema else body

    def _walk(self, schema: Any, path: tuple[str, ...], depth: int) -> Iterator[Leaf]:
        members = self._shapes.members(schema)
        flat = self._shapes.samples.flat(schema) if isinstance(schema, Mapping) else {}
        required = flat.get("required", ())
        for name, part in members.items():
            below = (*path, name)
            if self._shapes.members(part) and depth < _DEEP:
                yield from self._walk(part, below, depth + 1)
            elif not self._shapes.is_kind(part, "array"):
                yield Leaf(below, part, name in required)


def address(call: Call, provider: str, following: tuple[Input, Any] | None) -> str:
    """Return the address of this page, or of another one."""
    query = [*call.query]
    if following is not None:
        name = following[0].shown
        query = [pair for pair in query if pair[0] != name] + [(name, str(following[1]))]
    root = f"{call.scheme}://{call.headers.get('host', 'localhost')}/{provider}{call.path}"
    return f"{root}?{urlencode(query, errors='replace')}" if query else root


def _removed(body: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    if len(path) == 1:
        return {name: value for name, value in body.items() if name != path[0]}
    inner = body.get(path[0])
    return {**body, path[0]: _removed(inner, path[1:])} if isinstance(inner, dict) else body
