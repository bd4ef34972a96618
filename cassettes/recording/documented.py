"""The vendors' own examples, read from `cassettes/documented`, and found again in cassettes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cassettes.recording import yamltext
from cassettes.recording.scrubbing import mask_json, media_type_of
from simloom.events.jsontext import without_trailing_commas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = Path(__file__).resolve().parents[1] / "documented"
_COMMENT = re.compile(r"\s//.*$", re.MULTILINE)


@frozen(kw_only=True)
class Example:
    """One JSON text of a vendor's document. `model` is None where it is not a body."""

    provider: str
    name: str
    where: str
    text: str
    reading: str
    model: str | None = None
    instead: Mapping[str, str] = field(factory=dict)

    @property
    def value(self) -> Any:
        """The JSON value that is meant."""
        text = self.text
        if self.reading == "pseudo":
            text = _COMMENT.sub("", text).replace("'", '"')
            for placeholder, meant in self.instead.items():
                text = text.replace(placeholder, meant)
        if self.reading != "strict":
            text = without_trailing_commas(text) or text
        return json.loads(text)


@cache
def examples() -> tuple[Example, ...]:
    """Return every documented example."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        data = yamltext.load(path.read_text(encoding="utf-8"))
        found += [Example(provider=path.stem, **entry) for entry in data["examples"]]
    return tuple(found)


def verbatim(provider: str, exchanges: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each body of a cassette that has the value of a documented example.

    Secrets are masked on both sides; which example it is, another one with the same value included,
    is told with its section.
    """
    known = [(mask_json(one.value), one) for one in examples() if one.provider == provider]
    for number, exchange in enumerate(exchanges, 1):
        for side in ("request", "response"):
            for value in _values(exchange[side]):
                found = [one for masked, one in known if masked == value]
                masked = any(one.value != value for one in found)
                told = " or ".join(f"{one.name} ({one.where})" for one in found)
                if told:
                    yield f"{side} {number} is {told}" + (", secrets masked" if masked else "")


def _values(message: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the JSON value of a body, or those of the events in it."""
    body = message["body"]
    text = body["string"] if isinstance(body, dict) else body
    if not isinstance(text, str):
        return
    lines = [text]
    if media_type_of(message["headers"]) == "text/event-stream":
        lines = [line[5:] for line in text.splitlines() if line.startswith("data:")]
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            value.pop("httpHeaders", None)  # added on request, and no part of the event
        yield value
