"""Rules about repetition: what may have happened is never done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simloom.capabilities import RetryClass, Verb
from simloom.errors import OutcomeUnknown, SimloomError
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.needs import needs
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from simloom.runtime import Operation
    from simloom.testing.desk import Desk
    from simloom.testing.footing import Footing
    from simloom.testing.wire import Sent


class BaseRetries(BaseProviderTests):
    """Mandatory: retry classes."""

    def test_a_read_is_repeated_and_a_write_is_not(
        self, blocking: Desk, declared_verb: Verb
    ) -> None:
        """The vendor did it, and its answer is lost: a write raises `OutcomeUnknown`, sent once."""
        operation, name = blocking.main(declared_verb), declared_verb.value
        reads = operation.retry is RetryClass.READ
        blocking.wire.lose(blocking.sends(operation), times=1)
        try:
            self.call(declared_verb)(blocking)
        except OutcomeUnknown:
            expect(not reads, f"{name}: a lost read is an OutcomeUnknown")
        except SimloomError as error:
            fail(f"{name}: a lost answer is a {type(error).__name__}")
        else:
            expect(reads, f"{name}: nobody hears that the answer was lost")
        arrived = self._arrived(blocking, operation)
        expect(arrived, f"{name} is declared with {operation.id}, which was not sent")
        again = sum(1 for sent in arrived if _same(sent, arrived[0]))
        if reads:
            expect(again > 1, f"{name}: {operation.id} was not asked again")
        else:
            expect(len(arrived) == 1, f"{name}: {operation.id} was sent {len(arrived)} times")

    @needs(all_tried=True)
    @pytest.mark.parametrize("status", [500, 503])
    def test_nothing_additive_is_repeated(
        self, footing: Footing, blocking: Desk, status: int
    ) -> None:
        """An error of a gateway does not say that nothing happened."""
        for verb in footing.working():
            operation = blocking.main(verb)
            if operation.retry is not RetryClass.ADDITIVE:
                continue
            blocking.forget()
            blocking.wire.answer(Answer(status), blocking.sends(operation))
            with pytest.raises(SimloomError):
                self.call(verb)(blocking)
            arrived = len(self._arrived(blocking, operation))
            expect(arrived == 1, f"{verb.value}: {operation.id} was sent {arrived} times")

    def test_methods_that_change_are_no_reads(self, blocking: Desk) -> None:
        """Nothing sent with PUT, PATCH or DELETE is a read."""
        for verb in self.declared(usable=True):
            for operation in blocking.provider.operations(verb):
                changes = operation.method in {"PUT", "PATCH", "DELETE"}
                expect(
                    not changes or operation.retry is not RetryClass.READ,
                    f"{operation.id} is {operation.method} and yet x-retry-class: read",
                )

    def _arrived(self, desk: Desk, operation: Operation[object]) -> list[Sent]:
        chosen = desk.sends(operation)
        return [sent for sent in desk.wire.sent() if chosen(sent)]


def _same(one: Sent, other: Sent) -> bool:
    return (one.path, one.query, one.body) == (other.path, other.query, other.body)
