"""Settings: who wins, where secrets come from, and that they stay secret."""

from __future__ import annotations

import os
import stat
import sys
import traceback

import pytest
from attrs import field, frozen

from simloom import config
from simloom.config import Common, config_path, configure, is_secret, variable
from simloom.errors import ConfigurationError, MissingCredentials
from simloom.plugins import Provider
from simloom.plugins.loader import load
from simloom.runtime import Secret, to_secret

CANARY = "canary-5d07"


@frozen(kw_only=True)
class Settings:
    user: str
    key: Secret = field(converter=to_secret, metadata={"secret": True})
    base_url: str = "https://api.acme.example"
    urls: dict[str, str] = field(factory=dict, converter=dict)


class Acme(Provider):
    id = "acme-iot"
    title = "Acme"
    settings_class = Settings


@pytest.fixture
def profile(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("SIMLOOM_CONFIG", str(path))

    def write(text, mode=0o600):
        path.write_text(text, "utf-8")
        path.chmod(mode)
        return path

    return write


def own(profile=None, **given):
    return configure(Acme, profile, given).own


def test_keywords_win_over_the_environment_and_that_over_the_profile(profile, monkeypatch):
    profile('[profiles.prod.acme-iot]\nuser = "file"\nkey = "file"\nbase_url = "https://file"\n')
    monkeypatch.setenv("SIMLOOM_ACME_IOT_USER", "environment")
    monkeypatch.setenv("SIMLOOM_ACME_IOT_KEY", "environment")
    found = own("prod", user="keyword")
    assert found.user == "keyword"
    assert found.key.reveal() == "environment"
    assert found.base_url == "https://file"


def test_the_environment_alone_is_enough(monkeypatch):
    monkeypatch.setenv("SIMLOOM_ACME_IOT_USER", "u")
    monkeypatch.setenv("SIMLOOM_ACME_IOT_KEY", CANARY)
    monkeypatch.setenv("SIMLOOM_ACME_IOT_TIMEOUT", "2.5")
    monkeypatch.setenv("SIMLOOM_ACME_IOT_BASE_URL", "")  # empty is as good as not there
    found = configure(Acme)
    assert (found.own.user, found.own.base_url) == ("u", "https://api.acme.example")
    assert found.common.timeout == 2.5


def test_a_profile_can_be_chosen_by_the_environment(profile, monkeypatch):
    profile('[profiles.a.acme-iot]\nuser = "a"\n[profiles.b.acme-iot]\nuser = "b"\n')
    monkeypatch.setenv("SIMLOOM_PROFILE", "a")
    assert own(key="k").user == "a"
    assert own("b", key="k").user == "b"


def test_without_a_profile_the_file_is_not_read(profile):
    profile("this is not TOML")
    assert own(user="u", key="k").user == "u"


def test_a_value_from_a_variable(profile, monkeypatch):
    profile('[profiles.p.acme-iot]\nuser = "u"\nkey = { env = "ACME_KEY" }\n')
    with pytest.raises(ConfigurationError, match=r"p\.acme-iot\.key: the variable ACME_KEY"):
        own("p")
    monkeypatch.setenv("ACME_KEY", CANARY)
    assert own("p").key.reveal() == CANARY


def command(code):
    return f"[{sys.executable!r}, '-c', {code!r}]"


def test_a_value_from_a_command(profile):
    code = f'print("{CANARY} with a blank ")'
    profile(f"[profiles.p.acme-iot]\nuser = 'u'\nkey = {{ command = {command(code)} }}\n")
    assert own("p").key.reveal() == f"{CANARY} with a blank "


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (command("raise SystemExit(3)"), r"gave nothing \(exit 3\)"),
        (command("print()"), r"gave nothing \(exit 0\)"),
        (command(f'print("{CANARY}"); raise SystemExit(1)'), r"gave nothing \(exit 1\)"),
        (command(f'import os; os.write(1, b"{CANARY}" + bytes([255]))'), "UnicodeDecodeError"),
        ("['/nowhere/at-all']", "FileNotFoundError"),
        ('["a\\u0000b"]', "ValueError"),
        ("[]", "a list of texts"),
        ("'pass show acme'", "a list of texts"),
        ("[1, 2]", "a list of texts"),
    ],
)
def test_a_command_that_fails(profile, line, why):
    profile(f"[profiles.p.acme-iot]\nuser = 'u'\nkey = {{ command = {line} }}\n")
    with pytest.raises(ConfigurationError, match=why) as caught:
        own("p")
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None  # nothing hangs on it that holds what was printed


def test_a_command_that_hangs(profile, monkeypatch):
    monkeypatch.setattr(config, "COMMAND_TIMEOUT", 0.2)
    code = "import threading; threading.Event().wait(60)"
    profile(f"[profiles.p.acme-iot]\nuser = 'u'\nkey = {{ command = {command(code)} }}\n")
    with pytest.raises(ConfigurationError, match="TimeoutExpired"):
        own("p")


@pytest.mark.parametrize("table", ['{ enviroment = "X" }', '{ env = "X", default = "y" }', "{}"])
def test_a_misspelt_table_is_no_value(profile, table):
    profile(f"[profiles.p.acme-iot]\nuser = {table}\nkey = 'k'\n")
    with pytest.raises(ConfigurationError, match=r"p\.acme-iot\.user: a table holds"):
        own("p")


