"""`simloom sims find`: from what is printed on a SIM, or what a log says, to the SIM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from simloom.capabilities import Verb
from simloom.cli.exits import UsageProblem
from simloom.cli.listing import pages
from simloom.cli.progress import meter
from simloom.errors import IdentifierError, NotFound, SimNotFound
from simloom.identifiers import parse_iccid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.client import SimClient
    from simloom.models import Sim

KINDS = ("iccid", "imsi", "msisdn", "imei", "eid")
_NAMED = 10
"""Candidates that an error names."""


class SeveralFound(IdentifierError):
    """An identifier that should name one SIM names several; `sims` are all of them."""

    def __init__(self, wanted: Wanted, sims: list[Sim]) -> None:
        self.sims = sims
        named = ", ".join(sim.iccid for sim in sims[:_NAMED])
        more = f" and {len(sims) - _NAMED} more" if len(sims) > _NAMED else ""
        super().__init__(f"{len(sims)} SIMs have this {wanted.what}: {named}{more}")


@frozen
class Wanted:
    """What to look for: a value, and its kind where it is known."""

    value: str
    kind: str | None = None

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """Read `KIND:VALUE` or a bare value; `UsageProblem` when it cannot be an identifier.

        Blanks, dashes and a leading `+` do not count. The error never repeats the value.
        """
        kind, colon, value = text.rpartition(":")
        kind = kind.strip().lower()
        if colon and kind not in KINDS:
            raise UsageProblem(
                "that is no kind of identifier", f"kinds are: {', '.join(KINDS)}; e.g. imsi:..."
            )
        digits = _digits(value)
        if not (digits.isascii() and digits.isdigit()):
            raise UsageProblem(
                f"that is no {kind or 'identifier'}: it has to be digits",
                "add --label to look for a part of the label",
            )
        return cls(parse_iccid(digits) if kind == "iccid" else digits, kind or None)

    @property
    def what(self) -> str:
        """The kind, in words."""
        return self.kind.upper() if self.kind else "identifier"

    @property
    def is_iccid(self) -> bool:
        """Whether it can be nothing else: no other identifier has 18 to 22 digits."""
        return self.kind == "iccid" or (self.kind is None and 18 <= len(self.value) <= 22)

    def fits(self, sim: Sim) -> bool:
        """Tell whether a SIM has the identifier, digit for digit."""
        kinds = KINDS if self.kind is None else (self.kind,)
        return any(_digits(getattr(sim, kind) or "") == self.value for kind in kinds)


def find_sim(client: SimClient, text: str, *, prints: bool = True, color: str = "auto") -> Sim:
    """Return the one SIM that has an identifier.

    Any but an ICCID takes a scan of the whole list: only that tells that it is not there, or twice.
    A better way has its place here. Raises `SimNotFound`, `SeveralFound`, `UsageProblem`.
    """
    wanted = Wanted.parse(text)
    if wanted.is_iccid:
        try:
            return client.get(wanted.value)
        except NotFound as error:
            raise SimNotFound(f"{client.provider.id}: no SIM has this ICCID") from error
    found = [sim for sim in _scan(client, prints=prints, color=color) if wanted.fits(sim)]
    if not found:
        raise SimNotFound(f"{client.provider.id}: no SIM has this {wanted.what}")
    if len(found) > 1:
        raise SeveralFound(wanted, found)
    return found[0]


def find_labelled(
    client: SimClient, text: str, *, prints: bool = True, color: str = "auto"
) -> Iterator[Sim]:
    """Yield the SIMs with a text in their label, whatever its case; `SimNotFound` after none."""
    empty, part = True, text.casefold()
    if not part:
        raise UsageProblem("what should the label contain?", "give at least one character")
    for sim in _scan(client, prints=prints, color=color):
        if part in (sim.label or "").casefold():
            empty = False
            yield sim
    if empty:
        raise SimNotFound(f"{client.provider.id}: no SIM has that in its label")


def _scan(client: SimClient, *, prints: bool, color: str) -> Iterator[Sim]:
    with meter("SIMs", prints=prints, color=color) as bar:
        for sim in pages(client, Verb.LIST, told=bar.total):
            bar.step()
            yield sim


def _digits(text: str) -> str:
    return text.strip().removeprefix("+").replace(" ", "").replace("-", "")
