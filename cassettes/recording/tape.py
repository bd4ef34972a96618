"""vcrpy, set up for this project: what is written, what is compared, what is refused."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import vcr  # type: ignore[import-untyped]
from vcr.persisters.filesystem import CassetteNotFoundError  # type: ignore[import-untyped]
from vcr.request import Request  # type: ignore[import-untyped]
from vcr.serialize import deserialize, serialize  # type: ignore[import-untyped]

from cassettes.recording import yamltext
from cassettes.recording.scrubbing import Scrubber, media_type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from vcr.cassette import Cassette  # type: ignore[import-untyped]

MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body", "authorization")
"""What has to be the same; `authorization` is our own: the scheme, and which token it is."""
RECEIVER = "https://application.example"
"""Where webhooks are sent in cassettes."""


class _Writer:
    """The serializer of vcrpy that writes; every exchange is scrubbed here, on its way out."""

    def __init__(self, scrubber: Scrubber, header: Callable[[list[Any]], str]) -> None:
        self._scrubber = scrubber
        self._header = header

    def serialize(self, recorded: Mapping[str, Any]) -> str:
        for exchange in recorded["interactions"]:
            body = exchange["response"]["body"]["string"]
            if isinstance(body, str):
                self._scrubber.learn(body)
        kept = [self._kept(exchange) for exchange in recorded["interactions"]]
        # A webhook may be sent before the answer to the request that caused it has arrived.
        kept.sort(key=lambda exchange: exchange["request"]["uri"].startswith(RECEIVER))
        data: dict[str, Any] = {"version": recorded["version"]}
        if recorded.get("metadata"):
            data["metadata"] = self._scrubber.data(recorded["metadata"])
        return self._header(kept) + yamltext.dump({**data, "interactions": kept})

    def _kept(self, exchange: Mapping[str, Any]) -> dict[str, Any]:
        request, response = exchange["request"], exchange["response"]
        asked = self._scrubber.headers(request["headers"])
        told = self._scrubber.headers(response["headers"])
        return {
            "request": {
                "method": request["method"],
                "uri": self._scrubber.uri(request["uri"]),
                "headers": asked,
                "body": self._body(request["body"], asked),
            },
            "response": {
                "status": dict(response["status"]),
                "headers": told,
                "body": {"string": self._body(response["body"]["string"], told) or ""},
            },
        }

    def _body(self, body: Any, headers: Mapping[str, list[str]]) -> Any:
        if not body:
            return None
        if isinstance(body, bytes):  # vcrpy has made text of everything else
            return self._scrubber.binary(body)
        return self._scrubber.body(body, media_type_of(headers))


class _Reader:
    """The serializer of vcrpy that reads."""

    @staticmethod
    def deserialize(text: str) -> Any:
        return yamltext.load(text)

    @staticmethod
    def serialize(_recorded: Mapping[str, Any]) -> str:
        raise TypeError("a cassette that is played is not written")


@contextmanager
def recording(
    path: Path, scrubber: Scrubber, header: Callable[[list[Any]], str]
) -> Iterator[Cassette]:
    """Record what is sent within the block, unless it raises, in place of what the file had.

    `header` gets the exchanges as they are written and returns the comment above them.
    """
    path.unlink(missing_ok=True)
    tape = _tape()
    tape.register_serializer("cassette", _Writer(scrubber, header))
    with tape.use_cassette(path, record_mode="all", record_on_exception=False) as cassette:
        yield cassette


@contextmanager
def playing(path: Path) -> Iterator[Cassette]:
    """Answer from a file within the block; what it does not have is refused and never sent."""
    scrubber = Scrubber()

    def comparable(request: Request) -> Request:
        body = request.body
        headers = scrubber.headers(request.headers)
        if isinstance(body, bytes) and body:
            body = scrubber.body(body.decode(), media_type_of(headers)).encode()
        return Request(request.method, scrubber.uri(request.uri), body or None, headers)

    tape = _tape(comparable)
    tape.register_serializer("cassette", _Reader())
    with tape.use_cassette(path, record_mode="none") as cassette:
        yield cassette


class _Files:
    """The persister of vcrpy; its own writes in whatever encoding the machine prefers."""

    @staticmethod
    def load_cassette(path: Path, serializer: Any) -> Any:
        if not path.is_file():  # vcrpy takes this for an empty cassette
            raise CassetteNotFoundError
        return deserialize(path.read_text(encoding="utf-8"), serializer)

    @staticmethod
    def save_cassette(path: Path, recorded: dict[str, Any], serializer: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(serialize(recorded, serializer), encoding="utf-8", newline="\n")


def _tape(before: Callable[[Request], Request] | None = None) -> vcr.VCR:
    tape = vcr.VCR(serializer="cassette", match_on=MATCH_ON, before_record_request=before)
    tape.register_persister(_Files)
    tape.register_matcher("authorization", authorization)
    return tape


def authorization(one: Request, other: Request) -> None:
    """Match requests; vcrpy shows the name of this function where they differ."""
    first, second = (_text(request.headers.get("authorization")) for request in (one, other))
    if first != second:
        raise AssertionError(f"{first} instead of {second}")


def _text(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) else value
    return first.decode("latin-1") if isinstance(first, bytes) else first
