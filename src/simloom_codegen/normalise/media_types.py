"""Media types: one per body, one that the generator knows.

It makes a parameter of each media type of a request, two of one type if the schemas are the same,
and takes the first it knows of a response. What the vendor listed is kept as
`x-vendor-content-types`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simloom_codegen.normalise.facts import resolved, without_annotations
from simloom_codegen.normalise.kinds import Kind

if TYPE_CHECKING:
    from simloom_codegen.normalise.changes import Note
    from simloom_codegen.normalise.tree import Tree
    from simloom_codegen.normalise.walk import Node, Site

JSON = "application/json"
BYTES = "application/octet-stream"
TEXT = "text/plain"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
KEPT_TYPES = "x-vendor-content-types"
KEPT_SCHEMA = "x-vendor-schema"

# What vendors write for JSON, wildcards included: no vendor means XML with them.
_ALSO_JSON = frozenset(
    {
        *("*/*", "application/*", "application/*+json", "application/x-json", "json", "*"),
        *("text/json", "text/x-json", "text/javascript", "application/javascript"),
    }
)
_TEXT_LIKE = ("xml", "yaml", "ndjson", "jsonl", "json-seq", "csv", "html")


def repair(tree: Tree, note: Note) -> None:
    """Leave one media type in the content of each request body and each response."""
    for site in tree.sites(Kind.REQUEST_BODY, Kind.RESPONSE):
        content = site.node.get("content")
        if content and site.parsed and "$ref" not in site.node:
            _repair_content(site, content, tree.components, note)


def canonical(media_type: str) -> str:
    """Return a media type in lower case without `charset`; every way to say JSON is one.

    Other parameters stay, because some vendors tell versions apart by them.
    """
    base, *parameters = (part.strip().lower() for part in media_type.split(";"))
    kept = [text for text in parameters if text and not text.startswith("charset")]
    return "; ".join([JSON if base in _ALSO_JSON else base, *kept])


def is_json(media_type: str) -> bool:
    """Tell whether the generator reads a canonical media type as JSON."""
    base = media_type.split(";", maxsplit=1)[0]
    return base == JSON or base.endswith("+json")


def is_binary_string(schema: Node) -> bool:
    """Tell whether a schema is a file."""
    return schema.get("type") == "string" and schema.get("format") == "binary"


def _repair_content(site: Site, content: Node, components: dict[str, Node], note: Note) -> None:
    listed = list(content)
    named = {canonical(given): given for given in reversed(listed)}
    ordered = [canonical(given) for given in listed if named[canonical(given)] == given]
    if site.kind is Kind.REQUEST_BODY:
        chosen = _of_request(ordered, {key: content[given] for key, given in named.items()})
        final = chosen if _is_known_request(chosen) else BYTES
    else:
        chosen = _of_response(ordered, content, named)
        final = _known_response(chosen, content[named[chosen]])
    media = content[named[chosen]]
    site.node["content"] = {final: media}
    if listed != [final]:
        site.node[KEPT_TYPES] = listed
        note(site.pointer, f"the content {', '.join(listed)} is now {final}")
    _repair_schema(site, final, components, note)


def _is_known_request(media_type: str) -> bool:
    return is_json(media_type) or media_type.split(";", maxsplit=1)[0] in {FORM, MULTIPART, BYTES}


def _of_request(ordered: list[str], content: dict[str, Node]) -> str:
    """Return JSON if another type has the same schema, else the first the generator knows."""
    known = [media_type for media_type in ordered if _is_known_request(media_type)]
    if not known:
        return ordered[0]
    json_type = next(filter(is_json, known), None)
    if json_type is not None:
        schema = _schema_of(content[json_type])
        if any(_schema_of(content[other]) == schema for other in known if other != json_type):
            return json_type
    return known[0]


def _schema_of(media: Node) -> Any:
    schema = media.get("schema")
    return without_annotations(schema) if isinstance(schema, dict) else None


def _of_response(ordered: list[str], content: Node, named: dict[str, str]) -> str:
    def rank(media_type: str) -> int:
        if is_json(media_type):
            return 0
        return 1 if _known_response(media_type, content[named[media_type]]) == media_type else 2

    return min(ordered, key=rank)


def _known_response(media_type: str, media: Node) -> str:
    base = media_type.split(";", maxsplit=1)[0]
    if is_json(media_type):
        return BYTES if is_binary_string(media.get("schema") or {}) else media_type
    if base.startswith("text/") and base.count("/") == 1:
        return TEXT if "*" in base else media_type
    if base == BYTES:
        return media_type
    return TEXT if base.endswith(_TEXT_LIKE) else BYTES


def _repair_schema(site: Site, media_type: str, components: dict[str, Node], note: Note) -> None:
    media = site.node["content"][media_type]
    base, _, _ = media_type.partition(";")
    schema = media.get("schema")
    real = resolved(schema or {}, components)
    wanted: Node | None = None
    if base == BYTES and not is_binary_string(real):
        wanted = {"type": "string", "format": "binary"}
    elif base.startswith("text/") and real.get("type") != "string":
        wanted = {"type": "string"}
    elif schema is None:
        wanted = {}
    if wanted is None:
        return
    if schema:
        media[KEPT_SCHEMA] = schema
    media["schema"] = wanted
    note(site.pointer, f"the schema of {media_type} is now {wanted or 'any value'}")
