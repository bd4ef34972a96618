"""How true the sandbox is: per operation and behaviour, what is documented and what is not.

Operations and their evidence come from the specifications; behaviours are listed by each vendor's
module `behaviours`, beside the code that has them. `markdown` makes the table of docs/sandbox.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from attrs import field, fields, frozen, validators

from simloom.sandbox.quirks import Quirks
from simloom.sandbox.specs import load_spec
from simloom.sandbox.vendors import VENDORS

if TYPE_CHECKING:
    from collections.abc import Iterator

_METHODS = ("get", "put", "post", "delete", "patch")
# What is inferred in a spec is assumed by who answers from it.
_FROM_SPEC = {"documented": "documented", "inferred": "assumed"}


@frozen
class Behaviour:
    """One thing that a vendor does.

    `evidence` is `documented` (the vendor's document says so), `observed` (seen in the vendor's
    public specification, on its other pages, or quoted from live answers) or `assumed`. `source`
    says where; for what is assumed it may be empty. `code` is the module, below this package.
    `switch` names the choice in `Quirks`.
    """

    what: str
    evidence: str = field(validator=validators.in_(("documented", "observed", "assumed")))
    source: str
    code: str
    switch: str | None = None


@frozen
class Operation:
    """One operation of a spec, and where its method and path come from."""

    id: str
    line: str
    evidence: str
    source: str


def behaviours(provider: str) -> tuple[Behaviour, ...]:
    """Return what is listed for a vendor."""
    package = f"simloom.sandbox.vendors.{provider.replace('-', '_')}.behaviours"
    listed: tuple[Behaviour, ...] = import_module(package).BEHAVIOURS
    return listed


def operations(provider: str) -> Iterator[Operation]:
    """Return what the spec says about its operations."""
    for path, item in load_spec(provider).document["paths"].items():
        for method in _METHODS:
            if method in item:
                node = item[method]
                yield Operation(
                    node["operationId"],
                    f"{method.upper()} {path}",
                    _FROM_SPEC[node["x-evidence"]],
                    node["x-source"],
                )


def markdown() -> str:
    """Return the tables of all vendors."""
    lines = []
    for vendor in VENDORS:
        lines += [f"### Fidelity: {vendor.id}", ""]
        lines += ["| behaviour | evidence | source | code |", "|---|---|---|---|"]
        for one in behaviours(vendor.id):
            choice = f" (switch `{one.switch}`)" if one.switch else ""
            lines.append(f"| {one.what}{choice} | {one.evidence} | {one.source} | `{one.code}` |")
        lines += ["", "| operation | method and path | evidence | source |", "|---|---|---|---|"]
        lines += [
            f"| `{one.id}` | `{one.line}` | {one.evidence} | {one.source} |"
            for one in operations(vendor.id)
        ]
        lines.append("")
    lines += [
        "### Switches",
        "",
        "| switch | values, the default first | meaning |",
        "|---|---|---|",
    ]
    for switch in fields(Quirks):
        values = ", ".join(f"`{value}`" for value in switch.metadata["choices"])
        lines.append(f"| `{switch.name}` | {values} | {switch.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201
