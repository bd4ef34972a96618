"""JSON text into plain data, with a line and a pointer where a key is there twice."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from simloom_codegen.errors import DocumentError
from simloom_codegen.read_yaml import MAX_DEPTH, duplicate_key, too_deep

_STRINGS_AND_BRACES = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|[{}]')


class _Repeated(NamedTuple):
    """Stands where an object repeats a key, until its place is known."""

    key: str
    ended_before: int  # how many objects ended before this one


def is_json(text: str) -> bool:
    """Tell whether the text has the syntax of JSON."""
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError:
        return False
    except (ValueError, RecursionError):
        return True  # JSON, of a kind that `read` refuses with a reason
    return True


def read(text: str, *, name: str) -> Any:
    """Return the data of a JSON text; `name` is the file in errors."""
    ended = 0
    repeated: list[_Repeated] = []

    def collect(pairs: list[tuple[str, Any]]) -> Any:
        nonlocal ended
        ended += 1
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        keys = [key for key, _ in pairs]
        twice = next(key for index, key in enumerate(keys) if key in keys[:index])
        repeated.append(_Repeated(twice, ended - 1))
        return repeated[-1]

    try:
        # Not strict: a tab or a line break within a text harms nobody.
        data = json.loads(
            text, strict=False, object_pairs_hook=collect, parse_constant=_refuse_constant
        )
        _check_numbers_and_depth(data, name)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}: not JSON: {error.msg}", file=name, remedy="repair the JSON"
        ) from error
    except RecursionError as error:
        raise too_deep(name) from error
    except ValueError as error:
        raise DocumentError(str(error), file=name, remedy="repair the number") from error
    for found in repeated:
        raise duplicate_key(
            found.key, _line_of_second(text, found), _place_of(data, found), name=name
        )
    if "\\ud" in text.lower():
        _check_surrogates(data, name)
    return data


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is not a JSON number")


def _check_numbers_and_depth(data: Any, name: str) -> None:
    level = [data]
    for _ in range(MAX_DEPTH + 1):
        if any(isinstance(node, float) and abs(node) == float("inf") for node in level):
            raise ValueError("a number is too large")
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise too_deep(name)


def _check_surrogates(data: Any, name: str) -> None:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            "a string holds half of a surrogate pair", file=name, remedy="repair the escape"
        ) from error


def _place_of(data: Any, target: _Repeated) -> tuple[object, ...]:
    pending: list[tuple[tuple[object, ...], Any]] = [((), data)]
    while pending:
        place, node = pending.pop()
        if node is target:
            return place
        if isinstance(node, dict):
            pending.extend(((*place, key), child) for key, child in node.items())
        elif isinstance(node, list):
            pending.extend(((*place, index), child) for index, child in enumerate(node))
    return ()  # inside an object that repeats a key itself


def _line_of_second(text: str, found: _Repeated) -> int:
    """Return the line where the object in question has the key for the second time.

    The decoder says nothing about positions, but it builds objects in the order of their closing
    braces.
    """
    opened: list[list[int]] = []  # per open object: where it has that key
    ended = 0
    for match in _STRINGS_AND_BRACES.finditer(text):
        string, colon = match.groups()
        if string is not None:
            if colon and json.loads(string, strict=False) == found.key:
                opened[-1].append(match.start())
        elif match[0] == "{":
            opened.append([])
        else:
            places = opened.pop()
            if ended == found.ended_before:
                return text.count("\n", 0, places[1]) + 1
            ended += 1
    raise AssertionError("the object that repeats a key is in the text")
