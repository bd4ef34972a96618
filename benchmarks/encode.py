"""Typed objects to bytes: the same page of 100 SIMs."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING

import msgspec
import orjson

from benchmarks.clients import OURS, STOCK
from benchmarks.equality import check_json
from benchmarks.measure import METHOD, Candidate, compare
from benchmarks.payload import SIMS_PER_PAGE, page_json
from benchmarks.peers import PageAttrs, PagePydantic, PageStruct, cattrs_converter
from benchmarks.report import Table, timed_rows
from simloom.runtime.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort


def measure_encode(effort: Effort, tell: Callable[[str], None]) -> Table:
    """Compare all candidates on one page; both generated clients must be importable."""
    content = page_json()
    candidates = _candidates(content)
    data = orjson.loads(content)
    for candidate in candidates:
        written = candidate.call()
        if not isinstance(written, (bytes, str)):
            raise TypeError(f"{candidate.name} did not write JSON")
        check_json(candidate.name, data, orjson.loads(written))
    return Table(
        name="encode",
        title=f"Encode: a page of {SIMS_PER_PAGE} SIMs",
        method=METHOD,
        floor="orjson.dumps of dicts",
        rows=timed_rows(compare(candidates, effort, tell), per=SIMS_PER_PAGE, unit="us/SIM"),
    )


def _candidates(content: bytes) -> list[Candidate]:
    data = orjson.loads(content)
    ours = importlib.import_module(f"{OURS}.models").SimPage.from_json(content)
    stock = importlib.import_module(f"{STOCK}.models").SimPage.from_dict(orjson.loads(content))
    struct = msgspec.json.decode(content, type=PageStruct)
    writer = msgspec.json.Encoder()
    model = PagePydantic.model_validate_json(content)
    converter = cattrs_converter()
    record = converter.loads(content, PageAttrs)
    return [
        Candidate("orjson.dumps of dicts", lambda: orjson.dumps(data)),
        Candidate("json.dumps of dicts", lambda: json.dumps(data)),
        Candidate("simloom", lambda: encode_json(ours), target="<= 5, aim 2"),
        Candidate("msgspec Struct", lambda: writer.encode(struct)),
        Candidate("pydantic", lambda: model.model_dump_json(by_alias=True)),
        Candidate("cattrs + orjson", lambda: converter.dumps(record)),
        Candidate("stock client + json", lambda: json.dumps(stock.to_dict())),
        Candidate("stock client + orjson", lambda: orjson.dumps(stock.to_dict())),
    ]
