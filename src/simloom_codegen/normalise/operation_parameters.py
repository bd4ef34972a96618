"""The parameters of one operation, whether written there or referred to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simloom_codegen import pointer
from simloom_codegen.normalise import inline, parameter_names, parameter_types
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.naming import python_name
from simloom_codegen.normalise.walk import Node, copied

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.path_templates import Template
    from simloom_codegen.normalise.tree import Tree

KEPT = "x-vendor-parameters"


def wire_key(location: str, name: str) -> tuple[str, str]:
    """Return what makes two parameters the same on the wire."""
    return location, name.lower() if location == "header" else name


class Operation:
    """Repairs the list of parameters of one operation, in place.

    A parameter that is referred to is copied before it is changed for one operation only.
    """

    def __init__(self, tree: Tree, node: Node, place: tuple[str, ...], note: Note) -> None:
        self._tree = tree
        self._node = node
        self._place = pointer.join((*place, "parameters"))
        self._note = note
        self._entries: list[Node] = node.get("parameters", [])

    def _tell(self, detail: str) -> None:
        self._note(self._place, detail)

    def _set(self, entries: list[Node]) -> None:
        self._entries = entries
        if entries or "parameters" in self._node:
            self._node["parameters"] = entries

    def _parameter(self, entry: Node) -> Node:
        """Return the parameter that an entry is or refers to."""
        if "$ref" not in entry:
            return entry
        found = inline.direct(self._tree.document, Kind.PARAMETER, entry)
        return entry if found is None else found

    def take_over(self, shared: list[Node]) -> None:
        """Add what the path item says, and keep the first of equal parameters."""
        found: dict[tuple[str, str], Node] = {}
        for index, entry in enumerate([*self._entries, *copied(shared)]):
            parameter = self._parameter(entry)
            key = (parameter["in"], parameter["name"])
            if key not in found:
                found[key] = entry
            elif index < len(self._entries):
                self._tell(f"the second {key[1]!r} in {key[0]} is dropped")
        self._set(list(found.values()))

    def drop_authentication(self, authentication: set[tuple[str, str]]) -> None:
        """Drop what our transport sends itself."""
        kept = []
        for entry in self._entries:
            parameter = self._parameter(entry)
            if wire_key(parameter["in"], parameter["name"]) in authentication:
                place = f"{parameter['name']!r} in {parameter['in']}"
                self._tell(f"{place} is dropped: our transport sends it")
            else:
                kept.append(entry)
        self._set(kept)

    def match_path(self, template: Template) -> None:
        """Let the path parameters be exactly the variables of the path."""
        declared: dict[str, Node] = {}
        others: list[Node] = []
        for entry in self._entries:
            parameter = self._parameter(entry)
            if parameter["in"] == "path":
                declared[parameter["name"]] = entry
            else:
                others.append(entry)
        matched: dict[str, Node] = {}
        used: dict[str, int] = {}
        for spelled, name in template.variables:
            given = _declared_as(spelled, declared)
            if given is None:
                matched[name] = {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                }
                self._tell(f"added {name!r} in path: the path has it")
            else:
                matched[name] = self._for_variable(declared[given], name, again=given in used)
                used.setdefault(given, len(used))
        for name in declared:
            if name not in used:
                self._tell(f"{name!r} in path is dropped: the path does not have it")
        self._set(self._in_given_order(list(matched.values()), others))

    def _for_variable(self, entry: Node, name: str, *, again: bool) -> Node:
        parameter = self._parameter(entry)
        if parameter.get("required") is not True:
            parameter["required"] = True
            self._tell(f"{parameter['name']!r} in path is required")
        if parameter["name"] == name and not again:
            return entry
        self._tell(f"{parameter['name']!r} in path is now {name!r}")
        return {**copied(parameter), "name": name}

    def _in_given_order(self, path_parameters: list[Node], others: list[Node]) -> list[Node]:
        """Return the old order if nothing was added or replaced, else path parameters first."""
        new = [*path_parameters, *others]
        if len(new) == len(self._entries) and all(
            any(entry is kept for kept in new) for entry in self._entries
        ):
            return self._entries
        return new

    def expand_objects(self) -> None:
        """Make one parameter per property of an object in the query."""
        components = self._tree.components
        entries: list[Node] = []
        names = {
            parameter["name"]
            for parameter in map(self._parameter, self._entries)
            if parameter["in"] == "query"
        }
        for entry in self._entries:
            parameter = self._parameter(entry)
            parts = parameter_types.expanded(parameter, components)
            if parts is None or not names.isdisjoint(part["name"] for part in parts):
                entries.append(entry)
                continue
            names.update(part["name"] for part in parts)
            entries.extend(parts)
            self._tell(f"the object {parameter['name']!r} in query is now one per property")
        self._set(entries)

    def drop_unnameable(self) -> None:
        """Drop parameters that no Python name is left for; path parameters are never among them."""
        if parameter_names.are_distinct(map(self._parameter, self._entries)):
            return
        kept = [entry for entry in self._entries if self._parameter(entry)["in"] == "path"]
        for entry in self._entries:
            parameter = self._parameter(entry)
            if parameter["in"] == "path":
                continue
            if parameter_names.are_distinct(map(self._parameter, [*kept, entry])):
                kept.append(entry)
            else:
                self._node.setdefault(KEPT, []).append(copied(parameter))
                place = f"{parameter['name']!r} in {parameter['in']}"
                self._tell(f"{place} is dropped: no Python name is left for it")
        self._set(kept)


def _declared_as(spelled: str, declared: dict[str, Node]) -> str | None:
    """Return the declared name of a variable; spelling may differ in case and separators."""
    before_colon, _, _ = spelled.partition(":")
    for name in (spelled, spelled.strip(), before_colon.strip(" +*?")):
        if name in declared:
            return name
    plain = python_name(spelled).replace("_", "")
    same = [name for name in declared if python_name(name).replace("_", "") == plain]
    return same[0] if len(same) == 1 else None
