"""Which specs are served, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from simloom.sandbox.anyspec.reading import SpecRefused, read_spec
from simloom.sandbox.anyspec.vendor import vendor_for
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from simloom.sandbox.vendor import Vendor

SpecFiles = Iterable[str | Path]
"""Paths, or texts such as `acme=specs/openapi.yaml`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def vendors_from(specs: SpecFiles) -> tuple[type[Vendor], ...]:
    """Return a vendor per spec, called like its file without suffix unless a name is given.

    Raises SpecRefused for a file that cannot be served and for a name that is taken or no name.
    """
    taken = {vendor.id for vendor in VENDORS}
    made = []
    for given in specs:
        name, path = _split(given)
        if not _NAME.fullmatch(name):
            raise SpecRefused(
                f"{name!r} is no name for a path: letters, digits, '.', '_' and '-' are."
                f" Give one: NAME={path}"
            )
        if name in taken:
            raise SpecRefused(
                f"the sandbox serves a {name!r} already. Give another name: NAME={path}"
            )
        taken.add(name)
        made.append(_vendor(name, path))
    return tuple(made)


def _vendor(name: str, path: Path) -> type[Vendor]:
    try:
        return vendor_for(read_spec(name, path))
    except SpecRefused as refused:
        raise SpecRefused(f"{path}: {refused}") from refused
    except RecursionError as error:
        raise SpecRefused(f"{path}: it is nested too deeply, or contains itself") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        raise SpecRefused(f"{path}: is no valid OpenAPI document ({why}): lint it") from error


def _split(given: str | Path) -> tuple[str, Path]:
    if isinstance(given, str):
        name, equals, path = given.partition("=")
        if equals and not Path(given).is_file():
            return name, Path(path)
    return Path(given).stem, Path(given)
