"""How a rule of the suite fails: one sentence that tells what is missing, and nothing else."""

from __future__ import annotations

from typing import NoReturn


def expect(right: object, told: str) -> None:
    """Raise `AssertionError` with the text unless `right` is true. Works under `python -O`."""
    if not right:
        fail(told)


def fail(told: str) -> NoReturn:
    """Raise `AssertionError` with the text."""
    raise AssertionError(told)
