"""A provider that signs its webhooks is served only where its secret is known."""

from __future__ import annotations

import os

import pytest

from simloom.cli.exits import UsageProblem
from simloom.cli.webhooks import _verified
from simloom.cli.wishes import Wishes
from simloom.config import setting_of
from simloom.errors import ConfigurationError
from simloom.events.webhookguard import HmacVerifier
from simloom.plugins.loader import load

VARIABLE = "SIMLOOM_ACME_WEBHOOK_SECRET"


def test_a_known_secret_is_a_verifier(acme, monkeypatch):
    monkeypatch.setenv(VARIABLE, "s3cret")
    served, verifiers = _verified(Wishes(), [acme, load("telcoapi")])
    assert [one.id for one in served] == ["acme", "telcoapi"]
    assert isinstance(verifiers.pop("acme"), HmacVerifier)
    assert verifiers == {}


def test_an_unknown_secret_leaves_it_out(acme, capsys):
    served, verifiers = _verified(Wishes(), [acme, load("telcoapi")])
    assert [one.id for one in served] == ["telcoapi"]
    assert verifiers == {}
    assert capsys.readouterr().err == (
        f"not served: acme, whose webhooks are signed; set {VARIABLE}\n"
    )
    with pytest.raises(UsageProblem, match="acme are signed, and the secret is not known"):
        _verified(Wishes(), [acme])


def test_one_setting_is_read_without_the_others(acme, tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text(
        "[profiles.prod.acme]\n"
        'webhook_secret = { env = "HOOK" }\n'
        'api_key = { command = ["no-such-command-at-all"] }\n',
        "utf-8",
    )
    file.chmod(0o600)
    monkeypatch.setenv("SIMLOOM_CONFIG", os.fspath(file))
    monkeypatch.setenv("HOOK", "from the profile")
    assert setting_of(acme, "webhook_secret", "prod") == "from the profile"
    assert setting_of(acme, "webhook_secret") is None
    monkeypatch.setenv(VARIABLE, "from the environment")
    assert setting_of(acme, "webhook_secret", "prod") == "from the environment"
    with pytest.raises(ConfigurationError, match="no setting 'secret'"):
        setting_of(acme, "secret")
