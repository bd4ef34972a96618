"""Getting a provider's own specification, with suspicion, and telling what differs from ours.

Whatever goes wrong at the vendor or on the way is `unavailable` with a reason, never an exception:
work on a checkout does not depend on a vendor's web server.
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import json
import re
import secrets
import time
import tomllib
from typing import TYPE_CHECKING, Any

import httpx
from attrs import frozen

from simloom_codegen.diff import Change, compare
from simloom_codegen.diff.operations import operations
from simloom_codegen.diff.references import Document
from simloom_codegen.diff.values import same
from simloom_codegen.document import parse_mapping
from simloom_codegen.download import VALIDATORS, Answer, DownloadLimits, UnusableError, download
from simloom_codegen.errors import DocumentError, LoomError
from simloom_codegen.intake import take_in
from simloom_codegen.swagger2 import convert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_UPSTREAM = ("upstream.json", "upstream.yaml")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


class FetchStatus(enum.StrEnum):
    """What became of a fetch."""

    NOT_MODIFIED = "not-modified"
    """The server has nothing newer than its last answer, which holds the same document as ours."""
    UNCHANGED = "unchanged"
    """The file holds the same document as ours, perhaps written differently."""
    CHANGED = "changed"
    UNAVAILABLE = "unavailable"
    """Nothing usable came; `reason` says why. No failure: go on with what is there."""


@frozen
class FetchResult:
    """The outcome; `data`, `changes` and `path` are empty unless `status` is `CHANGED`."""

    status: FetchStatus
    url: str = ""
    reason: str = ""
    data: bytes | None = None
    changes: tuple[Change, ...] = ()
    """Empty also for a file that differs only in what the diff does not look at."""
    path: Path | None = None
    """Where the file was written, if it was."""


def fetch(
    provider_dir: Path,
    *,
    cache: Path,
    client: httpx.Client | None = None,
    write: bool = False,
    accept_shrink: bool = False,
    limits: DownloadLimits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FetchResult:
    """Get the file that `[source]` of `source.toml` names as `export_url`, or else as `url`.

    It is compared with `upstream.json` or `upstream.yaml` beside `openapi.yaml`, or with
    `openapi.yaml` while there is neither. With `write`, a changed file becomes the upstream file,
    byte for byte; `openapi.yaml` is never touched. A file that lost more than half of the
    operations is refused unless `accept_shrink`. `cache` remembers the last good answer, so that
    the server need not send it again; it must lie outside the specs folder.

    Raises `LoomError` only for what is wrong here: `source.toml`, our own document, the folders.
    """
    specs = provider_dir.resolve().parent
    if cache.resolve().is_relative_to(specs):
        raise LoomError(
            "the cache for fetched files lies inside the specs folder",
            file=str(cache),
            remedy="choose a folder that is not committed",
        )
    limits = limits or DownloadLimits()
    url = _address(provider_dir / "source.toml")
    baseline = _baseline(provider_dir)
    ours = _kept(baseline) if baseline is not None else None
    memory = _Memory(cache, provider_dir.resolve().name)
    if not url:
        return FetchResult(FetchStatus.UNAVAILABLE, reason="source.toml names no address of a file")
    try:
        answer = download(url, memory.recall(url), client, limits, clock)
        theirs = _checked(answer.data, ours, limits, accept_shrink=accept_shrink)
        changes = compare(ours.document, theirs.document) if ours is not None else []
    except (UnusableError, DocumentError, httpx.HTTPError, httpx.InvalidURL) as error:
        return FetchResult(FetchStatus.UNAVAILABLE, url, _reason(error))
    memory.remember(url, answer)
    if ours is not None and _is_same(ours, theirs):
        status = FetchStatus.UNCHANGED if answer.fresh else FetchStatus.NOT_MODIFIED
        return FetchResult(status, url)
    path = _write(provider_dir, answer.data) if write else None
    reason = "" if ours is not None else "there is nothing to compare it with"
    return FetchResult(FetchStatus.CHANGED, url, reason, answer.data, tuple(changes), path)


def _reason(error: Exception) -> str:
    """Say what happened in one line; a part of it may have been written by the server."""
    if isinstance(error, DocumentError):
        text = error.message
    elif isinstance(error, httpx.TimeoutException):
        text = "the server did not answer in time"
    else:
        text = str(error) or type(error).__name__
    return _UNPRINTABLE.sub(" ", text)[:300]


def _address(source: Path) -> str:
    """Read the address; empty if none is named, e.g. because the vendor publishes no file."""
    try:
        table = tomllib.loads(source.read_text("utf-8")).get("source", {})
    except (OSError, ValueError) as error:
        raise DocumentError(
            f"cannot be read: {error}",
            file=str(source),
            remedy="write a TOML file with a table [source] that names a url",
        ) from error
    named = table.get("export_url") or table.get("url") if isinstance(table, dict) else None
    return named if isinstance(named, str) else ""


def _baseline(provider_dir: Path) -> Path | None:
    upstream = [provider_dir / name for name in _UPSTREAM if (provider_dir / name).is_file()]
    if len(upstream) > 1:
        raise LoomError(
            "there are two upstream files",
            file=str(upstream[0]),
            remedy=f"delete the older one of {' and '.join(_UPSTREAM)}",
        )
    ours = provider_dir / "openapi.yaml"
    return upstream[0] if upstream else ours if ours.is_file() else None


@frozen
class _Read:
    """A file as it is written, and as OpenAPI 3."""

    written: dict[str, Any]
    document: dict[str, Any]


def _kept(path: Path) -> _Read:
    taken = take_in(path, alone=True)
    return _Read(parse_mapping(taken.data, name=str(path)), taken.document)


def _is_same(ours: _Read, theirs: _Read) -> bool:
    """Tell whether two files hold the same document; a conversion may lose a difference."""
    if "swagger" in ours.written and "swagger" in theirs.written:
        return same(ours.written, theirs.written)
    return same(ours.document, theirs.document)


def _checked(
    data: bytes, ours: _Read | None, limits: DownloadLimits, *, accept_shrink: bool
) -> _Read:
    """Parse an answer and refuse what cannot be the specification, such as an error page."""
    if not data.strip():
        raise UnusableError("the file is empty")
    name = "the fetched file"
    written = theirs = parse_mapping(data, name=name)
    if len(data) < limits.min_bytes:
        raise UnusableError(f"the file has only {len(data)} bytes")
    if "swagger" in written and "openapi" not in written:
        theirs = convert(written, name=name).document
    if not str(theirs.get("openapi")).startswith("3."):
        raise UnusableError(_no_openapi(theirs))
    if not isinstance(theirs.get("paths"), dict):
        raise UnusableError("the file has no paths")
    count = len(operations(Document(theirs)))
    expected = len(operations(Document(ours.document))) if ours is not None else 1
    if count * 2 < expected and not accept_shrink:
        raise UnusableError(f"the file has {count} operations, ours has {expected}")
    return _Read(written, theirs)


def _no_openapi(document: dict[str, Any]) -> str:
    if "openapi" in document:
        return f"the file says it is OpenAPI {document['openapi']}, not 3.0 or 3.1"
    shown = ", ".join(sorted(map(str, document))[:5])
    return f"the file has neither an `openapi` nor a `swagger` key; it has {shown}"


class _Memory:
    """The last good answer of one provider. Losing it costs one download, so errors are ignored."""

    def __init__(self, folder: Path, provider: str) -> None:
        self._state = folder / f"{provider}.json"
        self._body = folder / f"{provider}.body"

    def recall(self, url: str) -> Answer | None:
        """Give the answer if it came from this address and is intact."""
        try:
            state = json.loads(self._state.read_bytes())
            data = self._body.read_bytes()
            if state["url"] != url or state["sha256"] != hashlib.sha256(data).hexdigest():
                return None
            found = {header: state["validators"].get(header) for header in VALIDATORS}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None
        validators = {
            header: value
            for header, value in found.items()
            if isinstance(value, str) and value and not _UNPRINTABLE.search(value)
        }
        return Answer(data, validators, fresh=False) if validators else None

    def remember(self, url: str, answer: Answer) -> None:
        """Keep an answer that passed every check."""
        if not answer.fresh:
            return
        sha256 = hashlib.sha256(answer.data).hexdigest()
        state = {"url": url, "sha256": sha256, "validators": answer.validators}
        with contextlib.suppress(OSError):
            self._body.parent.mkdir(parents=True, exist_ok=True)
            _replace(self._body, answer.data)
            _replace(self._state, json.dumps(state, indent=2).encode())


def _write(provider_dir: Path, data: bytes) -> Path:
    """Make the answer the one upstream file."""
    path = provider_dir / _UPSTREAM[0 if _is_json(data) else 1]
    try:
        _replace(path, data)
        for name in _UPSTREAM:
            if name != path.name:
                (provider_dir / name).unlink(missing_ok=True)
    except OSError as error:
        raise LoomError(
            f"cannot be written: {error.strerror}",
            file=str(path),
            remedy="make the folder writable",
        ) from error
    return path


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _replace(path: Path, data: bytes) -> None:
    """Put a whole file in place; nobody ever sees half of one."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
