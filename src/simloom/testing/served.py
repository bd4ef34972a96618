"""What an adopter tells about a running stand-in of the vendor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _nothing() -> None:
    """Do nothing: a stand-in that keeps no state has nothing to forget."""


@frozen(kw_only=True)
class Served:
    """A stand-in of the vendor's API that runs on this machine.

    `settings` are those of `simloom.connect`, with the right credentials and with every address of
    the stand-in (`base_url`, `token_url`). `reset` puts its SIMs back to how they were at the
    start; it is called before each test. `advance` makes its time pass by some seconds, where it
    has a clock of its own; otherwise waiting for an action takes as long as it takes.
    """

    settings: Mapping[str, Any] = field(repr=False)
    reset: Callable[[], None] = _nothing
    advance: Callable[[float], None] = time.sleep
