"""Start the sandbox, list and read SIMs of all four vendors with the typed clients, stop it.

    python examples/quickstart.py [--sims 3] [--serve]

Every call travels over HTTP with the vendor's own authentication; only the base URLs and the demo
credentials are the sandbox's. With --serve the sandbox stays until Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from simloom.runtime import Client
from simloom_clients.infobip.api.sims import get_sim as infobip_get
from simloom_clients.infobip.api.sims import list_sims as infobip_list
from simloom_clients.telcoapi.api.sims import get_sim as telcoapi_get
from simloom_clients.telcoapi.api.sims import list_sims as telcoapi_list
from simloom_clients.telekom_bsc.api.sims import get_sim as bsc_get
from simloom_clients.telekom_bsc.api.sims import list_sims as bsc_list
from simloom_clients.telekom_m2m.api.sims import get_sim_details as m2m_get
from simloom_clients.telekom_m2m.api.sims import list_sims as m2m_list
from simloom_plugins.infobip.auth import auth as infobip_auth
from simloom_plugins.telcoapi.auth import auth as telcoapi_auth
from simloom_plugins.telekom_bsc.auth import auth as bsc_auth
from simloom_plugins.telekom_m2m.auth import auth as m2m_auth

if TYPE_CHECKING:
    from collections.abc import Iterator


class Row(NamedTuple):
    """One line of the table."""

    provider: str
    iccid: str
    imsi: object
    msisdn: object
    status: object


def telekom_m2m(address: dict[str, Any], count: int) -> Iterator[Row]:
    """Send client credentials in the body; SIMs belong to a partner, details come wrapped."""
    settings = address["settings"]
    partner = settings["partner_id"]
    auth = m2m_auth(
        settings["client_id"], settings["client_secret"], token_url=address["token_url"]
    )
    with Client(address["base_url"], auth=auth) as client:
        page = m2m_list.sync(partner, client=client, page_size=count)
        for listed in page.sims or []:
            sim = m2m_get.sync(partner, listed.iccid, client=client).sim_details
            yield Row("telekom-m2m", sim.iccid, sim.imsi, sim.msisdn, sim.status)


def telekom_bsc(address: dict[str, Any], count: int) -> Iterator[Row]:
    """Send HTTP Basic for the token, then an opaque bearer token; the list is a bare array."""
    settings = address["settings"]
    base_url = address["base_url"]
    auth = bsc_auth(settings["username"], settings["password"], base_url=base_url)
    with Client(base_url, auth=auth) as client:
        for listed in bsc_list.sync(client=client, page_size=count):
            sim = bsc_get.sync(str(listed.iccid), client=client)
            yield Row("telekom-bsc", str(sim.iccid), sim.imsi, sim.msisdn, sim.status)


def telcoapi(address: dict[str, Any], count: int) -> Iterator[Row]:
    """Send a bearer API key; the single read also carries PINs and keys, which print as ***."""
    with Client(address["base_url"], auth=telcoapi_auth(address["settings"]["api_key"])) as client:
        for listed in telcoapi_list.sync(client=client, per_page=count).data or []:
            sim = telcoapi_get.sync(listed.iccid, client=client)
            yield Row("telcoapi", sim.iccid, sim.imsi, sim.msisdn, sim.state)


def infobip(address: dict[str, Any], count: int) -> Iterator[Row]:
    """Send HTTP Basic on every request."""
    settings = address["settings"]
    auth = infobip_auth(settings["username"], settings["password"])
    with Client(address["base_url"], auth=auth) as client:
        for listed in infobip_list.sync(client=client, limit=count).sims or []:
            sim = infobip_get.sync(listed.iccid, client=client)
            yield Row("infobip", sim.iccid, sim.imsi, sim.msisdn, sim.status)


VENDORS = {
    "telekom-m2m": telekom_m2m,
    "telekom-bsc": telekom_bsc,
    "telcoapi": telcoapi,
    "infobip": infobip,
}


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


def table(rows: list[Row]) -> str:
    """Lay the rows out in columns; what a vendor leaves out shows as a dash."""
    cells = [[field.upper() for field in Row._fields]]
    cells += [[str(cell) if cell else "-" for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def main() -> None:
    """Print one table with SIMs of all four vendors."""
    parser = argparse.ArgumentParser(description="List SIMs of four vendors from the sandbox.")
    parser.add_argument("--sims", type=int, default=3, help="SIMs to read per vendor (default: 3)")
    parser.add_argument("--serve", action="store_true", help="keep the sandbox running afterwards")
    options = parser.parse_args()
    started = time.perf_counter()
    with sandbox() as about:
        rows = [
            row
            for provider, read in VENDORS.items()
            for row in read(about["providers"][provider], options.sims)
        ]
        print(table(rows))
        print(f"\n{len(rows)} SIMs of {len(VENDORS)} vendors over HTTP from {about['url']}", end="")
        print(f" in {time.perf_counter() - started:.1f} s")
        if options.serve:
            print("the sandbox is still there; Ctrl-C ends it")
            with suppress(KeyboardInterrupt):
                while True:
                    time.sleep(1)


if __name__ == "__main__":
    main()
