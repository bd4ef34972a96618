"""What a client cannot do of what its document says: each with its place and what to do instead.

Nothing here stops a run. A repair changes what is generated so that it works; a limit is what no
repair can give, because the generator or the runtime has no word for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom_codegen import pointer
from simloom_codegen.normalise.kinds import METHODS, Kind
from simloom_codegen.normalise.media_types import KEPT_TYPES, MULTIPART, canonical, is_json
from simloom_codegen.normalise.walk import Node, Site, operations, sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simloom_codegen.document import Document

_UNIONS = ("oneOf", "anyOf")
_PLAIN_STYLES = {
    "query": frozenset({"form", "spaceDelimited", "pipeDelimited"}),
    "path": frozenset({"simple"}),
    "header": frozenset({"simple"}),
    "cookie": frozenset({"form"}),
}


@frozen
class Limit:
    """One thing that is not generated; `pointer` is a place in the prepared document."""

    code: str
    pointer: str
    what: str
    instead: str

    def as_dict(self) -> dict[str, str]:
        """Return the record for JSON output."""
        return {
            "code": self.code,
            "pointer": self.pointer,
            "what": self.what,
            "instead": self.instead,
        }

    def as_text(self) -> str:
        """Return one line."""
        return f"{self.code}: {self.pointer}: {self.what}; {self.instead}"


def limits(document: Document) -> tuple[Limit, ...]:
    """Return the limits of a client made from a prepared document, sorted by place."""
    every = sites(document)
    found = [
        *_of_operations(document),
        *_of_webhooks(document),
        *_of_servers(document, ()),
        *_of_bodies(every),
        *_of_parameters(every),
        *_of_schemas(every),
    ]
    return tuple(sorted(set(found), key=lambda limit: (limit.pointer, limit.code)))


def _of_operations(document: Document) -> Iterator[Limit]:
    for path, method, operation in operations(document):
        place = ("paths", path, method)
        parameters = operation.get("parameters", [])
        if "?" in path and any(item.get("in") == "query" for item in parameters):
            yield Limit(
                "path-query",
                pointer.join(place),
                "the query in the path is lost when a query parameter is given",
                "move it to query parameters with an overlay",
            )
        if "#" in path:
            yield Limit(
                "path-fragment",
                pointer.join(place),
                "what follows # in the path is never sent",
                "the operation reaches the path before it",
            )
        for name in operation.get("callbacks", {}):
            yield Limit(
                "callback",
                pointer.join((*place, "callbacks", name)),
                "the callback is not generated: it is a request of the vendor",
                "read its body with the model of its schema, if that is a component",
            )
        yield from _of_servers(operation, place)


def _of_webhooks(document: Document) -> Iterator[Limit]:
    for name, item in document.get("webhooks", {}).items():
        for method in METHODS:
            if method in item:
                yield Limit(
                    "webhook",
                    pointer.join(("webhooks", name, method)),
                    "the webhook is no operation of the client: it is a request of the vendor",
                    "read its body with the model of its schema, if that is a component",
                )


def _of_servers(node: Node, place: tuple[object, ...]) -> Iterator[Limit]:
    for index, server in enumerate(node.get("servers", [])):
        here = pointer.join((*place, "servers", index))
        if index:
            yield Limit(
                "further-server",
                here,
                "only the first server is in the client",
                "pass another one as base_url",
            )
        elif "{" in str(server.get("url")):
            yield Limit(
                "server-variable",
                here,
                "the address has a variable, which nothing fills in",
                "pass the full address as base_url, or write it with an overlay",
            )


def _of_bodies(every: Iterable[Site]) -> Iterator[Limit]:
    for site in every:
        if site.kind is Kind.RESPONSE and site.node.get("links"):
            yield Limit(
                "link",
                site.pointer,
                "links are not followed",
                "call the operation they name with values of the answer",
            )
        if site.kind not in {Kind.REQUEST_BODY, Kind.RESPONSE} or not site.parsed:
            continue
        content = site.node.get("content", {})
        yield from _of_media_types(
            site, list(site.node.get(KEPT_TYPES, ())), next(iter(content), "")
        )
        for media_type, media in content.items():
            if media.get("encoding") and media_type.split(";")[0] == MULTIPART:
                yield Limit(
                    "part-encoding",
                    site.pointer,
                    "media types and headers of single parts are not sent",
                    "build this request by hand where the vendor insists on them",
                )


def _of_media_types(site: Site, listed: list[str], used: str) -> Iterator[Limit]:
    is_request = site.kind is Kind.REQUEST_BODY
    listed = listed or [used]
    unused = [name for name in listed if canonical(name) != canonical(used)]
    if 0 < len(unused) < len(listed):
        yield Limit(
            "further-media-type",
            site.pointer,
            f"{', '.join(unused)} is not used",
            f"the client {'sends' if is_request else 'reads'} {used}",
        )
        return
    if any("xml" in name.lower() for name in listed):
        what = f"{', '.join(listed)}: XML has no models"
    elif not unused or is_json(canonical(used)):
        return
    else:
        what = f"{', '.join(listed)} has no models"
    as_text = used.startswith("text/")
    yield Limit(
        "xml-body" if "XML" in what else "raw-body",
        site.pointer,
        what,
        f"give the bytes, which are sent as {used}"
        if is_request
        else f"the answer is {'text' if as_text else 'bytes'}",
    )


def _of_parameters(every: Iterable[Site]) -> Iterator[Limit]:
    for site in every:
        if site.kind is not Kind.PARAMETER or not site.parsed or "$ref" in site.node:
            continue
        where, name = site.node.get("in"), site.node.get("name")
        style = site.node.get("style")
        if style and style not in _PLAIN_STYLES.get(str(where), ()):
            yield Limit(
                "parameter-style",
                site.pointer,
                f"{name!r} is not written in the style {style}",
                "make it text with an overlay and write the value yourself",
            )


def _of_schemas(every: Iterable[Site]) -> Iterator[Limit]:
    for site in every:
        if site.kind is Kind.SCHEMA and site.parsed and "discriminator" in site.node:
            discriminator: Any = site.node["discriminator"]
            if not any(site.node.get(word) for word in _UNIONS):
                yield Limit(
                    "discriminator-base",
                    site.pointer,
                    f"the value of {discriminator.get('propertyName')!r} does not choose a class",
                    "what is read is this class: it has no subclasses, or too many; add oneOf with "
                    "an overlay to get those that matter",
                )
