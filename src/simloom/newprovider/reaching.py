"""Ways through the models of a client, as Python that holds when an answer is odd."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from simloom.newprovider.clientnames import ClientNames
    from simloom.newprovider.records import Path


@frozen(kw_only=True)
class Part:
    """An object within another one: `variable = part(source, models.MODEL)`."""

    variable: str
    source: str
    model: str


class Ways:
    """The ways from one variable, whose model is known.

    `parts` gives the assignments that expressions need, in their order.
    """

    def __init__(self, client: ClientNames, variable: str, model: str) -> None:
        self._client = client
        self._root = (variable, model)
        self._known: dict[Path, Part] = {}

    def parts(self, *ways: str | None) -> list[Part]:
        """Return the inner objects that these expressions need, outer ones first."""
        needed: list[Part] = []
        texts = [way for way in ways if way]
        for one in reversed(self._known.values()):
            if any(re.search(rf"\b{one.variable}\b", text) for text in texts):
                needed.insert(0, one)
                texts.append(one.source)
        return needed

    def to(self, path: Path, *, absent: str = "None") -> str | None:
        """Return the expression for a member; `absent` is its value where its object is missing.

        None for a path that the client has no attributes for.
        """
        place = self._object(path[:-1])
        if place is None:
            return None
        variable, model = place
        attribute = self._client.member(model, path[-1])
        if attribute is None:
            return None
        plain = f"{variable}.{attribute}"
        return plain if len(path) == 1 else f"{absent} if {variable} is None else {plain}"

    def model_of(self, path: Path) -> str | None:
        """Return the class of the object at a path."""
        return self._member(path, "inner")

    def entry_of(self, path: Path) -> str | None:
        """Return the class of the entries of the list at a path."""
        return self._member(path, "entry")

    def _member(self, path: Path, what: str) -> str | None:
        place = self._object(path[:-1])
        attribute = None if place is None else self._client.member(place[1], path[-1])
        if place is None or attribute is None:
            return None
        if what == "entry":
            return self._client.entry(place[1], attribute)
        return self._client.inner(place[1], attribute)

    def _object(self, path: Path) -> tuple[str, str] | None:
        if not path:
            return self._root
        if path not in self._known:
            source, model = self.to(path), self.model_of(path)
            if source is None or model is None:
                return None
            name = source.rsplit(".", 1)[1].rstrip("_")
            variable = f"its_{name}" if not keyword.iskeyword(name) else f"its_{name}_"
            while variable in {one.variable for one in self._known.values()}:
                variable += "_"
            self._known[path] = Part(variable=variable, source=source, model=model)
        part = self._known[path]
        return part.variable, part.model
