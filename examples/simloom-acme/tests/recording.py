"""Cassettes: what the client asks the stand-in and what it answers, to be reviewed and replayed.

`nox -s record` writes them anew, the same bytes for the same code: the stand-in's clock stands
still. Secrets are masked on the way into a file.
"""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import vcr  # type: ignore[import-untyped]
from vcr.request import Request  # type: ignore[import-untyped]

import simloom
from simloom.capabilities import Verb
from simloom.errors import SimloomError
from simloom.models import SimStatus
from standin import KEY, StandIn, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom import SimClient

    Scene: TypeAlias = Callable[[SimClient, Callable[[float], None]], Any]

FOLDER = Path(__file__).parents[1] / "cassettes"
ORIGIN = "https://api.acme.example"
"""The vendor's own address; in cassettes it is in the place of the stand-in's."""
START = 1_767_225_600.0
"""2026-01-01, where the stand-in's clock stands."""
MASK = "***"
KEPT = ("accept", "content-type", "retry-after", "x-api-key")
"""Headers; any other is of one run, or of the connection."""
SECRET = re.compile(r'("puk"\s*:\s*)"[^"]*"')
ALIKE = ("method", "scheme", "host", "port", "path", "query", "headers", "body")


def all_pages(acme: SimClient, _: Callable[[float], None]) -> Any:
    """Read all cards in pages of ten."""
    return [(sim.iccid, sim.status.value, sim.msisdn) for sim in acme.sims(page_size=10)]


def partly_failed_job(acme: SimClient, pass_time: Callable[[float], None]) -> Any:
    """Pause six cards with one request; the job fails for those in stock."""
    iccids = [sim.iccid for sim in acme.sims()][:6]
    state = acme.run(acme.provider.bulk(Verb.SUSPEND, iccids))
    pass_time(1)
    ended = acme.run(acme.provider.refresh(state))
    sims = {iccid: [status.value, why] for iccid, (status, why) in ended.sims.items()}
    return [state.status.value, ended.status.value, sims]


def cancelled_and_too_late(acme: SimClient, pass_time: Callable[[float], None]) -> Any:
    """Cancel the end of a card; end it, and try to cancel when it is over."""
    iccid = _first(acme, SimStatus.ACTIVE)
    cancelled = acme.terminate(iccid).cancel().status
    action = acme.terminate(iccid)
    pass_time(1)
    action.refresh()
    return [cancelled.value, action.status.value, _refusal(action.cancel)]


def a_message(acme: SimClient, _: Callable[[float], None]) -> Any:
    """Send a message to a card that is live, and to one that is not."""
    iccid = _first(acme, SimStatus.ACTIVE)
    sent = acme.send_sms(iccid, "on")
    stock = _first(acme, SimStatus.INVENTORY)
    heard = [[sms.id, sms.text, sms.status] for sms in acme.messages(iccid)]
    return [sent.id, heard, _refusal(lambda: acme.send_sms(stock, "on"))]


def _first(acme: SimClient, status: SimStatus) -> str:
    return next(sim.iccid for sim in acme.sims(page_size=5) if sim.status is status)


def _refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except SimloomError as error:
        return type(error).__name__
    return ""


SCENES: dict[str, Scene] = {
    "all-pages": all_pages,
    "partly-failed-job": partly_failed_job,
    "cancelled-and-too-late": cancelled_and_too_late,
    "a-message": a_message,
}


def act(name: str, address: str, pass_time: Callable[[float], None] = lambda _: None) -> Any:
    """Play a scene and return what came of it."""
    settings: dict[str, Any] = {"base_url": address, "api_key": KEY, "keep_index": False}
    with simloom.connect("acme", **settings) as acme:
        return SCENES[name](acme, pass_time)


def record(name: str, folder: Path = FOLDER) -> Any:
    """Write the cassette of a scene and return what came of it."""
    path = folder / f"{name}.yaml"
    path.unlink(missing_ok=True)
    vendor = StandIn(clock=lambda: START)
    with running(vendor) as address, tape(address).use_cassette(path, record_mode="all"):
        return act(name, address, vendor.advance)


@contextmanager
def replayed(name: str) -> Iterator[Any]:
    """Answer from a cassette; a request that it does not have is refused, and never sent."""
    with tape(ORIGIN).use_cassette(FOLDER / f"{name}.yaml", record_mode="none") as played:
        yield played


def tape(address: str) -> vcr.VCR:
    """Return vcrpy, set up to mask and to forget the address."""

    def asked(request: Request) -> Request:
        headers = dict(kept(request.headers))
        body = request.body
        return Request(
            request.method,
            request.uri.replace(address, ORIGIN),
            masked(body.decode()).encode() if isinstance(body, bytes) and body else None,
            {name: MASK if name == "x-api-key" else text for name, text in headers.items()},
        )

    def answered(response: dict[str, Any]) -> dict[str, Any]:
        text = masked(response["body"]["string"].decode())
        headers = {name: [text] for name, text in kept(response["headers"])}
        return {**response, "headers": headers, "body": {"string": text.encode()}}

    return vcr.VCR(match_on=ALIKE, before_record_request=asked, before_record_response=answered)


def kept(headers: Any) -> Iterator[tuple[str, str]]:
    """Yield the headers that a cassette has, names in small letters."""
    for name, given in sorted(headers.items(), key=lambda pair: str(pair[0]).lower()):
        text = given[0] if isinstance(given, list) else given
        if name.lower() in KEPT:
            yield name.lower(), text.decode() if isinstance(text, bytes) else str(text)


def masked(text: str) -> str:
    """Return a text without the key and without PUKs."""
    return SECRET.sub(rf'\1"{MASK}"', text).replace(KEY, MASK)


if __name__ == "__main__":
    for scene in sys.argv[1:] or SCENES:
        record(scene)
