"""The command `python -m simloom.sandbox`."""

from __future__ import annotations

import json
import logging
import signal
import sys
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from simloom.sandbox.options import parser
from simloom.sandbox.quirks import Quirks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

MODULE = "python -m simloom.sandbox"
_DESCRIPTION = """\
Serve four SIM vendors on one port of this machine: telekom-m2m, telekom-bsc, telcoapi, infobip.

When it is ready it prints one line of JSON with the address, and per vendor base_url, token_url
and the demo credentials to use. Logs go to the error output. Ctrl+C or SIGTERM ends it.
"""
_EPILOG = """\
examples:
  {program} --port 0 | head -1 > sandbox.json &
      start on a free port and keep the addresses
  {program} --port 8099 --seed 7 --sims 1000
      a thousand SIMs per vendor; the same seed gives the same SIMs
  {program} --port 8099 --state sandbox.db
      go on tomorrow where it was left today
  {program} --port 8099 --spec acme=openapi.yaml
      a vendor of your own below /acme, answered from its OpenAPI document
  {program} --port 8443 --tls
      https; connect with ca_bundle= and the ca_file of the line
  curl -u sandbox-user:sandbox-infobip-password http://127.0.0.1:8099/infobip/iot/2/sims
      list SIMs of the vendor with the plainest authentication

while it runs:
  GET  /                        a page for people; open it in a browser
  GET  /_sandbox/requests       what was asked, secrets masked
  GET  /_sandbox/ledger         what it did: every effect in order, per SIM with ?iccid=
  GET  /_sandbox/quotas         the use of every limit, and how often it was exceeded
  GET  /_sandbox/state          seed, counts, which operations are emulated
  POST /_sandbox/faults         {{"effect": "reset-after"}}: what is to go wrong; GET shows what did
  POST /_sandbox/reset          forget tokens, requests and effects; SIMs as at the start
  POST /_sandbox/clock/advance  {{"seconds": 360}}: move its time forward
  POST /_sandbox/state/save     write the file of --state now
An answer that refuses something says why in the header X-Sandbox-Reason.

switches for --quirk:
"""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _parser(program: str = MODULE) -> argparse.ArgumentParser:
    epilog = _EPILOG.format(program=program) + _indented(Quirks.explain())
    return parser(program, _DESCRIPTION, epilog)


def main(arguments: Sequence[str] | None = None, program: str = MODULE) -> int:
    """Serve until a signal comes. Returns the exit status: 0 after a signal, 1 if it cannot start.

    Wrong options end with status 2, as argparse does. `program` is what the help calls it.
    """
    known = _parser(program)
    options = known.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s"
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    log = logging.getLogger("simloom.sandbox")
    # Unlike an Event, this queue may be used from a signal handler: its put takes no lock that the
    # interrupted main thread could hold.
    signals: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: signals.put(received))
    try:
        # Named here, so that --help works without the extra.
        from simloom.sandbox import Sandbox  # noqa: PLC0415
        from simloom.sandbox.binding import is_loopback  # noqa: PLC0415

        sandbox = Sandbox(
            seed=options.seed,
            sims=options.sims,
            host=options.host,
            port=options.port,
            quirks=Quirks.from_settings(dict(options.quirk)),
            limits=options.limits == "on",
            tls=options.tls,
            state=options.state,
            specs=options.spec,
        )
        sandbox.start()
    except ValueError as error:
        known.error(str(error))
    except (ImportError, OSError) as error:
        known.exit(1, f"cannot start: {error}\n")
    try:
        print(json.dumps(sandbox.describe()), flush=True)  # noqa: T201
        log.info("serving on %s", sandbox.url)
        if not is_loopback(options.host):
            log.warning("other machines can reach it, and the credentials are well known")
        _wait_for(signals)
    finally:
        try:
            sandbox.stop()
        except OSError as error:
            known.exit(1, f"the state is lost: {error}\n")
    log.info("stopped")
    return 0


def _wait_for(signals: SimpleQueue[int]) -> None:
    while True:
        try:
            signals.get(timeout=1.0)  # without a time-out, Windows would not notice Ctrl+C
        except Empty:
            continue
        return


if __name__ == "__main__":
    sys.exit(main())
