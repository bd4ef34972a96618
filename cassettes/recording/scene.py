"""A scene: what a client does, told once and acted out twice, to record it and to play it back."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from simloom.errors import SimloomError
from simloom.events.webhooks import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassettes.recording.stage import Stage
    from simloom.models import Event
    from simloom.runtime import Operation, Request, Response

T = TypeVar("T")
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""The time at which scenes begin, unless they say otherwise."""
_OF_THE_SUPERUNIT = 48
"""The first SIMs of every 60 belong to the superunit of the M2M Service Portal."""
_EXPIRED, _FAILING = 13, 17  # of every 19: these go wrong


class Scene:
    """A client of one vendor, opened when it is first used, and what it got to hear.

    `answers` are the answers to what `send` sent.
    """

    def __init__(self, provider: str, stage: Stage) -> None:
        self.provider = provider
        self.stage = stage
        self.answers: list[tuple[Request[Any], Response[Any]]] = []
        self._opened: list[Any] = []
        self._client: Any = None

    @property
    def client(self) -> Any:
        """The client with the usual credentials."""
        if self._client is None:
            self._client = self.connect()
        return self._client

    def connect(self, application: str | None = None, **settings: Any) -> Any:
        """Return another client; it is closed at the end of the scene."""
        made = self.stage.connect(self.provider, application, **settings)
        self._opened.append(made)
        return made

    def send(self, request: Request[T]) -> T:
        """Send a request of a generated client and return the typed answer."""
        response: Response[T] = self.client.send_detailed(request)
        self.answers.append((request, response))
        return response.parsed

    def listed(self, page_size: int) -> dict[str, Any]:
        """Read all SIMs, page by page, and tell how many there are and which is the last."""
        self.client.provider.pages_ahead = 1  # threads that read ahead come in any order
        found = list(self.client.sims(page_size=page_size))
        return {"SIMs": len(found), "last": found[-1].iccid}

    def refusal(self, act: Callable[[], object]) -> list[Any]:
        """Return kind and status of the error that something has to end with."""
        try:
            act()
        except SimloomError as error:
            return [type(error).__name__, getattr(error, "status", None)]
        raise RuntimeError("this was not refused")

    def sims(self, count: int, **wanted: Any) -> list[str]:
        """Return the ICCIDs of SIMs with these values, as the sandbox's seed made them.

        None asks for what is not there, `option` for an option that is booked.
        """
        told = ", ".join(f"{name} {value}" for name, value in wanted.items()) or "any"
        name = f"{count} SIMs, {told}" if count > 1 else f"SIM, {told}"
        found: list[str] = self.stage.given(
            name, lambda sandbox: _found(sandbox, self.provider, count, wanted)
        )
        return found

    def sim(self, **wanted: Any) -> str:
        """Return the ICCID of such a SIM."""
        return self.sims(1, **wanted)[0]

    def webhooks(self, count: int) -> list[Event]:
        """Return the events that so many webhooks brought so far."""
        return [
            parse(self.provider, one.method, one.headers, one.body)
            for one in self.stage.received(count)
        ]

    def close(self) -> None:
        """Close the clients."""
        for client in self._opened:
            client.close()


@frozen(kw_only=True)
class Told:
    """A scene's script. `name` is that of its cassette, below the folder of the vendor.

    `awaited` is False for what needs a client that blocks.
    """

    provider: str
    name: str
    act: Callable[[Scene], Any]
    operation: Operation[Any] | None = None
    start: dt.datetime = START
    awaited: bool = True

    @property
    def path(self) -> str:
        """The path of the cassette below the folder of all of them."""
        return f"{self.provider}/{self.name}.yaml"

    def acted(self, stage: Stage) -> tuple[Any, Scene]:
        """Act it out; return what it tells, plain data, and the scene."""
        scene = Scene(self.provider, stage)
        try:
            return self.act(scene), scene
        finally:
            scene.close()


class Scripts:
    """The scenes of one vendor."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.all: list[Told] = []

    def operation(self, module: Any, request: Callable[[Scene], Request[Any]], **told: Any) -> None:
        """Add the scene of an operation: one request, after what has to come before it."""

        def act(scene: Scene) -> None:
            with warnings.catch_warnings():
                if module.OPERATION.deprecated:
                    warnings.simplefilter("ignore", DeprecationWarning)
                wanted = request(scene)
            scene.send(wanted)

        self._add(module.OPERATION.id, act, operation=module.OPERATION, **told)

    def behaviour(
        self, name: str, **told: Any
    ) -> Callable[[Callable[[Scene], Any]], Callable[[Scene], Any]]:
        """Add a scene of several requests; the decorated function returns plain data."""

        def add(act: Callable[[Scene], Any]) -> Callable[[Scene], Any]:
            self._add(name, act, **told)
            return act

        return add

    def _add(self, name: str, act: Callable[[Scene], Any], **told: Any) -> None:
        self.all.append(Told(provider=self.provider, name=name, act=act, **told))


def _found(sandbox: Any, provider: str, count: int, wanted: Mapping[str, Any]) -> list[str]:
    live = sandbox.emulator.vendor(provider).live
    plain = {name: value for name, value in wanted.items() if name != "option"}
    found: list[str] = []
    for index in range(_OF_THE_SUPERUNIT):
        record = live.record(index)
        options = {item["optionID"] for item in record.get("options", ())}
        fits = all(record.get(name) == value for name, value in plain.items())
        if index % 19 in (_EXPIRED, _FAILING) or not fits:
            continue
        if "option" in wanted and wanted["option"] not in options:
            continue
        found.append(str(record["iccid"]))
        if len(found) == count:
            return found
    raise RuntimeError(f"{provider} has no {count} SIMs with {dict(wanted)}; take another seed")
