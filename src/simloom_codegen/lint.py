"""Rules for the prepared document, the one the generator is given.

Normalise repairs what a vendor's document has; an overlay may bring it back. What would generate
wrong or missing code is an error, what a person should look at a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from attrs import frozen

from simloom_codegen.errors import LintError
from simloom_codegen.lint_rules import Rules

if TYPE_CHECKING:
    from simloom_codegen.document import Document

Level = Literal["error", "warning"]

# What each rule is for. The documentation has a table made from this.
RULES: dict[str, tuple[Level, str]] = {
    "operation-id": (
        "error",
        (
            "Each operation has an operationId of its own in snake_case: of two equal ones the "
            "generator writes the second over the first."
        ),
    ),
    "module-collision": (
        "error",
        (
            "No two component schemas give one class or one module, and no two tags one package by "
            "different spellings."
        ),
    ),
    "security-left": (
        "error",
        (
            "No `security` and no security schemes: our transport authenticates, and the generator "
            "would ask each call for a client that holds a token."
        ),
    ),
    "default-left": (
        "error",
        "No `default` in a schema or parameter: the generator would send it.",
    ),
    "wildcard-media-type": (
        "error",
        "No media type with `*`: the generator leaves such a response out.",
    ),
    "path-variable": (
        "error",
        (
            "Variables in a path are letters, digits, `_` and `-`: the generator does not see "
            "others and drops the operation."
        ),
    ),
    "path-parameters": (
        "error",
        "The path parameters are exactly the variables of the path, and required.",
    ),
    "remote-reference": ("error", "Each `$ref` leads to something in this document."),
    "lost-reference": (
        "warning",
        "No schema is any value because the vendor's document does not have it.",
    ),
    "duplicate-title": (
        "error",
        "No two schemas have one title: the generator drops the second with all that use it.",
    ),
    "no-success-response": (
        "warning",
        "Each operation says what it answers when all is well.",
    ),
    "unmarked-secret": (
        "warning",
        (
            "A text property with the name of a secret says `x-secret: true`, so that it never "
            "shows in a log, or `x-secret: false`."
        ),
    ),
}


@frozen
class Finding:
    """One place where the document breaks a rule; `code` is a key of `RULES`."""

    level: Level
    code: str
    pointer: str
    message: str
    remedy: str

    def as_text(self) -> str:
        """Return one line."""
        return f"{self.level}: {self.pointer or '/'}: {self.message} [{self.code}]: {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """Return the finding for JSON output."""
        return {
            "level": self.level,
            "code": self.code,
            "pointer": self.pointer,
            "message": self.message,
            "remedy": self.remedy,
        }


def lint(document: Document, *, name: str) -> list[Finding]:
    """Return all findings rule by rule, each in the document's order; `name` is the file."""
    return [Finding(RULES[found.code][0], *found) for found in Rules(document, name).all()]


def check(document: Document, *, name: str) -> list[Finding]:
    """Return the warnings, or raise `LintError` that lists every error."""
    findings = lint(document, name=name)
    errors = [finding for finding in findings if finding.level == "error"]
    if not errors:
        return findings
    listed = "\n".join(f"    {finding.as_text()}" for finding in errors)
    raise LintError(
        f"{len(errors)} errors in the prepared document:\n{listed}",
        file=name,
        pointer=errors[0].pointer,
        remedy="repair each with the overlay",
    )
