"""Answers of the sandbox itself, outside the vendors' own."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


def dump(value: Any) -> bytes:
    """Write JSON as UTF-8; a lone surrogate in what a client sent is replaced."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def json_answer(value: Any, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(dump(value), status, media_type="application/json")
