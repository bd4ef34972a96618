"""The first client of a new provider, and the overlay that it starts with.

The overlay says for each write what a repetition does. `python -m simloom_codegen.starting SPEC
OVERLAY OPTIONS` writes it, not at all for a document without writes, and then does what
`simloom-codegen generate --spec SPEC --overlay OVERLAY OPTIONS` does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simloom_codegen.cli import run
from simloom_codegen.errors import LoomError
from simloom_codegen.pin import as_yaml, operation_target, overlay_of
from simloom_codegen.prepare import prepare
from simloom_codegen.render.facts import operations

if TYPE_CHECKING:
    from simloom_codegen.document import Document

OPEN = "TODO"
"""A description that begins with this waits for a person."""
CERTAIN = "PUT replaces what is at its path; a repetition changes nothing more (RFC 9110, 9.2.2)."
UNCERTAIN = f"{OPEN}: set-state or additive? additive, until somebody knows."
HEAD = """\
# What a person adds to the vendor's document and repairs in it, as an OpenAPI Overlay 1.0. Each
# action has its reason. `nox -s regen` makes the client with it.
#
# x-retry-class says what it does to send a request once more when its answer never came:
#   set-state   nothing more than the first one did, so simloom may repeat it
#   additive    the same again (an order, a message, credit), so simloom never repeats it
# An action whose description begins with TODO waits for a person: write the class, and the reason
# in place of the TODO.
"""
_READS = frozenset({"get", "head", "options", "trace"})
_FIELD = "x-retry-class"
_WHOLE = re.compile(r".*/\{[^{}]+\}/?")


def starting_overlay(document: Document) -> dict[str, Any] | None:
    """Return an overlay for a prepared document; None without a write that it could tell of.

    A write that has `x-retry-class` in the document is left out. Only a PUT of a whole thing, whose
    path ends with the thing's id, is certain; anything else stays `additive` until a person says
    what it is.
    """
    actions = []
    for path, method, operation in operations(document):
        if method in _READS or _FIELD in operation:
            continue
        certain = method == "put" and _WHOLE.fullmatch(path) is not None
        actions.append(
            {
                "target": operation_target(path, method),
                "description": CERTAIN if certain else UNCERTAIN,
                "update": {_FIELD: "set-state" if certain else "additive"},
            }
        )
    return overlay_of(document, actions) if actions else None


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    spec, target, *options = arguments
    path = Path(spec)
    try:
        overlay = starting_overlay(prepare(path, None, name=path.name).document)
        if overlay is not None:
            Path(target).write_text(HEAD + as_yaml(overlay), "utf-8")
            options += ["--overlay", target]
        run(["generate", "--spec", spec, *options])
    except (LoomError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
