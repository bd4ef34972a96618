"""The provider, with the settings of a test."""

from __future__ import annotations

import pytest

from simloom_plugins.telekom_bsc.provider import TelekomBsc
from simloom_plugins.telekom_bsc.settings import Settings


@pytest.fixture
def bsc() -> TelekomBsc:
    return TelekomBsc(Settings(username="portal-user", password="canary-password"))
