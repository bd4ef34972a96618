"""The Python names of an operation's parameters, as the generator finds them.

It gives up on the whole operation when two parameters still have one name after its second attempt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise.naming import python_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simloom_codegen.normalise.walk import Node

_LOCATIONS = ("path", "query", "header", "cookie")
_RESERVED = frozenset({"client", "url"})


class _Parameter:
    __slots__ = ("location", "name", "python")

    def __init__(self, location: str, name: str) -> None:
        self.location = location
        self.name = name
        self.python = python_name(name)

    @property
    def key(self) -> tuple[str, str]:
        return self.location, self.name

    def add_location(self) -> None:
        self.python = python_name(f"{self.python}_{self.location}")


def are_distinct(parameters: Iterable[Node]) -> bool:
    """Tell whether the generator finds a Python name of its own for each parameter."""
    found = [_Parameter(parameter["in"], parameter["name"]) for parameter in parameters]
    found.sort(key=lambda parameter: _LOCATIONS.index(parameter.location))
    changed: set[tuple[str, str]] = set()
    if not _attempt(found, changed) or (changed and not _attempt(found, changed)):
        return False
    return len({parameter.python for parameter in found}) == len(found)


def _attempt(parameters: list[_Parameter], changed: set[tuple[str, str]]) -> bool:
    used: dict[str, _Parameter] = {}
    for parameter in parameters:
        if parameter.python in _RESERVED:
            parameter.add_location()
            changed.add(parameter.key)
            continue
        other = used.pop(parameter.python, None)
        if other is None:
            used[parameter.python] = parameter
            continue
        if not changed.isdisjoint({other.key, parameter.key}):
            return False
        if other.location != parameter.location:
            other.add_location()
            parameter.add_location()
        else:
            other.python = python_name(other.name, as_written=True)
            parameter.python = python_name(parameter.name, as_written=True)
        changed.update({other.key, parameter.key})
        used[parameter.python] = parameter
        used[other.python] = other
    return True
