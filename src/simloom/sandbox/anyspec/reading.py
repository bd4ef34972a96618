"""A file that claims to be an OpenAPI document, read or refused with the reason.

What is read is brought into one shape: every operation has an id, path items hold no reference,
every operation has answers, server variables have their defaults, keys are texts.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import yaml
from attrs import frozen

from simloom.sandbox.anyspec.sizes import MOST_PARTS, MOST_REPEATED
from simloom.sandbox.anyspec.swagger import from_swagger
from simloom.sandbox.anyspec.tidying import tidy
from simloom.sandbox.specs import Spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LARGEST = 50 * 1024 * 1024
_VERSION = re.compile(r"3\.[01](\.\d+.*)?")
# Secrets of cards; what else is one, only the document can say.
_SECRETS = frozenset({"pin", "pin1", "pin2", "puk", "puk1", "puk2", "ki", "opc", "adm", "adm1"})
_CHOICES = {"allOf", "oneOf", "anyOf"}
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE | re.DOTALL
)


class SpecRefused(ValueError):
    """A spec cannot be served; the text names the file, the place and what to do."""


@frozen
class AnySpec(Spec):
    """A spec that came from a user."""

    def secret_names(self) -> frozenset[str]:
        """Return what is marked `x-secret`, PINs and keys, and names under which keys are sent."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        nodes = [self.resolve(scheme) for scheme in schemes.values()]
        keys = {str(node["name"]) for node in nodes if node.get("type") == "apiKey"}
        return super().secret_names() | keys | _SECRETS


def _base(name: str) -> type[Any]:
    loader: type[Any] = getattr(yaml, name, yaml.SafeLoader)
    return loader


class _Loader(_base("CSafeLoader")):  # type: ignore[misc]
    """Leaves dates as the texts that they are in JSON, and `on`, `no` and the like as YAML 1.2."""


