"""One typed Python client for the SIM-management APIs of many IoT connectivity vendors.

    with simloom.connect("infobip", profile="prod") as infobip:
        for sim in infobip.sims():
            print(sim.iccid, sim.status)

Importing this package imports nothing else until a name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simloom import aio
    from simloom.capabilities import Verb
    from simloom.client import SimClient, connect
    from simloom.errors import SimloomError
    from simloom.fleet import Fleet
    from simloom.models import Sim, SimStatus

__version__ = "0.1.0"
__all__ = [
    "Fleet",
    "Sim",
    "SimClient",
    "SimStatus",
    "SimloomError",
    "Verb",
    "__version__",
    "aio",
    "connect",
]

_HOMES = {
    "Fleet": "fleet",
    "Sim": "models",
    "SimClient": "client",
    "SimStatus": "models",
    "SimloomError": "errors",
    "Verb": "capabilities",
    "connect": "client",
}


def __getattr__(name: str) -> object:
    if name == "aio":
        return import_module("simloom.aio")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"simloom.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
