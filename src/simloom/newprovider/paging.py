"""How a list is read page by page, as far as its parameters make that certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PAGE = {"page", "pagenumber", "pageno"}
_OFFSET = {"offset", "skip"}
_SIZE = {"size", "limit", "pagesize", "perpage"}
_CURSOR = {"cursor", "after", "pagetoken", "nexttoken", "continuationtoken", "startafter", "marker"}
_NEXT = {"next", "nextcursor", "nextpagetoken", "nexttoken", "cursor", "nextlink"}


@frozen(kw_only=True)
class Paging:
    """`kind` is none, page or offset; `number` and `size` are the parameters' names.

    `first` is the number of the first page, `most` how many records to ask for. With a `reason`
    none of it is certain.
    """

    kind: str = "none"
    number: str = ""
    size: str = ""
    first: int = 1
    most: int = 0
    reason: str = ""

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that the provider fills in."""
        return frozenset({self.number, self.size} - {""})


def _plain(word: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(word).lower())


def _schema(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = parameter.get("schema")
    return inner if isinstance(inner, dict) else parameter  # Swagger 2.0 has it beside the name


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def paging_of(parameters: Iterable[Mapping[str, Any]], answer: Mapping[str, Any]) -> Paging:
    """Read the query parameters of a list, and the names of the members of its answer."""
    query = {_plain(one.get("name")): one for one in parameters if one.get("in") == "query"}
    numbers, offsets = sorted(query.keys() & _PAGE), sorted(query.keys() & _OFFSET)
    sizes = sorted(query.keys() & _SIZE)
    if query.keys() & _CURSOR or {_plain(name) for name in answer} & _NEXT:
        return Paging(reason="its pages follow a cursor or a link, whose meaning is not in names")
    if not numbers and not offsets and not sizes:
        return Paging()
    if len(sizes) != 1 or len(numbers) + len(offsets) != 1:
        return Paging(reason="its parameters do not say how to reach the next page")
    bounds = _schema(query[sizes[0]])
    most = _whole(bounds.get("maximum")) or _whole(bounds.get("default"))
    if most is None or most < 1:
        return Paging(reason="nothing says how many records a page has")
    size = str(query[sizes[0]]["name"])
    if offsets:
        number = str(query[offsets[0]]["name"])
        return Paging(kind="offset", number=number, size=size, first=0, most=most)
    counting = _schema(query[numbers[0]])
    told = {_whole(counting.get(name)) for name in ("minimum", "default")} - {None}
    first = told.pop() if len(told) == 1 else None
    if first not in {0, 1}:
        return Paging(reason="nothing says whether its pages count from 0 or from 1")
    number = str(query[numbers[0]]["name"])
    return Paging(kind="page", number=number, size=size, first=first, most=most)
