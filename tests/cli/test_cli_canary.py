"""Secrets of every kind, planted everywhere: none shows in an output, a log, a repr or a file.

What counts as a secret is also learned from the wire: a tap on httpx collects every credential that
is sent and every value under a secret name that is answered, tokens above all.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import traceback
from base64 import b64decode
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

import simloom
from simloom.cli import main
from simloom.errors import SimloomError
from simloom.models import SimStatus
from simloom.plugins.flows import call_detailed
from simloom.runtime.masking import is_secret_name
from simloom_clients.telcoapi.api.sims import get_sim

PROVIDERS = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]
PLANTED = {
    "pin1": "73519264",
    "pin2": "84620517",
    "puk1": "95731628",
    "puk2": "16842739",
    "ki": "C4A4A21E0F1D2C3B4A5968778695A4B3",
    "opc": "0DDBA11CAFEF00D5C0FFEE15DEADBEEF",
    "new_pin": "27953840",
    "wrong_puk": "38064951",
    "sms": "canary-text-5521",
}
NEW_ICCID = "89441259053213799999"
_SHORTEST = 8
"""A shorter text may occur by chance."""


class Tap:
    """Everything secret that crosses the wire."""

    def __init__(self):
        self.secrets = set(PLANTED.values())
        self.sent = ""

    def request(self, request):
        self.sent += f"{request.url} {request.content!r} {request.headers.raw}"
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        self.secrets.add(value)
        if scheme == "Basic":
            self.secrets.add(b64decode(value).decode().partition(":")[2])
            self.sent += b64decode(value).decode()
        self.learn(request.content)

    def learn(self, content):
        try:
            found = json.loads(content)
        except ValueError:
            with suppress(UnicodeDecodeError):
                found = dict(parse_qsl(content.decode()))
                self.walk(found)
            return
        self.walk(found)

    def walk(self, value):
        if isinstance(value, dict):
            for name, item in value.items():
                if isinstance(item, str) and is_secret_name(name):
                    self.secrets.add(item)
                self.walk(item)
        elif isinstance(value, list):
            for item in value:
                self.walk(item)

    def found_in(self, text):
        wanted = {secret for secret in self.secrets if len(secret) >= _SHORTEST}
        assert len(wanted) > len(PLANTED) - 1
        return {secret for secret in wanted if secret in text}


@pytest.fixture
def tap(monkeypatch):
    made = Tap()
    handle = httpx.HTTPTransport.handle_request

    def tapped(self, request):
        request.read()
        made.request(request)
        response = handle(self, request)
        made.learn(response.read())
        return response

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", tapped)
    return made


@pytest.fixture
def run(capfd, caplog, home, monkeypatch):
    """Run commands with all logs at DEBUG; return what can be seen and found afterwards."""
    caplog.set_level(logging.DEBUG)
    for name, value in PLANTED.items():
        monkeypatch.setenv(f"CANARY_{name.upper()}", value)
    seen = []

    def command(*arguments, code=None):
        done = main([*arguments, "--debug"])
        out, err = capfd.readouterr()
        seen.extend((out, err))
        assert code is None or done == code, f"{arguments}: {done} {err}"
        return out

    def everything():
        kept = [*home.rglob("*"), *Path(os.environ["SIMLOOM_STATE"]).rglob("*")]
        files = [path.read_bytes().decode("utf-8", "replace") for path in kept if path.is_file()]
        return "\n".join([*seen, caplog.text, *files])

    command.everything = everything
    return command


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_of_a_working_day_shows_a_secret(run, tap, sandbox, provider, home):
    common = ("--provider", provider, "--output", "jsonl")
    sims = lines(run(*common, "sims", "list", code=0))
    iccid = next(row["iccid"] for row in sims if row["status"] == "active")
    run(*common, "sims", "get", iccid, code=0)
    run(*common, "sims", "export", str(home / "sims.csv"), code=0)
    for name in ("connectivity", "sessions", "quota"):
        run(*common, "sims", name, iccid)
    for name in ("usage", "sms list"):
        run(*common, *name.split(), iccid)
    for name in ("pools", "products", "orders list", "actions list"):
        run(*common, *name.split())
    for more in (["--dry-run"], ["--yes"]):
        run(*common, "sims", "suspend", iccid, *more, code=0)
        run(*common, "sims", "label", iccid, "Line 4", *more)
    run(*common, "sms", "send", iccid, PLANTED["sms"], "--yes")
    run(*common, "sims", "get", "8999999999999999999")  # nobody has it
    text = run.everything()
    assert len(text) > 10_000
    assert tap.found_in(tap.sent) >= {
        secret for secret in tap.secrets if secret.startswith("sandbox")
    }
    assert tap.found_in(text) == set()


def test_pins_and_keys_do_not_show(run, tap, sandbox):
    common = ("--provider", "telcoapi", "--output", "jsonl", "sims")
    keys = ["pin1", "pin2", "puk1", "puk2", "ki", "opc"]
    secrets = [part for key in keys for part in ("--set-from-env", f"{key}=CANARY_{key.upper()}")]
    texts = [part for key in keys for part in ("--set", f"{key}={PLANTED[key]}")]
    for given in (secrets, texts):
        run(*common, "provision", NEW_ICCID, "--set", "imsi=234150000000001", *given, "--dry-run")
    run(*common, "provision", NEW_ICCID, "--set", "imsi=234150000000001", *secrets, "--yes", code=0)
    run(*common, "provision", NEW_ICCID, *texts, "--yes")  # it is there already
    run(*common, "get", NEW_ICCID, code=0)
    pin = ["--set-from-env", "new_pin=CANARY_NEW_PIN"]
    right = ["--set-from-env", "current_pin=CANARY_PIN1"]
    for more in (["--dry-run"], ["--yes"]):
        run(*common, "reset-pin", NEW_ICCID, *right, *pin, *more)
        run(*common, "reset-pin", NEW_ICCID, "--set", "current_pin=38064951", *pin, *more)
        wrong = ["--set-from-env", "puk=CANARY_WRONG_PUK"]
        run(*common, "unblock-pin", NEW_ICCID, *wrong, *pin, *more)
    for wrong in ("pin=PIN9", "new_pin="):
        run(*common, "reset-pin", NEW_ICCID, *right, *pin, "--set", wrong, "--yes")
    run(*common, "reset-pin", NEW_ICCID, "--set", f"currentpin={PLANTED['pin1']}", code=2)
    run(*common, "reset-pin", NEW_ICCID, "--set", PLANTED["pin1"])
    missing = set(PLANTED.values()) - {PLANTED["sms"]} - tap.found_in(tap.sent)
    assert missing == set()  # all of them did go to the vendor
    assert tap.found_in(run.everything()) == set()


BROKEN = {
    "wrong type": "{key} = ['{secret}']",
    "a line break": '{key} = "{secret}\\n"',
    "not TOML": '{key} = "{secret}',
    "a command that fails": "{key} = {{ command = ['sh', '-c', 'echo {secret}; exit 1'] }}",
    "a command that complains": "{key} = {{ command = ['sh', '-c', 'echo {secret} >&2; exit 1'] }}",
    "a table of too much": "{key} = {{ env = 'X', command = ['{secret}'] }}",
    "an unknown field": 'secret_{key} = "{secret}"\nclient_secret_ = "{secret}"',
    "not Latin-1": '{key} = "{secret}\u20ac"',
    "a proxy with a password": 'proxy = "ftp://user:{secret}@host"',
}
KEYS = {"infobip": "api_key", "telcoapi": "api_key", "telekom-bsc": "password"}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_word_about_wrong_settings_shows_a_secret(run, home, provider, fault):
    secret = "canary-config-9931"
    key = KEYS.get(provider, "client_secret")
    rest = {
        "telekom-bsc": 'username = "u"\n',
        "telekom-m2m": 'client_id = "c"\npartner_id = "1"\n',
    }
    text = f"[profiles.p.{provider}]\nbase_url = 'http://127.0.0.1:9'\n{rest.get(provider, '')}"
    if fault == "a proxy with a password":
        text += f'{key} = "other"\n'
    path = home / "config.toml"
    path.write_text(text + BROKEN[fault].format(key=key, secret=secret))
    path.chmod(0o600)
    run("--provider", provider, "--profile", "p", "sims", "list")
    path.unlink()
    text = run.everything()
    assert "error: " in text
    assert secret not in text


@pytest.mark.parametrize(
    ("provider", "where"), [*((name, "refused") for name in PROVIDERS), ("telcoapi", "closed")]
)
def test_a_login_that_fails_shows_no_secret(
    run, tap, sandbox, running, monkeypatch, provider, where
):
    key = KEYS.get(provider, "client_secret").upper()
    variable = f"SIMLOOM_{provider}_".upper().replace("-", "_")
    for name in {key, "PASSWORD", "API_KEY"} if provider == "infobip" else {key}:
        monkeypatch.setenv(f"{variable}{name}", f"canary-login-{name}-7712")
    if where == "closed":
        for name in ("BASE_URL", "TOKEN_URL"):
            monkeypatch.setenv(f"{variable}{name}", "http://127.0.0.1:9")
        monkeypatch.delenv(f"{variable}TOKEN_URL")
    run("--provider", provider, "sims", "list", code=1)
    run("--provider", provider, "sims", "suspend", "89441259053213799999", "--yes")
    assert "Traceback" in run.everything()
    assert "canary-login" in "".join(tap.secrets)
    assert tap.found_in(run.everything()) == set()
    assert "canary-login" not in run.everything()


def own_locals(error):
    """Return the reprs of the local variables in our own frames of an error's traceback."""
    told, pending = [], [error]
    while pending:
        error = pending.pop()
        if error is None:
            continue
        pending += [error.__cause__, error.__context__]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "simloom" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename:
                told += [repr(value) for value in frame.f_locals.values()]
        told += [repr(error), str(error)]
    return "\n".join(told)


