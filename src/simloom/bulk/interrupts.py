"""Ctrl-C during a job: the first one stops it in good order, the second one at once."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType


@contextmanager
def stopping_at_interrupt(stop: Callable[[str], None]) -> Iterator[None]:
    """Call `stop("interrupted")` at the first Ctrl-C, and raise `KeyboardInterrupt` at the end.

    A second Ctrl-C raises it at once. Outside the main thread, and where the application has its
    own handler, nothing is changed.
    """
    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield
        return
    heard = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        if heard:
            signal.default_int_handler(number, frame)
        heard = True
        # A handler runs between any two steps of this thread, locks held: another one must call.
        threading.Thread(target=stop, args=("interrupted",), daemon=True).start()

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if heard:
        raise KeyboardInterrupt