_OURS = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"}
_Loader.yaml_implicit_resolvers = {
    sign: [pair for pair in pairs if pair[0] not in _OURS]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_spec(name: str, path: Path) -> AnySpec:
    """Return the document in a file.

    Raises SpecRefused for what is not served, and KeyError, TypeError and the like for a document
    with a part missing or of another shape.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise SpecRefused(f"cannot be read: {error.strerror or error}") from error
    document = _Plain().value(_parsed(content), "#")
    if isinstance(document, dict) and re.fullmatch(r"2(\.0)?", str(document.get("swagger"))):
        document = from_swagger(document)
    _check_openapi(document)
    tidy(document)
    _check_references(document)
    _arrange(document)
    return AnySpec(name, document)


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Return path, method, path item and node of every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def _parsed(content: bytes) -> Any:
    if len(content) > _LARGEST:
        raise SpecRefused(f"has more than {_LARGEST} bytes")
    if not content.strip():
        raise SpecRefused("is empty: name a file with an OpenAPI document")
    if _HTML.match(content.removeprefix(b"\xef\xbb\xbf")):
        raise SpecRefused(
            "is HTML or XML, perhaps the page that shows the spec: download the JSON or YAML itself"
        )
    try:
        text = content.decode("utf-8-sig")
        if text.lstrip().startswith("{"):
            try:
                return json.loads(text)
            except ValueError:
                pass  # YAML may begin like that, too
        # A subclass of a safe loader builds plain values only.
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except UnicodeDecodeError as error:
        raise SpecRefused("is not UTF-8 text") from error
    except (yaml.YAMLError, ValueError) as error:
        why = " ".join(str(error).split())[:200]
        raise SpecRefused(f"is neither JSON nor YAML: {why}") from error


class _Plain:
    """Copies a document with texts as keys. Shared parts stay shared, so aliases cost little.

    Written out as JSON they are repeated, so a file of aliases of aliases is refused.
    """

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, int]] = {}
        self._count = self._repeated = 0

    def value(self, node: Any, where: str) -> Any:
        if isinstance(node, float) and not isfinite(node):
            raise SpecRefused(f"{where}: {node} is no JSON number")
        if node is None or isinstance(node, (str, int, float)):
            return node
        if id(node) in self._done:
            made, size = self._done[id(node)]
            self._count += size
            self._repeated += size
            if self._repeated > MOST_REPEATED:
                raise SpecRefused(f"{where}: aliases repeat more than {MOST_REPEATED} values")
            return made
        before = self._count
        self._count += 1
        if isinstance(node, dict):
            made = {str(key): self.value(item, f"{where}/{key}") for key, item in node.items()}
        elif isinstance(node, list):
            made = [self.value(item, f"{where}/{place}") for place, item in enumerate(node)]
        else:
            raise SpecRefused(f"{where}: a {type(node).__name__} is no JSON value")
        self._done[id(node)] = (made, self._count - before)
        return made


def _check_openapi(document: Any) -> None:
    if not isinstance(document, dict):
        raise SpecRefused("is no OpenAPI document: it is no object with a member 'openapi'")
    if "swagger" in document:
        raise SpecRefused(
            f"is Swagger {document['swagger']}; OpenAPI 3.0, 3.1 and Swagger 2.0 are served"
        )
    version = document.get("openapi")
    if version is None:
        raise SpecRefused("is no OpenAPI document: the member 'openapi' is missing")
    if not _VERSION.fullmatch(str(version)):
        raise SpecRefused(f"is OpenAPI {version}; 3.0, 3.1 and Swagger 2.0 are served")
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        raise SpecRefused("#/paths: there is no path to serve")


def _check_references(document: dict[str, Any]) -> None:
    """Refuse references to elsewhere, to nothing, and in circles without a schema in between."""
    spec, seen = Spec("", document), set[int]()
    circles: list[tuple[dict[str, Any], str]] = []
    open_ends: list[tuple[Any, str]] = [(document, "#")]
    while open_ends:
        node, where = open_ends.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            _check_reference(spec, node, where)
        if isinstance(node, dict):
            if _CHOICES & node.keys():
                circles.append((node, where))
            # What stands in an example is data.
            pairs = [(key, item) for key, item in node.items() if key not in {"example", "value"}]
        else:
            pairs = [(str(place), item) for place, item in enumerate(node)]
        open_ends += [
            (item, f"{where}/{key.replace('~', '~0').replace('/', '~1')}") for key, item in pairs
        ]
    known: dict[int, int] = {}
    for node, where in circles:
        if _parts(spec, node, frozenset(), where, known) > MOST_PARTS:
            raise SpecRefused(
                f"{where}: the schema has more than {MOST_PARTS} parts by allOf, oneOf and anyOf"
            )


def _check_reference(spec: Spec, node: dict[str, Any], where: str) -> None:
    passed = set()
    while "$ref" in node:
        target = str(node["$ref"])
        if not target.startswith("#/"):
            raise SpecRefused(
                f"{where}: the reference {target!r} leads out of the file; bundle it into one"
            )
        if target in passed:
            raise SpecRefused(f"{where}: the reference {target!r} leads back to itself")
        passed.add(target)
        try:
            found: Any = spec.document
            for part in target.removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError, IndexError) as error:
            raise SpecRefused(f"{where}: the reference {target!r} leads to nothing") from error
        if not isinstance(found, dict):
            raise SpecRefused(f"{where}: the reference {target!r} leads to no object")
        node = found


def _parts(
    spec: Spec, node: dict[str, Any], above: frozenset[int], where: str, known: dict[int, int]
) -> int:
    """Count the parts of a schema that each value is checked against, those of its parts included.

    Refuses a schema that is a part of itself: no value could be checked against it.
    """
    if id(node) in above:
        raise SpecRefused(f"{where}: the schema contains itself without a member in between")
    if id(node) not in known:
        above |= {id(node)}
        inner: list[Any] = [spec.resolve(node)] if "$ref" in node else []
        for keyword in _CHOICES:
            parts = node.get(keyword)
            inner += parts if isinstance(parts, list) else []
        found = [part for part in inner if isinstance(part, dict)]
        known[id(node)] = 1 + sum(_parts(spec, part, above, where, known) for part in found)
    return known[id(node)]


def _arrange(document: dict[str, Any]) -> None:
    spec, known = Spec("", document), dict[str, str]()
    document["paths"] = {
        path: _inlined(spec, item)
        for path, item in document["paths"].items()
        if path.startswith("/")
    }
    for holder in (document, *document["paths"].values()):
        _fix_servers(holder)
    for path, method, item, node in operations(document):
        where = f"{method.upper()} {path}"
        _fix_servers(node)
        name = str(node.get("operationId") or made_id(method, path))
        if name in known:
            raise SpecRefused(f"{where} and {known[name]} have the operation id {name!r}")
        known[name] = where
        # Parts that aliases share get copies: two operations have two ids.
        item[method] = {"responses": {}, **node, "operationId": name}


def made_id(method: str, path: str) -> str:
    """Return an operation id for one without: `get_things_by_id` for `GET /things/{id}`."""
    words = _VARIABLE.sub(r"by_\1", path)
    return f"{method}_{re.sub('[^A-Za-z0-9]+', '_', words).strip('_')}".rstrip("_")


def _inlined(spec: Spec, item: dict[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in item.items() if key != "$ref"}
    return {**spec.resolve(item), **own}


def _fix_servers(holder: dict[str, Any]) -> None:
    if holder.get("servers"):
        first = dict(holder["servers"][0])
        variables = first.get("variables") or {}
        url = _VARIABLE.sub(
            lambda match: str(variables.get(match[1], {}).get("default", match[1])),
            str(first.get("url", "/")),
        )
        # A relative address is one below the root here.
        holder["servers"] = [{**first, "url": urlsplit(urljoin("http://sandbox/", url)).path}]
