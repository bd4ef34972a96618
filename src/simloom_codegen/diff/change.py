"""What a difference between two documents is called and how grave it is."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from simloom_codegen.diff.values import Value


class Level(enum.IntEnum):
    """How much a change asks of people; a level's number is the exit code it leads to."""

    HARMLESS = 0
    """Nobody has to do anything."""
    NOTABLE = 1
    """Calls go on working, and yet a person should look: names in Python, open values, limits."""
    BREAKING = 2
    """A call that worked is refused or ignored, or an answer lacks what it used to promise."""


class Direction(enum.StrEnum):
    """Which way the changed data travels, seen from our client.

    The body of a webhook is something we read (`RESPONSE`), our answer to it something we send
    (`REQUEST`).
    """

    NONE = ""
    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"
    """Read, in an answer that reports a failure."""


class Code(enum.StrEnum):
    """Stable names of the kinds of change; programs and ignore lists may rely on them."""

    OPENAPI_VERSION_CHANGED = "openapi-version-changed"
    SERVER_CHANGED = "server-changed"
    SECURITY_CHANGED = "security-changed"
    SECURITY_SCHEME_CHANGED = "security-scheme-changed"
    DOCUMENTATION_CHANGED = "documentation-changed"

    OPERATION_ADDED = "operation-added"
    OPERATION_REMOVED = "operation-removed"
    OPERATION_ID_CHANGED = "operation-id-changed"
    PATH_CHANGED = "path-changed"
    PATH_PARAMETER_RENAMED = "path-parameter-renamed"
    TAG_CHANGED = "tag-changed"

    DEPRECATED = "deprecated"
    DEPRECATION_LIFTED = "deprecation-lifted"
    RETRY_CLASS_CHANGED = "retry-class-changed"
    QUOTA_CHANGED = "quota-changed"
    BULK_CHANGED = "bulk-changed"
    EVIDENCE_CHANGED = "evidence-changed"
    SECRET_CHANGED = "secret-changed"  # noqa: S105 - the name of a kind of change

    PARAMETER_ADDED_REQUIRED = "parameter-added-required"
    PARAMETER_ADDED_OPTIONAL = "parameter-added-optional"
    PARAMETER_REMOVED = "parameter-removed"
    PARAMETER_NOW_REQUIRED = "parameter-now-required"
    PARAMETER_NOW_OPTIONAL = "parameter-now-optional"
    PARAMETER_MOVED = "parameter-moved"
    EXPLODE_OR_STYLE_CHANGED = "explode-or-style-changed"

    REQUEST_BODY_ADDED_REQUIRED = "request-body-added-required"
    REQUEST_BODY_ADDED_OPTIONAL = "request-body-added-optional"
    REQUEST_BODY_REMOVED = "request-body-removed"
    REQUEST_BODY_NOW_REQUIRED = "request-body-now-required"
    REQUEST_BODY_NOW_OPTIONAL = "request-body-now-optional"
    MEDIA_TYPE_ADDED = "media-type-added"
    MEDIA_TYPE_REMOVED = "media-type-removed"

    RESPONSE_STATUS_ADDED = "response-status-added"
    RESPONSE_STATUS_REMOVED = "response-status-removed"
    RESPONSE_BODY_ADDED = "response-body-added"
    RESPONSE_BODY_REMOVED = "response-body-removed"
    RESPONSE_HEADER_ADDED = "response-header-added"
    RESPONSE_HEADER_REMOVED = "response-header-removed"
    RESPONSE_HEADER_NOW_OPTIONAL = "response-header-now-optional"
    RESPONSE_HEADER_NOW_REQUIRED = "response-header-now-required"
    ERROR_BODY_CHANGED = "error-body-changed"

    REQUEST_PROPERTY_ADDED_REQUIRED = "request-property-added-required"
    REQUEST_PROPERTY_ADDED_OPTIONAL = "request-property-added-optional"
    REQUEST_PROPERTY_REMOVED = "request-property-removed"
    REQUEST_PROPERTY_NOW_REQUIRED = "request-property-now-required"
    REQUEST_PROPERTY_NOW_OPTIONAL = "request-property-now-optional"
    RESPONSE_PROPERTY_ADDED = "response-property-added"
    RESPONSE_PROPERTY_REMOVED = "response-property-removed"
    RESPONSE_PROPERTY_NOW_REQUIRED = "response-property-now-required"
    RESPONSE_PROPERTY_NOW_OPTIONAL = "response-property-now-optional"
    SCHEMA_WRAPPED = "schema-wrapped"
    SCHEMA_UNWRAPPED = "schema-unwrapped"
    ADDITIONAL_PROPERTIES_CHANGED = "additional-properties-changed"

    REQUEST_ENUM_VALUE_ADDED = "request-enum-value-added"
    REQUEST_ENUM_VALUE_REMOVED = "request-enum-value-removed"
    RESPONSE_ENUM_VALUE_ADDED = "response-enum-value-added"
    RESPONSE_ENUM_VALUE_REMOVED = "response-enum-value-removed"
    TYPE_CHANGED = "type-changed"
    FORMAT_CHANGED = "format-changed"
    DEFAULT_CHANGED = "default-changed"
    NULLABLE_ADDED = "nullable-added"
    NULLABLE_REMOVED = "nullable-removed"
    CONSTRAINT_TIGHTENED = "constraint-tightened"
    CONSTRAINT_LOOSENED = "constraint-loosened"
    CONSTRAINT_CHANGED = "constraint-changed"
    VARIANT_ADDED = "variant-added"
    VARIANT_REMOVED = "variant-removed"
    DISCRIMINATOR_CHANGED = "discriminator-changed"
    KEYWORD_CHANGED = "keyword-changed"

    SCHEMA_ADDED = "schema-added"
    SCHEMA_REMOVED = "schema-removed"
    SCHEMA_RENAMED = "schema-renamed"


OPTIONALITY_OR_ENUM = frozenset(
    code
    for code in Code
    if code.endswith(("-enum-value-added", "-now-optional", "-now-required"))
    or code in {Code.NULLABLE_ADDED, Code.NULLABLE_REMOVED}
)
"""Changes that pass unnoticed in review and bite later: the Markdown report marks them."""


@frozen
class Change:
    """One difference between two documents."""

    level: Level
    code: Code
    direction: Direction
    operations: tuple[str, ...]
    """`METHOD /path` of every operation it reaches, sorted; empty for the document itself."""
    pointer: str
    """JSON pointer into the new document; for something removed, into the old one."""
    message: str
    old: Value = None
    new: Value = None

    @property
    def operation(self) -> str:
        """The operation, where exactly one is affected; otherwise empty."""
        return self.operations[0] if len(self.operations) == 1 else ""
