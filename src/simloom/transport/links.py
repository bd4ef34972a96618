"""Vendor links, rebuilt: a token never goes where an answer points.

Telekom M2M's links name internal hosts (`http://172.19.14.203:8083/v1/partners/…`), Business Smart
Connect's `Location` may name another brand's host. Only the known part of the path is taken over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from simloom.errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARAMETER = re.compile(r"\{[^{}]+\}")


def path_of(href: str, templates: Sequence[str]) -> str:
    """Return the part of a link that is one of the known paths, fit for the configured base URL.

    `templates` are wire paths such as `/partners/{partner_id}/sims/actions/{signup_id}`. The match
    is at the end of the link's path, segment by segment; anything else is an `InvalidParameter`:
    unknown links are never followed.
    """
    try:
        segments = [part for part in urlsplit(href).path.split("/") if part]
    except ValueError:
        raise InvalidParameter("a link of the vendor is not a URL") from None
    for template in templates:
        wanted = [part for part in template.split("/") if part]
        found = segments[-len(wanted) :]
        if len(found) == len(wanted) and all(map(_fits, found, wanted)):
            return "/" + "/".join(found)
    raise InvalidParameter("a link of the vendor leads to no operation that we know")


def last_segment(href: str) -> str:
    """Return the last path segment of a link, e.g. the order number of a `Location`."""
    path = urlsplit(href).path.rstrip("/")
    segment = path.rpartition("/")[2]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", segment):
        raise InvalidParameter("a link of the vendor does not end in an identifier")
    return segment


def _fits(segment: str, wanted: str) -> bool:
    if _PARAMETER.fullmatch(wanted):
        text = unquote(segment)
        return text not in {".", ".."} and "/" not in text and "\\" not in text
    return segment == wanted
