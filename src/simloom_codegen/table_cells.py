"""What a specification says, in words short enough for a cell of a table.

A fact of a transcription counts as documented only where the specification marks it so. What
carries no mark of its own, such as a rate limit, is shown as inferred.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from attrs import frozen

from simloom_codegen.document import load
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from simloom_codegen.document import Document

NONE = "-"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SPANS = {1: "s", 60: "min", 3600: "h"}
_IDENTIFIERS = {"eid": "EID", "iccid": "ICCID", "imei": "IMEI", "imsi": "IMSI", "msisdn": "MSISDN"}


@frozen
class Described:
    """A provider's specification with the record of where it comes from."""

    provider: str
    document: dict[str, Any]
    source: dict[str, Any]

    @property
    def about(self) -> dict[str, str]:
        """The table `[source]`, an empty text for what it leaves out."""
        names = ("title", "vendor", "kind", "document_version", "retrieved")
        return {name: str(self.source.get("source", {}).get(name, "")) for name in names}

    @property
    def server(self) -> dict[str, Any]:
        """The first server, which is where the clients send to."""
        return dict((self.document.get("servers") or [{"url": ""}])[0])

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield method in capitals, path and operation, in the document's order."""
        for path, item in self.document.get("paths", {}).items():
            yield from ((name.upper(), path, item[name]) for name in item if name in _METHODS)

    def evidence(
        self, marked: dict[str, Any], key: str = "x-evidence", *, unmarked: str = ""
    ) -> str:
        """Return `documented` or `inferred`; whatever a vendor's own export says is documented."""
        kind = self.about["kind"]
        return str(
            marked.get(key) or unmarked or ("inferred" if kind == "transcription" else "documented")
        )

    def doubt(self, marked: dict[str, Any], key: str = "x-evidence") -> str:
        """Return what to put behind a fact that the vendor does not state."""
        return "" if self.evidence(marked, key) == "documented" else " (inferred)"

    def doubt_in_words(self, marked: dict[str, Any]) -> str:
        """Do the same for servers and security schemes, which say it in their description."""
        said = "inferred" in str(marked.get("description", "")).lower()
        return self.doubt({"x-evidence": "inferred" if said else "documented"})


def describe(specs: Path, provider: str) -> Described:
    """Read `openapi.yaml` and `source.toml` of a provider; raise `DocumentError` for bad ones."""
    file = f"specs/{provider}/source.toml"
    try:
        source = tomllib.loads((specs / provider / "source.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(
            f"cannot be read: {error}", file=file, remedy="say in it where openapi.yaml comes from"
        ) from error
    path = specs / provider / "openapi.yaml"
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return Described(provider, _parsed(path, f"specs/{provider}/openapi.yaml", stamp), source)


@cache
def _parsed(path: Path, name: str, stamp: int) -> Document:  # noqa: ARG001
    """Read a document once for all tables; `stamp` tells a changed file from the same one."""
    return load(path, name=name)


def authentication(vendor: Described) -> str:
    """Tell how requests are signed, and how the token for it is asked for."""
    schemes = vendor.document.get("components", {}).get("securitySchemes", {})
    ways = [
        " and ".join(_scheme(vendor, schemes.get(name, {})) for name in alternative)
        for alternative in vendor.document.get("security", [])
    ]
    text = ", or ".join(ways) or NONE
    for method, path, operation in vendor.operations():
        if is_token_request(operation) and operation.get("security"):
            login = _scheme(vendor, schemes.get(next(iter(operation["security"][0])), {}))
            text += f" from `{method} {path}` ({login})"
    return text


def is_token_request(operation: dict[str, Any]) -> bool:
    """Tell whether an operation gets an access token; our specifications tag those `auth`."""
    return "auth" in operation.get("tags", ())


def _scheme(vendor: Described, scheme: dict[str, Any]) -> str:
    kind = str(scheme.get("type", ""))
    if kind == "oauth2":
        text = "OAuth2 client credentials"
    elif kind == "apiKey":
        text = f"API key in `{scheme.get('name', '')}`"
    else:
        name = str(scheme.get("scheme", kind)).lower()
        text = {"basic": "HTTP Basic", "bearer": "bearer token"}.get(name, name)
    return text + vendor.doubt_in_words(scheme)


def quota(vendor: Described, operation: dict[str, Any]) -> str:
    """Tell how much the vendor lets through, and what it counts."""
    if limit := operation.get("x-rate-limit"):
        rate = f"{limit['requests']} requests / {_span(limit['seconds'])} per {limit['scope']}"
        return rate + vendor.doubt(limit, "evidence")
    if not (allowed := operation.get("x-quota")):
        return NONE
    windows = [f"{w['limit']:,} / {_span(w['seconds'])}" for w in allowed["windows"]]
    said = f"{', '.join(windows)}, counts {allowed['counts']}" if windows else "no figure given"
    return f"{allowed['bucket']}: {said}{vendor.doubt(allowed, 'evidence')}"


def _span(seconds: int) -> str:
    unit = max(size for size in _SPANS if seconds % size == 0)
    return _SPANS[unit] if seconds == unit else f"{seconds // unit} {_SPANS[unit]}"


def bulk(vendor: Described, operation: dict[str, Any]) -> str:
    """Tell how many SIMs one request takes, and what one bad SIM does to the others."""
    if stated := operation.get("x-bulk"):
        size = f"up to {stated['max']:,}{vendor.doubt(stated, 'evidence')}"
        if not stated.get("atomic"):
            return size
        return f"{size}, all or nothing{vendor.doubt(stated, 'atomic_evidence')}"
    if body_schema(operation).get("type") == "array":
        return f"a list, no maximum given{vendor.doubt(operation['requestBody'])}"
    return NONE


def body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the request body, empty when there is none."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        return dict(media.get("schema", {}))
    return {}


def identifiers(vendor: Described) -> Iterator[tuple[str, str]]:
    """Yield where a SIM is named and by what; an `{iccid}` in a path is as sure as the path is."""
    found: dict[str, dict[str, bool]] = {}
    for _, path, operation in vendor.operations():
        stated = dict(operation.get("x-identifiers", {}))
        if "{iccid}" in path and not stated:
            stated = {"path": ["iccid"], "evidence": vendor.evidence(operation)}
        sure = stated.pop("evidence", None) == "documented"
        for place, kinds in stated.items():
            for kind in kinds:
                known = found.setdefault(place, {})
                known[kind] = known.get(kind, False) or sure
    for place, kinds in sorted(found.items()):
        yield (
            place,
            ", ".join(
                _IDENTIFIERS.get(kind, kind) + ("" if sure else " (inferred)")
                for kind, sure in kinds.items()
            ),
        )


def streamed(vendor: Described) -> list[tuple[str, dict[str, Any]]]:
    """Return the payloads of streamed events; they have no path, so schemas carry the mark."""
    schemas = vendor.document.get("components", {}).get("schemas", {})
    return [(name, schema) for name, schema in schemas.items() if "x-event-type" in schema]


def event_summary(vendor: Described) -> str:
    """Tell how many kinds of events there are."""
    webhooks = len(vendor.document.get("webhooks", {}))
    counts = {"streamed": len(streamed(vendor)), "webhooks": webhooks}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or NONE


def markdown(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table; whatever a text holds, a row stays one line of so many cells."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(map(one_line, line))} |\n" for line in lines)


def one_line(text: str) -> str:
    """Return text without line ends and without what would end a cell or a block."""
    return " ".join(text.split()).replace("|", "\\|").replace("<!--", "&lt;!--")
