"""Four SIM vendors on one loopback port, for tests and for trying out.

    from simloom.sandbox import Sandbox

    with Sandbox(seed=7, sims=100) as sandbox:
        print(sandbox.provider("telekom-bsc").base_url)

or, from a shell, `python -m simloom.sandbox --port 0`. Needs the extra `sandbox`; importing this
package alone does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simloom.sandbox.clock import Clock, ManualClock, SystemClock
    from simloom.sandbox.emulator import Emulator, ProviderAddress
    from simloom.sandbox.faults import Effect, Fault
    from simloom.sandbox.quirks import Quirks
    from simloom.sandbox.server import Sandbox
    from simloom.sandbox.vendor import World

__all__ = [
    "Clock",
    "Effect",
    "Emulator",
    "Fault",
    "ManualClock",
    "ProviderAddress",
    "Quirks",
    "Sandbox",
    "SandboxNotInstalled",
    "SystemClock",
    "World",
]

_HOMES = {
    "Clock": "clock",
    "Effect": "faults",
    "Emulator": "emulator",
    "Fault": "faults",
    "ManualClock": "clock",
    "ProviderAddress": "emulator",
    "Quirks": "quirks",
    "Sandbox": "server",
    "SystemClock": "clock",
    "World": "vendor",
}
_EXTRA = ("starlette", "uvicorn", "yaml")


class SandboxNotInstalled(ImportError):
    """A package of the extra `sandbox` is missing."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA:
            raise
        raise SandboxNotInstalled(
            f"the sandbox needs {package}, which is not installed: pip install 'simloom[sandbox]'"
        ) from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
