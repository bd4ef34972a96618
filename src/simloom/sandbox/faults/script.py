"""One fault as a script: which requests or events it is for, how often, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Any, Final, cast

from attrs import Attribute, Factory, field, fields, frozen

LONGEST_WAIT = 60.0
"""Seconds that `latency` and `pause` may take at most; they are real seconds on any clock."""
_LARGEST_BOMB = 4 * 2**30
_MANY = 1_000_000
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?|")
_FRAMING = {"connection", "content-encoding", "content-length", "content-type", "transfer-encoding"}


class BadFault(ValueError):
    """A fault script that cannot be; the text says which member and what it has to be."""


class Effect(Enum):
    """What goes wrong. The last four are for streams of events, the others for answers."""

    STATUS = "status"
    LATENCY = "latency"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    DELAYED_APPLY = "delayed-apply"
    TOKEN_REVOKED = "token-revoked"  # noqa: S105  (a name, no secret)
    TRUNCATE = "truncate"
    MALFORMED = "malformed"
    INVALID_UTF8 = "invalid-utf8"
    CONTENT_TYPE = "content-type"
    GZIP_BOMB = "gzip-bomb"
    CHUNKS = "chunks"
    SLOW_LORIS = "slow-loris"
    DUPLICATE_EVENTS = "duplicate-events"
    REORDER_EVENTS = "reorder-events"
    DROP_EVENTS = "drop-events"
    CUT_STREAM_AFTER = "cut-stream-after"

    @property
    def is_for_streams(self) -> bool:
        """Tell whether it concerns events, not answers."""
        return self in _OF_STREAMS


_OF_STREAMS = {
    Effect.DUPLICATE_EVENTS,
    Effect.REORDER_EVENTS,
    Effect.DROP_EVENTS,
    Effect.CUT_STREAM_AFTER,
}
_FOR_ALL = {"effect", "provider", "iccid", "times", "nth", "every", "probability"}
_FOR_ANSWERS = {"operation", "method", "path", "latency"}
_FOR_STREAMS = {"event"}
_OPTIONS: Mapping[Effect, Collection[str]] = {
    Effect.STATUS: {"status", "headers", "body", "content_type"},
    Effect.RESET_BEFORE: {"how"},
    Effect.RESET_AFTER: {"how"},
    Effect.DELAYED_APPLY: {"status", "delay"},
    Effect.TRUNCATE: {"keep"},
    Effect.CONTENT_TYPE: {"content_type"},
    Effect.GZIP_BOMB: {"size"},
    Effect.CHUNKS: {"at", "every_bytes", "pause"},
    Effect.SLOW_LORIS: {"pause"},
    Effect.DUPLICATE_EVENTS: {"copies"},
    Effect.CUT_STREAM_AFTER: {"keep"},
}


class Own(Enum):
    """Stands for a body that was not given: the vendor's own shape of an error."""

    ERROR = "own"


def _effect(value: Any) -> Effect:
    try:
        return Effect(value)
    except ValueError:
        raise BadFault(f"effect is one of {', '.join(one.value for one in Effect)}") from None


def _between(low: float, high: float, *, whole: bool = True, none: bool = False) -> Any:
    def check(_fault: Fault, attribute: Attribute[Any], value: Any) -> None:
        if none and value is None:
            return
        fits = isinstance(value, (int, float)) and low <= value <= high
        if not fits or isinstance(value, bool) or (whole and not isinstance(value, int)):
            kind = "a whole number" if whole else "a number"
            raise BadFault(f"{attribute.name} is {kind} from {low:.15g} to {high:.15g}")

    return check


def _text(_fault: Fault, attribute: Attribute[Any], value: Any) -> None:
    if value is not None and not (isinstance(value, str) and value):
        raise BadFault(f"{attribute.name} is a text that is not empty")


def _media_type(_fault: Fault, attribute: Attribute[Any], value: Any) -> None:
    if value is not None and not (isinstance(value, str) and value and _VALUE.fullmatch(value)):
        raise BadFault(f"{attribute.name} is a media type such as text/html")


def _headers(_fault: Fault, _attribute: Attribute[Any], value: Any) -> None:
    if not isinstance(value, Mapping):
        raise BadFault("headers is an object of texts")
    for name, text in value.items():
        if not (isinstance(name, str) and _TOKEN.fullmatch(name)):
            raise BadFault("headers: a name is no token of RFC 9110")
        if name.lower() in _FRAMING:
            raise BadFault(f"headers: {name} is the business of the server or of content_type")
        if not (isinstance(text, str) and _VALUE.fullmatch(text)):
            raise BadFault(f"headers: the value of {name} is not printable ASCII")


def _positions(_fault: Fault, _attribute: Attribute[Any], value: Any) -> None:
    right = isinstance(value, Sequence) and not isinstance(value, str)
    right = right and all(type(one) is int and one > 0 for one in value)
    if not right or sorted(set(value)) != list(value):
        raise BadFault("at is a list of byte positions above 0 that rise")


def _choice(*choices: str) -> Any:
    def check(_fault: Fault, attribute: Attribute[Any], value: Any) -> None:
        if value not in choices:
            raise BadFault(f"{attribute.name} is one of {', '.join(choices)}")

    return check


