"""The metadata of what is installed is read once, and again when something has changed."""

from __future__ import annotations

import sys

import pytest

from simloom.errors import PluginLoadError, UnknownProvider
from simloom.plugins import loader
from simloom.plugins.operations import operation
from simloom.plugins.provider import Provider


@pytest.fixture
def looks(monkeypatch):
    """The list grows with every look at the installed distributions."""
    counted = []
    real = loader.distributions
    monkeypatch.setattr(loader, "distributions", lambda: counted.append(1) or real())
    monkeypatch.setattr(loader, "_scanned", None)
    return counted


def distribution(folder, name):
    made = folder / f"{name}_plugin-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-plugin\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text(f"[simloom.providers]\n{name} = {name}:X\n")


def test_one_look_serves_many_questions(looks):
    first = loader.installed()
    assert loader.installed() == first
    loader.load("infobip")
    loader.load_all()
    assert len(looks) == 1


def test_another_look_after_sys_path_or_a_folder_on_it_has_changed(looks, tmp_path, monkeypatch):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    assert "scan-a" not in loader.installed()
    distribution(one, "scan-a")
    monkeypatch.syspath_prepend(str(one))
    assert "scan-a" in loader.installed()
    monkeypatch.syspath_prepend(str(two))
    assert "scan-b" not in loader.installed()
    distribution(two, "scan-b")
    assert {"scan-a", "scan-b"} <= set(loader.installed())
    sys.path.remove(str(one))
    assert "scan-a" not in loader.installed()
    assert len(looks) == 5


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("METADATA", b"Metadata-Version: 2.1\nName: scan\xe9\nVersion: 1.0\n"),
        ("entry_points.txt", b"[simloom.providers]\nno value\n"),
    ],
)
def test_a_distribution_that_cannot_be_read_stops_no_other(
    tmp_path, monkeypatch, caplog, file, content
):
    monkeypatch.setattr(loader, "_warned", set())
    distribution(tmp_path, "scan-a")
    distribution(tmp_path, "scan-b")
    (tmp_path / "scan-b_plugin-1.0.dist-info" / file).write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = loader.installed()
    assert "scan-a" in found
    assert "scan-b" not in found
    assert "scan-b_plugin-1.0.dist-info' says of itself cannot be read" in caplog.text


def test_what_a_distribution_says_of_itself_moves_no_cursor(tmp_path, monkeypatch):
    distribution(tmp_path, "scan-c")
    about = tmp_path / "scan-c_plugin-1.0.dist-info"
    text = f"Metadata-Version: 2.1\nName: scan\x1b[2J-c\nVersion: 1\x1b]0;x\x07{'0' * 999}\n"
    (about / "METADATA").write_text(text)
    (about / "entry_points.txt").write_text("[simloom.providers]\nscan-c = no_such\x1b[2J:X\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = loader.installed()["scan-c"]
    assert found.distribution == "scan?[2j-c"
    assert found.version == "1?]0;x?" + "0" * 193
    with pytest.raises(PluginLoadError) as raised:
        loader.load("scan-c")
    assert "(no_such?[2J:X)" in str(raised.value)
    (about / "entry_points.txt").write_text("[simloom.providers]\nscan\x1b[2J = no_such:X\n")
    monkeypatch.setattr(loader, "_scanned", None)
    with pytest.raises(UnknownProvider, match=r"scan\?\[2J"):
        loader.load("no-such")


def test_disabling_needs_no_other_look(looks, monkeypatch):
    assert "infobip" in loader.installed()
    monkeypatch.setenv("SIMLOOM_DISABLE_PLUGINS", "infobip")
    assert "infobip" not in loader.installed()
    assert len(looks) == 1


def test_the_methods_of_a_provider_are_looked_up_once_per_class():
    """A subclass has its own, and what is returned may be changed."""
    from simloom.capabilities import Verb
    from simloom_clients.infobip.api.sims import get_sim
    from simloom_plugins.infobip.provider import Infobip

    class Mine(Infobip):
        @operation(Verb.GET_ORDER, get_sim)
        def get_order(self, number):
            yield

    theirs = Infobip.declared()
    theirs.clear()
    assert Infobip.declared() != {}
    assert set(Mine.declared()) == {*Infobip.declared(), Verb.GET_ORDER}
    assert Provider.declared() == {}
    assert Mine(None).flow(Verb.GET_ORDER).__name__ == "get_order"
    assert Infobip(None).flow(Verb.GET_ORDER) is None
