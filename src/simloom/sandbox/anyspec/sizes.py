"""How much the sandbox makes of a schema, so that a document cannot make it run out of memory."""

from __future__ import annotations

MOST_VALUES = 20_000
"""Values in one answer or one record, inner ones included."""
LONGEST_TEXT = 100_000
"""Characters, and pieces of a pattern."""
MOST_PARTS = 10_000
"""Parts of one schema by `allOf`, `oneOf` and `anyOf`, those of its parts included."""
MOST_REPEATED = 1_000_000
"""Values that the aliases of a YAML file may repeat."""


class TooLarge(ValueError):
    """A schema asks for a larger value than is made."""


def check_values(count: int) -> None:
    """Raise TooLarge for more values than are made."""
    if count > MOST_VALUES:
        raise TooLarge(f"its smallest value has more than {MOST_VALUES} parts")


def check_length(count: int) -> None:
    """Raise TooLarge for a longer text than is made."""
    if count > LONGEST_TEXT:
        raise TooLarge(f"its shortest text has more than {LONGEST_TEXT} characters")
