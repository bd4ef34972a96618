"""The cheapest way to find SIMs, in requests. Pure: nothing is asked or sent here.

An identifier goes as it is where the operation takes its kind. Otherwise there are three ways: the
vendor's search, one or more requests for each; the index, one request each, as a SIM found there is
read again; and a scan of the list, whose pages pay for all identifiers together.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import field, frozen

from simloom.identifiers import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE_FROM = 10
"""Requests from which on a list of unknown length is tried first, page by page."""

UNIQUE = frozenset({Kind.ICCID, Kind.IMSI, Kind.MSISDN})
"""Kinds that one SIM has at a time. An IMEI is that of a device and may show at two SIMs after a
change of cards; an EID holds many profiles, each with its ICCID (GSMA SGP.02)."""


class Way(StrEnum):
    """How identifiers of one kind are found."""

    NATIVE = "native"
    """Not at all: the operation takes them."""
    SINGLY = "singly"
    """One by one: by the vendor's search, or read again where the index knows them."""
    SCAN = "scan"
    IMPOSSIBLE = "impossible"
    """The vendor has no search for the kind, and its list does not tell it."""


@frozen(kw_only=True)
class Search:
    """A vendor's search for a kind: requests per identifier, and whether it tells every SIM."""

    cost: int = 1
    complete: bool = True


@frozen(kw_only=True)
class Terms:
    """What a provider offers. `pages` is the length of its list, None while it is not known."""

    native: frozenset[Kind] = frozenset()
    searches: Mapping[Kind, Search] = field(factory=dict)
    listed: frozenset[Kind] = frozenset()
    pages: int | None = None


@frozen(kw_only=True)
class Plan:
    """What to do. `cost` is in requests, None when it depends on the length of the list.

    `most_pages` ends a scan of a list of unknown length: by then one by one is cheaper.
    """

    ways: Mapping[Kind, Way]
    cost: int | None
    most_pages: int | None = None

    def kinds(self, way: Way) -> frozenset[Kind]:
        """Return the kinds that go one way."""
        return frozenset(kind for kind, chosen in self.ways.items() if chosen is way)


def is_certain(kind: Kind, search: Search, *, sure: bool) -> bool:
    """Tell whether a search may be believed: for a write only if it could not hide a second SIM."""
    return search.complete or kind in UNIQUE or not sure


def index_tells(kind: Kind, *, sure: bool) -> bool:
    """Tell whether the index may name the SIM, which is read again before it is used.

    Reading again does not show that another SIM has the identifier meanwhile.
    """
    return kind in UNIQUE or not sure


def plan(
    unknown: Mapping[Kind, int], indexed: Mapping[Kind, int], terms: Terms, *, sure: bool
) -> Plan:
    """Choose the way for each kind.

    `unknown` counts the identifiers that the index does not know, `indexed` those that it does.
    `sure` is for writes: what may be shared is not taken from a search that names one SIM only.
    """
    kinds = [kind for kind in Kind if unknown.get(kind, 0) or indexed.get(kind, 0)]
    ways = {kind: Way.NATIVE for kind in kinds if kind in terms.native}
    singles: dict[Kind, int] = {}
    must_scan = False
    for kind in kinds:
        if kind in ways:
            continue
        count, known = unknown.get(kind, 0), indexed.get(kind, 0)
        search = terms.searches.get(kind)
        if count == 0:
            singles[kind] = known
        elif search is not None and is_certain(kind, search, sure=sure):
            singles[kind] = known + count * search.cost
        elif kind in terms.listed:
            must_scan = True
            ways[kind] = Way.SCAN
        else:
            ways[kind] = Way.IMPOSSIBLE
    return _chosen(ways, singles, terms, must_scan=must_scan)


def _chosen(
    ways: dict[Kind, Way], singles: Mapping[Kind, int], terms: Terms, *, must_scan: bool
) -> Plan:
    """Put the kinds that can go one by one on the cheaper way; a scan is paid for once."""
    free = {kind: cost for kind, cost in singles.items() if kind in terms.listed}
    fixed = sum(cost for kind, cost in singles.items() if kind not in terms.listed)
    ways |= {kind: Way.SINGLY for kind in singles if kind not in free}
    alone = sum(free.values())
    if must_scan:
        ways |= dict.fromkeys(free, Way.SCAN)
        return Plan(ways=ways, cost=None if terms.pages is None else fixed + terms.pages)
    scans = alone > PROBE_FROM if terms.pages is None else alone > terms.pages
    if not scans:
        return Plan(ways=ways | dict.fromkeys(free, Way.SINGLY), cost=fixed + alone)
    ways |= dict.fromkeys(free, Way.SCAN)
    if terms.pages is None:
        return Plan(ways=ways, cost=None, most_pages=alone)
    return Plan(ways=ways, cost=fixed + terms.pages)
