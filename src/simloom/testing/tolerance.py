"""Rules about records that are not as documented: new words, nulls, members that are gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simloom.capabilities import Verb
from simloom.errors import DecodeError, NotFound
from simloom.models import Page, SimStatus
from simloom.plugins.flows import run
from simloom.plugins.verbs import start
from simloom.runtime.answers import read_answer
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.needs import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.plugins.flows import Flow
    from simloom.runtime import Request, Response
    from simloom.testing.desk import Desk

NEW_WORD = "SOMETHING_NOBODY_KNOWS"
ODD: tuple[Any, ...] = (None, NEW_WORD, 0, -1, 1e300, True, [], {}, [None], {"a": [None]}, "")
Place = tuple[str | int, ...]


class _NoMore(Exception):
    """The odd value led to another request than before, of which no answer is known."""


class _Recorder:
    """Sends, and keeps the answers."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.answers: list[Response[Any]] = []

    def send(self, request: Request[Any], /) -> Any:
        return self.send_detailed(request).parsed

    def send_detailed(self, request: Request[Any], /) -> Response[Any]:
        answer: Response[Any] = self._client.send_detailed(request)
        self.answers.append(answer)
        return answer


class _Player:
    """Answers with what was recorded; the last answer has another content."""

    def __init__(self, answers: list[Response[Any]], content: bytes) -> None:
        self._answers = [(answer.status, answer.headers, answer.content) for answer in answers]
        self._answers[-1] = (*self._answers[-1][:2], content)

    def send(self, request: Request[Any], /) -> Any:
        return self.send_detailed(request).parsed

    def send_detailed(self, request: Request[Any], /) -> Response[Any]:
        if not self._answers:
            raise _NoMore
        status, headers, content = self._answers.pop(0)
        return read_answer(request, status, headers, content)


class BaseTolerance(BaseProviderTests):
    """Mandatory: unknown words and nulls."""

    @needs(Verb.LIST, Verb.GET)
    def test_a_new_status_is_unknown(self, blocking: Desk) -> None:
        """A status that nobody knows is `UNKNOWN`, with the vendor's word."""
        iccid = blocking.sim().iccid
        found = [sim for _, sim in self._spoilt(blocking, Verb.GET, [iccid], (NEW_WORD,))]
        expect(
            any(
                sim.status is SimStatus.UNKNOWN and sim.vendor_status == NEW_WORD
                for sim in found
                if sim is not None
            ),
            "no member of the record gives a SIM that is UNKNOWN with the vendor's new word",
        )

    @needs(Verb.LIST, Verb.GET)
    def test_odd_values_of_a_record(self, blocking: Desk) -> None:
        """Each member of a SIM may hold anything: it is a SIM all the same, or a `DecodeError`."""
        iccid = blocking.sim().iccid
        for place, sim in self._spoilt(blocking, Verb.GET, [iccid], ODD):
            if sim is None:
                continue
            expect(isinstance(sim.iccid, str) and sim.iccid, f"{place}: a SIM without an ICCID")
            expect(isinstance(sim.status, SimStatus), f"{place}: the status is no SimStatus")
            for name in ("imsi", "msisdn", "eid", "imei", "label"):
                told = getattr(sim, name)
                expect(told is None or isinstance(told, str), f"{place}: {name} is no text")

    @needs(Verb.LIST)
    def test_odd_values_of_a_list(self, blocking: Desk) -> None:
        """Each member of a page may hold anything: a page of SIMs, or a `DecodeError`."""
        for place, page in self._spoilt(blocking, Verb.LIST, [1], ODD, first_item_only=True):
            if page is None:
                continue
            expect(isinstance(page, Page), f"{place}: no Page")
            expect(
                all(isinstance(sim.iccid, str) and sim.iccid for sim in page.items),
                f"{place}: a SIM without an ICCID",
            )

    def _spoilt(
        self,
        desk: Desk,
        verb: Verb,
        arguments: list[Any],
        values: tuple[Any, ...],
        *,
        first_item_only: bool = False,
    ) -> Iterator[tuple[str, Any]]:
        """Yield each place and what the verb makes of it; None for an error that is right."""
        recorder = _Recorder(desk.client)

        def flow() -> Flow[Any]:
            return start(desk.provider, verb, *arguments)

        run(flow(), recorder)
        document = json.loads(recorder.answers[-1].content)
        for place in _places(document, first_item_only=first_item_only):
            for value in values:
                content = json.dumps(_replaced(document, place, value)).encode()
                shown = f"{verb}: {value!r} at /{'/'.join(map(str, place))}"
                try:
                    yield shown, run(flow(), _Player(recorder.answers, content))
                except (DecodeError, NotFound, _NoMore):
                    yield shown, None
                except Exception as error:  # noqa: BLE001  (told with where it comes from)
                    fail(f"{shown} raises {type(error).__name__}: {error}")


def _places(node: Any, *, first_item_only: bool, place: Place = ()) -> Iterator[Place]:
    if isinstance(node, dict):
        items: Any = node.items()
    elif isinstance(node, list):
        items = enumerate(node[:1] if first_item_only else node)
    else:
        return
    for name, value in items:
        yield (*place, name)
        yield from _places(value, first_item_only=first_item_only, place=(*place, name))


def _replaced(node: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    copy = node.copy()
    copy[place[0]] = _replaced(node[place[0]], place[1:], value)
    return copy
