"""The routes of the streams, and what `/_sandbox` says and does about events."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from simloom.sandbox.answers import json_answer
from simloom.sandbox.events.catalogue import EVENT_KINDS, PATH, PROVIDER
from simloom.sandbox.events.feed import FeedStream
from simloom.sandbox.events.horizon import Horizon
from simloom.sandbox.events.samples import sample
from simloom.sandbox.messages import strict_json
from simloom.sandbox.populations.telekom_m2m import SUPERUNIT
from simloom.sandbox.vendors.telekom_m2m.applications import FULL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from simloom.sandbox.emulator import Emulator

_LARGEST = 1024 * 1024
_TEXTS = ("id", "type", "source", "partnerID", "subscriptionId", "eventType")


class Unusable(ValueError):
    """What was sent to `/_sandbox` makes no sense; the text says why."""


def event_routes(emulator: Emulator) -> list[Route]:
    """Return the routes of streams and events."""
    horizon, admin = Horizon(emulator), EventAdmin(emulator)
    stream = f"{PATH}/{{event_type}}/{{subscription}}"

    async def feed(request: Request) -> Any:
        return FeedStream(emulator.feed, request.headers.get("last-event-id"))

    return [
        Route(f"{PATH}/{{event_type}}", horizon.head, methods=["HEAD"]),
        Route(stream, horizon.stream, methods=["GET", "HEAD"]),
        Route(f"{stream}/terminate", horizon.terminate, methods=["POST"]),
        Route("/_sandbox/events", admin.events, methods=["GET"]),
        Route("/_sandbox/events", admin.publish, methods=["POST"]),
        Route("/_sandbox/streams", admin.streams, methods=["GET"]),
        Route("/_sandbox/streams/settings", admin.change, methods=["PUT"]),
        Route("/_sandbox/subscriptions", admin.subscribe, methods=["POST"]),
        Route("/_sandbox/stream", feed, methods=["GET"]),
    ]


class EventAdmin:
    """Shows events and streams, and makes some."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._desk = emulator.events

    async def events(self, _request: Request) -> Response:
        """Show what was published."""
        self._emulator.settle()
        return json_answer(self._desk.events())

    async def streams(self, _request: Request) -> Response:
        """Show open and ended streams and all subscriptions."""
        return json_answer(self._desk.streams())

    async def publish(self, request: Request) -> Response:
        """Publish an event by hand; without data one like the document's example."""
        try:
            event = self._published(await body_of(request))
        except Unusable as error:
            return json_answer({"error": str(error)}, 400)
        shown = {"number": event.number, "id": event.id, "eventType": event.stream}
        return json_answer(shown, 201)

    async def subscribe(self, request: Request) -> Response:
        """Add a subscription, of the demo application unless another is named."""
        try:
            made = self._desk.subscribe(*_subscription(await body_of(request)))
        except ValueError as error:
            return json_answer({"error": str(error)}, 400)
        path = f"{PATH}/{made.event_type}/{made.id}"
        return json_answer(made.shown() | {"path": path}, 201)

    async def change(self, request: Request) -> Response:
        """Change idle time, retention and the number of streams."""
        try:
            given = _settings(await body_of(request))
        except ValueError as error:
            return json_answer({"error": str(error)}, 400)
        self._desk.idle = float(given.get("idle", self._desk.idle))
        self._desk.retention = float(given.get("retention", self._desk.retention))
        self._desk.most = int(given.get("maxConnections", self._desk.most))
        return json_answer(self._desk.streams()["settings"])

    def _published(self, given: Mapping[str, Any]) -> Any:
        only_known(given, {*_TEXTS, "data", "time"})
        for name in _TEXTS:
            if name in given and not (isinstance(given[name], str) and given[name]):
                raise Unusable(f"{name} is a text")
        stream: str = given.get("eventType") or given.get("type", "")
        if stream not in EVENT_KINDS:
            raise Unusable(
                f"eventType (or type) is one of {', '.join(EVENT_KINDS)}; an event of another type"
                " needs the eventType of the stream that it goes to"
            )
        replaced = {name: given[name] for name in ("id", "type", "source") if name in given}
        if "eventType" not in given:
            replaced.pop("type")
        partner = given.get("partnerID")
        moment = _moment(given["time"]) if "time" in given else None
        data = given.get("data")
        if data is None:
            data = self._sample(stream, partner or SUPERUNIT)
        elif not isinstance(data, dict):
            raise Unusable("data is an object")
        return self._desk.publish(
            stream,
            data,
            moment=moment,
            partner=partner,
            only=given.get("subscriptionId"),
            **replaced,
        )

    def _sample(self, stream: str, partner: str) -> dict[str, Any]:
        def details(vendor: Any) -> Mapping[str, Any]:
            records = (vendor.live.record(index) for index in vendor.live.indexes[:50])
            found: Mapping[str, Any] | None = next(
                (record for record in records if record["status"] == "Productive"), None
            )
            return found or {"iccid": "8949020000000000000"}

        sim = self._emulator.visit(PROVIDER, details)
        return sample(stream, partner, sim, self._emulator.world.clock.now())


def _subscription(given: Mapping[str, Any]) -> tuple[str, str, str, tuple[str, ...] | None]:
    only_known(given, {"eventType", "subscriptionId", "application", "partners"})
    for name in ("eventType", "subscriptionId"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise Unusable(f"{name} is a text")
    partners = given.get("partners")
    if partners is not None and not isinstance(partners, list):
        raise Unusable("partners is a list of texts")
    return (
        given["eventType"],
        given["subscriptionId"],
        str(given.get("application", FULL.client_id)),
        None if partners is None else tuple(map(str, partners)),
    )


def _settings(given: Mapping[str, Any]) -> Mapping[str, Any]:
    only_known(given, {"idle", "retention", "maxConnections"})
    for name, value in given.items():
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or value < 0:
            raise Unusable(f"{name} is a number, 0 or more")
    return given


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body. Raises Unusable for anything else."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST:
            raise Unusable(f"bodies may have at most {_LARGEST} bytes")
    try:
        given = strict_json(bytes(body))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Unusable("the body has to be a JSON object")
    return given


def only_known(given: Mapping[str, Any], known: set[str]) -> None:
    """Raise Unusable for a member that means nothing here, such as a misspelt one."""
    for name in given:
        if name not in known:
            raise Unusable(f"{name} is not known; there are: {', '.join(sorted(known))}")


def _moment(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unusable("time is a time with a zone, such as 2026-01-31T12:00:00Z")
    return moment.astimezone(UTC)
