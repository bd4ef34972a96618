"""A vendor's document from an address into a file.

`python -m simloom_codegen.obtain FILE` reads the address from stdin, because other users of the
machine see arguments. It ends with exit code 1 and one line on stderr when nothing usable came;
then there is no file.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from simloom_codegen.document import MAX_BYTES
from simloom_codegen.download import DownloadLimits, UnusableError, download
from simloom_codegen.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def obtain(
    url: str,
    *,
    limits: DownloadLimits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """Return what is at an https address, or an http address on this machine.

    Raises `DocumentError` that says what came instead. The query of the address may hold a secret:
    it is in no error.
    """
    chosen = limits or DownloadLimits(max_bytes=MAX_BYTES)
    query = url.partition("?")[2]
    try:
        data = download(url, None, None, chosen, clock).data
    except httpx.TimeoutException:
        raise DocumentError("the server did not answer in time") from None
    except (UnusableError, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        told = str(error) or type(error).__name__
        told = told.replace(query, "***") if query else told
        raise DocumentError(_UNPRINTABLE.sub(" ", told)[:300]) from None
    if not data.strip():
        raise DocumentError("the file is empty")
    return data


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    (target,) = arguments
    try:
        data = obtain(sys.stdin.readline().strip())
        Path(target).write_bytes(data)
    except (DocumentError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
