"""What finding a SIM by another identifier asks a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from simloom.errors import UnsupportedOperation
from simloom.identifiers import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simloom.capabilities import Evidence
    from simloom.identifiers import Identifier
    from simloom.models import Sim
    from simloom.plugins.flows import Flow
    from simloom.runtime import Operation


@frozen(kw_only=True)
class LookupOffer:
    """A vendor's own search for one kind of identifier.

    `operation` is the generated operation that it sends, `cost` how many requests one identifier
    takes. `complete` tells whether it answers with every SIM that has the identifier: one that
    names a single SIM hides that an IMEI or EID is shared. `full` tells whether the answer says as
    much of a SIM as reading it does.
    """

    operation: Operation[Any]
    complete: bool
    cost: int = 1
    full: bool = True

    @property
    def evidence(self) -> Evidence | None:
        """Whether the vendor documents the search."""
        return self.operation.evidence


class Finding:
    """Members of `Provider` for finding SIMs; the defaults are those of a vendor with a list."""

    id: ClassVar[str]
    lookups: ClassVar[Mapping[Kind, LookupOffer]] = {}
    """The kinds that `lookup` takes."""
    listed_kinds: ClassVar[frozenset[Kind]] = frozenset(Kind)
    """The kinds that the vendor's list tells of a SIM. Others cannot be found by a scan."""
    iin_prefixes: ClassVar[Mapping[str, Evidence]] = {}
    """First digits of this vendor's ICCIDs (ITU-T E.118), and how well that is known.

    They decide only whom a fleet asks first.
    """

    def second_imsi(self, sim: Sim) -> str | None:  # noqa: ARG002  (for those who have one)
        """Return another IMSI by which a SIM is found, from a vendor whose SIMs may have two."""
        return None

    def lookup(self, identifier: Identifier) -> Flow[list[Sim]]:
        """Return the SIMs with an identifier of a kind in `lookups`; none is an empty list."""
        yield from ()
        note = f"the vendor has no search for {identifier.kind.upper()}"
        raise UnsupportedOperation("lookup", self.id, note=note)
