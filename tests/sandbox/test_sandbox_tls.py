"""https with a certificate made at the start."""

from __future__ import annotations

import ssl
import stat
import sys

import httpx
import pytest

from simloom.errors import ConnectionFailed
from simloom.sandbox import Sandbox
from simloom.sandbox.tls import Authority, TlsNotInstalled


def test_a_client_that_trusts_the_file_gets_in_and_no_other():
    with Sandbox(sims=3, tls=True) as sandbox:
        assert sandbox.url.startswith("https://127.0.0.1:")
        ca_file = sandbox.ca_file
        assert ca_file is not None
        assert sandbox.describe()["ca_file"] == str(ca_file)
        assert stat.S_IMODE(ca_file.parent.stat().st_mode) == 0o700
        assert "PRIVATE" not in ca_file.read_text()
        for provider in sandbox.providers:
            with sandbox.connect(provider) as client:
                assert len(list(client.sims())) == 3
        address = sandbox.provider("infobip")
        url = f"https://localhost:{sandbox.port}/_sandbox/state"
        trusting = ssl.create_default_context(cafile=str(ca_file))
        with httpx.Client(verify=trusting, trust_env=False) as client:
            assert client.get(url).json()["seed"] == 1
        with (
            httpx.Client(trust_env=False) as client,
            pytest.raises(httpx.ConnectError, match="certificate"),
        ):
            client.get(url)
        with (
            sandbox.connect("infobip", ca_bundle=None) as client,
            pytest.raises(ConnectionFailed),
        ):
            client.get("8981100000000000000")
        assert address.base_url.startswith("https://")
    assert not ca_file.parent.exists()
    assert sandbox.ca_file is None


def test_a_port_that_is_taken_leaves_no_certificate_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(sims=1) as first:
        with pytest.raises(OSError, match="in use"):
            Sandbox(sims=1, tls=True, port=first.port).start()
        assert list(tmp_path.iterdir()) == []


def test_the_missing_package_is_named_with_its_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(TlsNotInstalled, match=r"pip install 'simloom\[sandbox-tls\]'"):
        Authority("localhost")
