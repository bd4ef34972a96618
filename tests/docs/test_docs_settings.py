"""The tables of settings in the page of the API are those of the classes."""

from __future__ import annotations

import re

import attrs
import pytest

from simloom.common import Common
from simloom.plugins.loader import load

PROVIDERS = ["telekom-m2m", "telekom-bsc", "telcoapi", "infobip"]


def rows(settings):
    for item in attrs.fields(settings):
        told = "" if item.default in (None, "") else f"`{item.default}`"
        default = "" if isinstance(item.default, attrs.Factory) else told
        secret = " (secret)" if item.metadata.get("secret") else ""
        needed = "required" if item.default is attrs.NOTHING else default
        yield f"| `{item.name}` | {needed} | {item.metadata['help']}{secret} |"


@pytest.mark.parametrize("name", ["common", *PROVIDERS])
def test_the_settings_are_those_of_the_class(pages, name):
    text = pages["docs/api.md"].text
    settings = Common if name == "common" else load(name).settings_class
    section = re.search(rf"<!-- settings:{name} -->(.*?)<!-- settings:", text, re.DOTALL)[1]
    shown = [line for line in section.splitlines() if line.startswith("| `")][name != "common" :]
    assert shown == list(rows(settings))
