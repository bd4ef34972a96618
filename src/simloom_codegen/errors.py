"""What can go wrong between a vendor's document and a client, always with place and remedy."""

from __future__ import annotations


def printable(text: str) -> str:
    """Replace what could steer a terminal: paths and names are the vendor's words."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


class LoomError(Exception):
    """A step of the loom failed; the working tree is as it was.

    `file` is the input that is wrong, `pointer` the JSON pointer (RFC 6901) inside it, `remedy`
    what a maintainer does about it. All three show in the text.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        pointer: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.pointer = pointer
        self.remedy = remedy
        super().__init__(message)

    def __str__(self) -> str:
        place = self.file or ""
        if self.pointer is not None:
            place += f"#{self.pointer}"
        text = printable(f"{place}: {self.message}" if place else self.message)
        return f"{text}\n  remedy: {printable(self.remedy)}" if self.remedy else text


class DocumentError(LoomError):
    """The OpenAPI document cannot be read or is not one."""


class NormaliseError(LoomError):
    """The document has a fault that no normalise step can repair without guessing."""


class OverlayError(LoomError):
    """An overlay action is malformed or its target matches nothing."""


class LintError(LoomError):
    """The prepared document would generate wrong or missing code."""


class TemplateError(LoomError):
    """A stock template that one of ours replaces has changed since a person compared them."""


class GenerateError(LoomError):
    """The generator failed, warned unexpectedly or left an operation out."""


class LockError(LoomError):
    """An input differs from what the lock records."""
