"""Whether a plugin and this library stand on the same surface."""

from __future__ import annotations

import re

from simloom.plugins.places import kind_of

_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")


def version_fault(told: object, ours: str) -> str | None:
    """Return why a plugin that was made for version `told` of the surface cannot be used.

    Another major version has other names. A later minor version has names that are not here, and
    questions that nobody would ask; an earlier one is fine.
    """
    match = _VERSION.fullmatch(told) if isinstance(told, str) else None
    if match is None:
        given = repr(told[:20]) if isinstance(told, str) else kind_of(told)
        return (
            f"its api_version is {given}, not the version of the plugin surface as text: write "
            f'api_version = "{ours}"'
        )
    major, minor = (int(part) for part in match.groups())
    our_major, our_minor = (int(part) for part in ours.split("."))
    made = f"it is made for version {told} of the plugin surface, this simloom has {ours}"
    if major < our_major:
        return f"{made}: its author has to adapt it; until then use an earlier simloom"
    if (major, minor) > (our_major, our_minor):
        return f"{made}: upgrade simloom"
    return None
