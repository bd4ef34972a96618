"""The document a step works on, walked once for as long as nothing changes its structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen.normalise import walk
from simloom_codegen.normalise.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simloom_codegen.document import Document
    from simloom_codegen.normalise.walk import Node, Site


class Tree:
    """A document with the result of the last walk.

    The walk is forgotten with each noted change, unless the step said that it only changes values.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self._walked: dict[Kind | None, list[Site]] = {}

    def forget(self) -> None:
        """Walk again at the next question."""
        self._walked = {}

    def sites(self, *kinds: Kind) -> list[Site]:
        """Return every object (of these kinds, or of all), parents before children, in order."""
        if None not in self._walked:
            self._walked = {None: walk.sites(self.document)}
        if len(kinds) != 1:
            every = self._walked[None]
            return [site for site in every if site.kind in kinds] if kinds else every
        if kinds[0] not in self._walked:
            self._walked[kinds[0]] = [s for s in self._walked[None] if s.kind is kinds[0]]
        return self._walked[kinds[0]]

    def schemas(self, *, innermost_first: bool = False) -> list[Site]:
        """Return the sites of all schemas; innermost first if a step depends on the parts."""
        found = self.sites(Kind.SCHEMA)
        return found[::-1] if innermost_first else found

    def operations(self) -> Iterator[tuple[str, str, Node]]:
        """Yield path, method and operation of what the generator turns into functions."""
        yield from walk.operations_of(self.sites(Kind.OPERATION))

    @property
    def components(self) -> dict[str, Node]:
        """`components.schemas` itself, made if it is not there."""
        return walk.component_schemas(self.document)

    def changed_by(self, record: Callable[[str, str], None]) -> Callable[[str, str], None]:
        """Return a recorder of changes that also forgets the walk."""

        def note(pointer: str, detail: str) -> None:
            self._walked = {}
            record(pointer, detail)

        return note
