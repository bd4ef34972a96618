"""Exit codes, and errors as two lines that people can read."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum

from simloom.errors import (
    ActionTimeout,
    ApiError,
    CheckpointError,
    ConfigurationError,
    ConnectionFailed,
    DecodeError,
    IdentifierError,
    InvalidParameter,
    MissingCredentials,
    OutcomeUnknown,
    PluginError,
    PluginLoadError,
    QuotaCostTooLarge,
    QuotaWaitTooLong,
    RequestTimeout,
    SimloomError,
    SimNotFound,
    UnknownProvider,
    UnsupportedOperation,
)
from simloom.resolve.errors import SearchIncomplete, SharedIdentifier
from simloom.runtime.masking import safe_text

_LONGEST_LINE = 1000


class Exit(IntEnum):
    """What scripts can tell from the exit code."""

    OK = 0
    REFUSED = 1
    """The vendor refused, failed, or could not be reached."""
    USAGE = 2
    """Wrong usage or configuration; nothing was sent."""
    PARTLY = 3
    """Some SIMs were changed, others were not; or a list broke off after some records."""
    UNKNOWN = 4
    """A write may or may not have happened, or is still under way."""
    INTERRUPTED = 130
    """Ctrl-C (128 and SIGINT, as shells count)."""
    BROKEN_PIPE = 141
    """The reader of the output went away (128 and SIGPIPE)."""


class BrokenOff(SimloomError):
    """A list ended with an error after some records; `kept` is the file that has them, if any."""

    def __init__(self, cause: SimloomError, records: int, kept: str = "") -> None:
        self.cause = cause
        self.records = records
        place = f", kept in {kept}," if kept else ""
        number = f"{records} record{'' if records == 1 else 's'}"
        super().__init__(f"incomplete: {number}{place} and then: {message_of(cause)}")


class UsageProblem(SimloomError):
    """The command cannot be carried out as it was given; nothing was sent."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


_USAGE = (
    ConfigurationError,
    IdentifierError,
    InvalidParameter,
    UnsupportedOperation,
    UsageProblem,
    QuotaCostTooLarge,
    CheckpointError,
)
_HINTS: tuple[tuple[type[Exception], str], ...] = (
    (MissingCredentials, "run `simloom configure PROVIDER`, or set the variables named above"),
    (UnknownProvider, "`simloom providers list` shows what is installed"),
    (
        PluginLoadError,
        "`simloom providers check` looks at every plugin; SIMLOOM_DISABLE_PLUGINS leaves one out",
    ),
    (PluginError, "tell the author of the plugin, with these two lines"),
    (ConfigurationError, "correct the settings; docs/cli.md shows the file"),
    (UnsupportedOperation, "`simloom providers show PROVIDER` shows what it can do"),
    (SearchIncomplete, "it may be there: put that right, or name a provider with --provider"),
    (SimNotFound, "check the identifier and that it belongs to this account"),
    (SharedIdentifier, "choose one of them and give its ICCID"),
    (IdentifierError, "give the ICCID as 18 to 22 digits"),
    (InvalidParameter, "correct the value; nothing was sent"),
    (QuotaCostTooLarge, "name fewer SIMs at once"),
    (QuotaWaitTooLong, "run it again when the vendor's limit has room; nothing was sent"),
    (ActionTimeout, "it goes on at the vendor: look again with `simloom actions show`"),
    (ConnectionFailed, "check the network, the proxy and the provider's base_url"),
    (
        RequestTimeout,
        "the vendor did not answer in time; raise the setting `timeout` if it is slow",
    ),
    (CheckpointError, "put that right and run it again; what is not noted is written once more"),
    (OSError, "check the disk, the path and the permissions"),
    (DecodeError, "the vendor's answer is not what its document says; --debug shows where"),
)


def code_of(error: Exception) -> Exit:
    """Return the exit code of an error that ended a command."""
    if isinstance(error, BrokenOff):
        return Exit.PARTLY
    if isinstance(error, (OutcomeUnknown, ActionTimeout)):
        return Exit.UNKNOWN
    if isinstance(error, PluginError) and error.may_have_written:
        return Exit.UNKNOWN
    if isinstance(error, SimNotFound):
        return Exit.REFUSED
    if isinstance(error, _USAGE):
        return Exit.USAGE
    return Exit.REFUSED if isinstance(error, SimloomError) else Exit.USAGE


def message_of(error: Exception) -> str:
    """Return what an error says, on one line and without the hint."""
    text = str(error)
    if isinstance(error, ApiError):
        text = text.removesuffix(f"; {error.hint}")
    elif isinstance(error, OutcomeUnknown):
        text = text.removesuffix(f"; {error.check}")
    return safe_text(text, _LONGEST_LINE)


def hint_of(error: Exception) -> str:
    """Return what can be done about an error."""
    if isinstance(error, BrokenOff):
        return f"what came is right, the rest is missing; {hint_of(error.cause)}"
    if isinstance(error, (ApiError, UsageProblem)):
        return error.hint
    if isinstance(error, OutcomeUnknown):
        return error.check
    for kind, hint in _HINTS:
        if isinstance(error, kind):
            return hint
    return "run it again with --debug for the traceback"


def two_lines(error: Exception) -> str:
    """Return an error as the two lines that go to stderr."""
    return f"error: {message_of(error)}\nhint: {safe_text(hint_of(error), _LONGEST_LINE)}"


def tell(error: Exception, *, debug: bool = False) -> None:
    """Write an error to stderr; with `debug` the traceback comes first."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    sys.stderr.write(f"{two_lines(error)}\n")