def pickled(value):
    """Return the pickle as text, nothing when a value refuses to be pickled."""
    try:
        return pickle.dumps(value).decode("latin-1")
    except (TypeError, AttributeError, pickle.PicklingError):
        return ""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_objects_locals_and_pickles_hold_no_secret_in_the_clear(tap, sandbox, caplog, provider):
    caplog.set_level(logging.DEBUG)
    told = []

    def look(value):
        told.extend((repr(value), str(value), pickled(value)))

    with simloom.connect(provider) as client:
        sims = list(client.sims())
        sim = client.get(next(one.iccid for one in sims if one.status is SimStatus.ACTIVE))
        for value in (client, client.provider, client.provider.settings, sims[0], sim, sim.raw):
            look(value)
        for flow in (client.provider.suspend(sim.iccid), client.provider.get(sim.iccid)):
            look(next(flow))
            flow.close()
        calls = [
            lambda: client.get("8999999999999999999"),
            lambda: client.suspend("8999999999999999999"),
            lambda: client.send_sms("8999999999999999999", PLANTED["sms"]),
        ]
        if provider == "telcoapi":
            keys = {key: PLANTED[key] for key in ("pin1", "pin2", "puk1", "puk2", "ki", "opc")}
            flow = client.provider.provision(NEW_ICCID, **keys)
            request = next(flow)
            flow.close()
            for value in (request, request.body):
                look(value)
            client.provision(NEW_ICCID, **keys)
            response = client.run(call_detailed(get_sim.request(NEW_ICCID)))
            for value in (response, response.parsed, client.get(NEW_ICCID)):
                look(value)
            calls.append(lambda: client.provision(NEW_ICCID, **keys))
        errors = []
        for call in calls:
            with suppress(SimloomError):
                try:
                    call()
                except SimloomError as error:
                    errors.append(error)
                    told.append(own_locals(error))
                    look(error)
        assert errors
    text = "\n".join([*told, caplog.text])
    assert tap.found_in(tap.sent)
    assert tap.found_in(text.replace(PLANTED["sms"], "")) == set()
