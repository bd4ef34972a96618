"""Every task of the project. Each session installs the locked tools, then calls one thing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["quickstart"]
nox.options.default_venv_backend = "virtualenv"

PYRIGHT = "1.1.414"  # brings Node along, so it is not among what every session installs
LOCK = "requirements/dev.txt"
# Many tests wait for a server or a process: more workers than cores overlap that.
IN_PARALLEL = ("-n", str(max(4, os.cpu_count() or 1)), "--dist", "loadfile")


def install(session: nox.Session) -> None:
    """Install the locked tools and this checkout (editable), nothing else."""
    session.install("--quiet", "-r", LOCK)
    session.install("--quiet", "--no-deps", "-e", ".")


@nox.session
def quickstart(session: nox.Session) -> None:
    """Start the sandbox, list SIMs of all four vendors through the typed clients, stop it."""
    session.install("--quiet", "-c", LOCK, "-e", ".[sandbox]")
    session.run("python", "examples/quickstart.py", *session.posargs)


def install_browser(session: nox.Session) -> None:
    """Try to install Debian's Chromium where it may be done; its failure is none of the session."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if shutil.which("chromium") or not (is_root and shutil.which("apt-get")):
        return
    quiet = ("-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")
    for arguments in (("update",), ("install", "-y", "--no-install-recommends", "chromium")):
        session.run(
            "apt-get",
            *quiet,
            *arguments,
            env={"DEBIAN_FRONTEND": "noninteractive"},
            external=True,
            silent=True,
            success_codes=range(256),
        )


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite on all cores; arguments after -- go to pytest instead."""
    install(session)
    install_browser(session)
    session.run("pytest", *(session.posargs or IN_PARALLEL))


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the test suite and say which branches of src and plugins no test takes."""
    install(session)
    session.run(
        "pytest",
        *IN_PARALLEL,
        *("--cov", "--cov-branch", "--cov-report", "term:skip-covered"),
        *session.posargs,
    )


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the pictures of the sandbox's page in docs/images again."""
    install(session)
    install_browser(session)
    file = "tests/sandbox/test_sandbox_page_browser.py"
    env = {"SIMLOOM_SCREENSHOTS": "docs/images", "SIMLOOM_REQUIRE_BROWSER": "1"}
    session.run("pytest", file, "-k", "screenshots", env=env)


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
    shipped = ("src", "plugins", "generated", "examples", "benchmarks", "cassettes")
    session.run("mypy", "--exclude", r"simloom-acme/noxfile\.py$", *shipped)  # nox is not locked


@nox.session
def surface(session: nox.Session) -> None:
    """Measure with pyright how much of the public surface is typed: it has to be all."""
    session.install("--quiet", "-c", LOCK, ".[aiohttp,cli,sandbox,webhooks]", "pytest")
    session.install("--quiet", f"pyright[nodejs]=={PYRIGHT}")
    session.chdir(session.create_tmp())  # the installed package is meant, not this checkout
    for package in ("simloom", "simloom_clients"):
        session.run("pyright", "--ignoreexternal", "--verifytypes", package)


@nox.session
def example(session: nox.Session) -> None:
    """Build core and example as wheels, from their source archives, and use them elsewhere.

    The example's own tests, its conformance suite among them, run in its unpacked source archive,
    with nothing of this checkout; so do drift, two distributions with one provider, and others.
    """
    checkout, place = Path.cwd(), Path(session.create_tmp()).resolve()
    wheels, builder = place / "wheels", place / "builder"
    shutil.rmtree(wheels, ignore_errors=True)
    if not builder.exists():  # apart, so that what builds is not there where it is used
        session.run("python", "-m", "venv", str(builder))
    python = str(builder / ("Scripts" if os.name == "nt" else "bin") / "python")
    session.run(python, "-m", "pip", "install", "--quiet", "build", "hatchling", external=True)
    build = (python, "-m", "build", "--no-isolation", "--outdir", str(wheels))
    for folder in (".", "examples/simloom-acme"):
        session.run(*build, folder, external=True, silent=True)
    (core,), (acme,) = wheels.glob("simloom-*.whl"), wheels.glob("simloom_acme-*.whl")
    parts = (f"{core}[cli,codegen,webhooks]", f"{acme}[test]")
    session.install("--quiet", "-c", LOCK, *parts)
    session.install("--quiet", "--force-reinstall", "--no-deps", str(core), str(acme))
    session.env["PYTHONPATH"] = ""
    with tempfile.TemporaryDirectory(prefix="simloom-example-") as elsewhere:
        script = shutil.copy("tests/examples/outside_checkout.py", elsewhere)
        (source,) = wheels.glob("simloom_acme-*.tar.gz")
        shutil.unpack_archive(source, elsewhere, filter="data")
        with session.chdir(Path(elsewhere) / source.name.removesuffix(".tar.gz")):
            session.run("python", "-I", script, str(wheels), str(checkout))
            session.run("python", "-I", "-m", "pytest", "--quiet", *session.posargs)
            session.run("python", "-I", "regenerate.py", "--check")


@nox.session
def walkthrough(session: nox.Session) -> None:
    """Follow docs/providers/writing.md literally, and tell how long each step takes."""
    follow = "tests/newprovider/follow_writing_page.py"
    with tempfile.TemporaryDirectory(prefix="simloom-wheel-") as wheels:
        session.run("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, ".")
        (core,) = Path(wheels).glob("simloom-*.whl")
        session.run("python", follow, "--simloom", str(core), "--constraint", LOCK)


@nox.session
def kit(session: nox.Session) -> None:
    """Prove repositories of `new-provider`, one for each kind of login; after --: their names."""
    install(session)
    session.run("python", "tests/newprovider/kit.py", *session.posargs)


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
def record(session: nox.Session) -> None:
    """Record the cassettes against the sandbox; after --: --check, parts of their paths."""
    install(session)
    session.run("python", "-m", "cassettes.recording", *session.posargs)


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
