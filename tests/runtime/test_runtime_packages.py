"""Models in modules of their own, as generated packages have them."""

from __future__ import annotations

import importlib
import sys
from textwrap import dedent

from simloom.runtime.decoding import decode

PACKAGE = {
    "__init__": """
        from importlib import import_module

        def __getattr__(name):
            if name in {"Order", "Item"}:
                return getattr(import_module(f".{name.lower()}", __name__), name)
            raise AttributeError(name)
    """,
    "order": """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        from attrs import define
        from simloom.runtime import UNSET, Model, Unset
        if TYPE_CHECKING:
            from .item import Item

        @define(kw_only=True, repr=False, weakref_slot=False)
        class Order(Model):
            __wire__ = {"first_item": "firstItem"}
            number: int
            first_item: Item | None | Unset = UNSET
            items: list[Item] | Unset = UNSET
    """,
    "item": """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        from attrs import define
        from simloom.runtime import UNSET, Model, Unset
        if TYPE_CHECKING:
            from .order import Order

        @define(kw_only=True, repr=False, weakref_slot=False)
        class Item(Model):
            __wire__ = {"part_of": "partOf"}
            part_of: Order | Unset = UNSET
    """,
}


def test_models_that_name_each_other_for_type_checkers_only(tmp_path, monkeypatch):
    package = tmp_path / "woven_models"
    package.mkdir()
    for name, source in PACKAGE.items():
        (package / f"{name}.py").write_text(dedent(source))
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        order = importlib.import_module("woven_models.order").Order
        assert "woven_models.item" not in sys.modules
        content = b'{"number":1,"firstItem":{"partOf":{"number":2,"items":[{}]}}}'
        read, problems = decode(content, order)
        item = importlib.import_module("woven_models.item").Item
        inner = order(number=2, items=[item()])
        assert read == order(number=1, first_item=item(part_of=inner))
        assert problems == ()
    finally:
        for name in [name for name in sys.modules if name.startswith("woven_models")]:
            del sys.modules[name]
