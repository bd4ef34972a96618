"""The one value that means "not there": never sent, never null.

It is msgspec's own, so that the fast decoder and encoder know it. There is exactly one: it survives
`copy.deepcopy` and `pickle`, is false, prints as `UNSET`, and type checkers narrow `x is UNSET`.
"""

from __future__ import annotations

from msgspec import UNSET
from msgspec import UnsetType as Unset

__all__ = ["UNSET", "Unset"]
