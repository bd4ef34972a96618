"""Start the sandbox, list SIMs of all four vendors with one API, change one, stop it.

    python examples/quickstart.py [--sims 3] [--serve]

Every call travels over HTTP with the vendor's own authentication; only the addresses and the demo
credentials are the sandbox's. With --serve the sandbox stays until Ctrl-C.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import simloom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simloom.client import SimClient

HEADINGS = ("PROVIDER", "ICCID", "IMSI", "MSISDN", "STATUS", "THE VENDOR SAYS")


@contextmanager
def sandbox() -> Iterator[dict[str, Any]]:
    """Run the sandbox as a process of its own and yield what it says of itself."""
    command = [sys.executable, "-m", "simloom.sandbox", "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                said = process.stderr.read() if process.stderr else ""
                sys.exit(f"the sandbox did not start:\n{said}")
            yield json.loads(line)
        finally:
            process.terminate()


def connect(about: dict[str, Any], provider: str) -> SimClient:
    """Return a client of one vendor, with what the sandbox says about its address and login."""
    address = about["providers"][provider]
    settings = {"base_url": address["base_url"], **address["settings"]}
    if address["token_url"] is not None and provider == "telekom-m2m":
        settings["token_url"] = address["token_url"]
    return simloom.connect(provider, **settings)


def read(about: dict[str, Any], count: int) -> list[tuple[object, ...]]:
    """Read the first SIMs of every vendor. One loop: the API is the same for all of them."""
    rows: list[tuple[object, ...]] = [HEADINGS]
    for provider in about["providers"]:
        with connect(about, provider) as client:
            for listed in itertools.islice(client.sims(), count):
                sim = client.get(listed.iccid)
                rows.append(
                    (provider, sim.iccid, sim.imsi, sim.msisdn, sim.status, sim.vendor_status)
                )
    return rows


def suspend_one(about: dict[str, Any]) -> str:
    """Suspend the first active SIM of the M2M portal and wait until the vendor has done it."""
    with connect(about, "telekom-m2m") as client:
        sim = next(client.sims(status=simloom.SimStatus.ACTIVE))
        action = client.suspend(sim.iccid).wait(timeout=30)
        return f"suspend {sim.iccid}: {action.status}, the SIM is {client.get(sim.iccid).status}"


def table(rows: list[tuple[object, ...]]) -> str:
    """Lay the rows out in columns; what a vendor leaves out shows as a dash."""
    cells = [[str(cell) if cell else "-" for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def main() -> None:
    """Print one table with SIMs of all four vendors, then suspend one of them."""
    parser = argparse.ArgumentParser(description="List SIMs of four vendors from the sandbox.")
    parser.add_argument("--sims", type=int, default=3, help="SIMs to read per vendor (default: 3)")
    parser.add_argument("--serve", action="store_true", help="keep the sandbox running afterwards")
    options = parser.parse_args()
    started = time.perf_counter()
    with sandbox() as about:
        rows = read(about, options.sims)
        print(table(rows))
        print(f"\n{suspend_one(about)}")
        print(f"{len(rows) - 1} SIMs of 4 vendors over HTTP from {about['url']}", end="")
        print(f" in {time.perf_counter() - started:.1f} s")
        if options.serve:
            print("the sandbox is still there; Ctrl-C ends it")
            with suppress(KeyboardInterrupt):
                while True:
                    time.sleep(1)


if __name__ == "__main__":
    main()
