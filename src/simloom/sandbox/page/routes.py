"""The routes of the page, and what its scripts ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from simloom.sandbox.answers import json_answer
from simloom.sandbox.anyspec.vendor import AnyVendor
from simloom.sandbox.clock import ManualClock
from simloom.sandbox.emulator import ADMIN, Emulator
from simloom.sandbox.events.routes import Unusable, body_of, only_known
from simloom.sandbox.page import swagger
from simloom.sandbox.page.calls import Caller
from simloom.sandbox.page.changes import CHANGES, Change
from simloom.sandbox.page.faultform import fault_form
from simloom.sandbox.page.files import DOCS_POLICY, Files
from simloom.sandbox.page.guard import Guard
from simloom.sandbox.page.sims import LARGEST_PAGE, START, BadQuestion, Cursor, Directory, label_of
from simloom.sandbox.page.timing import Timed, Timings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

_RECENT = 200
_MANY = 30


class Page:
    """The page of one sandbox: `routes` to serve, `middleware` around everything."""

    def __init__(self, emulator: Emulator, host: str) -> None:
        self._emulator = emulator
        self._files = Files()
        self._directory = Directory(emulator)
        self._caller = Caller(emulator)
        self._timings = Timings()
        emulator.on_request(self._timings.hear)
        self.middleware: list[Middleware] = [
            Middleware(Guard, host=host),
            Middleware(Timed, timings=self._timings),
        ]
        admin = f"/{ADMIN}"
        self.routes: list[BaseRoute] = [
            Route("/", self.index, methods=["GET"]),
            Route(f"{admin}/page/{{name}}", self.file, methods=["GET"]),
            Route(f"{admin}/overview", self.overview, methods=["GET"]),
            Route(f"{admin}/timings", self.timings, methods=["GET"]),
            Route(f"{admin}/sims", self.sims, methods=["GET"]),
            Route(f"{admin}/sim", self.sim, methods=["GET"]),
            Route(f"{admin}/sim/change", self.change, methods=["POST"]),
            Route(f"{admin}/docs/{{provider}}", self.docs, methods=["GET"]),
            Route(f"{admin}/docs/{{provider}}/openapi.json", self.document, methods=["GET"]),
            Route(f"{admin}/docs/{{provider}}/login", self.login, methods=["GET"]),
            Route(f"{admin}/swagger/{{name}}", self.asset, methods=["GET"]),
        ]

    async def index(self, _request: Request) -> Response:
        """Return the page."""
        return self._files.answer("index.html") or _nothing()

    async def file(self, request: Request) -> Response:
        """Return one of its files."""
        return self._files.answer(request.path_params["name"]) or _nothing()

    async def overview(self, _request: Request) -> Response:
        """Return the vendors with counts, the clock, and the last things that happened."""
        emulator, last = self._emulator, self._emulator.feed.count
        emulator.settle()
        vendors = [
            {
                "id": name,
                "label": label_of(name).title,
                "notes": self._notes(name),
                **self._directory.counts(name),
                "operations": emulator.operations(name),
            }
            for name in emulator.providers
        ]
        recent = emulator.feed.after(max(0, last - _RECENT))
        return json_answer(
            {
                "seed": emulator.world.seed,
                "last": last,
                "clock": self._clock(),
                "vendors": vendors,
                "effects": fault_form(),
                "recent": [
                    {"id": number, "kind": kind, "data": data}
                    for number, kind, data in recent
                    if kind != "gap"
                ],
            }
        )

    async def timings(self, request: Request) -> Response:
        """Return how long answers took, after a place; the clock; and counts by status."""
        try:
            place = _number(request, "after", 0, 0, 10**15)
        except BadQuestion as error:
            return json_answer({"error": str(error)}, 400)
        self._emulator.settle()
        counts = {name: self._directory.counts(name) for name in self._emulator.providers}
        return json_answer(
            {**self._timings.after(place), "clock": self._clock(), "vendors": counts}
        )

    async def sims(self, request: Request) -> Response:
        """Return a page of SIMs, or what a search found."""
        given = request.query_params
        try:
            provider = self._provider(given.get("provider"))
            size = _number(request, "size", 25, 1, LARGEST_PAGE)
            status = given.get("status") or None
            text = given.get("q", "").strip()
            if text:
                cursor = Cursor.of(given["cursor"]) if "cursor" in given else START
                return json_answer(
                    await self._directory.search(provider, text, status, cursor, size)
                )
            page = _number(request, "page", 1, 1, 10**9)
        except BadQuestion as error:
            return json_answer({"error": str(error)}, 400)
        self._emulator.settle()
        return json_answer(self._directory.page(provider, page, size, status))

    async def sim(self, request: Request) -> Response:
        """Return a SIM with its effects and what can be done to it."""
        try:
            provider = self._provider(request.query_params.get("provider"))
        except BadQuestion as error:
            return json_answer({"error": str(error)}, 400)
        found = self._directory.details(provider, request.query_params.get("iccid", ""))
        if found is None:
            return json_answer({"error": f"{provider} has no SIM with this ICCID"}, 404)
        changes = [change.shown(found["status"]) for change in CHANGES.get(provider, ())]
        return json_answer(found | {"provider": provider, "changes": changes})

    async def change(self, request: Request) -> Response:
        """Carry out one of the vendor's own operations, and return what the vendor answered."""
        try:
            given = await body_of(request)
            only_known(given, {"provider", "iccid", "change", "text"})
            provider = self._provider(given.get("provider"))
            change, text = _change(provider, given)
        except (BadQuestion, Unusable) as error:
            return json_answer({"error": str(error)}, 400)
        found = self._emulator.visit(provider, lambda vendor: _target(vendor, given.get("iccid")))
        if found is None:
            return json_answer({"error": f"{provider} has no SIM with this ICCID"}, 404)
        sim, partner = found
        path = change.path.format(iccid=sim["iccid"], partner=partner)
        body = None if change.body is None else change.body(sim, text)
        reply = self._caller.send(provider, change.method, path, body)
        self._emulator.settle()
        return json_answer(
            {
                "method": change.method,
                "path": path,
                "operation": change.operation,
                "status": reply.status,
                "body": reply.body,
                "reason": reply.reason,
            }
        )

    async def docs(self, request: Request) -> Response:
        """Return Swagger UI for a vendor."""
        answer = self._files.answer("docs.html", DOCS_POLICY)
        known = request.path_params["provider"] in self._emulator.providers
        return answer if known and answer is not None else _nothing()

    async def document(self, request: Request) -> Response:
        """Return a vendor's spec with the addresses of this sandbox."""
        provider = request.path_params["provider"]
        if provider not in self._emulator.providers:
            return _nothing()
        spec = self._emulator.vendor(provider).read_spec()
        return json_answer(swagger.document(spec, str(request.base_url).rstrip("/")))

    async def login(self, request: Request) -> Response:
        """Return the demo credentials as Swagger UI wants them."""
        provider = request.path_params["provider"]
        if provider not in self._emulator.providers:
            return _nothing()
        root = str(request.base_url).rstrip("/")
        vendor, address = self._emulator.vendor(provider), self._emulator.address(provider, root)
        told = (
            vendor.docs_login(address.token_url)
            if isinstance(vendor, AnyVendor)
            else swagger.login(address)
        )
        # Dozens of open operations take a browser seconds to draw.
        expand = "list" if len(self._emulator.operations(provider)) < _MANY else "none"
        return json_answer(told | {"expand": expand})

    async def asset(self, request: Request) -> Response:
        """Return a file of Swagger UI."""
        name = request.path_params["name"]
        if name not in swagger.ASSETS:
            return _nothing()
        try:
            path = swagger.asset(name)
        except swagger.AssetsMissing as error:
            return json_answer({"error": str(error)}, 404)
        headers = {"Cache-Control": "max-age=3600"}
        return FileResponse(path, headers=headers, media_type=swagger.ASSETS[name])

    def _notes(self, provider: str) -> list[str]:
        """Return what the sandbox could not tell from the document of a vendor of a user."""
        vendor = self._emulator.vendor(provider)
        return vendor.notes() if isinstance(vendor, AnyVendor) else []

    def _clock(self) -> dict[str, Any]:
        """Return the sandbox's time, and whether it moves by itself."""
        clock = self._emulator.world.clock
        moves = not isinstance(clock, ManualClock)
        return {"now": clock.now().isoformat(), "moves": moves}

    def _provider(self, name: str | None) -> str:
        if name not in self._emulator.providers:
            raise BadQuestion(f"provider is one of {', '.join(self._emulator.providers)}")
        return str(name)


def _change(provider: str, given: Mapping[str, Any]) -> tuple[Change, str]:
    known = {change.name: change for change in CHANGES.get(provider, ())}
    change, text = known.get(str(given.get("change"))), given.get("text", "")
    if not known:
        raise BadQuestion(f"the page has no changes for {provider}: send requests to it")
    if change is None:
        raise BadQuestion(f"change is one of {', '.join(known)}")
    if not isinstance(text, str) or len(text) > change.longest:
        raise BadQuestion(f"text is a text of at most {change.longest} characters")
    return change, text


def _target(vendor: Any, iccid: Any) -> tuple[dict[str, Any], str] | None:
    """Return the SIM and its partner, which only one vendor has."""
    index = vendor.live.find("iccid", iccid) if isinstance(iccid, str) else None
    if index is None:
        return None
    partner = vendor.partner_of(index) if hasattr(vendor, "partner_of") else ""
    return vendor.live.record(index), partner


def _number(request: Request, name: str, default: int, low: int, high: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 17 and low <= int(text) <= high):
        raise BadQuestion(f"{name} is a whole number from {low} to {high}")
    return int(text)


def _nothing() -> Response:
    return json_answer({"error": "there is nothing here"}, 404)
