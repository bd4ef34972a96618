"""The names of a provider's repository, all of them from its id."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

from attrs import frozen

from simloom.newprovider.refusal import CannotCreate

if TYPE_CHECKING:
    from collections.abc import Collection

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST = 40
_TAKEN = frozenset({"clients", "plugins", "codegen", "cli", "testing", "sandbox", "fleet", "all"})
"""`simloom_clients` and its like are packages of simloom; the others would mislead."""


@frozen
class Names:
    """`id` is the provider's, e.g. `acme-cards`; the others follow from it."""

    id: str

    @property
    def word(self) -> str:
        """The id as part of a Python name: `acme_cards`."""
        return self.id.replace("-", "_")

    @property
    def distribution(self) -> str:
        """What pip installs, and the folder that is made: `simloom-acme-cards`."""
        return f"simloom-{self.id}"

    @property
    def package(self) -> str:
        """The package of the provider: `simloom_acme_cards`."""
        return f"simloom_{self.word}"

    @property
    def client(self) -> str:
        """The package of the generated client: `simloom_acme_cards_client`."""
        return f"{self.package}_client"

    @property
    def kind(self) -> str:
        """The class of the provider: `AcmeCardsProvider`."""
        return "".join(part.capitalize() for part in self.id.split("-")) + "Provider"


def names_of(given: str, installed: Collection[str]) -> Names:
    """Return the names; `installed` are the provider ids that are there already.

    Raises `CannotCreate` for what would be no good id.
    """
    if not _ID.fullmatch(given) or len(given) > _LONGEST:
        raise CannotCreate(
            f"{given[:80]!r} is not a provider id",
            f"use small letters, digits and single dashes, e.g. acme-cards; at most {_LONGEST}",
        )
    word = given.replace("-", "_")
    if keyword.iskeyword(word) or keyword.issoftkeyword(word) or hasattr(builtins, word):
        raise CannotCreate(
            f"{given!r} is a word of Python's own", "add the vendor's name, e.g. acme-cards"
        )
    if word in _TAKEN:
        raise CannotCreate(
            f"{given!r} is a name of simloom's own", "add the vendor's name, e.g. acme-cards"
        )
    if given in installed:
        raise CannotCreate(
            f"a provider {given!r} is installed already",
            "`simloom providers list` shows which there are; choose another name",
        )
    return Names(given)
