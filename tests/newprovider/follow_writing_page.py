"""Follow docs/providers/writing.md literally: `nox -s walkthrough` runs this.

Every `sh` block of the section "The way" runs in one shell, in order, in an empty folder. Nothing
of the page is changed; `--simloom` becomes its `SIMLOOM`, and `--constraint` tells pip, through
its environment, which versions of other packages to take. A `text` block after an `sh` block has to
be in its output, line by line; digits are not compared, nor how many blanks there are.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Timer
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs" / "providers" / "writing.md"
SECTION = "## The way\n"
GOAL = "simloom sims list"
MARK = "walkthrough-step"
_MARKED = re.compile(rf"{MARK} \d+ ([\d.]+)\n")
_PART = re.compile(
    r"^### (?P<title>[^\n]+)$|^```(?P<kind>sh|text)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)


class Step(NamedTuple):
    """One `sh` block: the heading above it, the commands, and the lines that it has to print."""

    title: str
    commands: str
    shown: list[str]


def steps(page: str) -> list[Step]:
    """Return the steps of the page."""
    section = page.partition(SECTION)[2].partition("\n## ")[0]
    found: list[Step] = []
    title = ""
    for part in _PART.finditer(section):
        if part["title"]:
            title = part["title"]
        elif part["kind"] == "sh":
            found.append(Step(title, part["body"], []))
        elif found:
            found[-1].shown.extend(part["body"].splitlines())
    return found


def script(todo: list[Step]) -> str:
    """Return one program for a shell that tells the time before each step and at the end."""
    lines = ["set -eu", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for number, step in enumerate(todo):
        lines += [f'echo "{MARK} {number} $(date +%s.%N)"', step.commands]
    return "\n".join([*lines, f'echo "{MARK} {len(todo)} $(date +%s.%N)"', ""])


def plain(line: str) -> str:
    """Return what is compared of a line of output."""
    return re.sub(r"[0-9]+", "0", " ".join(line.split()))


def missing(step: Step, output: str) -> list[str]:
    """Return the lines that the page shows and the step did not print."""
    told = {plain(line) for line in output.splitlines()}
    return [line for line in step.shown if plain(line) and plain(line) not in told]


def follow(
    todo: list[Step], place: Path, environment: dict[str, str], seconds: float = 900
) -> list[str]:
    """Run the steps in an empty folder, print the time of each, and return what went wrong."""
    times: list[float] = []
    outputs: list[str] = []
    goal = None
    with subprocess.Popen(
        ["bash", "-c", script(todo)],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        late = Timer(seconds, lambda: stop(shell.pid))
        late.start()
        for line in shell.stdout or ():
            if not (found := _MARKED.fullmatch(line)):
                outputs[-1:] = ["".join([*outputs[-1:], line])]
                continue
            times.append(float(found[1]))
            outputs.append("")
            if len(times) > 1:
                title, commands, _ = todo[len(times) - 2]
                print(f"{times[-1] - times[-2]:7.1f} s  {title}", flush=True)
                if goal is None and GOAL in commands:
                    goal = times[-1] - times[0]
                    print(f"{goal:7.1f} s  in total to the first SIMs", flush=True)
        late.cancel()
    stop(shell.pid)
    print(f"{times[-1] - times[0]:7.1f} s  in total" if times else "nothing ran")
    faults = [
        f"{step.title}: it does not print {line!r}"
        for step, output in zip(todo, outputs[: len(times) - 1], strict=False)
        for line in missing(step, output)
    ]
    if shell.returncode != 0:
        last = todo[min(max(len(times) - 1, 0), len(todo) - 1)].title
        faults.append(f"{last}: it ends with {shell.returncode}:\n{''.join(outputs[-1:])}")
    elif goal is None:
        faults.append(f"no step has the command {GOAL!r}")
    return faults


def stop(group: int) -> None:
    """End whatever the shell left running."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simloom", type=Path, default=CHECKOUT, help="a checkout or a wheel")
    parser.add_argument("--constraint", type=Path, help="a file of versions, as pip -c takes it")
    given = parser.parse_args()
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    # The python3 of the page is the one that runs this, whatever else is installed.
    place = Path(tempfile.mkdtemp(prefix="simloom-walkthrough-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        tools, work = place / "bin", place / "work"
        tools.mkdir()
        work.mkdir()
        python = tools / "python3"
        python.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).resolve()}" "$@"\n', "utf-8")
        python.chmod(0o755)
        environment["PATH"] = os.pathsep.join([str(tools), environment.get("PATH", os.defpath)])
        environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}
        environment["SIMLOOM"] = str(given.simloom.resolve())
        if given.constraint:
            environment["PIP_CONSTRAINT"] = str(given.constraint.resolve())
        faults = follow(steps(PAGE.read_text("utf-8")), work, environment)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
