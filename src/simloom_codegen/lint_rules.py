"""The rules themselves; `lint` says what each is for and how grave it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simloom_codegen import pointer
from simloom_codegen.normalise.facts import is_type_bearing, type_names
from simloom_codegen.normalise.kinds import Kind
from simloom_codegen.normalise.naming import class_name, module_name, package_name, python_name
from simloom_codegen.normalise.references import LOST
from simloom_codegen.normalise.walk import Node, Site, operations, sites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom_codegen.document import Document

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_LEGAL_VARIABLE = re.compile(r"[a-zA-Z_-][a-zA-Z0-9_-]*")
_SUCCESS = re.compile(r"[23](?:XX|[0-9]{2})")
_SECRET_WORDS = frozenset({"pin", "puk", "ki", "opc", "password", "secret"})
# A word that is a secret only at the end: an `access_token` is one, a `token_type` is not.
_SECRET_LAST_WORDS = frozenset({"token"})
_LONGEST_CHAIN = 100


class Found(NamedTuple):
    """One place that breaks a rule."""

    code: str
    pointer: str
    message: str
    remedy: str


class Rules:
    """Each method yields what it finds; `all` goes through them.

    `name` is the file in messages.
    """

    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._name = name
        self._sites = sites(document)

    def all(self) -> Iterator[Found]:
        """Yield code, pointer, message and remedy of every finding, rule by rule."""
        yield from self._operation_ids()
        yield from self._modules()
        yield from self._packages()
        yield from self._security()
        yield from self._defaults()
        yield from self._media_types()
        yield from self._paths()
        yield from self._references()
        yield from self._lost()
        yield from self._titles()
        yield from self._responses()
        yield from self._secrets()

    def _of(self, *kinds: Kind) -> Iterator[Site]:
        return (site for site in self._sites if site.parsed and site.kind in kinds)

    def _operation_ids(self) -> Iterator[Found]:
        seen: dict[str, str] = {}
        for path, method, operation in operations(self._document):
            place = pointer.join(("paths", path, method))
            given = operation.get("operationId")
            if not isinstance(given, str) or not given:
                yield Found("operation-id", place, "no operationId", "add one with the overlay")
                continue
            made = python_name(given)
            if made in seen:
                yield Found(
                    "operation-id",
                    place,
                    f"{given!r} and {seen[made]!r} are both {made}",
                    "rename one with the overlay",
                )
            seen.setdefault(made, given)

    def _modules(self) -> Iterator[Found]:
        classes: dict[str, str] = {}
        modules: dict[str, str] = {}
        for site in self._of(Kind.SCHEMA):
            name = site.component
            if name is None:
                continue
            for made, seen in ((class_name(name), classes), (module_name(name), modules)):
                if made in seen:
                    yield Found(
                        "module-collision",
                        site.pointer,
                        f"{name!r} and {seen[made]!r} are both {made}",
                        "normalise the document again after the overlay",
                    )
                    break
            else:
                classes[class_name(name)] = modules[module_name(name)] = name

    def _packages(self) -> Iterator[Found]:
        packages: dict[str, str] = {}
        for path, method, operation in operations(self._document):
            tag = str((operation.get("tags") or ["default"])[0])
            if packages.setdefault(package_name(tag), tag) != tag:
                yield Found(
                    "module-collision",
                    pointer.join(("paths", path, method, "tags")),
                    f"{tag!r} and {packages[package_name(tag)]!r} are both {package_name(tag)}",
                    "use one spelling",
                )

    def _security(self) -> Iterator[Found]:
        components = self._document.get("components", {})
        places = [("security",)] if "security" in self._document else []
        for place in [
            *places,
            *([("components", "securitySchemes")] * ("securitySchemes" in components)),
        ]:
            yield self._left("security-left", pointer.join(place), place[-1])
        for site in self._of(Kind.OPERATION):
            if "security" in site.node:
                yield self._left("security-left", site.pointer, "security")

    def _left(self, code: str, place: str, key: str) -> Found:
        return Found(code, place, f"`{key}` is left", "remove it with the overlay")

    def _defaults(self) -> Iterator[Found]:
        for site in self._of(Kind.SCHEMA, Kind.PARAMETER):
            if "default" in site.node:
                yield self._left("default-left", site.pointer, "default")

    def _media_types(self) -> Iterator[Found]:
        for site in self._of(Kind.MEDIA_TYPE):
            if "*" in str(site.key):
                yield Found(
                    "wildcard-media-type",
                    site.pointer,
                    f"{site.key} is a wildcard",
                    "name the media type",
                )

    def _paths(self) -> Iterator[Found]:
        for path, method, operation in operations(self._document):
            place = pointer.join(("paths", path, method))
            variables = _VARIABLE.findall(path)
            for variable in variables:
                if not _LEGAL_VARIABLE.fullmatch(variable):
                    yield Found(
                        "path-variable",
                        place,
                        f"{{{variable}}} is no name",
                        "rename it in the path and in the parameter",
                    )
            given = [p for p in self._parameters(path, operation) if p.get("in") == "path"]
            names = [str(parameter.get("name")) for parameter in given]
            if sorted(names) != sorted(variables):
                yield Found(
                    "path-parameters",
                    place,
                    f"the path has {sorted(variables)}, the parameters are {sorted(names)}",
                    "add or remove parameters",
                )
            for parameter in given:
                if parameter.get("required") is not True:
                    yield Found(
                        "path-parameters",
                        place,
                        f"{parameter.get('name')!r} is not required",
                        "set required: true",
                    )

    def _parameters(self, path: str, operation: Node) -> list[Node]:
        item = self._document["paths"][path]
        found: dict[tuple[Any, Any], Node] = {}
        for entry in [*operation.get("parameters", ()), *item.get("parameters", ())]:
            parameter = self._resolved(entry)
            found.setdefault((parameter.get("in"), parameter.get("name")), parameter)
        return list(found.values())

    def _resolved(self, node: Node) -> Node:
        for _ in range(_LONGEST_CHAIN):
            if "$ref" not in node:
                return node
            node = self._target(node["$ref"]) or {}
        return {}

    def _target(self, ref: Any) -> Node | None:
        tokens = pointer.ref_tokens(ref) if isinstance(ref, str) else None
        if tokens is None:
            return None
        try:
            found = pointer.resolve(self._document, tokens)
        except LookupError:
            return None
        return found if isinstance(found, dict) else None

    def _references(self) -> Iterator[Found]:
        for site in self._sites:
            if "$ref" in site.node and site.kind not in {Kind.EXAMPLE, Kind.LINK}:
                ref = site.node["$ref"]
                if self._target(ref) is None:
                    yield Found(
                        "remote-reference",
                        site.pointer,
                        f"{ref!r} leads to nothing in {self._name}",
                        "refer to a component",
                    )

    def _lost(self) -> Iterator[Found]:
        for site in self._of(Kind.SCHEMA):
            if LOST in site.node and not is_type_bearing(site.node):
                yield Found(
                    "lost-reference",
                    site.pointer,
                    f"{site.node[LOST]} is not in {self._name}: any value is taken",
                    "describe it with the overlay",
                )

    def _titles(self) -> Iterator[Found]:
        seen: dict[str, str] = {}
        for site in self._of(Kind.SCHEMA):
            title = site.node.get("title")
            if not isinstance(title, str):
                continue
            if title in seen:
                yield Found(
                    "duplicate-title",
                    site.pointer,
                    f"{title!r} is the title of {seen[title]}, too",
                    "remove the titles",
                )
            seen.setdefault(title, site.pointer)

    def _responses(self) -> Iterator[Found]:
        for path, method, operation in operations(self._document):
            answers = operation.get("responses", {})
            fallback = self._resolved(answers.get("default", {})).get("content")
            if not fallback and not any(_SUCCESS.fullmatch(status) for status in answers):
                yield Found(
                    "no-success-response",
                    pointer.join(("paths", path, method, "responses")),
                    "no answer for success",
                    "add one with the overlay if there is one",
                )

    def _secrets(self) -> Iterator[Found]:
        for site in self._of(Kind.SCHEMA):
            if site.field != "properties" or "x-secret" in site.node:
                continue
            schema = self._resolved(site.node)
            is_text = "string" in type_names(schema) and "enum" not in schema
            if is_text and "x-secret" not in schema and _sounds_secret(str(site.key)):
                yield Found(
                    "unmarked-secret",
                    site.pointer,
                    f"{site.key!r} sounds like a secret",
                    "set x-secret: true, or false if it is none",
                )


def _sounds_secret(name: str) -> bool:
    words = [word.rstrip("0123456789") for word in python_name(name).split("_")]
    words = [word for word in words if word]
    last = words[-1] if words else ""
    return last in _SECRET_LAST_WORDS or not _SECRET_WORDS.isdisjoint(words)
