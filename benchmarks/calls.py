"""One call over loopback, from the application's line to the typed result: CPU of the client."""

from __future__ import annotations

import importlib
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
from attrs import evolve

import simloom
from benchmarks.clients import OURS, STOCK
from benchmarks.measure import METHOD, Candidate, compare
from benchmarks.payload import SIMS_PER_PAGE
from benchmarks.report import Table, timed_rows
from benchmarks.responder import ICCID, responder
from benchmarks.vendors import check, infobip, telekom, with_room
from simloom.capabilities import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort
    from benchmarks.report import Row

FLOOR = "a bare httpx.Client.get of the same answer"


def measure_calls(effort: Effort, tell: Callable[[str], None]) -> Table:
    """Compare calls of one SIM and of a page; both generated clients must be importable."""
    rows: list[Row] = []
    with responder() as address, ExitStack() as opened:
        base = f"{address}/0/60"
        for group in (_one, _page, _unified):
            results = compare(group(base, opened), _longer(effort), tell)
            rows += timed_rows(results, per=1, unit="us")
    return Table(
        name="calls",
        title="One blocking call over loopback",
        method=METHOD,
        floor=FLOOR,
        rows=tuple(rows),
    )


def _longer(effort: Effort) -> Effort:
    """Return blocks long enough for a good many calls: each one is interrupted by the server."""
    return evolve(effort, block_ns=4 * effort.block_ns)


def _one(base: str, opened: ExitStack) -> list[Candidate]:
    m2m = with_room(opened.enter_context(simloom.connect("telekom-m2m", **telekom(base))))
    other = opened.enter_context(simloom.connect("infobip", **infobip(base)))
    http = opened.enter_context(httpx.Client(base_url=base))
    path = f"/partners/1/sims/{ICCID}"
    for client in (m2m, other):
        check(client.provider.id, client.get(ICCID).iccid, ICCID)
    return [
        Candidate("one SIM: httpx", lambda: http.get(path)),
        Candidate("one SIM: simloom, telekom-m2m", lambda: m2m.get(ICCID), target="<= 1.15"),
        Candidate("one SIM: simloom, infobip", lambda: other.get(ICCID), target="<= 1.15"),
    ]


def _page(base: str, opened: ExitStack) -> list[Candidate]:
    """The page of 25 members per SIM, through the same stack and through the stock client."""
    ours: Any = importlib.import_module(f"{OURS}.api.sims.list_sims")
    stock: Any = importlib.import_module(f"{STOCK}.api.sims.list_sims")
    m2m = with_room(opened.enter_context(simloom.connect("telekom-m2m", **telekom(base))))
    other = opened.enter_context(importlib.import_module(STOCK).Client(base_url=base))
    http = opened.enter_context(httpx.Client(base_url=base))
    size = SIMS_PER_PAGE
    calls = [
        Candidate(
            f"page of {size}: httpx",
            lambda: http.get("/v1/sims", params={"page": 1, "pageSize": size}),
        ),
        Candidate(
            f"page of {size}: simloom",
            lambda: m2m.send(ours.request(page=1, page_size=size)),
            target="<= 2.0",
        ),
        Candidate(
            f"page of {size}: stock client",
            lambda: stock.sync(client=other, page=1, page_size=size),
        ),
    ]
    for call in calls[1:]:
        page: Any = call.call()
        check(call.name, len(page.data), size)
    return calls


def _unified(base: str, opened: ExitStack) -> list[Candidate]:
    """A vendor's own list of 100 SIMs, as provider-neutral `Sim`."""
    m2m = with_room(opened.enter_context(simloom.connect("telekom-m2m", **telekom(base))))
    http = opened.enter_context(httpx.Client(base_url=base))
    size = SIMS_PER_PAGE
    path = f"/partners/1/sims?page=1&pageSize={size}"
    name = f"list of {size}: simloom, telekom-m2m, as Sim"
    check(name, len(m2m.do(Verb.LIST, 1, size=size).items), size)
    return [
        Candidate(f"list of {size}: httpx", lambda: http.get(path)),
        Candidate(name, lambda: m2m.do(Verb.LIST, 1, size=size)),
    ]
