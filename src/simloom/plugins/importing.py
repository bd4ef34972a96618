"""Importing code that nobody here has read: not for ever, and not onto stdout.

A plugin is imported in a thread of its own. One that does not come to an end is given up; the
thread cannot be stopped, so it is left behind, and whoever asks again is told at once.
"""

from __future__ import annotations

import contextvars
import math
import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from simloom.errors import ConfigurationError
from simloom.plugins.places import place_of_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

TIMEOUT = "SIMLOOM_PLUGIN_TIMEOUT"
"""How many seconds the import of one plugin may take; 0 for no limit."""
_SECONDS = 30.0
_MOST_PRINTED = 200


class StillRunningError(Exception):
    """The work is not over in the time allowed, and goes on in a thread that nobody waits for."""

    def __init__(self, place: str, seconds: float) -> None:
        self.place = place
        self.seconds = seconds
        super().__init__(f"not over after {seconds:g} s")


class _Attempt(threading.Thread, Generic[T]):
    """One piece of work in a thread of its own."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        super().__init__(name="simloom-import", daemon=True)
        self._about = name
        self._work = work
        self._context = contextvars.copy_context()
        self.value: list[T] = []
        self.error: BaseException | None = None
        self.stuck = False

    def run(self) -> None:
        try:
            self.value.append(self._context.run(self._work))
        except BaseException as error:  # noqa: BLE001  (whoever waits raises it)
            self.error = error
        if self.stuck:  # nobody waits; who asks again tries anew
            self.forget()

    def forget(self) -> None:
        """Let the next one who asks begin anew."""
        with _lock:
            if _attempts.get(self._about) is self:
                del _attempts[self._about]


_attempts: dict[str, _Attempt[Any]] = {}
_lock = threading.Lock()


def is_imported(module: str) -> bool:
    """Tell whether a module is imported, and not just being imported."""
    return module in sys.modules and not _is_on_its_way(module)


def limited(name: str, package: str, work: Callable[[], T]) -> T:
    """Return what `work` returns or raise what it raises; `StillRunningError` if it goes on.

    Threads that ask for the same name at once wait for the same work. `package` is whose line the
    error shows. A plugin whose package is being imported already, or that another plugin asks for
    while it is imported itself, is imported here: a thread would wait for this one.
    """
    seconds = _limit()
    if seconds is None or isinstance(threading.current_thread(), _Attempt):
        return work()
    with _lock:
        attempt: _Attempt[T] | None = _attempts.get(name)
        if attempt is None and not _is_on_its_way(package):
            attempt = _attempts[name] = _Attempt(name, work)
            attempt.start()
    if attempt is None:
        return work()
    attempt.join(0 if attempt.stuck else seconds)
    if attempt.is_alive():
        attempt.stuck = True
        frames = sys._current_frames()  # noqa: SLF001  (the documented way to see a thread)
        raise StillRunningError(place_of_frame(frames.get(attempt.ident or 0), package), seconds)
    attempt.forget()
    if attempt.error is not None:
        raise attempt.error
    return attempt.value[0]


def _limit() -> float | None:
    """Return the seconds that an import may take, None for any."""
    text = os.environ.get(TIMEOUT, "").strip()
    try:
        seconds = float(text) if text else _SECONDS
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        raise ConfigurationError(f"{TIMEOUT}={text!r} is no number of seconds; 0 is for no limit")
    return seconds or None


def _is_on_its_way(module: str) -> bool:
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))


class _Listening:
    """Stands in for stdout while a plugin is imported: what its thread prints is kept."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.thread: int | None = threading.get_ident()
        self.heard: list[str] = []

    def write(self, text: str) -> int:
        """Keep what the importing thread says, pass on what others say."""
        if threading.get_ident() != self.thread:
            return int(self.real.write(text) or 0)
        if sum(map(len, self.heard)) < _MOST_PRINTED:
            self.heard.append(text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@contextmanager
def listening(told: Callable[[str], None]) -> Iterator[None]:
    """Keep what this thread prints out of stdout, which programs read; `told` gets it, cut."""
    if sys.stdout is None:
        yield
        return
    ear = _Listening(sys.stdout)
    sys.stdout = cast("Any", ear)
    try:
        yield
    finally:
        ear.thread = None
        while isinstance(sys.stdout, _Listening) and sys.stdout.thread is None:
            sys.stdout = sys.stdout.real
        text = "".join(ear.heard).strip()
        if text:
            told(text[:_MOST_PRINTED])
