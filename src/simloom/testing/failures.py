"""Rules about answers that are errors, or no answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simloom.capabilities import Verb
from simloom.errors import (
    ApiError,
    AuthenticationError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    DecodeError,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    ServerError,
    SimloomError,
)
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail
from simloom.testing.needs import needs
from simloom.testing.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from simloom.testing.desk import Desk
    from simloom.testing.wire import Sent

STATUSES: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    429: QuotaExceeded,
    500: ServerError,
    503: ServerError,
}
BODIES = {
    "empty": b"",
    "html": b"<html><body>Bad Gateway</body></html>",
    "torn": b'{"message": "',
    "odd": b'{"message": {"message": [null, 1]}, "code": [], "errors": "x"}',
    "list": b"[[[]]]",
    "deep": b"[" * 20_000,
}
NO_RECORDS = {
    "html": b"<html>",
    "torn": b'{"',
    "empty": b"",
    "null": b"null",
    "text": b'"sim"',
    "list": b"[]",
    "nothing": b"{}",
    "bad-utf8": b'{"iccid": "\xff"}',
}


class BaseErrors(BaseProviderTests):
    """Mandatory: whatever the vendor answers, callers get an error of `simloom.errors`."""

    @needs(Verb.LIST, Verb.GET)
    def test_a_status_is_its_error(self, blocking: Desk) -> None:
        """Whatever the body of the error is."""
        iccid = blocking.sim().iccid
        for status, kind in STATUSES.items():
            for name, body in BODIES.items():
                blocking.forget()
                answer = Answer(status, [("content-type", "application/json")], body)
                blocking.wire.answer(answer, blocking.is_call)
                with pytest.raises(ApiError) as caught:
                    blocking.client.get(iccid)
                expect(
                    isinstance(caught.value, kind),
                    f"{status} with the body {name!r} is a {type(caught.value).__name__}",
                )

    @needs(Verb.LIST, Verb.GET)
    def test_an_answer_that_is_no_record_is_an_error(self, blocking: Desk) -> None:
        """A 200 without a SIM in it is neither a SIM nor the end of a list, nor a `TypeError`."""
        iccid = blocking.sim().iccid
        empty = {"list"} if self._lists_are_arrays(blocking) else set()
        if self.list_may_lack_records:
            empty = set(NO_RECORDS)
        for name, body in NO_RECORDS.items():
            blocking.forget()
            answer = Answer(200, [("content-type", "application/json")], body)
            blocking.wire.answer(answer, blocking.is_call)
            self._expect_refused("get", name, lambda: blocking.client.get(iccid))
            may = name in empty
            self._expect_refused("list", name, lambda: list(blocking.client.sims()), empty=may)

    def _lists_are_arrays(self, desk: Desk) -> bool:
        """Tell whether the vendor's list is a JSON array, so that `[]` is one without SIMs."""
        bodies: list[bytes] = []

        def keep(_: Sent, answer: Answer) -> Answer:
            bodies.append(answer.body)
            return answer

        desk.wire.change(keep, desk.is_call)
        desk.client.do(Verb.LIST, 1)
        return bodies[-1].lstrip().startswith(b"[")

    def _expect_refused(
        self, what: str, name: str, act: Callable[[], Any], *, empty: bool = False
    ) -> None:
        try:
            found = act()
        except DecodeError:
            return
        except SimloomError as error:
            fail(f"{what}: {name!r} is a {type(error).__name__}, not a DecodeError")
        expect(empty and found == [], f"{what}: {name!r} is taken for an answer")

    @needs(Verb.LIST, Verb.GET)
    def test_a_lost_answer_of_a_read_is_asked_for_again(self, desk: Desk) -> None:
        """Three times in all, then `ConnectionFailed`."""
        iccid = desk.sim().iccid
        desk.forget()
        desk.wire.lose(desk.is_call, times=1)
        expect(desk.client.get(iccid).iccid == iccid, "another SIM after a lost answer")
        desk.forget()
        desk.wire.lose(desk.is_call)
        with pytest.raises(ConnectionFailed):
            desk.client.get(iccid)
        expect(len(desk.calls()) == 3, f"{len(desk.calls())} attempts for a read")
