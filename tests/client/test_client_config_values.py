"""What a setting's value may look like: none, tables of the environment, names of backends."""

from __future__ import annotations

import pytest
from attrs import field, frozen

from simloom.config import configure
from simloom.errors import ConfigurationError
from simloom.plugins import Provider
from simloom.runtime import Secret, to_secret


@frozen(kw_only=True)
class Settings:
    user: str
    key: Secret = field(converter=to_secret, metadata={"secret": True})
    urls: dict[str, str] = field(factory=dict, converter=dict)


class Acme(Provider):
    id = "acme-iot"
    title = "Acme"
    settings_class = Settings


def own(profile=None, **given):
    return configure(Acme, profile, given).own


@pytest.fixture
def profile(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("SIMLOOM_CONFIG", str(path))

    def write(text):
        path.write_text(text, "utf-8")
        path.chmod(0o600)

    return write


def test_a_keyword_of_none_is_as_good_as_not_there(profile, monkeypatch):
    profile('[profiles.prod.acme-iot]\nuser = "file"\nkey = "k"\n')
    monkeypatch.setenv("SIMLOOM_ACME_IOT_TIMEOUT", "2.5")
    found = configure(Acme, "prod", {"user": None, "timeout": None, "proxy": None})
    assert (found.own.user, found.common.timeout, found.common.proxy) == ("file", 2.5, None)
    with pytest.raises(ConfigurationError, match="no setting 'usre'"):
        own("prod", usre=None)


@pytest.mark.parametrize(
    "text",
    [
        '{"a/b": "https://x/1?y=2", "c": "https://z"}',
        ' {"a/b":"https://x/1?y=2","c":"https://z"} ',
        "a/b=https://x/1?y=2,c=https://z",
        " a/b = https://x/1?y=2 , c = https://z ,",
    ],
)
def test_a_table_of_the_environment(monkeypatch, text):
    monkeypatch.setenv("SIMLOOM_ACME_IOT_URLS", text)
    assert own(user="u", key="k").urls == {"a/b": "https://x/1?y=2", "c": "https://z"}


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1}', '{"a": null}', "{" * 9999, "a", "=b", "a=", "a=b,c", '["a"]', "{a=b}"]
)
def test_a_table_of_the_environment_that_is_none(monkeypatch, text):
    monkeypatch.setenv("SIMLOOM_ACME_IOT_URLS", text)
    with pytest.raises(ConfigurationError, match="SIMLOOM_ACME_IOT_URLS is n") as caught:
        own(user="u", key="k")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("backend", ["auto", "httpx", "aiohttp"])
def test_the_backend_can_be_chosen(monkeypatch, backend):
    monkeypatch.setenv("SIMLOOM_ACME_IOT_HTTP_BACKEND", backend)
    assert configure(Acme, None, {"user": "u", "key": "k"}).common.http_backend == backend
    with pytest.raises(ConfigurationError, match="http_backend: 'curl' is none of auto, httpx"):
        own(user="u", key="k", http_backend="curl")
