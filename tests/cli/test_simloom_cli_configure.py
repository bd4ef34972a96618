"""`simloom configure`, the settings file, and the values of `--set`."""

from __future__ import annotations

import datetime as dt
import io
import stat
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simloom.capabilities import Verb
from simloom.cli.arguments import for_record, read_options
from simloom.cli.exits import UsageProblem
from simloom.cli.profilefile import with_section
from simloom.errors import ConfigurationError
from simloom.plugins.loader import load
from simloom.runtime.secret import Secret

SECRET = "canary-4711"
OTHERS = """\
# mine
[profiles.prod.telcoapi]
api_key = { env = "KEY" }  # not here

[profiles.test.infobip]
api_key = "k"
"""


@pytest.fixture
def configure(cli, monkeypatch):
    def call(answers, *arguments):
        monkeypatch.setattr("sys.stdin", io.StringIO(answers))
        return cli("configure", *arguments)

    return call


def test_the_answers_become_a_private_profile_that_connects(configure, home, cli, vendor):
    path = home / "config.toml"
    done = configure(f"me\n{SECRET}\n\n\n", "infobip", "--profile", "prod")
    assert done.code == 0
    assert SECRET not in done.out + done.err
    assert "User name for HTTP Basic" in done.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tomllib.loads(path.read_text()) == {
        "profiles": {"prod": {"infobip": {"username": "me", "password": SECRET}}}
    }
    vendor.on("GET /iot/2/sims/.*", 200, {"iccid": "8981100022152967705", "status": "Active"})
    assert cli("--profile", "prod", "sims", "get", "8981100022152967705").code == 0


def test_other_profiles_and_comments_stay_byte_for_byte(configure, home):
    path = home / "config.toml"
    path.write_text(OTHERS)
    path.chmod(0o600)
    assert configure(f"me\n{SECRET}\n\n\n", "infobip", "--profile", "test").code == 0
    head, _, _ = OTHERS.partition("[profiles.test.infobip]")
    assert path.read_text().startswith(head)
    kept = tomllib.loads(path.read_text())["profiles"]
    assert kept["prod"] == {"telcoapi": {"api_key": {"env": "KEY"}}}
    assert kept["test"]["infobip"] == {"api_key": "k", "username": "me", "password": SECRET}


def test_a_secret_may_come_from_elsewhere(configure, home):
    done = configure("env:MY_KEY\n\n", "telcoapi")
    assert done.code == 0
    assert configure("me\ncommand:pass show 'a b'\n\n", "telekom-bsc").code == 0
    made = tomllib.loads((home / "config.toml").read_text())["profiles"]["default"]
    assert made["telcoapi"] == {"api_key": {"env": "MY_KEY"}}
    assert made["telekom-bsc"]["password"] == {"command": ["pass", "show", "a b"]}


@pytest.mark.parametrize(
    ("answers", "provider", "said"),
    [
        ("\n\n\n\n", "infobip", "missing username and password"),
        ("\n\n", "telcoapi", "api_key needed"),
        ("id\ns\nnot digits\n\n\n\n", "telekom-m2m", "partner_id has to be"),
        ("me\n", "infobip", "the input ended"),
        ("", "acme", "no provider 'acme'"),
    ],
)
def test_what_the_provider_would_refuse_is_not_written(configure, home, answers, provider, said):
    done = configure(answers, provider)
    assert done.code == 2
    assert said in done.err
    assert list(home.iterdir()) == []


def test_a_file_that_others_can_read_is_refused(configure, home):
    path = home / "config.toml"
    path.write_text(OTHERS)
    path.chmod(0o644)
    done = configure(f"{SECRET}\n\n", "telcoapi")
    assert (done.code, path.read_text()) == (2, OTHERS)
    assert "chmod 600" in done.err


@pytest.mark.parametrize(
    "text",
    [
        "[profiles.p]\ninfobip = { username = 'x' }\n",
        "profiles.p.infobip.username = 'x'\n",
        "[profiles.p.infobip.event_urls]\na = 'b'\n\n[profiles.p.infobip]\nusername = 'x'\n",
        "[profiles]\np = 3\n",
        'x = """\n[profiles.p.infobip]\n"""\n',
    ],
)
def test_a_section_written_in_another_way_is_refused_not_damaged(text):
    with pytest.raises(ConfigurationError, match=r"by hand"):
        with_section(text, "p", "infobip", {"username": "y"}, name="config.toml")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.one_of(TEXT, st.integers(-9, 9), st.booleans(), st.lists(TEXT, max_size=3))


@given(profile=TEXT, values=st.dictionaries(TEXT, VALUES, max_size=4))
def test_any_value_survives_and_writing_twice_changes_nothing(profile, values):
    text = with_section(OTHERS, profile, "acme", values, name="config.toml")
    data = tomllib.loads(text)["profiles"]
    assert data[profile]["acme"] == values
    assert data["prod"] == {"telcoapi": {"api_key": {"env": "KEY"}}, **data.get("x", {})} or (
        profile == "prod"
    )
    assert with_section(text, profile, "acme", values, name="config.toml") == text


def m2m():
    provider = load("telekom-m2m")
    settings = provider.settings_class(client_id="i", client_secret="s", partner_id="1")
    return provider(settings)


@pytest.mark.parametrize(
    ("verb", "texts", "values"),
    [
        (Verb.ACTIVATE, ["tariff=12", "options=a, b"], {"tariff": "12", "options": ["a", "b"]}),
        (Verb.CHANGE_TARIFF, ["tariff=1", "upgrade=yes"], {"tariff": "1", "upgrade": True}),
        (Verb.MODIFY_PROFILES, ["access-profile=a=b"], {"access_profile": "a=b"}),
        (
            Verb.MODIFY_PROFILES,
            ['static_ips_per_apn={"apn": "10.0.0.1"}'],
            {"static_ips_per_apn": {"apn": "10.0.0.1"}},
        ),
        (Verb.ORDER, ["material=m", "quantity=3"], {"material": "m", "quantity": 3}),
        (
            Verb.USAGE,
            ["start=2026-01-31", "bytes_per_unit=1.5"],
            {"start": dt.date(2026, 1, 31), "bytes_per_unit": 1.5},
        ),
    ],
)
def test_values_become_what_the_operation_takes(verb, texts, values):
    assert read_options(m2m(), verb, texts) == values


@pytest.mark.parametrize(
    ("verb", "texts", "said"),
    [
        (Verb.CHANGE_TARIFF, [], "needs 'tariff'"),
        (Verb.CHANGE_TARIFF, ["tariff=1", "upgrade=maybe"], "'maybe' does not fit"),
        (Verb.ORDER, ["material=m", "quantity=x"], "'x' does not fit"),
        (Verb.MODIFY_PROFILES, ["static_ips_per_apn=[]"], "does not fit"),
        (Verb.ORDER, ["material=m", "quantity=1", "delivery_address=x"], "is not the JSON"),
        (Verb.ACTIVATE, ["colour=red"], "takes no 'colour'"),
    ],
)
def test_values_that_do_not_fit_are_usage_errors(verb, texts, said):
    with pytest.raises(UsageProblem, match=said):
        read_options(m2m(), verb, texts)


def test_for_the_record_secrets_are_masked():
    given = {"new_pin": "1234", "other": Secret("x"), "tariff": "1"}
    assert for_record(given) == {"new_pin": "***", "other": "***", "tariff": "1"}
