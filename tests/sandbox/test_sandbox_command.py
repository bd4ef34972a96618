from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

import simloom.sandbox as package
from simloom.sandbox.__main__ import main
from simloom.sandbox.populations.infobip import InfobipSims
from simloom.sandbox.seeds import Draw

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-W", "error", "-m", "simloom.sandbox"]
SETTINGS = {
    "telekom-m2m": {"client_id", "client_secret", "event_urls", "partner_id"},
    "telekom-bsc": {"username", "password"},
    "telcoapi": {"api_key"},
    "infobip": {"username", "password", "api_key"},
}


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict]]:
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_serves_and_ends_cleanly(number):
    options = ("--port", "0", "--seed", "5", "--sims", "3", "--quirk", "bsc_token_body=json")
    with started(*options) as (process, ready):
        assert set(ready) == {"url", "port", "providers"}
        assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
        for name, provider in ready["providers"].items():
            assert set(provider) == {"base_url", "token_url", "settings", "applications"}
            assert set(provider["settings"]) == SETTINGS[name]
        infobip, bsc = ready["providers"]["infobip"], ready["providers"]["telekom-bsc"]
        with httpx.Client(verify=False, trust_env=False) as client:
            sims = client.get(
                f"{infobip['base_url']}/iot/2/sims",
                auth=(infobip["settings"]["username"], infobip["settings"]["password"]),
            ).json()["sims"]
            token = client.post(
                bsc["token_url"],
                json={"grant_type": "client_credentials"},
                auth=(bsc["settings"]["username"], bsc["settings"]["password"]),
            )
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    population = InfobipSims(Draw(5, "infobip"), 3)
    assert sims == [population.record(index) for index in range(3)]
    assert token.status_code == 200
    assert "GET /infobip/iot/2/sims 200" in err
    assert "Traceback" not in err
    assert "password" not in err


@pytest.fixture
def run(capsys):
    """Run the command in this process until it refuses to start."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def refused(*arguments: str) -> tuple[int | str | None, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return (ended.value.code, *capsys.readouterr())

    yield refused
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_help_teaches(run):
    status, out, _ = run("--help")
    assert status == 0
    for word in ("--port", "--seed", "--sims", "curl -u", "/_sandbox/requests", "bsc_token_body="):
        assert word in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sims", "-1"], "0 to 10000000 SIMs"),
        (["--port", "70000"], "0 to 65535"),
        (["--quirk", "x=1"], "no switch 'x'"),
        (["--quirk", "x"], "NAME=VALUE"),
        (["--seed", "x"], "invalid int value"),
    ],
)
def test_wrong_options_are_explained(run, arguments, message):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_a_port_that_is_taken_is_explained(run, sandbox):
    status, out, err = run("--port", str(sandbox.port))
    assert (status, out) == (1, "")
    assert "cannot start" in err
    assert "in use" in err


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_package_imports_without_the_extra_and_without_httpx():
    done = python(
        "import sys, simloom.sandbox\n"
        "print(sorted({'starlette', 'uvicorn', 'yaml', 'httpx'} & set(sys.modules)))\n"
        "from simloom.sandbox import Sandbox\n"
        "print(sorted({'starlette', 'uvicorn', 'yaml', 'httpx'} & set(sys.modules)))\n"
    )
    assert done.stdout.splitlines() == ["[]", "['starlette', 'uvicorn', 'yaml']"], done.stderr


def test_a_missing_extra_is_named_with_its_cure():
    done = python(
        "import sys\n"
        "import simloom.sandbox\n"
        "from simloom.sandbox.__main__ import main\n"
        "for package in ('uvicorn', 'starlette', 'yaml'):\n"
        "    sys.modules[package] = None\n"
        "    try:\n"
        "        from simloom.sandbox import Sandbox\n"
        "    except simloom.sandbox.SandboxNotInstalled as error:\n"
        "        print(error)\n"
        "    if package != 'yaml':\n"
        "        del sys.modules[package]\n"
        "main([])\n"
    )
    cure = "the sandbox needs {}, which is not installed: pip install 'simloom[sandbox]'"
    assert done.stdout.splitlines() == [
        cure.format(package) for package in ("uvicorn", "starlette", "yaml")
    ], done.stderr
    assert done.returncode == 1
    assert done.stderr == f"cannot start: {cure.format('yaml')}\n"


def test_a_module_that_is_missing_for_another_reason_is_not_blamed_on_the_extra():
    done = python(
        "import sys; sys.modules['hmac'] = None\n"
        "try:\n"
        "    from simloom.sandbox import Sandbox\n"
        "except ModuleNotFoundError as error:\n"
        "    print(type(error).__name__, error.name)\n"
    )
    assert done.stdout == "ModuleNotFoundError hmac\n", done.stderr


def test_names_of_the_package_can_be_listed_and_others_are_refused():
    assert {"Sandbox", "ManualClock", "Quirks"} <= set(dir(package))
    assert all(getattr(package, name) is not None for name in package.__all__)
    assert issubclass(package.SandboxNotInstalled, ImportError)
    with pytest.raises(AttributeError, match="no attribute 'Sandpit'"):
        _ = package.Sandpit
