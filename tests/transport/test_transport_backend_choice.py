"""Which library the awaited client uses."""

from __future__ import annotations

import pytest

from simloom.errors import ConfigurationError
from simloom.transport import backend
from simloom.transport.backend import chosen


@pytest.mark.parametrize(
    ("wish", "installed", "proxy", "found"),
    [
        ("auto", True, None, "aiohttp"),
        ("auto", False, None, "httpx"),
        ("auto", True, "http://proxy:1", "httpx"),
        ("httpx", True, None, "httpx"),
        ("httpx", True, "http://proxy:1", "httpx"),
        ("aiohttp", True, None, "aiohttp"),
    ],
)
def test_which_library_it_is(monkeypatch, wish, installed, proxy, found):
    monkeypatch.setattr(backend, "has_aiohttp", lambda: installed)
    assert chosen(wish, proxy=proxy) == found


@pytest.mark.parametrize(
    ("installed", "proxy", "why"),
    [(False, None, "pip install"), (True, "http://me:pw@proxy:1", "takes no proxy")],
)
def test_aiohttp_where_it_cannot_be_used(monkeypatch, installed, proxy, why):
    monkeypatch.setattr(backend, "has_aiohttp", lambda: installed)
    with pytest.raises(ConfigurationError, match=why) as caught:
        chosen("aiohttp", proxy=proxy)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("version", "usable"),
    [("3.12.0", True), ("3.14.5", True), ("4.0.0a1", True), ("3.11.18", False), ("odd", False)],
)
def test_an_aiohttp_without_middlewares_is_not_used(monkeypatch, version, usable):
    """Without them it could not be kept from repeating requests."""
    monkeypatch.setattr(backend, "version", lambda _: version)
    backend.has_aiohttp.cache_clear()
    try:
        assert backend.has_aiohttp() is usable
    finally:
        backend.has_aiohttp.cache_clear()
