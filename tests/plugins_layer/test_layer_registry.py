"""Finding plugins: nothing is imported unasked, and a broken one breaks nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

import simloom
from simloom.errors import (
    PluginLoadError,
    SimloomError,
    UnknownProvider,
    UnsupportedOperation,
)
from simloom.plugins.loader import installed, load, load_all

BUILT_IN = ["infobip", "telcoapi", "telekom-bsc", "telekom-m2m"]


def test_names_are_listed_without_importing(install):
    module = install("acme-simloom")
    found = installed()
    assert list(found) == ["acme", *BUILT_IN]
    assert module not in sys.modules
    plugin = found["acme"]
    assert (plugin.distribution, plugin.version, plugin.built_in) == ("acme-simloom", "1.2", False)


def test_listing_imports_no_provider_at_all():
    code = (
        "import sys; from simloom.plugins.loader import installed; installed()\n"
        "assert not [m for m in sys.modules if m.startswith(('simloom_plugins', 'simloom_cl'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_built_ins_come_through_entry_points():
    found = installed()
    for name in BUILT_IN:
        plugin = found[name]
        assert plugin.built_in
        assert plugin.entry_point.group == "simloom.providers"
        assert plugin.entry_point.value.startswith("simloom_plugins.")
        assert load(name).id == name


def test_one_is_imported_when_it_is_asked_for(install):
    wanted = install("acme-simloom")
    other = install("other-simloom", name="other")
    assert load("acme").title == "Acme"
    assert wanted in sys.modules
    assert other not in sys.modules


def test_an_installed_plugin_can_be_connected(install):
    install("acme-simloom")
    with simloom.connect("acme") as client:
        assert repr(client) == "<SimClient acme https://api.acme.example>"
        with pytest.raises(UnsupportedOperation, match="infobip, telcoapi"):
            client.sims()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            ("class Acme", "import nowhere_to_be_found\nclass Acme"),
            "needs the module 'nowhere_to_b",
        ),
        (("class Acme", "raise RuntimeError('oh')\nclass Acme"), "RuntimeError: oh"),
        (("class Acme", "import sys; sys.exit(3)\nclass Acme"), "SystemExit: 3"),
        (("class Acme", "this is no Python\nclass Acme"), "SyntaxError"),
        (("class Acme(Provider)", "class Acme"), "neither a Provider class"),
        (("class Acme(Provider)", "class Other(Provider)"), "AttributeError"),
        (('id = "acme"', 'id = "akme"'), "the class says its id is 'akme'"),
        (('id = "acme"', ""), 'the class has no id: write id = "acme"'),
        (('title = "Acme"', ""), "the class has no title: write"),
        (('title = "Acme"', "title = 3"), "its title is an int, not text"),
        (("settings_class = Settings", ""), "the class has no settings_class: write"),
        (
            ("settings_class = Settings", "settings_class = dict"),
            "the class dict, not an attrs class",
        ),
        (("settings_class = Settings", "settings_class = Settings()"), "a Settings, not an attrs"),
        (
            ("base_url: str", "url: str"),
            r"Settings .*\.py:\d+\) has no field base_url .fields: url",
        ),
        (
            ('"1.0"', '"2.0"'),
            "for version 2.0 of the plugin surface, this simloom has 1.0: upgrade",
        ),
    ],
)
def test_a_broken_plugin_is_named_and_the_others_work(install, acme, change, why):
    assert change[0] in acme
    module = install("acme-simloom", acme.replace(*change), version="0.9")
    install("fine-simloom", acme.replace('"acme"', '"fine"'), name="fine")
    with pytest.raises(PluginLoadError, match=why) as caught:
        simloom.connect("acme")
    error = caught.value
    told = (error.name, error.distribution, error.version, error.entry_point)
    assert told == ("acme", "acme-simloom", "0.9", f"{module}:Acme")
    for part in told:
        assert part in str(error)
    working, broken = load_all()
    assert list(working) == ["fine", *BUILT_IN]
    assert list(broken) == ["acme"]


def test_two_methods_with_one_verb_are_a_broken_plugin(install, acme):
    more = """
    from simloom.plugins import operation
    from simloom.capabilities import Verb
    from simloom_clients.telcoapi.api.sims import get_sim

    @operation(Verb.GET, get_sim)
    def one(self, iccid): yield
    @operation(Verb.GET, get_sim)
    def two(self, iccid): yield