def test_a_setting_that_is_a_table_stays_one(profile):
    profile("[profiles.p.acme-iot]\nuser = 'u'\nkey = 'k'\nurls = { sim = 'https://x' }\n")
    assert own("p").urls == {"sim": "https://x"}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_in_a_file_that_others_may_read(profile, mode):
    path = profile(f"[profiles.p.acme-iot]\nuser = 'u'\nkey = '{CANARY}'\n", mode)
    with pytest.raises(ConfigurationError, match="can be read by others; run `chmod 600 ") as got:
        own("p")
    assert CANARY not in str(got.value)
    path.chmod(0o600)
    assert own("p").key.reveal() == CANARY


def test_others_may_read_what_is_no_secret(profile, monkeypatch):
    monkeypatch.setenv("ACME_KEY", "k")
    profile("[profiles.p.acme-iot]\nuser = 'u'\nkey = { env = 'ACME_KEY' }\n", 0o644)
    assert own("p").user == "u"


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_may_change_is_never_used(profile, mode):
    """It names commands."""
    path = profile("[profiles.p.acme-iot]\nuser = 'u'\n", mode)
    with pytest.raises(ConfigurationError, match="can be changed by others"):
        own("p", key="k")
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"no profile 'p' \(there are: none\)"),
        ("[profiles.q.acme-iot]", r"no profile 'p' \(there are: q\)"),
        ("profiles = 1", "profiles is not a table"),
        ("[profiles]\np = 1", r"profiles\.p is not a table"),
        ("[profiles.p]\nacme-iot = 1", r"profiles\.p\.acme-iot is not a table"),
        ("[profiles.p.acme-iot]\nusr = 'u'", "the profile has an unknown setting 'usr'"),
        ("[profiles", "config.toml"),
        ("\ud800", "config.toml"),
    ],
)
def test_a_wrong_file(profile, text, why):
    path = profile("")
    path.write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(ConfigurationError, match=why):
        own("p", user="u", key="k")


def test_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMLOOM_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"profile 'p': there is no file .*none\.toml"):
        own("p", user="u", key="k")


def test_a_profile_without_the_provider_leaves_it_to_the_others(profile):
    profile("[profiles.p.other]\nuser = 'u'\n")
    assert own("p", user="u", key="k").user == "u"
    with pytest.raises(MissingCredentials):
        own("p")


def test_where_the_file_is(monkeypatch, tmp_path):
    monkeypatch.setenv("SIMLOOM_CONFIG", "/etc/fleet.toml")
    assert str(config_path()) == "/etc/fleet.toml"
    monkeypatch.delenv("SIMLOOM_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path() == tmp_path / "simloom" / "config.toml"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_path() == tmp_path / ".config" / "simloom" / "config.toml"


def test_an_unknown_keyword_names_the_known(monkeypatch):
    with pytest.raises(ConfigurationError, match="no setting 'pasword'; there are .*base_url.*key"):
        own(user="u", key="k", pasword=CANARY)


def test_what_is_missing_is_named_with_the_three_ways():
    with pytest.raises(MissingCredentials) as caught:
        own(user="")
    assert caught.value.missing == ("user", "key")
    text = str(caught.value)
    assert "acme-iot: missing user, key" in text
    for name in ("user", "key"):
        assert f"pass {name}=..., set {variable('acme-iot', name)}, or write it" in text
    assert variable("acme-iot", "base_url") == "SIMLOOM_ACME_IOT_BASE_URL"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ("username", "password", "api_key")),
        ({"username": "u"}, ("password", "api_key")),
        ({"password": CANARY}, ("username", "api_key")),
        ({"api_key": ""}, ("username", "password", "api_key")),
    ],
)
def test_infobip_takes_either_or(given, missing):
    infobip = load("infobip")
    with pytest.raises(MissingCredentials) as caught:
        configure(infobip, None, given)
    assert caught.value.missing == missing
    text = str(caught.value)
    assert "(or api_key instead of both)" in text
    for name in missing:
        assert f"set SIMLOOM_INFOBIP_{name.upper()}," in text
    assert CANARY not in text
    assert configure(infobip, None, {"api_key": "k"}).own.api_key
    assert configure(infobip, None, {"username": "u", "password": "p"}).own.password


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "soon", [1]])
def test_there_is_always_a_time_out(timeout):
    with pytest.raises(ConfigurationError, match="acme-iot: timeout: .* is not a number"):
        own(user="u", key="k", timeout=timeout)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1", True), ("Yes", True), (" true ", True), ("0", False), ("no", False), (True, True)],
)
def test_a_switch_as_text(text, meant):
    assert configure(Acme, None, {"user": "u", "key": "k", "allow_insecure_http": text}).common == (
        Common(allow_insecure_http=meant)
    )


def test_a_switch_that_is_neither():
    with pytest.raises(ConfigurationError, match="neither true nor false"):
        own(user="u", key="k", allow_insecure_http="perhaps")


def test_secrets_do_not_show():
    made = configure(
        Acme, None, {"user": "u", "key": CANARY, "proxy": f"http://me:{CANARY}@proxy:3128"}
    )
    assert CANARY not in f"{made} {made!r} {made.own} {made.common!r}"


@pytest.mark.parametrize("provider", ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"])
def test_every_setting_is_explained_and_every_secret_marked(provider):
    for item in [
        *config._fields(load(provider).settings_class).values(),
        *config._fields(Common).values(),
    ]:
        assert item.metadata["help"]
        assert is_secret(item) == ("Secret" in str(item.type) or item.name == "proxy")


def test_nothing_outside_is_changed(profile, monkeypatch):
    before = dict(os.environ)
    given = {"user": "u", "key": "k"}
    configure(Acme, None, given)
    assert dict(os.environ) == before
    assert given == {"user": "u", "key": "k"}
