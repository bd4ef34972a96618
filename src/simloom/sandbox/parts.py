"""What a vendor consists of, as far as it remembers anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    Rows = Iterable[tuple[str, Any]]


class Part(Protocol):
    """Something with a memory that can be wiped, written down and taken over again.

    Rows are a key and a JSON value each, so that a million changed SIMs need no single text.
    """

    def reset(self) -> None:
        """Go back to how it was when the sandbox started."""
        ...

    def save(self) -> Rows:
        """Return everything it remembers."""
        ...

    def restore(self, rows: Rows) -> None:
        """Take over what `save` returned, after a `reset`."""
        ...