def _method(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


@frozen(kw_only=True)
class Fault:
    """One script. What is None or left out matches anything.

    Raises BadFault, a ValueError, for values that cannot be and for options of other effects.
    """

    effect: Effect = field(converter=_effect)
    provider: str | None = field(default=None, validator=_text)
    operation: str | None = field(default=None, validator=_text)
    """An operation id of the vendor's specification."""
    method: str | None = field(default=None, validator=_text, converter=_method)
    path: str | None = field(default=None, validator=_text)
    """The decoded path below the provider's mount; `*` stands for any text."""
    iccid: str | None = field(default=None, validator=_text)
    """An ICCID in the path, the query or the body, or the one that an event is about."""
    event: str | None = field(default=None, validator=_text)
    """A type of events."""
    times: int | None = field(default=1, validator=_between(1, _MANY, none=True))
    """How often it fires; None for always."""
    every: int = field(default=1, validator=_between(1, _MANY))
    nth: int = field(validator=_between(1, _MANY))
    """The first match that it fires at, then at every `every`-th; `every` unless given."""
    probability: float = field(default=1.0, validator=_between(0, 1, whole=False))
    """Decided by the sandbox's seed."""
    latency: float = field(default=0.0, validator=_between(0, LONGEST_WAIT, whole=False))
    """Real seconds between what the request does and its answer."""

    status: int = field(validator=_between(200, 599))
    headers: Mapping[str, str] = field(factory=dict, validator=_headers)
    body: Any = Own.ERROR
    """A JSON value, None for no body; a text as it is if `content_type` is not JSON."""
    content_type: str | None = field(default=None, validator=_media_type)
    delay: float = field(default=1.0, validator=_between(0, 86_400, whole=False))
    """Seconds of the sandbox's clock until the request is carried out after all."""
    how: str = field(default="reset", validator=_choice("reset", "close"))
    """How a connection ends without an answer: TCP RST, or FIN."""
    keep: int | None = field(default=None, validator=_between(0, 2**31, none=True))
    """How many bytes of the body, or of the event, are sent before the cut."""
    size: int = field(default=300_000_000, validator=_between(1, _LARGEST_BOMB))
    """Bytes of an answer once it is decompressed."""
    at: Sequence[int] = field(default=(), validator=_positions)
    """Byte positions of the body at which a chunk ends."""
    every_bytes: int | None = field(default=None, validator=_between(1, 2**31, none=True))
    pause: float = field(validator=_between(0, LONGEST_WAIT, whole=False))
    """Real seconds between two chunks or bytes."""
    copies: int = field(default=2, validator=_between(2, 1000))
    """How often a duplicated event is sent in all."""

    @nth.default
    def _default_nth(self) -> int:
        return self.every

    @status.default
    def _default_status(self) -> int:
        return 504 if self.effect is Effect.DELAYED_APPLY else 503

    @pause.default
    def _default_pause(self) -> float:
        return 1.0 if self.effect is Effect.SLOW_LORIS else 0.0

    def __attrs_post_init__(self) -> None:
        """Refuse what does not belong to the effect, and what is missing for it."""
        allowed = allowed_members(self.effect)
        for name in self.given():
            if name not in allowed:
                raise BadFault(f"{name} is no option of {self.effect.value}")
        if self.probability == 0:
            raise BadFault("probability is above 0: a fault that never fires proves nothing")
        if self.effect is Effect.LATENCY and not self.latency:
            raise BadFault("latency: say how many seconds above 0")
        if self.effect is Effect.CHUNKS and bool(self.at) == (self.every_bytes is not None):
            raise BadFault("chunks: give either at or every_bytes")
        if self.status in {204, 304} and self.body not in (None, Own.ERROR):
            raise BadFault(f"body: an answer with status {self.status} has none")
        if isinstance(self.body, str) and not self.is_text:
            raise BadFault("body: a text needs a content_type that is not JSON, such as text/html")

    @property
    def is_text(self) -> bool:
        """Tell whether the body is sent as the text that it is, not as JSON."""
        return isinstance(self.body, str) and "json" not in (self.content_type or "json")

    def given(self) -> dict[str, Any]:
        """Return the members that are not as they would be if left out, without the effect."""
        told = {}
        for attribute in fields(type(self)):
            default = attribute.default
            if attribute.name == "effect":
                continue
            if isinstance(default, Factory):  # type: ignore[arg-type]
                factory = cast("Any", default)
                default = factory.factory(self) if factory.takes_self else factory.factory()
            value = getattr(self, attribute.name)
            if value != default:
                told[attribute.name] = value
        return told

    def to_json(self) -> dict[str, Any]:
        """Return the script as it is written in JSON, defaults left out."""
        told = {"effect": self.effect.value, **self.given()}
        return {name: list(one) if isinstance(one, tuple) else one for name, one in told.items()}


def allowed_members(effect: Effect) -> Collection[str]:
    """Return the names that a script with this effect may have."""
    general = _FOR_STREAMS if effect.is_for_streams else _FOR_ANSWERS
    return {*_FOR_ALL, *general, *_OPTIONS.get(effect, ())}


KNOWN: Final = tuple(attribute.name for attribute in fields(Fault))


def fault_from_json(value: Any) -> Fault:
    """Return a script from a JSON object. Raises BadFault that names the member at fault."""
    if not isinstance(value, dict):
        raise BadFault("a fault is an object with at least effect")
    if "effect" not in value:
        raise BadFault(f"effect is missing; it is one of {', '.join(one.value for one in Effect)}")
    effect = _effect(value["effect"])
    allowed = allowed_members(effect)
    for name in value:
        if name not in KNOWN:
            raise BadFault(f"{name} is not known; there are: {', '.join(sorted(allowed))}")
        if name not in allowed:
            raise BadFault(f"{name} is no option of {effect.value}")
    return Fault(**value)
