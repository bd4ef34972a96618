"""The provider, with the settings of a test."""

from __future__ import annotations

import pytest

from simloom_plugins.infobip.provider import Infobip
from simloom_plugins.infobip.settings import Settings


@pytest.fixture
def infobip() -> Infobip:
    return Infobip(Settings(username="user", password="canary-password"))
