"""Rules about events, for providers that declare them. Optional: `class TestX(..., BaseEvents)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simloom.models import Event, UnknownEvent
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simloom.testing.desk import Desk

JUNK: tuple[Mapping[str, Any], ...] = (
    {},
    {"type": None, "id": None},
    {"type": "nobody.knows.this"},
    {"type": 7, "id": [], "time": {}, "source": True, "data": None},
    {"type": "x", "time": "not a time", "data": "text"},
    {"data": [[[]]]},
)
ODD: tuple[Any, ...] = (None, [], 7, {"a": None}, "\ud800")


class BaseEvents(BaseProviderTests):
    """Optional: events. `samples` are events of each kind, as the vendor documents them."""

    samples: ClassVar[Sequence[Mapping[str, Any]]] = ()

    def test_a_sample_is_known(self, blocking: Desk) -> None:
        """Each sample is an event of a kind of its own, with the provider's id and `raw`."""
        expect(self.samples, "samples is empty: add one event of each kind")
        for sample in self.samples:
            event = blocking.provider.read_event(sample)
            expect(
                not isinstance(event, UnknownEvent),
                f"an event of type {sample.get('type')!r} is a {type(event).__name__}",
            )
            expect(event.provider == self.provider, "an event has not its provider's id")
            expect(event.raw is not None, "an event does not keep what it was made from in raw")

    def test_junk_is_an_unknown_event(self, blocking: Desk) -> None:
        """`read_event` and `event_offset` never raise, and a member that is gone is no end."""
        for raw in spoilt(self.samples):
            try:
                event = blocking.provider.read_event(raw)
                offset = blocking.provider.event_offset(raw)
            except Exception as error:  # noqa: BLE001  (any is wrong)
                fail(f"reading {raw!r} raises {type(error).__name__}: {error}")
            expect(isinstance(event, Event), f"{raw!r} is a {type(event).__name__}")
            expect(offset is None or isinstance(offset, str), "an offset is no text")


def spoilt(samples: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield junk, and every sample with one member that is gone, null or of another kind."""
    yield from JUNK
    for sample in samples:
        for name in sample:
            yield {key: value for key, value in sample.items() if key != name}
            yield from ({**sample, name: odd} for odd in ODD)
