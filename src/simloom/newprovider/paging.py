"""How a list is read to its end, whatever the size of its pages.

A short page is never the end, as a vendor may give fewer records than were asked for. The end is an
empty page, or what the vendor's own answer says: no cursor, no next link, no more pages. An offset
counts the records that came, so a limit that the vendor cuts leaves none out. A total ends nothing:
vendors cap it, estimate it, or mean the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from simloom.newprovider.hints import Hints
from simloom.newprovider.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAGE = {"page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage"}
_OFFSET = {"offset", "skip", "startat", "startindex", "pageoffset"}
_FROM_0 = {"offset", "skip", "startat", "pageoffset"}
_SIZE = {
    "size",
    "limit",
    "pagesize",
    "perpage",
    "maxresults",
    "top",
    "pagelimit",
    "maxpagesize",
} | {*("itemsperpage", "resultsperpage", "recordsperpage", "pagelength", "countperpage")}
_CURSOR = {"cursor", "after", "pagetoken", "nexttoken", "continuationtoken", "pagecursor"} | {
    *("pageafter", "nextcursor", "nextpagetoken", "marker", "aftercursor", "continuation")
}
_UNCLEAR = re.compile(
    r"page|offset|cursor|skip|scroll|^limit|^starting|^ending|(?:size|token|index|rows|limit)$"
    r"|^(?:max|start|batch|row|record|result|item)(?!.*(?:date|time|day))"
    r"|^(?:from|to|first|last|top|count|next|after|before|since|range|size|seite|sinceid)$"
)
_COUNTS = {"integer", "number", "string", ""}
_PAGE_HEADERS = {
    *("x-total-count", "x-total-pages", "x-next-page", "x-page", "x-per-page", "content-range"),
    *("x-pagination", "x-next-cursor", "x-next-token"),
}
_ZERO = re.compile(
    r"\b(?:zero|0)[- ]?(?:based|indexed)\b"
    r"|\b(?:start|begin|count)\w*(?: \w+)? (?:at|from|with) (?:zero|0)\b"
    r"|\bfirst page (?:is|has|=)(?: number)? (?:zero|0)\b"
)
_ONE = re.compile(
    r"\b(?:one|1)[- ]?(?:based|indexed)\b"
    r"|\b(?:start|begin|count)\w*(?: \w+)? (?:at|from|with) (?:one|1)\b"
    r"|\bfirst page (?:is|has|=)(?: number)? (?:one|1)\b"
)
_PAGES_WORD = re.compile(r"\bpage (?:number|index)\b|\bnumber of (?:the )?page\b|\bwhich page\b")


@frozen(kw_only=True)
class Paging:
    """`kind` is none, page, offset, cursor, link or header.

    `number` is the parameter that names the place, `size` the one for how many records. `first` is
    the number of the first page, None where only the answers tell; `most` and `least` how many
    records may be asked for, 0 where nothing says. `hints` are what the answer tells. With a
    `reason` none of it is certain.
    """

    kind: str = "none"
    number: str = ""
    size: str = ""
    first: int | None = 1
    most: int = 0
    least: int = 1
    size_needed: bool = False
    hints: Hints = field(factory=Hints)
    reason: str = ""

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that the provider fills in."""
        return frozenset({self.number, self.size} - {""})


def paging_of(
    parameters: Iterable[Mapping[str, Any]],
    hints: Hints | None = None,
    headers: Iterable[str] = (),
) -> Paging:
    """Read the parameters of a list, what its answer tells, and the names of its headers."""
    told = list(parameters)
    query = {plain(one.get("name")): one for one in told if one.get("in") == "query"}
    found = _Found(query, hints or Hints(), frozenset(headers))
    paging = found.paging()
    if paging.reason:
        return paging
    known = paging.parameters
    unclear = [
        str(one.get("name"))
        for one in told
        if one.get("in") in {"query", "header"}
        and one.get("name") not in known
        and _may_page(one, paging.kind)
    ]
    if unclear:
        what = " and ".join(unclear)
        return Paging(reason=f"decide whether {what} chooses the part of the list that is answered")
    return paging


def _may_page(parameter: Mapping[str, Any], kind: str) -> bool:
    name = plain(parameter.get("name"))
    if parameter.get("in") == "header":
        return name == "range"
    if name in _SIZE or kind == "none":
        whole = _kind(_schema(parameter)) == "integer" and "default" in _schema(parameter)
        return whole or _UNCLEAR.search(name) is not None
    return False


