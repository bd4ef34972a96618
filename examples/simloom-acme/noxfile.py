"""Every task of the project. `nox` runs what has to pass before a change lands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "drift"]

# The versions that made the client: others may write other bytes.
LOCK = json.loads(Path("specs", "lock.json").read_text("utf-8"))
# What pip is told: the name, or the path of a wheel or checkout that SIMLOOM holds.
SIMLOOM = os.environ.get("SIMLOOM", "simloom")
SAME = [f"{name}=={LOCK[name]}" for name in ("openapi-python-client", "ruff")]


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, the conformance suite among them; arguments after -- go to pytest."""
    session.install(SIMLOOM, "-e", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and form."""
    session.install(f"ruff=={LOCK['ruff']}")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    session.install(SIMLOOM, "-e", ".[test]", "mypy>=1.15")
    session.run("mypy", "src", "tests")


@nox.session
def regen(session: nox.Session) -> None:
    """Make the client again from the vendor's document and the overlay, with the newest simloom."""
    session.install("--upgrade", f"{SIMLOOM}[codegen]")
    session.run("python", "regenerate.py")


@nox.session
def drift(session: nox.Session) -> None:
    """Prove that the client is what document and overlay make, byte for byte."""
    session.install(f"{SIMLOOM}[codegen]", *SAME)
    session.run("python", "regenerate.py", "--check")


@nox.session
def record(session: nox.Session) -> None:
    """Record the cassettes against the stand-in of the vendor; arguments after -- name scenes."""
    session.install(SIMLOOM, "-e", ".[test]")
    session.run("python", "tests/recording.py", *session.posargs)
