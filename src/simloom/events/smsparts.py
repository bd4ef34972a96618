"""Messages from SIMs that come in parts, put together; pure.

A part says how many there are, which it is, and a reference that all of them have. They come in any
order, some of them twice, and the reference is used again for a later message.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve

from simloom.events.smstext import whole_text
from simloom.events.types import SmsReceived

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simloom.models import Event

T = TypeVar("T")

MOST_PARTS = 255
"""The number of parts is one octet (3GPP TS 23.040, 9.2.3.24.1)."""


def group_of(event: Event) -> str | None:
    """Return a text that the parts of one message share, None for what is no such part."""
    if not isinstance(event, SmsReceived) or event.reference is None:
        return None
    part, parts = event.part, event.parts
    if part is None or parts is None or not 1 <= part <= parts <= MOST_PARTS or parts == 1:
        return None
    named = (event.provider, event.iccid or event.msisdn or "", event.reference, str(parts))
    return hashlib.sha256("\0".join(named).encode("utf-8", "surrogatepass")).hexdigest()


def complete(parts: int, arrived: Iterable[tuple[int, T]]) -> list[T] | None:
    """Return one message's parts in order, None while one is missing.

    `arrived` are pairs of the number of a part and the part, oldest first. Of a part that is there
    twice the oldest is taken; the other belongs to the next message with the reference.
    """
    found: dict[int, T] = {}
    for number, part in arrived:
        found.setdefault(number, part)
    if any(number not in found for number in range(1, parts + 1)):
        return None
    return [found[number] for number in range(1, parts + 1)]


def join(parts: Sequence[SmsReceived]) -> SmsReceived:
    """Return one message of all its parts, which are in order; `raw` is the list of theirs."""
    first = parts[0]
    texts = [part.text for part in parts]
    datas = [part.payload for part in parts]
    return evolve(
        first,
        text=whole_text("".join(text or "" for text in texts)) if any(texts) else first.text,
        payload=b"".join(data or b"" for data in datas) if any(datas) else first.payload,
        part=None,
        raw=[part.raw for part in parts],
    )
