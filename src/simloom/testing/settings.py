"""Rules about settings: told, masked, and refused where they would be unsafe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import NOTHING, fields

from simloom.config import variable
from simloom.connection import prepare
from simloom.errors import ConfigurationError, MissingCredentials
from simloom.runtime import Secret
from simloom.testing.base import BaseProviderTests
from simloom.testing.expecting import expect, fail

if TYPE_CHECKING:
    from simloom.testing.footing import Footing
    from simloom.testing.served import Served


class BaseSettings(BaseProviderTests):
    """Mandatory: settings and masking."""

    def test_the_stand_in_starts(self, footing: Footing) -> None:
        """`serve` starts a stand-in at one plain http origin of this machine."""
        if (fault := footing.stand_in()) is not None:
            raise fault

    def test_every_setting_is_explained(self) -> None:
        """`metadata` of each field has `help`, and `secret` as a truth value."""
        for item in fields(self.plugin().settings_class):
            expect(item.metadata.get("help"), f"the setting {item.name} has no help")
            expect(
                isinstance(item.metadata.get("secret", False), bool),
                f"metadata of the setting {item.name}: secret is no truth value",
            )

    def test_some_setting_is_secret(self) -> None:
        """Whatever signs requests is marked, so that it is masked everywhere."""
        marked = [
            item for item in fields(self.plugin().settings_class) if item.metadata.get("secret")
        ]
        expect(marked, 'no setting is marked {"secret": True}: what signs the requests?')

    def test_secrets_are_masked_at_their_type(self, served: Served) -> None:
        """A secret is a `Secret` after conversion, and in no `repr`."""
        made = self._made(served)
        for item in fields(type(made)):
            given = served.settings.get(item.name)
            if not item.metadata.get("secret") or given is None:
                continue
            expect(
                isinstance(getattr(made, item.name), Secret),
                f"the setting {item.name} is secret but no Secret: converter=to_secret",
            )
            expect(str(given) not in repr(made), f"repr of the settings shows {item.name}")

    def test_what_is_missing_is_named(self, served: Served) -> None:
        """Where a setting cannot be left out, `MissingCredentials` names its variable."""
        names = {item.name for item in fields(self.plugin().settings_class)}
        for name in sorted(names & set(served.settings)):
            if name.endswith("_url"):
                continue  # the default may be refused for what it is
            others = {key: value for key, value in served.settings.items() if key != name}
            try:
                prepare(self.provider, **others)
            except ConfigurationError as error:
                expect(
                    isinstance(error, MissingCredentials)
                    and variable(self.provider, name) in str(error),
                    f"the error without {name} does not name {variable(self.provider, name)}",
                )

    def test_credentials_are_needed(self, served: Served) -> None:
        """Without any secret the settings are refused before anything is sent."""
        secret = {
            item.name
            for item in fields(self.plugin().settings_class)
            if item.metadata.get("secret")
        }
        kept = {key: value for key, value in served.settings.items() if key not in secret}
        try:
            prepare(self.provider, **kept)
        except ConfigurationError:
            return
        fail("the settings are taken without any secret: make one required")

    def test_the_environment_fills_them(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every setting that is text can come from `SIMLOOM_<PROVIDER>_<FIELD>`."""
        for name, value in served.settings.items():
            if isinstance(value, str):
                monkeypatch.setenv(variable(self.provider, name), value)
        others = {key: value for key, value in served.settings.items() if type(value) is not str}
        found = prepare(self.provider, **others).provider.settings
        expect(found == self._made(served), "the environment gives other settings than keywords")

    def test_plain_http_is_refused(self, served: Served) -> None:
        """An address of another machine without TLS is refused, for every setting `…_url`."""
        for name in (item.name for item in fields(self.plugin().settings_class)):
            if not name.endswith("_url"):
                continue
            with pytest.raises(ConfigurationError):
                prepare(self.provider, **{**served.settings, name: "http://vendor.example/api"})

    def test_the_usual_address_is_safe(self) -> None:
        """A default of `base_url` is https."""
        own = {item.name: item for item in fields(self.plugin().settings_class)}
        usual = own["base_url"].default
        expect(
            usual is NOTHING or str(usual).startswith("https://"),
            "the default base_url is not https",
        )

    def _made(self, served: Served) -> Any:
        return prepare(self.provider, **served.settings).provider.settings
