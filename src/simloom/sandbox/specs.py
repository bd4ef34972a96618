"""The specs that the clients are generated from, as the sandbox reads them.

In a wheel they lie in the folder `specs` beside this module, in a checkout in the repository's
own `specs` folder. There is no second description of a vendor: paths, parameters, defaults and
limits come from these files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml
from attrs import frozen

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# The C loader reads the largest spec in a tenth of the time; not every build of PyYAML has it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SpecNotFound(FileNotFoundError):
    """The spec of a provider is neither in the wheel nor in a checkout."""


@frozen
class Spec:
    """One vendor's OpenAPI document. Read only; it is shared by everyone who loads it."""

    provider: str
    document: Mapping[str, Any]

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow local references until there is something else."""
        while "$ref" in node:
            target: Any = self.document
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def flat(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the schema without references and `allOf`; keywords of the outer one win."""
        outer = dict(self.resolve(schema))
        inner: dict[str, Any] = {}
        for part in outer.pop("allOf", ()):
            inner |= self.flat(part)
        return inner | outer

    def base_path(self, *holders: Mapping[str, Any]) -> str:
        """Return the path of the server that applies, without a slash at its end.

        The first of `holders` (operation, path item) with servers of its own wins over the
        document's.
        """
        for holder in (*holders, self.document):
            if holder.get("servers"):
                return urlsplit(str(holder["servers"][0]["url"])).path.rstrip("/")
        return ""

    def secret_names(self) -> frozenset[str]:
        """Return the names of all properties marked `x-secret`."""
        schemas = self.document.get("components", {}).get("schemas", {})
        return frozenset(_secret_names(schemas))


def load_spec(provider: str) -> Spec:
    """Return the spec of a provider. Raises SpecNotFound that names the places looked at."""
    return _load(provider)


@cache
def _load(provider: str) -> Spec:
    places = _places(provider)
    for place in places:
        if place.is_file():
            # The loader above is a safe one: it builds plain values only.
            document = yaml.load(place.read_bytes(), Loader=_Loader)  # noqa: S506
            return Spec(provider, document)
    raise SpecNotFound(
        f"no spec for {provider!r}: looked for {' and '.join(map(str, places))}."
        " Reinstall simloom, or run from a complete checkout."
    )


def _places(provider: str) -> tuple[Traversable, ...]:
    # parents: sandbox, simloom, src, repository
    repository = Path(__file__).resolve().parents[3]
    return (
        files("simloom.sandbox") / "specs" / provider / "openapi.yaml",
        repository / "specs" / provider / "openapi.yaml",
    )


def _secret_names(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if isinstance(value, Mapping) and value.get("x-secret") is True:
                yield str(name)
            yield from _secret_names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _secret_names(item)
