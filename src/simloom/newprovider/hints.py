"""What the answer of a list says about its pages, besides the records."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from simloom.newprovider.document import properties
from simloom.newprovider.records import Path, kind_of
from simloom.newprovider.words import plain

_MORE = {"hasmore", "hasnext", "hasnextpage", "morepages", "hasmorepages", "moreavailable"}
_LAST = {"last", "islast", "islastpage", "lastpage"}
_PAGES = {"totalpages", "totalpage", "lastpage", "numberofpages", "pagestotal"}
_TOTAL = {"total", "totalcount", "totalelements", "totalitems", "totalresults", "totalrecords"}
_LINK = {"next", "nextlink", "nexturl", "nextpageurl", "nextpagelink", "nextpage", "odatanextlink"}
_LINK_PARENTS = {"links", "paging", "pagination", "meta", "metadata", "page", "pageinfo"}
_NEXT_OBJECT = {"href", "url"}
_CURSORS = {
    *("nextcursor", "nextpagetoken", "nexttoken", "continuationtoken", "nextcontinuationtoken"),
    *("nextmarker", "endcursor", "nextpagecursor", "next", "after", "nextpage", "cursornext"),
}
_OTHERS = {
    "page",
    "currentpage",
    "pagenumber",
    "pagesize",
    "perpage",
    "limit",
    "offset",
    "skip",
} | {*("pagecount", "pages", "numpages")}
_OWN = {"nexttoken", "continuationtoken", "nextcursor", "nextpagetoken", "continuation", "after"}
"""Parameters whose value comes back, for the next page, in a member of the same name."""
_DEEPEST = 2


@frozen(kw_only=True)
class Hints:
    """Where the answer says that more follows; each is a path from the answer.

    `more` and `last` are truth values, `pages` is how many pages there are, `total` how many
    records, `others` only tell that there are pages. `cursors` and `links` are candidates; `cursor`
    and `link` the one that is certain.
    """

    more: Path = ()
    last: Path = ()
    pages: Path = ()
    total: Path = ()
    cursors: tuple[Path, ...] = ()
    links: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    cursor: Path = ()
    link: Path = ()

    def names(self) -> list[str]:
        """Return the members that only a list in parts has; a `total` is not one of them."""
        paths = (self.more, self.last, self.pages, *self.cursors, *self.links, *self.others)
        return list(dict.fromkeys(".".join(path) for path in paths if path))

    def cursors_for(self, parameter: str) -> tuple[Path, ...]:
        """Return what can be the next value of a parameter, given without case and separators.

        A member of the parameter's own name may as well repeat what was sent, so it needs another
        one that says whether more follows.
        """
        own = [path for path in self.cursors if plain(path[-1]) == parameter]
        own = own if self.more or parameter in _OWN else []
        others = [
            path
            for path in self.cursors
            if plain(path[-1]) in _CURSORS and (plain(path[-1]) != "after" or parameter in _OWN)
        ]
        stem = parameter.removeprefix("next")
        stem = stem.removeprefix("page") if stem in {"pagecursor", "pageafter"} else stem
        named = [path for path in others if plain(path[-1]) == "next" + stem]
        return tuple(dict.fromkeys(named or others or own))


def hints_of(document: dict[str, Any], answer: Any) -> Hints:
    """Look through an answer and the objects within it; not through its lists."""
    found: dict[str, list[Path]] = {name: [] for name in ("more", "last", "pages", "total")}
    cursors: list[Path] = []
    links: list[Path] = []
    others: list[Path] = []
    for path, kind, form in _scalars(document, answer):
        name = plain(path[-1])
        if kind == "boolean":
            found["more"] += [path] if name in _MORE else []
            found["last"] += [path] if name in _LAST else []
        elif kind in {"integer", "number"}:
            found["pages"] += [path] if name in _PAGES else []
            found["total"] += [path] if name in _TOTAL else []
            others += [path] if name in _OTHERS else []
        elif name in {"paging", "pagination", "pageinfo"}:
            others.append(path)  # an object that is not described
        elif kind == "string":
            if _is_link(path, form):
                links.append(path)
            if form not in {"uri", "url", "uri-reference"} and (
                name in _CURSORS or _is_cursor(path)
            ):
                cursors.append(path)
    one = {name: paths[0] if len(paths) == 1 else () for name, paths in found.items()}
    return Hints(**one, cursors=tuple(cursors), links=tuple(links), others=tuple(others))


def _is_link(path: Path, form: str) -> bool:
    name = plain(path[-1])
    if len(path) > 1 and name in _NEXT_OBJECT:
        return plain(path[-2]) == "next"
    if name not in _LINK:
        return False
    outside = len(path) == 1 or plain(path[-2]) in _LINK_PARENTS
    certain = form in {"uri", "url", "uri-reference"} or name not in {"next", "nextpage"}
    return outside and (certain or (len(path) > 1 and plain(path[-2]) == "links"))


def _is_cursor(path: Path) -> bool:
    return plain(path[-1]) in {"cursor", "marker", "pagetoken", "continuation", "pagecursor"}


def _scalars(
    document: dict[str, Any], schema: Any, before: Path = ()
) -> list[tuple[Path, str, str]]:
    found: list[tuple[Path, str, str]] = []
    for wire, member in properties(document, schema).items():
        path = (*before, wire)
        kind, form = kind_of(document, member)
        if properties(document, member):
            found += _scalars(document, member, path) if len(before) < _DEEPEST else []
        else:
            found.append((path, kind, form))
    return found
