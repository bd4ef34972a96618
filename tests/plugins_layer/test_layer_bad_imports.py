"""Plugins that fail, talk or hang while they are imported: told in full, and nobody else hurt."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
import time

import pytest

import simloom
from simloom.errors import ConfigurationError, PluginLoadError, UnsupportedOperation
from simloom.plugins import importing, loader
from simloom.plugins.loader import load, load_all

BUILT_IN = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]


@pytest.fixture(autouse=True)
def nothing_told_before(monkeypatch):
    monkeypatch.setattr(loader, "_warned", set())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("raise RuntimeError('oh')", r"RuntimeError: oh \(at .*fake_acme_simloom\.py:2\)"),
        ("import sys; sys.exit(3)", r"SystemExit: 3 \(at .*simloom\.py:2\)"),
        ("raise KeyboardInterrupt", r"it raised KeyboardInterrupt"),
        ("raise GeneratorExit", r"GeneratorExit \(at .*simloom\.py:2\)"),
        ("class Odd(BaseException): pass\nraise Odd('x')", r"Odd: x \(at .*simloom\.py:3\)"),
        ("def f(): f()\nf()", r"RecursionError: .* \(at .*simloom\.py:2\)"),
        ("this is no Python", r"SyntaxError: .* \(at .*simloom\.py:2\)"),
        ("import nowhere_here", r"\(at .*:2\); it needs the module 'nowhere_here': add what has"),
        (
            "from simloom.plugins import NoSuchName",
            r"cannot import name 'NoSuchName'.*; this simloom has version 1\.0 of the plugin sur",
        ),
        ("import json; json.loads('{')", r"simloom\.py:2, raised at .*json.*\.py:\d+\)"),
        ("x = {}['name']", r"KeyError: 'name' \(at .*:2\)"),
    ],
)
def test_what_an_import_raises_has_its_place(install, acme, line, why):
    module = install("acme-simloom", f"\n{line}\n{acme}", version="0.9")
    with pytest.raises(PluginLoadError, match=why) as caught:
        load("acme")
    assert str(caught.value).startswith(
        f"the plugin 'acme' of acme-simloom 0.9 ({module}:Acme) cannot be used: "
    )
    working, broken = load_all()
    assert (list(working), list(broken)) == (BUILT_IN, ["acme"])
    with simloom.connect("telcoapi", api_key="k") as client:
        assert client.provider.id == "telcoapi"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("nowhere_at_all:Acme", "it has no such module|the distribution has no such module"),
        ("fake_acme_simloom:Missing", "AttributeError: module 'fake_acme_simloom' has no attri"),
    ],
)
def test_an_entry_point_that_names_the_wrong_thing(install, value, why):
    install("acme-simloom", value=value)
    with pytest.raises(PluginLoadError, match=why):
        load("acme")


def test_what_a_plugin_prints_is_kept_out_of_stdout(install, acme, capsys, caplog):
    code = f"import sys\nprint('hello', 'you')\nsys.stdout.writelines(['a', 'b'])\n{acme}"
    install("acme-simloom", code)
    before = sys.stdout
    assert load("acme").id == "acme"
    assert sys.stdout is before
    assert capsys.readouterr().out == ""
    (said,) = [one.getMessage() for one in caplog.records]
    assert "'acme' of acme-simloom 1.2 (fake_acme_simloom:Acme) printed" in said
    assert said.endswith(repr("hello you\nab"))


def test_what_others_print_meanwhile_arrives(install, acme, capsys):
    begun, may_end = threading.Event(), threading.Event()
    sys.acme_steps = (begun, may_end)
    try:
        install(
            "acme-simloom",
            f"import sys\nsys.acme_steps[0].set()\nsys.acme_steps[1].wait(9)\n{acme}",
        )
        thread = threading.Thread(target=load, args=["acme"])
        thread.start()
        assert begun.wait(9)
        print("mine")
        may_end.set()
        thread.join(9)
    finally:
        del sys.acme_steps
    assert capsys.readouterr().out == "mine\n"
    assert not isinstance(sys.stdout, importing._Listening)


def test_an_import_that_does_not_end_is_given_up_and_not_tried_again(
    install, acme, monkeypatch, caplog
):
    module = install(
        "acme-simloom", f"import threading\nGATE = threading.Event()\nGATE.wait()\n{acme}"
    )
    monkeypatch.setenv(importing.TIMEOUT, "0.05")
    for _ in range(200):  # it may not have come that far in so short a time
        with pytest.raises(PluginLoadError) as caught:
            load("acme")
        text = str(caught.value)
        if ".py:3;" in text:
            break
        time.sleep(0.01)
    assert re.search(r"not over after 0\.05 s, it is at .*fake_acme_simloom\.py:3;", text)
    assert "SIMLOOM_PLUGIN_TIMEOUT gives it more seconds, SIMLOOM_DISABLE_PLUGINS=acme" in text
    monkeypatch.setenv(importing.TIMEOUT, "600")
    began = time.monotonic()
    working, broken = load_all()  # at once: the thread is known to hang
    assert time.monotonic() - began < 60
    assert (list(working), list(broken)) == (BUILT_IN, ["acme"])
    with simloom.connect("telcoapi", api_key="k") as client, pytest.raises(UnsupportedOperation):
        client.block("89441259053213716068")
    sys.modules[module].GATE.set()  # it was only slow: then it can be used after all
    for thread in threading.enumerate():
        if thread.name == "simloom-import":
            thread.join(9)
    assert load("acme").id == "acme"


def test_a_plugin_that_nobody_uses_is_not_imported_for_an_errors_sake(install):
    module = install("acme-simloom", "raise RuntimeError\n")
    with simloom.connect("telcoapi", api_key="k") as client, pytest.raises(UnsupportedOperation):
        client.block("89441259053213716068")
    assert module not in sys.modules


def test_no_limit_means_no_thread(install, acme, monkeypatch):
    monkeypatch.setenv(importing.TIMEOUT, "0")
    install("acme-simloom", f"import threading\nWHERE = threading.current_thread()\n{acme}")
    assert sys.modules[load("acme").__module__].WHERE is threading.current_thread()


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "1e999"])
def test_a_limit_that_is_no_number_is_told(install, monkeypatch, text):
    install("acme-simloom")
    monkeypatch.setenv(importing.TIMEOUT, text)
    with pytest.raises(ConfigurationError, match="is no number of seconds; 0 is for no limit"):
        load("acme")


def test_two_threads_that_ask_at_once_import_once(install, acme):
    install("acme-simloom", f"import time\ntime.sleep(0.05)\n{acme}")
    found = []
    threads = [threading.Thread(target=lambda: found.append(load("acme"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(9)
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_plugin_that_asks_for_another_one_while_it_is_imported(install, acme):
    install("fine-simloom", acme.replace('"acme"', '"fine"'), name="fine")
    install("acme-simloom", f"from simloom.plugins.loader import load\nload('fine')\n{acme}")
    assert load("acme").id == "acme"


def test_a_package_that_connects_while_it_is_imported_itself_does_not_wait_for_itself(
    install, acme, monkeypatch
):
    """As a distribution does whose module makes a client: both are one import."""
    monkeypatch.setenv(importing.TIMEOUT, "5")
    code = f"{acme}\nfrom simloom.plugins.loader import load\nMINE = load('acme')\n"
    module = __import__(install("acme-simloom", code))
    assert module.MINE is module.Acme


def test_control_c_during_an_import_ends_the_program_and_breaks_nothing():
    code = (
        "from importlib.metadata import EntryPoint\n"
        "from simloom.plugins.loader import Installed, load\n"
        "import sys, types\n"
        "class Hurried(types.ModuleType):\n"
        "    def __getattr__(self, name): raise KeyboardInterrupt\n"
        "sys.modules['acme_now'] = Hurried('acme_now')\n"
        "point = EntryPoint('acme', 'acme_now:Acme', 'simloom.providers')\n"
        "try:\n"
        "    one = Installed(id='acme', distribution='a', version='1', entry_point=point)\n"
        "    load('acme', [one])\n"
        "except KeyboardInterrupt:\n"
        "    print('told')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "told\n"


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ('"2.0"', "made for version 2.0 of the plugin surface, this simloom has 1.0: upgrade sim"),
        ('"1.9"', "made for version 1.9 of the plugin surface, this simloom has 1.0: upgrade sim"),
        ('"0.9"', "version 0.9 .*: its author has to adapt it; until then use an earlier simloom"),
        ("None", 'its api_version is None, not .* as text: write api_version = "1.0"'),
        ("1.0", "its api_version is a float, not the version of the plugin surface as text"),
        ("(1, 0)", "its api_version is a tuple, not"),
        ('"1"', "its api_version is '1', not"),
        ('"one"', "its api_version is 'one', not"),
        ('""', "its api_version is '', not"),
        ('"1.0.0"', "its api_version is '1.0.0', not"),
    ],
)
def test_another_version_of_the_surface_is_refused_with_what_to_do(install, acme, version, why):
    install("acme-simloom", acme.replace('api_version = "1.0"', f"api_version = {version}"))
    with pytest.raises(PluginLoadError, match=why):
        load("acme")


def test_a_class_that_does_not_say_its_version_is_asked_to_once(install, acme, caplog):
    install("acme-simloom", acme.replace('    api_version = "1.0"\n', ""))
    with caplog.at_level(logging.WARNING):
        assert load("acme").id == "acme"
        assert load("acme").id == "acme"
    (said,) = [one.getMessage() for one in caplog.records]
    assert "of acme-simloom 1.2 (fake_acme_simloom:Acme) does not say" in said
    assert 'write api_version = "1.0"' in said
