"""Proves before anything is timed that all candidates read and write the same content."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic.alias_generators import to_snake

from benchmarks.measure import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABSENT = object()


class ContentDiffers(BenchmarkError):
    """A candidate made something else of the page; its time would mean nothing."""


def check_typed(name: str, data: Any, typed: Any) -> None:
    """Raise unless a typed page holds what the parsed JSON holds, typed as documented."""
    _raise_first(name, _typed_differences(data, typed, ""))


def check_json(name: str, expected: Any, written: Any) -> None:
    """Raise unless written and expected JSON mean the same; times may be written differently."""
    _raise_first(name, _json_differences(expected, written, ""))


def _raise_first(name: str, differences: Iterator[str]) -> None:
    for difference in differences:
        raise ContentDiffers(f"{name}: {difference}")


def _typed_differences(data: Any, typed: Any, place: str) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(typed, dict):
            yield f"{place} is a dict, not an object"
            return
        for member, value in data.items():
            attribute = getattr(typed, to_snake(member), _ABSENT)
            yield from _typed_differences(value, attribute, f"{place}/{member}")
    elif isinstance(data, list):
        yield from _list_differences(data, typed, place)
    elif place.endswith("At") and data is not None:
        if not isinstance(typed, dt.datetime) or typed != _moment(data):
            yield f"{place} is {typed!r}, not the time {data}"
    elif place.endswith(("/status", "/connection")) and data is not None:
        if not isinstance(typed, Enum) or typed.value != data:
            yield f"{place} is {typed!r}, not the enum value {data}"
    elif typed != data or type(typed) is not type(data):
        yield f"{place} is {typed!r}, not {data!r}"


def _list_differences(data: list[Any], typed: Any, place: str) -> Iterator[str]:
    if not isinstance(typed, list) or len(typed) != len(data):
        yield f"{place} is not a list of {len(data)}"
        return
    for index, (item, other) in enumerate(zip(data, typed, strict=True)):
        yield from _typed_differences(item, other, f"{place}/{index}")


def _json_differences(expected: Any, written: Any, place: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(written, dict):
        if expected.keys() != written.keys():
            yield f"{place} has other members: {sorted(expected.keys() ^ written.keys())}"
            return
        for member, value in expected.items():
            yield from _json_differences(value, written[member], f"{place}/{member}")
    elif isinstance(expected, list) and isinstance(written, list):
        if len(expected) != len(written):
            yield f"{place} has {len(written)} items, not {len(expected)}"
            return
        for index, (item, other) in enumerate(zip(expected, written, strict=True)):
            yield from _json_differences(item, other, f"{place}/{index}")
    elif place.endswith("At") and isinstance(expected, str) and isinstance(written, str):
        if _moment(expected) != _moment(written):
            yield f"{place} is {written}, not the time {expected}"
    elif expected != written:
        yield f"{place} is {written!r}, not {expected!r}"


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
