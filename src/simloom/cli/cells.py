"""Values of the models as texts: for tables, for spreadsheets, for programs."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from enum import Enum
from typing import Any

from simloom.runtime.masking import safe_text
from simloom.runtime.secret import MASK, Secret

_LONGEST_CELL = 300
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# JSON escapes control characters below 32 only; these may also move a terminal's cursor.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def plain(value: Any) -> Any:
    """Return a value as JSON can carry it; decimals become texts, secrets a mask."""
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    return value


def text(value: Any) -> str:
    """Return a value as the text of a cell; nothing for None, lists with blanks between."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(text, value))
    if isinstance(value, dict):
        return json_line(value)
    return str(value)


def table_cell(value: Any) -> str:
    """Return the text for a terminal: one line, nothing that could steer it, bounded."""
    return safe_text(text(value), _LONGEST_CELL)


def csv_cell(value: Any) -> str:
    """Return the text for a spreadsheet, which would run a cell that begins like a formula.

    Such a text gets a `'` in front. Numbers are not touched: they cannot be formulas.
    """
    shown = text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return shown
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def json_line(value: Any) -> str:
    """Return JSON on one line, readable, without characters that steer a terminal."""
    line = json.dumps(plain(value), ensure_ascii=False, separators=(", ", ": "))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
