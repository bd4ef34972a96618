"""The provider, with the settings of a test."""

from __future__ import annotations

import pytest

from simloom_plugins.telcoapi.provider import TelcoApi
from simloom_plugins.telcoapi.settings import Settings


@pytest.fixture
def telcoapi() -> TelcoApi:
    return TelcoApi(Settings(api_key="canary-key"))
