"""A lock that serves threads in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One thread at a time, first come first served; `threading.Lock` promises no order."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._taken = False
        self._queue: deque[threading.Event] = deque()

    @property
    def is_free(self) -> bool:
        """Whether nobody has the turn, as far as can be seen without waiting."""
        return not self._taken

    def take(self, timeout: float | None = None) -> bool:
        """Wait for the turn; return False when it did not come in time."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._queue.append(mine)
        try:
            came = mine.wait(timeout)
        except BaseException:
            if not self._left(mine):
                self.pass_on()
            raise
        return came or not self._left(mine)

    def pass_on(self) -> None:
        """Give the turn to the next one."""
        with self._mutex:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False

    def _left(self, mine: threading.Event) -> bool:
        """Leave the queue; return False when the turn has come in the meantime."""
        with self._mutex:
            if mine in self._queue:
                self._queue.remove(mine)
                return True
        return False
