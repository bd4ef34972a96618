"""Prove repositories of `simloom new-provider`, one for each kind of login: `nox -s kit`.

Each is made of a document of `kit_documents`, and nothing of it is installed. Its own tests, the
conformance suite among them, may fail only for what its README names as left to a person; types,
style and imports hold from the start. Then its decisions are taken: everything holds, and `simloom
sims list` lists what `simloom sandbox --spec` serves. Arguments name the repositories.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from kit_decisions import KITS, Kit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AT_ONCE = 2
LISTED = 3
LEAST = "test_the_least_that_it_can_do"
OPEN_VERB = "test_nothing_is_left_to_decide"
PATIENCE = 300.0
"""Seconds for each command."""


class Fault(Exception):
    """What does not hold, in words."""


def main(wanted: list[str]) -> int:
    """Prove the repositories; return the exit code."""
    kits = [kit for kit in KITS if not wanted or kit.name in wanted]
    if not kits:
        print(f"one of {', '.join(kit.name for kit in KITS)}", file=sys.stderr)
        return 2
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="simloom-kit-") as folder:
        place = Path(folder)
        for kit in kits:
            (place / f"{kit.name}.json").write_text(json.dumps(kit.document), "utf-8")
        with served(kits, place) as vendors, ThreadPoolExecutor(AT_ONCE) as pool:
            ends = pool.map(lambda kit: attempt(kit, place, vendors[kit.name]), kits)
            faults = [fault for fault in ends if fault]
    print(f"{time.monotonic() - begun:7.1f} s  in total")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def attempt(kit: Kit, place: Path, vendor: Mapping[str, Any]) -> str:
    """Prove one repository; return what does not hold."""
    begun = time.monotonic()
    try:
        told = Repository(kit, place, vendor).prove()
    except (Fault, subprocess.TimeoutExpired) as fault:
        return f"{kit.name}: {fault}"
    print(f"{time.monotonic() - begun:7.1f} s  {kit.name}, {kit.auth}: {told}", flush=True)
    return ""


@contextmanager
def served(kits: list[Kit], place: Path) -> Iterator[dict[str, Any]]:
    """Serve the documents by one sandbox, and yield where each is and its credentials."""
    specs = [part for kit in kits for part in ("--spec", f"{kit.name}={kit.name}.json")]
    command = [sys.executable, "-m", "simloom.cli", "sandbox", "--port", "0", *specs]
    log = place / "sandbox.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, cwd=place, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as sandbox,
    ):
        try:
            line = sandbox.stdout.readline() if sandbox.stdout else ""
            if not line:
                raise SystemExit(f"the sandbox did not start: {log.read_text('utf-8')}")
            yield json.loads(line)["providers"]
        finally:
            sandbox.terminate()


class Repository:
    """One repository, and what is asked of it."""

    def __init__(self, kit: Kit, place: Path, vendor: Mapping[str, Any]) -> None:
        self.kit = kit
        self.document = place / f"{kit.name}.json"
        self.vendor = vendor
        self.root = place / f"simloom-{kit.name}"
        self.beside = place / f"{kit.name}.installed"
        self.cache = place / "mypy" / current_thread().name  # shared, but not at the same time
        kept = {name: text for name, text in os.environ.items() if not name.startswith("SIMLOOM_")}
        own = {"SIMLOOM_CONFIG": os.devnull, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
        self.environment = kept | own

    def prove(self) -> str:
        """Return what there was, in words; `Fault` for what does not hold."""
        new = ("new-provider", self.kit.name, "--spec", str(self.document), "--auth", self.kit.auth)
        told = self.cli(*new, "--dir", str(self.root)).stdout
        self.offer()
        left = self.left()
        if told.count("\nto decide: ") != len(left) or "\ncassettes: none" in told:
            raise Fault(f"the README leaves {len(left)} decisions, the command told: {told}")
        self.check_clean()
        self.check_tests(left)
        for path, found, instead in self.kit.edits:
            self.edit(self.root / path, found, instead)
        self.regenerate()
        self.record()
        self.check_clean()
        passed = self.check_tests(set())
        self.check_sims()
        return f"{len(left)} decisions, then {passed} tests pass"

    def offer(self) -> None:
        """Write beside it what pip would write about it."""
        project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))["project"]
        about = self.beside / f"simloom_{self.kit.name}-0.1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        ((group, offered),) = project["entry-points"].items()
        lines = [f"{name} = {value}\n" for name, value in offered.items()]
        (about / "entry_points.txt").write_text("".join([f"[{group}]\n", *lines]))
        paths = (self.root / "src", self.root / "generated", self.beside)
        self.environment["PYTHONPATH"] = os.pathsep.join(map(str, paths))

    def left(self) -> set[str]:
        """Return the tests that fail for what the README leaves to a person."""
        section = (self.root / "README.md").read_text("utf-8").partition("## What a person has")[2]
        listed = re.findall(r"^- (.*)$", section.partition("\n## ")[0], re.MULTILINE)
        found = {failing(line) for line in listed}
        if len(found) != len(listed):
            raise Fault(f"README.md: two decisions are one test: {listed}")
        return found

    def check_clean(self) -> None:
        """Style, types, and whether every module can be imported."""
        self.tool("ruff", "check", "--no-cache", ".")
        self.tool("ruff", "format", "--no-cache", "--check", ".")
        self.tool("mypy", "--strict", "--cache-dir", str(self.cache), "src", "tests")
        names = [
            ".".join(path.relative_to(self.root / folder).with_suffix("").parts)
            for folder in ("src", "generated")
            for path in (self.root / folder).rglob("*.py")
            if path.stem != "__init__"
        ]
        self.run(sys.executable, "-W", "error", "-c", f"import {', '.join(names)}")

    def check_tests(self, expected: set[str]) -> int:
        """Run its own tests; exactly those that are expected may fail. Return how many pass."""
        report = self.beside / "tests.xml"
        arguments = ("-q", "-p", "no:cacheprovider", "--junitxml", str(report))
        ended = self.run(sys.executable, "-m", "pytest", *arguments, codes=(0, 1))
        cases = list(ET.parse(report).iter("testcase"))
        failed = {plain(one.get("name", "")) for one in cases if one.find("failure") is not None}
        broken = [one.get("name") for one in cases if one.find("error") is not None]
        unasked = [one.get("name") for one in cases if one.find("skipped") is not None]
        if broken or (unasked and not any(one.startswith(LEAST) for one in expected)):
            raise Fault(f"errors {broken}, not asked {unasked}\n{ended.stdout}")
        if failed != expected:
            raise Fault(
                f"fails and is not in the README: {sorted(failed - expected)}; "
                f"is there and does not fail: {sorted(expected - failed)}\n{ended.stdout}"
            )
        return len(cases) - len(failed)

    def check_sims(self) -> None:
        """List SIMs of the sandbox with the command line."""
        prefix = f"SIMLOOM_{self.kit.name.upper()}_"
        settings = {"base_url": self.vendor["base_url"]}
        if self.vendor["token_url"]:
            settings["token_url"] = self.vendor["token_url"]
        for name, credential in self.kit.settings.items():
            settings[name] = self.vendor["settings"][credential]
        for name, value in settings.items():
            self.environment[prefix + name.upper()] = value
        wish = ("--provider", self.kit.name, "--limit", str(LISTED), "--output", "jsonl")
        lines = self.cli("sims", "list", *wish).stdout.splitlines()
        if len({json.loads(line)["iccid"] for line in lines}) != LISTED:
            raise Fault(f"sims list printed {lines}")

    def edit(self, path: Path, found: str, instead: str) -> None:
        """Take a decision."""
        changed, times = re.subn(found, lambda _: instead, path.read_text("utf-8"))
        if not times:
            raise Fault(f"{path.name} has no {found!r} to decide on")
        path.write_text(changed, "utf-8")

    def regenerate(self) -> None:
        """Do what `nox -s regen` does there, with what is installed."""
        specs = f"specs/{self.kit.name}"
        self.run(
            *(sys.executable, "-m", "simloom_codegen.cli", "generate"),
            *("--spec", f"{specs}/openapi.json", "--overlay", f"{specs}/overlay.yaml"),
            *("--package", f"simloom_{self.kit.name}_client", "--out", "generated"),
            *("--report", f"{specs}/report.json"),
        )
        self.run(sys.executable, "specs/lock.py")

    def record(self) -> None:
        """Do what `nox -s record` does there."""
        self.run(sys.executable, "tests/recording.py")

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run simloom."""
        return self.run(sys.executable, "-m", "simloom.cli", *arguments)

    def tool(self, *arguments: str) -> None:
        """Run a checker."""
        self.run(sys.executable, "-m", *arguments)

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository, or beside it as long as there is none."""
        ended = subprocess.run(
            command,
            cwd=self.root if self.root.is_dir() else self.root.parent,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        if ended.returncode not in codes:
            raise Fault(f"{shlex.join(command)}: {ended.stdout}{ended.stderr}")
        return ended


def failing(decision: str) -> str:
    """Return the test that fails as long as a decision of the README is not taken."""
    verb = re.match(r"`([a-z-]+)`: ", decision)
    if verb:
        rule = LEAST if verb[1] in {"list", "get"} else OPEN_VERB
        return f"{rule}[{verb[1]}]"
    if "overlay.yaml" in decision:
        return "test_what_a_repetition_does_is_decided"
    return plain(f"test_it_is_decided[{decision}]")


def plain(name: str) -> str:
    """Return a test's name without what Markdown and pytest write each in its way."""
    return re.sub(r"[^\w .,:;/{}()'+*=?&\[\]-]", "?", name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
