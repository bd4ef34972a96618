"""What a sandbox can be told on a command line: one table for both commands that start one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError("a switch is given as NAME=VALUE")
    return name, value


@frozen(kw_only=True)
class Option:
    """One option. `read` makes the value from its text; a switch without text has none."""

    name: str
    help: str
    read: Callable[[str], Any] | None = str
    default: Any = None
    metavar: str | None = None
    choices: tuple[str, ...] | None = None
    repeated: bool = False

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Declare the option."""
        flag = f"--{self.name}"
        if self.read is None:
            parser.add_argument(flag, action="store_true", help=self.help)
            return
        parser.add_argument(
            flag,
            type=self.read,
            help=self.help,
            metavar=self.metavar,
            choices=self.choices,
            default=[] if self.repeated else self.default,
            action="append" if self.repeated else "store",
        )


OPTIONS = (
    Option(
        name="host",
        default="127.0.0.1",
        help="address to listen on (default: 127.0.0.1, this machine)",
    ),
    Option(
        name="port",
        read=int,
        default=0,
        help="port to listen on (default: 0, the system chooses)",
    ),
    Option(
        name="seed",
        read=int,
        help="which SIMs there are (default: that of the file of --state, else 1)",
    ),
    Option(
        name="sims",
        read=int,
        help="SIMs per vendor, at most ten million (default: as in the file of --state, else 25)",
    ),
    Option(
        name="state",
        metavar="FILE",
        help="go on from this file if it is there, and write it when stopped or asked to",
    ),
    Option(
        name="spec",
        metavar="[NAME=]FILE",
        repeated=True,
        help="serve this OpenAPI 3 or Swagger 2.0 document, too, below /NAME; may be repeated",
    ),
    Option(
        name="tls",
        read=None,
        help="speak https with a certificate made at the start; ca_file is what to trust",
    ),
    Option(
        name="limits",
        choices=("on", "off"),
        default="on",
        help="refuse what exceeds the vendors' limits (default: on); it is counted in any case",
    ),
    Option(
        name="quirk",
        read=_pair,
        metavar="NAME=VALUE",
        repeated=True,
        help="choose a behaviour that the documents leave open, see below; may be repeated",
    ),
)


def parser(program: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """Return a parser that knows the options."""
    made = argparse.ArgumentParser(
        prog=program,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option in OPTIONS:
        option.add_to(made)
    return made
