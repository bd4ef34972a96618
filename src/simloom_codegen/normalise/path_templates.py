"""The variables in a path, with names the generator can read.

The name of a path parameter never goes on the wire, so it may be changed freely.
"""

from __future__ import annotations

import re

from attrs import frozen

from simloom_codegen.normalise.naming import ascii_only, python_name

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LEGAL = re.compile(r"[a-zA-Z_-][a-zA-Z0-9_-]*")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]+")


@frozen
class Template:
    """A path with legal variables; `variables` has the vendor's spelling and the name now."""

    path: str
    variables: list[tuple[str, str]]


def repaired(path: str, suffix: str = "") -> Template:
    """Return the path with variables of different Python names, no other braces.

    `suffix` is put behind each name that changes, for a path that would be another one's equal.
    """
    taken: set[str] = set()
    variables: list[tuple[str, str]] = []
    parts: list[str] = []
    end = 0
    for match in _VARIABLE.finditer(path):
        parts.append(_literal(path[end : match.start()]))
        name = _unique(_legal(match[1], suffix), taken, suffix)
        variables.append((match[1], name))
        parts.append("{" + name + "}")
        end = match.end()
    parts.append(_literal(path[end:]))
    return Template("".join(parts), variables)


def _literal(text: str) -> str:
    """Escape braces without a partner: they are text."""
    return text.replace("{", "%7B").replace("}", "%7D")


def _legal(spelled: str, suffix: str) -> str:
    if _LEGAL.fullmatch(spelled):
        return spelled
    # `{id:[0-9]+}`, `{+path}` and `{ids*}` are how routers and URI templates write it.
    name = _ILLEGAL.sub("_", ascii_only(spelled.split(":", maxsplit=1)[0])).strip("_") or "value"
    name = name if _LEGAL.fullmatch(name) else f"value_{name}"
    return name + suffix


def _unique(name: str, taken: set[str], suffix: str) -> str:
    wanted, number = name, 1
    while python_name(wanted) in taken:
        number += 1
        wanted = f"{name}{number}{suffix}"
    taken.add(python_name(wanted))
    return wanted
