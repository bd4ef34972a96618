"""httpx logs every URL at INFO; those of our requests go there without the query.

A filter of a list may be an IMSI, an IMEI or a phone number. Paths hold nothing but ICCIDs and the
vendors' own numbers. Records of an application's own httpx clients stay as they are.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS: ContextVar[bool] = ContextVar("simloom_request_under_way", default=False)


class _WithoutQuery(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if _OURS.get() and isinstance(record.args, tuple):
            record.args = tuple(
                value.copy_with(query=None) if isinstance(value, httpx.URL) else value
                for value in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())


@contextmanager
def query_not_logged() -> Iterator[None]:
    """Keep the query of requests sent meanwhile, in this thread or task, out of httpx's log."""
    token = _OURS.set(True)
    try:
        yield
    finally:
        _OURS.reset(token)
