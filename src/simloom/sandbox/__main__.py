"""The command `python -m simloom.sandbox`."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from simloom.sandbox.quirks import Quirks

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTION = """\
Serve four SIM vendors on one port of this machine: telekom-m2m, telekom-bsc, telcoapi, infobip.

When it is ready it prints one line of JSON with the address, and per vendor base_url, token_url
and the demo credentials to use. Logs go to the error output. Ctrl+C or SIGTERM ends it.
"""
_EPILOG = """\
examples:
  python -m simloom.sandbox --port 0 | head -1 > sandbox.json &
      start on a free port and keep the addresses
  python -m simloom.sandbox --port 8099 --seed 7 --sims 1000
      a thousand SIMs per vendor; the same seed gives the same SIMs
  curl -u sandbox-user:sandbox-infobip-password http://127.0.0.1:8099/infobip/iot/2/sims
      list SIMs of the vendor with the plainest authentication

while it runs:
  GET  /_sandbox/requests   what was asked, secrets masked
  GET  /_sandbox/ledger     what it did: every effect in order, per SIM with ?iccid=
  GET  /_sandbox/state      seed, counts, which operations are emulated
  POST /_sandbox/reset      forget tokens, requests and effects; SIMs as at the start
An answer that refuses something says why in the header X-Sandbox-Reason.

switches for --quirk:
"""


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("a switch is given as NAME=VALUE")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simloom.sandbox",
        description=_DESCRIPTION,
        epilog=_EPILOG + _indented(Quirks.explain()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1, this machine)",
    )
    parser.add_argument(
        "--port", type=int, default=0, help="port to listen on (default: 0, the system chooses)"
    )
    parser.add_argument("--seed", type=int, default=1, help="which SIMs there are (default: 1)")
    parser.add_argument(
        "--sims", type=int, default=25, help="SIMs per vendor (default: 25, at most ten million)"
    )
    parser.add_argument(
        "--quirk",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="choose a behaviour that the documents leave open, see below; may be repeated",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes. Returns the exit status: 0 after a signal, 1 if it cannot start.

    Wrong options end with status 2, as argparse does.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
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
        from simloom.sandbox.server import is_loopback  # noqa: PLC0415

        sandbox = Sandbox(
            seed=options.seed,
            sims=options.sims,
            host=options.host,
            port=options.port,
            quirks=Quirks.from_settings(dict(options.quirk)),
        )
        sandbox.start()
    except ValueError as error:
        parser.error(str(error))
    except (ImportError, OSError) as error:
        parser.exit(1, f"cannot start: {error}\n")
    try:
        print(json.dumps(sandbox.describe()), flush=True)  # noqa: T201
        log.info("serving on %s", sandbox.url)
        if not is_loopback(options.host):
            log.warning("other machines can reach it, and the credentials are well known")
        _wait_for(signals)
    finally:
        sandbox.stop()
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
