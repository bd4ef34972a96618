"""Rules about repetition: what may have happened is never done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simloom.capabilities import RetryClass, Verb
from simloom.errors import OutcomeUnknown, SimloomError
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from simloom.runtime import Operation
    from simloom.testing.desk import Desk


class BaseRetries(BaseProviderTests):
    """Mandatory: retry classes."""

    def test_a_read_is_repeated_and_a_write_is_not(
        self, blocking: Desk, declared_verb: Verb
    ) -> None:
        """The vendor did it, and its answer is lost: a write raises `OutcomeUnknown`, sent once."""
        operation = blocking.main(declared_verb)
        act = self.call(declared_verb)
        chosen = blocking.sends(operation)
        reads = operation.retry is RetryClass.READ
        blocking.wire.lose(chosen, times=1)
        try:
            act(blocking)
        except OutcomeUnknown:
            expect(not reads, f"{declared_verb.value}: a lost read is an OutcomeUnknown")
        except SimloomError as error:
            fail(f"{declared_verb.value}: a lost answer is a {type(error).__name__}")
        else:
            expect(reads, f"{declared_verb.value}: nobody hears that the answer was lost")
        if not reads:
            self._expect_once(blocking, declared_verb, operation)

    @pytest.mark.parametrize("status", [500, 503])
    def test_nothing_additive_is_repeated(self, blocking: Desk, status: int) -> None:
        """An error of a gateway does not say that nothing happened."""
        for verb in self.writes():
            operation = blocking.main(verb)
            if operation.retry is not RetryClass.ADDITIVE:
                continue
            blocking.forget()
            act = self.call(verb)
            blocking.wire.answer(Answer(status), blocking.sends(operation))
            with pytest.raises(SimloomError):
                act(blocking)
            self._expect_once(blocking, verb, operation)

    def test_methods_that_change_are_no_reads(self, blocking: Desk) -> None:
        """Nothing sent with PUT, PATCH or DELETE is a read."""
        for verb in self.declared(usable=True):
            for operation in blocking.provider.operations(verb):
                changes = operation.method in {"PUT", "PATCH", "DELETE"}
                expect(
                    not changes or operation.retry is not RetryClass.READ,
                    f"{operation.id} is {operation.method} and yet x-retry: read",
                )

    def _expect_once(self, desk: Desk, verb: Verb, operation: Operation[object]) -> None:
        chosen = desk.sends(operation)
        arrived = sum(1 for sent in desk.wire.sent() if chosen(sent))
        expect(arrived == 1, f"{verb.value}: {operation.id} was sent {arrived} times")
