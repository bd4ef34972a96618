"""Every task of the project. Each session installs the locked tools, then calls one thing."""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["quickstart"]
nox.options.default_venv_backend = "virtualenv"

LOCK = "requirements/dev.txt"


def install(session: nox.Session) -> None:
    """Install the locked tools and this checkout (editable), nothing else."""
    session.install("--quiet", "-r", LOCK)
    session.install("--quiet", "--no-deps", "-e", ".")


@nox.session
def quickstart(session: nox.Session) -> None:
    """Start the sandbox, list SIMs of all four vendors through the typed clients, stop it."""
    session.install("--quiet", "-c", LOCK, "-e", ".[sandbox]")
    session.run("python", "examples/quickstart.py", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite; arguments after -- go to pytest."""
    install(session)
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the import floors."""
    install(session)
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Run mypy --strict over everything that ships."""
    install(session)
    session.run("mypy", "src", "plugins", "generated", "examples", "benchmarks")


@nox.session
def regen(session: nox.Session) -> None:
    """Regenerate the clients whose inputs changed; arguments after -- name providers."""
    install(session)
    session.run("simloom-codegen", "regen", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """Prove that the committed clients are what the committed inputs generate."""
    install(session)
    session.run("simloom-codegen", "regen", "--check", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure this checkout against its peers, side by side, and print the table."""
    install(session)
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Refresh requirements/dev.txt; arguments after -- go to pip-compile, e.g. --upgrade."""
    session.install("--quiet", "pip-tools>=7.5")
    session.run(
        "pip-compile",
        "--quiet",
        "--strip-extras",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-emit-trusted-host",
        "--output-file",
        LOCK,
        "--extra",
        "aiohttp",
        "--extra",
        "cli",
        "--extra",
        "codegen",
        "--extra",
        "sandbox",
        "--extra",
        "webhooks",
        "pyproject.toml",
        "requirements/dev.in",
        *session.posargs,
        env={"CUSTOM_COMPILE_COMMAND": "nox -s lock"},
    )
