"""The Python types of generated members."""

from __future__ import annotations

import pytest

from simloom_codegen.render.models import member_name
from simloom_codegen.render.types import split_union, union


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["str", "None"], "str | None"),
        (["None", "str"], "str | None"),
        (["str | None", "int", "None"], "str | int | None"),
        (["list[str | int]", "None"], "list[str | int] | None"),
        (["str", "Any", "None"], "Any"),
        (["str", "str"], "str"),
        ([], ""),
    ],
)
def test_unions_are_flat_unique_and_end_in_none(parts: list[str], expected: str) -> None:
    assert union(parts) == expected


def test_brackets_keep_their_bars() -> None:
    assert split_union("dict[str, A | B] | C") == ["dict[str, A | B]", "C"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Activation Ready", "ACTIVATION_READY"),
        ("Blocked (MNO)", "BLOCKED_MNO"),
        ("ACTIVE", "ACTIVE"),
        ("2FF", "VALUE_2FF"),
        ("", "VALUE"),
        ("+", "VALUE"),
        ("None", "NONE"),
        (4, "VALUE_4"),
        (-1, "VALUE_MINUS_1"),
        ("MFF2/QFN8", "MFF2_QFN8"),
        ("gültig", "VALUE_G_LTIG"),
    ],
)
def test_enumeration_members_have_constant_names(value: str | int, name: str) -> None:
    assert member_name(value) == name
    assert name.isidentifier()
