"""Bytes to typed objects: a page of 100 SIMs."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from benchmarks.clients import OURS, STOCK
from benchmarks.equality import ContentDiffers, check_typed
from benchmarks.measure import METHOD, Candidate, compare
from benchmarks.payload import SIMS_PER_PAGE, odd_page_json, page_json
from benchmarks.peers import PageAttrs, PagePydantic, PageStruct, cattrs_converter
from benchmarks.report import Table, timed_rows
from simloom.runtime.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort


def measure_decode(effort: Effort, tell: Callable[[str], None]) -> Table:
    """Compare all candidates on one page; both generated clients must be importable."""
    content = page_json()
    untyped, typed = _untyped(content), _typed(content)
    data = orjson.loads(content)
    for candidate in typed:
        check_typed(candidate.name, data, candidate.call())
    results = compare([*untyped, *typed], effort, tell)
    return Table(
        name="decode",
        title=f"Decode: a page of {SIMS_PER_PAGE} SIMs, {len(content) / 1000:.0f} kB",
        method=METHOD,
        floor="orjson.loads, untyped",
        rows=timed_rows(results, per=SIMS_PER_PAGE, unit="us/SIM"),
    )


def _untyped(content: bytes) -> list[Candidate]:
    return [
        Candidate("orjson.loads (untyped)", lambda: orjson.loads(content)),
        Candidate("msgspec.json.decode (untyped)", lambda: msgspec.json.decode(content)),
        Candidate("json.loads (untyped)", lambda: json.loads(content)),
    ]


def _typed(content: bytes) -> list[Candidate]:
    ours = importlib.import_module(f"{OURS}.models").SimPage
    stock = importlib.import_module(f"{STOCK}.models").SimPage
    struct = msgspec.json.Decoder(PageStruct)
    converter = cattrs_converter()
    return [
        Candidate("simloom", _fast(content, ours), target="<= 3.0, aim 1.5"),
        Candidate("simloom, tolerant reader (one odd value)", _tolerant(ours)),
        Candidate("msgspec Struct", lambda: struct.decode(content)),
        Candidate("pydantic", lambda: PagePydantic.model_validate_json(content)),
        Candidate("cattrs + orjson", lambda: converter.loads(content, PageAttrs)),
        Candidate("stock client + json", lambda: stock.from_dict(json.loads(content))),
        Candidate("stock client + orjson", lambda: stock.from_dict(orjson.loads(content))),
    ]


def _fast(content: bytes, model: Any) -> Callable[[], object]:
    _, problems = decode(content, model)
    if problems:
        raise ContentDiffers(f"simloom: {problems[0]}")
    return lambda: decode(content, model)[0]


def _tolerant(model: Any) -> Callable[[], object]:
    """Read a page that msgspec refuses in its middle; the odd value is repaired on the way."""
    content = odd_page_json()
    try:
        msgspec.json.decode(content, type=PageStruct)
    except msgspec.ValidationError:
        return lambda: decode(content, model)[0]
    raise ContentDiffers("simloom, tolerant reader: the odd page is not odd")
