"""What a bulk job asks a provider, with answers that are right for vendors without bulk."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from simloom.errors import UnsupportedOperation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from simloom.capabilities import Verb
    from simloom.errors import ApiError
    from simloom.models import ActionState
    from simloom.plugins.flows import Flow

_ICCID = re.compile(r"(?<![0-9])[0-9]{18,22}(?![0-9])")


class BulkAnswers:
    """Methods of `Provider` that only bulk jobs use. A vendor with bulk requests overrides them."""

    id: ClassVar[str]

    def bulk(
        self,
        verb: Verb,
        iccids: Sequence[str],
        **parameters: Any,  # noqa: ARG002  (the verb's own)
    ) -> Flow[ActionState]:
        """Carry out a verb for many SIMs with one request.

        Asked only where the capability table has a `bulk_max` above 1 for the verb.
        """
        yield from ()
        raise UnsupportedOperation(verb.value, self.id, note=f"not for {len(iccids)} SIMs at once")

    def rejected(self, error: ApiError, iccids: Collection[str]) -> Mapping[str, str]:
        """Return which SIMs a refusal names, with the vendor's words; empty if it names none.

        By default every text of the error's body is searched for the ICCIDs that were sent.
        """
        named: dict[str, str] = {}
        try:
            body = json.loads(error.content)
        except ValueError:
            return named
        for text in _texts(body):
            for iccid in _ICCID.findall(text):
                if iccid in iccids:
                    named.setdefault(iccid, text[:300])
        return named

    def find_actions(
        self,
        verb: Verb,  # noqa: ARG002
        iccids: Collection[str],  # noqa: ARG002
        since: dt.datetime,  # noqa: ARG002
    ) -> Flow[list[ActionState] | None]:
        """Return the vendor's actions for exactly these SIMs since a moment, None without a list.

        It is asked after a request whose answer never came.
        """
        yield from ()
        return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
