"""Where in a plugin's code something is, for errors that its author understands by themselves."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import FrameType, GeneratorType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

_OWN = str(Path(__file__).parent)
"""The folder of the drivers: a fault is never shown as theirs."""


def kind_of(value: object) -> str:
    """Return what something is, without its value, which may be personal: "a dict"."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if inspect.ismodule(value):
        return f"the module {value.__name__}"
    if inspect.isroutine(value):
        return f"the function {getattr(value, '__name__', '?')}"
    if inspect.iscoroutine(value):
        return "a coroutine"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def place_of(item: object) -> str:
    """Return name, file and line of a function, method or class, as far as they are known."""
    name = _short(getattr(item, "__qualname__", getattr(item, "__name__", type(item).__name__)))
    code = getattr(inspect.unwrap(item) if callable(item) else item, "__code__", None)
    code = getattr(getattr(item, "__func__", None), "__code__", code)
    if code is not None:
        return f"{name} ({_at(code, code.co_firstlineno)})"
    try:
        file = inspect.getsourcefile(item)  # type: ignore[arg-type]
        line = inspect.getsourcelines(item)[1]  # type: ignore[arg-type]
    except (OSError, TypeError):
        return str(name)
    return f"{name} ({file}:{line})"


def place_in(flow: object) -> str:
    """Return where a flow waits at the moment: its innermost `yield` outside of simloom.plugins."""
    found = ""
    inner: object = flow
    while isinstance(inner, GeneratorType):
        frame = inner.gi_frame
        if frame is not None and not _is_own(inner.gi_code):
            found = f"{_short(inner.__qualname__)} ({_at(inner.gi_code, frame.f_lineno)})"
        inner = inner.gi_yieldfrom
    return found or _short(getattr(flow, "__qualname__", type(flow).__name__))


def place_of_error(error: BaseException, package: str) -> str:
    """Return where an error came from, as `file:line`: in a package, and where below it.

    Empty where it did not pass through the package, for instance because there is none.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}"
    passed: list[tuple[CodeType, int, bool]] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not _is_own(code) and not code.co_filename.startswith("<frozen "):
            passed.append((code, trace.tb_lineno, _is_of(trace.tb_frame, package)))
        trace = trace.tb_next
    inside = [at for at, (_, _, is_of) in enumerate(passed) if is_of]
    if not inside:
        return ""
    theirs = _at(*passed[inside[-1]][:2])
    return (
        theirs if inside[-1] == len(passed) - 1 else f"{theirs}, raised at {_at(*passed[-1][:2])}"
    )


def place_of_frame(frame: FrameType | None, package: str) -> str:
    """Return where a thread is at the moment: the innermost line of a package, else any."""
    frames = list(_outwards(frame))
    for inner in frames:
        if _is_of(inner, package):
            return _at(inner.f_code, inner.f_lineno)
    return _at(frames[0].f_code, frames[0].f_lineno) if frames else "an unknown place"


def _short(name: str) -> str:
    """Return a qualified name without the functions around it."""
    return name.rpartition("<locals>.")[2]


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _at(code: CodeType, line: int) -> str:
    return f"{code.co_filename}:{line}"


def _is_own(code: CodeType) -> bool:
    return str(Path(code.co_filename).parent) == _OWN


def _is_of(frame: FrameType, package: str) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == package
