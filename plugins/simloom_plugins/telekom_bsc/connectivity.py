"""What the network says about a SIM right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from simloom.errors import DecodeError
from simloom.models import Connectivity
from simloom.plugins.values import part, text, whole
from simloom.runtime.decoding import parse_json
from simloom_clients.telekom_bsc import models
from simloom_plugins.telekom_bsc.mapping import ID

if TYPE_CHECKING:
    from simloom.runtime import Response

_ATTACHED = ("assumedidle", "camelbusy")
_UNREACHABLE = "netdetnotreachable"
"""Subscriber states of 3GPP TS 29.002; that the vendor passes them on is inferred from its example
`not_provided_from_vlr`, which says neither."""


def to_connectivity(iccid: str, answer: Response[models.ConnectivityInfo]) -> Connectivity:
    """Map attachment and radio cell; the vendor gives codes of the network, not its name."""
    info = _with_location(answer)
    subscriber = part(info.subscriber_info, models.SubscriberInfo) or models.SubscriberInfo()
    place = part(subscriber.location, models.SubscriberLocation) or models.SubscriberLocation()
    cell = part(place.cell_global_id, models.CellGlobalId) or models.CellGlobalId()
    return Connectivity(
        provider=ID,
        iccid=iccid,
        online=_online(text(subscriber.state) or ""),
        mcc=text(cell.mcc),
        mnc=text(cell.mnc),
        cell_id=whole(cell.cid),
        raw=info,
    )


def _online(state: str) -> bool | None:
    word = state.replace("_", "").lower()
    if word.startswith(_UNREACHABLE):
        return False
    return True if word in _ATTACHED else None


def _with_location(answer: Response[models.ConnectivityInfo]) -> models.ConnectivityInfo:
    """Put the location where it belongs: in 2019 its members sat in `subscriber_info` itself."""
    info = answer.parsed
    subscriber = part(info.subscriber_info, models.SubscriberInfo)
    if subscriber is None or part(subscriber.location, models.SubscriberLocation) is not None:
        return info
    try:
        members = parse_json(answer.content)["subscriber_info"]
        location = models.SubscriberLocation.from_dict(members)
    except DecodeError:
        return info
    if location == models.SubscriberLocation():
        return info
    return evolve(info, subscriber_info=evolve(subscriber, location=location))
