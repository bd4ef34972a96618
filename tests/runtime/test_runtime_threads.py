"""Many threads meet a model that nobody has decoded before."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any, Literal

import attrs
import pytest
from attrs import define, field

from simloom.runtime import UNSET, Model, Timestamp, Unset
from simloom.runtime.decoding import decode
from simloom.runtime.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 32


def together(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run the jobs at the same moment, one thread each."""
    barrier = Barrier(len(jobs))

    def start(job: Callable[[], Any]) -> Any:
        barrier.wait(timeout=30)
        return job()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns in the middle of everything
    try:
        with ThreadPoolExecutor(len(jobs)) as pool:
            return list(pool.map(start, jobs))
    finally:
        sys.setswitchinterval(interval)


def family() -> tuple[type[Any], type[Any]]:
    """Make two model classes that have never been decoded."""

    @define(kw_only=True, repr=False, weakref_slot=False)
    class Inner(Model):
        __wire__ = {"used_bytes": "usedDataBytes"}

        kind: Literal["inner"]
        used_bytes: int

    @define(kw_only=True, repr=False, weakref_slot=False)
    class Outer(Model):
        __wire__ = {"created_at": "createdAt", "first_inner": "firstInner"}

        created_at: Timestamp
        first_inner: Inner | Unset = UNSET
        either: Inner | str | int | Unset = UNSET
        plain: dict[str, int] = field(factory=dict)

    globals().update(Inner=Inner, Outer=Outer)
    return Inner, Outer


CONTENT = (
    b'{"createdAt":"2025-01-01T00:00:00Z","firstInner":{"kind":"inner","usedDataBytes":5},'
    b'"either":{"kind":"inner","usedDataBytes":6},"plain":{"x":1}}'
)
ODD = CONTENT.replace(b":5}", b':"5"}')


@pytest.mark.parametrize("attempt", range(12))
def test_a_new_model_is_decoded_by_many_threads_at_once(attempt):
    inner, outer = family()
    jobs = [
        lambda: decode(CONTENT, outer),
        lambda: decode(ODD, outer),
        lambda: (decode(b"[%s]" % CONTENT, list[outer])[0][0], ()),
        lambda: (outer.from_json(CONTENT), ()),
    ] * (THREADS // 4)
    results = together(jobs)
    value, problems = results[0]
    assert (value.first_inner, value.either) == (
        inner(kind="inner", used_bytes=5),
        inner(kind="inner", used_bytes=6),
    )
    assert all(result == (value, problems) for result in results)
    assert [attribute.name for attribute in attrs.fields(outer)] == [
        "created_at",
        "first_inner",
        "either",
        "plain",
    ]


@pytest.mark.parametrize("attempt", range(12))
def test_a_new_model_is_encoded_and_decoded_at_once(attempt):
    inner, outer = family()
    made = inner(kind="inner", used_bytes=5)
    wanted = b'{"kind":"inner","usedDataBytes":5}'
    jobs = [
        lambda: encode_json(made),
        lambda: encode_json(decode(wanted, inner)[0]),
        lambda: encode_json(decode(CONTENT, outer)[0].first_inner),
        lambda: encode_json(inner.from_dict({"kind": "inner", "usedDataBytes": "5"})),
    ] * (THREADS // 4)
    assert set(together(jobs)) == {wanted}
    assert repr(made) == "Inner(kind='inner', used_bytes=5)"