"""
    install("acme-simloom", acme + more)
    with pytest.raises(PluginLoadError, match="one and two both carry out 'get'"):
        load("acme")


@pytest.mark.parametrize("value", ["nowhere_at_all:Acme", "fake_acme_simloom:Missing", "::", ""])
def test_an_entry_point_that_leads_nowhere(install, value):
    install("acme-simloom", entry_points=f"[simloom.providers]\nacme = {value}\n")
    with pytest.raises(PluginLoadError):
        load("acme")
    assert load("infobip").id == "infobip"


def test_files_of_other_distributions_cannot_break_it(install):
    install("odd-package", entry_points="[simloom.providers]\nno equals sign here\n")
    assert list(installed()) == BUILT_IN


def test_a_folder_left_by_an_uninstallation(install):
    install("gone-simloom", metadata="")
    plugin = installed()["acme"]
    assert (plugin.distribution, plugin.version) == ("?", "?")
    assert load("acme").id == "acme"


def test_two_distributions_with_one_name_are_both_named_and_the_others_work(install):
    install("acme-one", version="1.0")
    install("acme-two", version="2.0")
    with pytest.raises(PluginLoadError, match=r"acme-\w+ \d.0 and acme-\w+ \d.0") as caught:
        load("acme")
    for part in ("acme-one 1.0", "acme-two 2.0", "'acme'", "SIMLOOM_DISABLE_PLUGINS=DISTRIBUTION"):
        assert part in str(caught.value)
    assert list(installed()) == ["acme", *BUILT_IN]
    working, broken = load_all()
    assert (list(working), list(broken)) == (BUILT_IN, ["acme"])


def test_nobody_takes_the_name_of_a_built_in(install, acme):
    install("evil", acme.replace('"acme"', '"infobip"'), name="infobip")
    with pytest.raises(PluginLoadError, match="several distributions provide 'infobip'"):
        load("infobip")
    assert list(load_all()[0]) == BUILT_IN[1:]


def test_one_distribution_that_offers_an_id_twice(install):
    points = "[simloom.providers]\nacme = fake_acme_simloom:Acme\nacme = fake_acme_simloom:Other\n"
    install("acme-simloom", entry_points=points)
    with pytest.raises(PluginLoadError, match=r"'acme' more than once, as fake_\w+:Acme and fake_"):
        load("acme")


def test_one_distribution_seen_twice_is_one(install):
    install("Acme_Simloom", version="1.2")
    install("acme-simloom", version="1.3")
    assert installed()["acme"].distribution == "acme-simloom"


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ("1", BUILT_IN),
        ("all", BUILT_IN),
        ("True", BUILT_IN),
        ("0", ["acme", *BUILT_IN]),
        ("no", ["acme", *BUILT_IN]),
        ("", ["acme", *BUILT_IN]),
        ("acme", BUILT_IN),
        ("acme, infobip", BUILT_IN[1:]),
        ("other", ["acme", *BUILT_IN]),
    ],
)
def test_plugins_can_be_disabled(install, monkeypatch, wish, left):
    module = install("acme-simloom")
    monkeypatch.setenv("SIMLOOM_DISABLE_PLUGINS", wish)
    assert list(installed()) == left
    if "acme" not in left:
        with pytest.raises(UnknownProvider, match="no provider 'acme' is installed"):
            load("acme")
        assert module not in sys.modules


def test_leaving_a_distribution_out_solves_a_collision(install, monkeypatch):
    install("acme-one")
    wanted = install("acme-two")
    monkeypatch.setenv("SIMLOOM_DISABLE_PLUGINS", "acme-one")
    assert load("acme").__module__ == wanted


def test_an_unknown_provider_names_the_known():
    with pytest.raises(UnknownProvider) as caught:
        load("infobib")
    assert caught.value.known == tuple(BUILT_IN)
    assert isinstance(caught.value, SimloomError)


PROVIDERS_HOOK = """
from simloom.plugins import hookimpl

class Second(Acme):
    id = "second"

class Twin(Acme):
    pass

@hookimpl
def simloom_providers():
    return [Acme, Second]

class Plugin:
    @hookimpl
    def simloom_providers(self):
        return [Acme]

plugin = Plugin()
"""


def test_a_module_that_offers_several_providers(install, acme):
    points = "[simloom.providers]\nacme = fake_several\nsecond = fake_several\n"
    install("several", acme + PROVIDERS_HOOK, entry_points=points)
    assert list(installed()) == sorted(["acme", "second", *BUILT_IN])
    assert load("second").id == "second"
    assert load("acme").__name__ == "Acme"


def test_an_object_that_offers_a_provider(install, acme):
    install("several", acme + PROVIDERS_HOOK, value="fake_several:plugin")
    assert load("acme").id == "acme"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("return [Acme, Second]", "return [Second]"), "no Provider class with this id"),
        (("return [Acme, Second]", "return []"), "no Provider class with this id"),
        (("return [Acme, Second]", "return [Second]"), r"this id, 'acme' \(ids: 'second'\)"),
        (
            ("return [Acme, Second]", "return ['acme']"),
            r"py:\d+\) returned a list with a str, which",
        ),
        (("return [Acme, Second]", "return 3"), r"has to return a list .* not an int"),
        (("return [Acme, Second]", "return Acme"), "has to return a list .* not the class Acme"),
        (("return [Acme, Second]", "return [Acme, Twin]"), r"two classes .*Acme \(.*Twin \(.*py:"),
        (("def simloom_providers():", "async def simloom_providers():"), "not a coroutine"),
        (("return [Acme, Second]", "raise RuntimeError('oh')"), "RuntimeError: oh"),
        (("def simloom_providers():", "def simloom_provider():"), "unknown hook"),
        (("@hookimpl\ndef", "def"), "neither a Provider class nor"),
        (("simloom_providers():", "simloom_providers(wrong):"), "PluginValidationError"),
    ],
)
def test_a_module_whose_hook_is_wrong(install, acme, change, why):
    assert change[0] in PROVIDERS_HOOK
    install("several", acme + PROVIDERS_HOOK.replace(*change), value="fake_several")
    with pytest.raises(PluginLoadError, match=why):
        load("acme")
