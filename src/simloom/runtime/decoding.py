"""Bytes to typed values: the fast road first, the tolerant one when the vendor departs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from simloom.runtime.errors import DecodeError
from simloom.runtime.fast import decoder, read_items
from simloom.runtime.schema import node_for

if TYPE_CHECKING:
    from simloom.runtime.plan import Node, Problems
    from simloom.runtime.problems import DecodeProblem

T = TypeVar("T")
_BOM = b"\xef\xbb\xbf"


class Codec:
    """Reads one type. Made once per type by `codec_for`."""

    __slots__ = ("_fast", "_node")

    def __init__(self, annotation: Any) -> None:
        self._node: Node = node_for(annotation)
        self._fast = decoder(self._node)

    def decode(self, content: bytes) -> tuple[Any, tuple[DecodeProblem, ...]]:
        """Return the value and what was odd about it; raise `DecodeError` when it is unreadable."""
        try:
            return self._fast.decode(content), ()
        except msgspec.ValidationError:
            return self._read_parsed(parse_json(content))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return self._read_parsed(parse_json(content.removeprefix(_BOM)))

    def _read_parsed(self, data: Any) -> tuple[Any, tuple[DecodeProblem, ...]]:
        try:
            data = read_items(self._node, data)
        except RecursionError:
            raise DecodeError("the answer is nested too deeply") from None
        return self.read(data)

    def read(self, data: Any) -> tuple[Any, tuple[DecodeProblem, ...]]:
        """Read parsed JSON tolerantly."""
        problems: Problems = []
        try:
            value = self._node.read(data, "", problems)
        except RecursionError:
            raise DecodeError("the answer is nested too deeply") from None
        for problem in problems:
            if not problem.pointer:  # nothing of what was promised is there
                raise DecodeError(f"the answer is not the documented one ({problem})")
        return value, tuple(problems)


_codecs: dict[Any, Codec] = {}


def codec_for(annotation: Any) -> Codec:
    """Return the codec of a type: a model, an enum, or a list, dict or union of such."""
    try:
        return _codecs[annotation]
    except KeyError:
        return _codecs.setdefault(annotation, Codec(annotation))


def decode(content: bytes, annotation: Any) -> tuple[Any, tuple[DecodeProblem, ...]]:
    """Decode JSON bytes into `annotation`; see `Codec.decode`."""
    return codec_for(annotation).decode(content)


def convert(data: Any, annotation: type[T]) -> T:
    """Read parsed JSON into `annotation`, tolerantly."""
    value, _ = codec_for(annotation).read(data)
    return value  # type: ignore[no-any-return]


def parse_json(content: bytes) -> Any:
    """Parse JSON strictly (no NaN, valid UTF-8, bounded depth); raise `DecodeError` otherwise."""
    try:
        return msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise DecodeError(f"the answer is not JSON: {error}", content=content) from None
    except UnicodeDecodeError:
        raise DecodeError("the answer is not UTF-8", content=content) from None
    except RecursionError:
        raise DecodeError("the answer is nested too deeply", content=content) from None
