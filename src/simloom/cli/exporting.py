"""A file that is whole, or does not exist; what arrived before an error is kept beside it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from simloom.cli.exits import BrokenOff

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def whole_file(file: Path) -> Iterator[TextIO]:
    """Give a stream whose content gets the file's name when the block ends well.

    When a list breaks off, or on Ctrl-C, what arrived is kept as `FILE.partial`, which replaces an
    earlier one; the file itself stays as it was. Both can be read by their owner only.
    """
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 0600
    partial = file.with_name(f"{file.name}.partial")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123
            yield stream
        Path(name).replace(file)
    except BrokenOff as error:
        Path(name).replace(partial)
        raise BrokenOff(error.cause, error.records, str(partial)) from error.cause
    except KeyboardInterrupt:
        if Path(name).stat().st_size:
            Path(name).replace(partial)
            sys.stderr.write(f"incomplete: what arrived is in {partial}\n")
        raise
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108
