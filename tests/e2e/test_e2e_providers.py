"""No provider without tests of its own here."""

from __future__ import annotations

from pathlib import Path

from simloom.plugins.loader import load_all


def test_every_provider_has_its_file_of_cases():
    providers, failed = load_all()
    assert not failed
    missing = [
        provider
        for provider in providers
        if not Path(__file__).with_name(f"test_e2e_{provider.replace('-', '_')}.py").is_file()
    ]
    assert missing == []
