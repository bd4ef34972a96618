"""Documents nobody would write by hand: normalise must cope with all of them, and stay stable."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Any

from any_document import documents
from hypothesis import HealthCheck, given, settings

from simloom_codegen.errors import NormaliseError
from simloom_codegen.normalise import normalise


def _operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, item in document["paths"].items()
        for method in ("get", "post", "delete")
        if method in item
    ]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(document=documents())
def test_the_generator_takes_every_operation_of_any_document(
    parse_document: Callable[[dict[str, Any]], Any], document: dict[str, Any]
) -> None:
    before = copy.deepcopy(document)
    result = None
    # A document may have two paths that are one, or refer to nothing: then it is refused.
    with contextlib.suppress(NormaliseError):
        result = normalise(document, name="any.yaml")
    assert document == before
    if result is None:
        return

    parsed = parse_document(result.document)
    assert parsed.errors == []
    made = parsed.operations
    assert len(made) == len(set(made)) == len(_operations(result.document))
    assert len(_operations(result.document)) == len(_operations(before))

    again = normalise(result.document, name="any.yaml")
    assert again.changes == ()
    assert again.document == result.document