class _Found:
    def __init__(
        self, query: Mapping[str, Mapping[str, Any]], hints: Hints, headers: frozenset[str]
    ) -> None:
        self._query, self._hints, self._link = query, hints, "link" in headers
        self._headers = sorted(headers & _PAGE_HEADERS)
        self._pages = sorted(query.keys() & _PAGE)
        self._offsets = sorted(query.keys() & _OFFSET)
        self._cursors = sorted(query.keys() & _CURSOR)
        self._sizes = sorted(query.keys() & _SIZE)

    def paging(self) -> Paging:
        if len(self._sizes) > 1:
            return Paging(
                reason=f"decide which of {self._named(self._sizes)} is the size of a page"
            )
        for names in (self._cursors, self._pages, self._offsets):
            if len(names) > 1:
                return Paging(reason=f"decide which of {self._named(names)} is the way on")
        cursor = self._cursor() if self._cursors else None
        if cursor is not None and not cursor.reason:
            return self._sized(cursor)
        if self._pages and self._offsets:
            both = self._named([*self._pages, *self._offsets])
            return Paging(reason=f"decide which of {both} the vendor follows")
        if self._pages:
            return self._sized(self._ended(self._page(self._pages[0])))
        if self._offsets:
            return self._sized(self._ended(self._offset(self._offsets[0])))
        if self._hints.links:
            return self._linked()
        if self._link:
            return self._sized(Paging(kind="header"))
        return cursor or self._nothing()

    def _nothing(self) -> Paging:
        told = [*self._hints.names(), *self._headers]
        if self._sizes or told:
            which = self._named(self._sizes) if self._sizes else "/".join(told)
            return Paging(
                reason=f"{which} tells of pages: decide how to ask for the next one, as no "
                "parameter or link is certain to do it"
            )
        return Paging()

    def _named(self, names: list[str]) -> str:
        return " and ".join(str(self._query[name]["name"]) for name in names)

    def _page(self, name: str) -> Paging:
        given = self._query[name]
        schema = _schema(given)
        if _kind(schema) not in _COUNTS:
            return Paging(reason=f"decide what {given['name']} is: it is no page number")
        first = _counted(given)
        if first not in {0, 1} and given.get("required") is True:
            what = f"decide whether {given['name']} counts from 0 or from 1: nothing says so"
            return Paging(reason=what)
        if first not in {0, 1}:
            first = None
        return Paging(kind="page", number=str(given["name"]), first=first, hints=self._hints)

    def _offset(self, name: str) -> Paging:
        given = self._query[name]
        told = str(given.get("description", "")).lower()
        if _PAGES_WORD.search(told):
            what = f"decide whether {given['name']} counts records or pages"
            return Paging(reason=f"{what}: its description speaks of a page")
        first = _counted(given)
        if first is None and name in _FROM_0:
            first = 0
        if first not in {0, 1}:
            what = f"decide whether {given['name']} counts from 0 or from 1: nothing says so"
            return Paging(reason=what)
        return Paging(kind="offset", number=str(given["name"]), first=first, hints=self._hints)

    def _cursor(self) -> Paging:
        name = self._cursors[0]
        given = self._query[name]
        found = self._hints.cursors_for(name)
        if given.get("required") is True:
            return Paging(reason=f"decide what {given['name']} is for the first page: it is needed")
        if len(found) == 1:
            hints = evolve(self._hints, cursor=found[0])
            return Paging(kind="cursor", number=str(given["name"]), hints=hints)
        if not found and self._link and not (self._pages or self._offsets):
            return Paging(kind="header", number=str(given["name"]))
        if len(found) > 1:
            which = " or ".join(".".join(path) for path in found)
            return Paging(reason=f"decide which member is the next {given['name']}: {which}")
        what = "no member of the answer is certain to be it"
        return Paging(reason=f"decide where the next {given['name']} comes from: {what}")

    def _linked(self) -> Paging:
        links = self._hints.links
        if len(links) > 1:
            which = " or ".join(".".join(path) for path in links)
            return Paging(reason=f"decide which member is the link to the next page: {which}")
        return self._sized(Paging(kind="link", hints=evolve(self._hints, link=links[0])))

    def _ended(self, paging: Paging) -> Paging:
        """Let a next link or cursor that is null tell the end of numbered pages, too."""
        told = [path for path in (*self._hints.links, *self._hints.cursors) if _is_next(path)]
        one = dict.fromkeys(told)
        return evolve(paging, hints=evolve(self._hints, link=told[0])) if len(one) == 1 else paging

    def _sized(self, paging: Paging) -> Paging:
        if paging.reason or not self._sizes:
            return paging
        given = self._query[self._sizes[0]]
        schema = _schema(given)
        if _kind(schema) not in _COUNTS:
            what = f"decide what {given['name']} takes: it is no number"
            return Paging(reason=what) if given.get("required") is True else paging
        listed = [_whole(one) for one in _listed(schema.get("enum"))]
        sizes = [one for one in listed if one is not None]
        most = _whole(schema.get("maximum")) or (max(sizes) if sizes else 0)
        least = max(1, _whole(schema.get("minimum")) or 1, max(sizes) if sizes else 1)
        needed = given.get("required") is True
        if most < 1 or most < least:
            most = 0
        return evolve(
            paging, size=str(given["name"]), most=most, least=least, size_needed=needed and not most
        )


def _is_next(path: tuple[str, ...]) -> bool:
    return any(plain(name).startswith("next") for name in path[-2:])


def _schema(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = parameter.get("schema")
    return inner if isinstance(inner, dict) else parameter  # Swagger 2.0 has it beside the name


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the type, null left out; empty where none is named, `several` for more than one."""
    kind = schema.get("type")
    kinds = [one for one in _listed(kind) if one != "null"] if isinstance(kind, list) else [kind]
    if len(kinds) > 1:
        return "several"
    return kinds[0] if kinds and isinstance(kinds[0], str) else ""


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _counted(parameter: Mapping[str, Any]) -> int | None:
    """Return what a count begins with, where limit, default and description agree."""
    schema = _schema(parameter)
    told = {_whole(schema.get(name)) for name in ("minimum", "default")} - {None}
    words = " ".join(
        str(one.get("description", "")).lower()
        for one in {id(parameter): parameter, id(schema): schema}.values()
    )
    if _ZERO.search(words):
        told.add(0)
    if _ONE.search(words):
        told.add(1)
    return told.pop() if len(told) == 1 else None
